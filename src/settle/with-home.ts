/** The home folder for one writer at a time: locked, swept, and repaired after a kill, before anything else happens in it. */
import { clockFrom } from '../model/clock.js';
import type { Config } from '../model/settings.js';
import { openHome, sweepStaging, type Home } from '../home/home.js';
import { takeLock } from '../home/lock.js';
import { openState } from '../state/open.js';
import type { State } from '../state/state.js';
import { recover } from './recover.js';

export interface OpenedHome {
  readonly home: Home;
  readonly state: State;
  /** By connection: what a killed run left and could not be repaired yet. */
  readonly unrepaired: Awaited<ReturnType<typeof recover>>;
}

export interface HomeOptions {
  readonly config: Config;
  readonly now: Date;
  /** Called once the lock is held. */
  readonly onStart?: () => void;
  /** What the staging folder still holds at the end, where it could not be removed. */
  readonly onWarning?: (message: string) => void;
}

/** Throws ExportError `home` or `busy` before `work` starts. Every way out closes the state, sweeps, and frees the lock. */
export async function withHome<T>(
  { config, now, onStart, onWarning }: HomeOptions,
  work: (opened: OpenedHome) => Promise<T>,
): Promise<T> {
  const home = openHome(config.home);
  const lock = takeLock(home.lock, now);
  let state: State | undefined;
  try {
    onStart?.();
    sweepStaging(home);
    state = await openState({ settings: config.state, file: home.state }, clockFrom(now));
    return await work({ home, state, unrepaired: await recover(home, state, config) });
  } finally {
    await state?.close();
    const left = sweepStaging(home);
    lock.release();
    if (left !== undefined) onWarning?.(left);
  }
}
