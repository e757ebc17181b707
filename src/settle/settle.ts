/**
 * How a verified bundle becomes visible or is put on hold: state and files change step by step, so that a kill in between is
 * repaired by the next start (`recover.ts`).
 */
import { bundleName, pointLatest, publish } from '../publish/publish.js';
import type { Bundle, KeptBundle, VerifiedBundle } from '../model/bundle.js';
import { ExportError } from '../model/errors.js';
import type { Notice } from '../model/notices.js';
import type { ConnectionSettings } from '../model/settings.js';
import { releaseReport } from '../report/after-decision.js';
import { moveBaseTo } from '../home/base.js';
import { receiverAddress } from '../model/receiver.js';
import type { Home } from '../home/home.js';
import type { BundleRecord, NewBundle } from '../state/records.js';
import { fileOf, isNameTaken, isThere, withheldFile } from '../home/bundle-files.js';
import type { Shelf } from '../home/shelf.js';
import { sweepConnection } from '../home/retention.js';
import type { State } from '../state/state.js';
import { reverify } from '../verify/verify.js';

export interface Desk {
  readonly home: Home;
  readonly state: State;
  readonly settings: ConnectionSettings;
}

/** What to record, except what the step itself decides. */
export type Draft = Omit<NewBundle, 'state' | 'name'>;

/** A bundle with the full content behind it, and what is recorded about both. */
export interface Settling<Made extends Bundle> {
  readonly bundle: Made;
  /** The bundle itself, unless it is a delta. */
  readonly full: Made;
  readonly draft: Draft;
  readonly startedAt: Date;
}

/** Records the name, renames, records that it happened; then it is the latest one. `because`: for the audit trail. */
export async function publishBundle(
  desk: Desk,
  { bundle, full, draft, startedAt }: Settling<VerifiedBundle>,
  because: object,
): Promise<{ readonly bundle: KeptBundle; readonly notices: readonly Notice[] }> {
  const { home, state } = desk;
  const shelf = home.bundles(bundle.connection);
  shelf.prepare();
  const name = await freeName(desk, bundle, startedAt);
  if (full.path !== bundle.path) await keepFull(home.full(bundle.connection), full.path, name);
  const id = await state.addBundle({ ...draft, state: 'verified', name });
  const published = await publish(bundle, { shelf, name });
  await recordPublished(desk, id, 'published', { refreshId: draft.refreshId, ...because });
  return { bundle: published, notices: await pointLatest(shelf, name) };
}

/** One transaction: the bundle is good, older held ones are overtaken, and the receiver has it if there is no delivery. */
export async function recordPublished(
  { state, settings }: Desk,
  id: number,
  what: 'published' | 'released',
  detail: object,
): Promise<void> {
  await state.transaction(async (writing) => {
    await writing.setBundle(id, 'published');
    const replaced = await replaceHeld(writing, settings.name);
    if (settings.delivery === undefined) await moveBaseTo(writing, settings, id);
    const { fields = {} } = settings;
    const receiver = receiverAddress(settings);
    await writing.addPublication({ bundleId: id, receiver, fields });
    const bundle = await writing.bundle(id);
    const facts = { name: bundle?.name, sha256: bundle?.sha256, rows: bundle?.rows, receiver, fields };
    await writing.audit(what, settings.name, { ...facts, ...detail, ...replaced });
  });
}

/** Keeps a withheld bundle for inspection and a decision; the last good bundle stays. */
export async function withholdBundle(
  desk: Desk,
  { bundle, full, draft, startedAt }: Settling<Bundle>,
  {
    vanished,
    ...verdict
  }: { readonly state: 'held' | 'refused'; readonly reason: string; readonly vanished?: string },
): Promise<KeptBundle> {
  const { home, state } = desk;
  const { connection } = bundle;
  const name = await freeName(desk, bundle, startedAt);
  const shelf = home.withheld(connection);
  const exclusions = fileOf(name, 'exclusions');
  const zip = fileOf(name, 'bundle');
  // Beside an earlier one, which the state still refers to.
  shelf.prepare();
  await shelf.take(bundle.exclusions, exclusions);
  if (vanished !== undefined) await shelf.take(vanished, fileOf(name, 'vanished'));
  if (full.path !== bundle.path) await shelf.take(full.path, fileOf(name, 'full'));
  await shelf.take(bundle.path, zip);
  await shelf.sync();
  await state.transaction(async (writing) => {
    const replaced = await replaceHeld(writing, connection);
    await writing.addBundle({ ...draft, ...verdict, name });
    const { refreshId } = draft;
    const told = { refreshId, name, sha256: bundle.sha256, reason: verdict.reason };
    await writing.audit(verdict.state, connection, { ...told, ...replaced });
  });
  await sweepConnection(state, home, connection);
  return { ...bundle, name, path: shelf.pathOf(zip), exclusions: shelf.pathOf(exclusions) };
}

/** Carries out a release that was decided and recorded. May be called again after a kill, wherever that struck. */
export async function finishRelease(desk: Desk, record: BundleRecord): Promise<string> {
  const { home } = desk;
  const { connection } = record;
  const name = record.name ?? '';
  const shelf = home.bundles(connection);
  shelf.prepare();
  const full = withheldFile(home, record, 'full');
  if (isThere(full)) await keepFull(home.full(connection), full, name);
  const path = shelf.pathOf(fileOf(name, 'bundle'));
  if (!isThere(path)) {
    const waiting = withheldFile(home, record, 'exclusions');
    const exclusions = isThere(waiting) ? waiting : shelf.pathOf(fileOf(name, 'exclusions'));
    await publish(await storedBundle(record, withheldFile(home, record, 'bundle'), exclusions), {
      shelf,
      name,
    });
  }
  await releaseReport(desk, record, desk.state.acting());
  await recordPublished(desk, record.id, 'released', { reason: record.reason });
  await pointLatest(shelf, name);
  return path;
}

/** It was verified before it was put on hold; its bytes must still be the same. */
async function storedBundle(record: BundleRecord, path: string, exclusions: string): Promise<VerifiedBundle> {
  const { connection, version, mode, sha256, bytes } = record;
  const rows = new Map(Object.entries(record.rows));
  const bundle = await reverify({ connection, version, mode, path, sha256, bytes, rows, exclusions });
  if (bundle === undefined) {
    throw new ExportError(
      'withheld',
      `The held bundle of ${connection} is not the one that was put on hold (sha256 ${sha256 ?? 'unknown'}). Run the refresh again.`,
    );
  }
  return bundle;
}

/** In the transaction of what replaces them. */
async function replaceHeld(
  state: State,
  connection: string,
): Promise<{ readonly replaces?: readonly (string | null)[] }> {
  const held = await state.bundles(connection, 'held');
  for (const { id } of held) await state.setBundle(id, 'replaced');
  return held.length === 0 ? {} : { replaces: held.map(({ sha256 }) => sha256) };
}

async function freeName({ state, home, settings }: Desk, bundle: Bundle, startedAt: Date): Promise<string> {
  return await bundleName(bundle, startedAt, (name) => isNameTaken(state, home, settings.name, name));
}

async function keepFull(shelf: Shelf, path: string, name: string): Promise<void> {
  shelf.prepare();
  await shelf.take(path, fileOf(name, 'bundle'));
  await shelf.sync();
}
