/** Histories of districts, written by the state itself. */
import type { PostgresStateSettings } from '../../src/model/settings.js';
import { openState } from '../../src/state/open.js';
import type { BundleState, NewBundle } from '../../src/state/records.js';
import type { State } from '../../src/state/state.js';

/** With what a refresh at this instant would write. */
export async function writeHistory(
  settings: PostgresStateSettings,
  at: string,
  write: (state: State) => Promise<void>,
): Promise<void> {
  const state = await openState({ settings, file: '' }, () => new Date(at));
  try {
    await write(state);
  } finally {
    await state.close();
  }
}

interface Night {
  readonly connections: readonly string[];
  readonly outcome?: 'done' | 'failed';
  /** By connection; those without one have no bundle. */
  readonly states: Readonly<Record<string, BundleState>>;
  readonly delivered?: 'delivered' | 'failed';
  readonly wants?: Partial<NewBundle>;
}

export async function writeNight(
  state: State,
  { connections, outcome = 'done', states, delivered, wants }: Night,
): Promise<void> {
  const refreshId = await state.startRefresh('2026-10-15', 'test', connections);
  for (const [connection, bundleState] of Object.entries(states)) {
    const id = await state.addBundle({
      ...{ refreshId, connection, state: bundleState, version: '1.1', mode: 'bulk', scheme: 's' },
      name: `${connection}-${refreshId}`,
      bundle: { sha256: 'x', bytes: 1, rows: new Map([['users', 40 + refreshId]]) },
      ...(bundleState === 'held' && { reason: 'users: 12.0% vanished; classes: 3 vanished' }),
      ...wants,
    });
    if (delivered === undefined || bundleState !== 'published') continue;
    const delivery = await state.startDelivery(id, 'sftp://receiver.example/in');
    await state.finishDelivery(delivery, delivered, delivered === 'delivered' ? {} : undefined);
  }
  await state.finishRefresh(refreshId, outcome, outcome === 'done' ? 0 : 4);
}
