/**
 * Rolling a receiver back: an older good bundle is sent on purpose. Which bundles qualify, and what the state has once it has
 * arrived: the newer ones are withdrawn, so that thresholds compare with the older one and the next delta is a bulk bundle.
 */
import { moveBaseTo } from '../home/base.js';
import { fullContent, isThere } from '../home/bundle-files.js';
import type { Home } from '../home/home.js';
import { ExportError } from '../model/errors.js';
import { readScheme, schemeOf } from '../model/scheme.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';

/** Throws if sending the bundle would leave a receiver with something else than its content. */
export async function requireRollback(
  state: State,
  home: Home,
  settings: ConnectionSettings,
  bundle: BundleRecord,
): Promise<void> {
  const obstacle = await obstacleTo(state, home, settings, bundle);
  if (obstacle !== undefined) throw new ExportError('usage', `The bundle ${bundle.name ?? ''} ${obstacle}`);
}

async function obstacleTo(
  state: State,
  home: Home,
  settings: ConnectionSettings,
  bundle: BundleRecord,
): Promise<string | undefined> {
  const newer = await newerThan(state, bundle);
  if (newer.length === 0) return 'is the newest good one: leave out --older.';
  if (bundle.mode === 'delta')
    return `is a delta, which is right only after the bundle before it. Choose a bulk one: ${await bulkBefore(state, bundle)}.`;
  if (!isThere(fullContent(home, bundle))) return 'is missing in the home folder.';
  const [then, now] = [readScheme(bundle.scheme), readScheme(schemeOf(settings))];
  if (then.shape !== now.shape)
    return `has another shape (${then.shape}; now ${now.shape}). Change the config back first.`;
  const bare = [
    ...(await undropped(state, settings, bundle)),
    ...then.columns.filter((column) => !now.columns.includes(column)),
  ];
  return bare.length === 0
    ? undefined
    : `has values that this receiver no longer gets: ${bare.join(', ')} (fields or metadata of the connection).`;
}

const newerThan = async (state: State, { connection, id }: BundleRecord): Promise<readonly BundleRecord[]> =>
  (await state.bundles(connection, 'published')).filter((each) => each.id > id);

async function bulkBefore(state: State, { connection, id }: BundleRecord): Promise<string> {
  const published = await state.bundles(connection, 'published');
  const names = published
    .filter(({ mode, id: other }) => mode === 'bulk' && other < id)
    .slice(0, 5)
    .map(({ name }) => name);
  return names.join(', ') || 'none is kept';
}

/** Columns that are dropped or masked today and were not when the bundle was made. */
async function undropped(
  state: State,
  { name, fields = {} }: ConnectionSettings,
  { id }: BundleRecord,
): Promise<readonly string[]> {
  const then = (await state.publications(name)).get(id)?.fields ?? {};
  return Object.entries(fields).flatMap(([table, columns]) =>
    Object.entries(columns)
      .filter(([column, choice]) => {
        const was = then[table]?.[column];
        return was !== choice && was !== 'drop';
      })
      .map(([column]) => `${table}.${column}`),
  );
}

/** Called in the transaction of its receipt. */
export async function rollBackTo(
  state: State,
  settings: ConnectionSettings,
  bundle: BundleRecord,
  reason: string,
): Promise<void> {
  const newer = await newerThan(state, bundle);
  for (const { id } of newer) await state.setBundle(id, 'withdrawn', reason);
  await moveBaseTo(state, settings, bundle.id, 1);
  const { name, sha256 } = bundle;
  const withdrawn = newer.map((each) => ({ name: each.name, sha256: each.sha256 }));
  await state.audit('rolled-back', settings.name, { name, sha256, reason, withdrawn });
}
