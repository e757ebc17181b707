/** A person's decision on a held bundle: publish just these bytes after all, or drop them. Both are audited with the reason. */
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ExportError } from './model/errors.js';
import type { VerifiedBundle } from './model/bundle.js';
import type { Config, ConnectionSettings } from './model/settings.js';
import { bundleName, publish } from './publish/publish.js';
import { recover } from './recover.js';
import { makeFolder, openHome, type Home } from './state/home.js';
import { takeLock } from './state/lock.js';
import { isThere, moveBaseTo, withheldFiles } from './state/shelf.js';
import { State, type BundleRecord } from './state/state.js';
import { fingerprint } from './write/zip.js';

export interface Decision {
  readonly config: Config;
  readonly connection: string;
  readonly reason: string;
  readonly now: Date;
}

/** Gives the path of the bundle that is published now. */
export async function release(decision: Decision): Promise<string> {
  return await decide(decision, async ({ home, state, held, settings }) => {
    const files = withheldFiles(home, held);
    // The decision was about these bytes and no others.
    if (!isThere(files.bundle) || (await fingerprint(files.bundle)).sha256 !== held.sha256) {
      throw new ExportError(
        'withheld',
        `The held bundle of ${held.connection} is not the one that was held (sha256 ${held.sha256 ?? ''}). Run the refresh again.`,
      );
    }
    const folder = makeFolder(home.bundles(held.connection));
    const name = bundleName(folder, held, decision.now);
    if (isThere(files.full))
      renameSync(files.full, join(makeFolder(home.full(held.connection)), `${name}.zip`));
    state.setBundle(held.id, 'verified', { name });
    const published = await publish(asVerified(held, files), { folder, name });
    state.transaction(() => {
      state.setBundle(held.id, 'published', { reason: `released: ${decision.reason}` });
      if (settings.delivery === undefined) moveBaseTo(state, home, held.id);
      state.audit('released', held.connection, { name, sha256: held.sha256, reason: decision.reason });
    });
    rmSync(files.folder, { recursive: true, force: true });
    return published.path;
  });
}

export async function discard(decision: Decision): Promise<void> {
  await decide(decision, ({ home, state, held }) => {
    state.transaction(() => {
      state.setBundle(held.id, 'discarded', { reason: `discarded: ${decision.reason}` });
      state.audit('discarded', held.connection, { sha256: held.sha256, reason: decision.reason });
    });
    rmSync(withheldFiles(home, held).folder, { recursive: true, force: true });
  });
}

interface Desk {
  readonly home: Home;
  readonly state: State;
  readonly held: BundleRecord;
  readonly settings: ConnectionSettings;
}

async function decide<T>(
  { config, connection, reason, now }: Decision,
  act: (desk: Desk) => T | Promise<T>,
): Promise<T> {
  const settings = config.connections.find(({ name }) => name === connection);
  if (settings === undefined) throw new ExportError('usage', `The config has no connection ${connection}.`);
  if (reason.trim() === '')
    throw new ExportError('usage', 'A decision needs --reason TEXT; the history keeps it.');
  const home = openHome(config.home);
  const lock = takeLock(home.lock, now);
  let state: State | undefined;
  try {
    state = State.open(home.state, () => new Date());
    await recover(home, state, config);
    const held = state.bundles(connection, 'held')[0];
    if (held === undefined) throw new ExportError('usage', `${connection} has no held bundle.`);
    return await act({ home, state, held, settings });
  } finally {
    state?.close();
    lock.release();
  }
}

/** It was verified before it was held, and its bytes are still the same. */
function asVerified(held: BundleRecord, files: ReturnType<typeof withheldFiles>): VerifiedBundle {
  return {
    state: 'verified',
    connection: held.connection,
    version: held.version,
    mode: held.mode,
    path: files.bundle,
    sha256: held.sha256 ?? '',
    bytes: held.bytes ?? 0,
    rows: new Map(Object.entries(held.rows)),
    exclusions: files.exclusions,
  };
}
