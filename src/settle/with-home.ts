/**
 * The home folder for one writer at a time: held, swept, and repaired after a kill, before anything else happens in it. A state in a
 * file is held by the lock of the home folder, one in PostgreSQL by the lease of the district, which also keeps machines apart.
 */
import { clockFrom } from '../model/clock.js';
import { ExportError } from '../model/errors.js';
import type { Config } from '../model/settings.js';
import { beginStaging, homeAt, openHome, sweepStaging, type Home } from '../home/home.js';
import { takeLock } from '../home/lock.js';
import { openState, openStore } from '../state/open.js';
import { State } from '../state/state.js';
import type { Store } from '../state/store.js';
import { holdDistrict, orLost } from './holding.js';
import { recover } from './recover.js';

export interface OpenedHome {
  readonly home: Home;
  readonly state: State;
  /** By connection: what a killed run left and could not be repaired yet. */
  readonly unrepaired: Awaited<ReturnType<typeof recover>>;
  /** That of the options, also aborted when another process has taken over the district. */
  readonly signal?: AbortSignal;
}

export interface HomeOptions {
  readonly config: Config;
  readonly now: Date;
  /** The lease of the program that started this one, which renews and ends it. */
  readonly lease?: number;
  readonly signal?: AbortSignal;
  /** Called once the home is held. */
  readonly onStart?: () => void;
  /** What the staging folder still holds at the end, where it could not be removed. */
  readonly onWarning?: (message: string) => void;
}

type Work<T> = (opened: OpenedHome) => Promise<T>;

/** Throws ExportError `home` or `already-running` before `work` starts. Every way out closes the state, sweeps, and frees the home. */
export async function withHome<T>(options: HomeOptions, work: Work<T>): Promise<T> {
  if (options.config.state.client === 'pg') return await withLease(options, work);
  if (options.lease === undefined) return await withLock(options, work);
  throw new ExportError('usage', '--lease requires a state in PostgreSQL: set state in the config.');
}

async function withLock<T>(
  { config, now, signal, onStart, onWarning }: HomeOptions,
  work: Work<T>,
): Promise<T> {
  const home = openHome(config.home);
  const lock = takeLock(home.lock, now);
  let state: State | undefined;
  try {
    onStart?.();
    beginStaging(home);
    state = await openState({ settings: config.state, file: home.state }, clockFrom(now));
    const unrepaired = await recover(home, state, config);
    return await work({ home, state, unrepaired, ...(signal && { signal }) });
  } finally {
    await state?.close();
    const left = sweepStaging(home);
    lock.release();
    if (left !== undefined) onWarning?.(left);
  }
}

async function withLease<T>(options: HomeOptions, work: Work<T>): Promise<T> {
  const { config, now } = options;
  const { path, state: file } = openHome(config.home, { isShared: true });
  const store = await openStore({ settings: config.state, file });
  try {
    const held = await holdDistrict(store, now, options.lease);
    try {
      const { token, lost } = held;
      return await workHeld({ ...store, token }, homeAt(path, token), { ...options, lost }, work);
    } catch (error) {
      throw await orLost(store, held.token, error);
    } finally {
      await held.release();
    }
  } finally {
    await store.close();
  }
}

async function workHeld<T>(
  store: Store,
  home: Home,
  { config, now, signal, lost, onStart, onWarning }: HomeOptions & { readonly lost: AbortSignal },
  work: Work<T>,
): Promise<T> {
  try {
    onStart?.();
    beginStaging(home);
    const state = State.over(store, clockFrom(now));
    const unrepaired = await recover(home, state, config);
    const either = signal === undefined ? lost : AbortSignal.any([signal, lost]);
    return await work({ home, state, unrepaired, signal: either });
  } finally {
    const left = sweepStaging(home);
    if (left !== undefined) onWarning?.(left);
  }
}
