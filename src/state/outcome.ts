/** The outcome of the newest refresh of a connection, in one word. */
import type { BundleRecord, RefreshRecord } from './records.js';
import type { State } from './state.js';

export type LastOutcome = BundleRecord['state'] | 'unchanged' | 'interrupted' | 'unfinished';

/** Undefined if the connection has not been refreshed yet. */
export async function lastOutcome(state: State, connection: string): Promise<LastOutcome | undefined> {
  const [refresh] = await state.refreshes(1, connection);
  if (refresh === undefined) return undefined;
  const bundles = await state.bundlesOfRefresh(refresh.id);
  const bundle = bundles.findLast((each) => each.connection === connection);
  return outcomeIn(refresh, bundle);
}

/** `bundle`: what the refresh made for the connection, if it came so far. */
export const outcomeIn = (
  refresh: Pick<RefreshRecord, 'outcome'>,
  bundle: Pick<BundleRecord, 'state' | 'mode' | 'rows'> | undefined,
): LastOutcome => (bundle === undefined ? outcomeOf(refresh) : bundleOutcome(bundle));

/** A delta without rows was also published, and means no changes. */
export function bundleOutcome({
  state,
  mode,
  rows,
}: Pick<BundleRecord, 'state' | 'mode' | 'rows'>): LastOutcome {
  const isEmpty = mode === 'delta' && Object.keys(rows).length === 0;
  return state === 'published' && isEmpty ? 'unchanged' : state;
}

/** Running, or killed: the next start finds out. */
function outcomeOf({ outcome }: Pick<RefreshRecord, 'outcome'>): LastOutcome {
  return outcome === 'started' ? 'unfinished' : outcome === 'interrupted' ? 'interrupted' : 'failed';
}

export const isGood = (outcome: LastOutcome | undefined): boolean =>
  outcome === 'published' || outcome === 'unchanged' || outcome === 'ended';
