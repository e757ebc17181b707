/** Where bundles stand in the home folder, and the steps that state and files take together. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import type { Bundle } from '../model/bundle.js';
import type { ConnectionSettings, RetentionSettings } from '../model/settings.js';
import { listFolder, type Home } from './home.js';
import type { BundleRecord, State } from './state.js';

/** What a delta needs to have in common with its base: the version, how ids are made, and the receiver's shape. */
export function schemeOf({ version, ids, profile }: ConnectionSettings): string {
  return `${version}, ids ${ids}, profile ${profile}`;
}

/** The zip that holds everything the receiver has after this bundle. */
export function fullContent(home: Home, { connection, name, mode }: BundleRecord): string | undefined {
  if (name === null) return undefined;
  return join(mode === 'delta' ? home.full(connection) : home.bundles(connection), `${name}.zip`);
}

/** The receiver holds this bundle's content from now on. Called inside a transaction. */
export function moveBaseTo(state: State, home: Home, bundleId: number): void {
  const bundle = state.bundle(bundleId);
  const file = bundle && fullContent(home, bundle);
  if (bundle === undefined || file === undefined) return;
  state.moveBase({
    connection: bundle.connection,
    bundleId,
    scheme: bundle.scheme,
    file: relative(home.path, file),
  });
}

/** Where a withheld bundle of a connection waits; only the newest does. */
export function withheldFiles(
  home: Home,
  { connection, version, mode }: Pick<BundleRecord, 'connection' | 'version' | 'mode'>,
) {
  const folder = home.withheld(connection);
  const name = `${version}-${mode}`;
  return {
    folder,
    bundle: join(folder, `${name}.zip`),
    exclusions: join(folder, `${name}-exclusions.csv`),
    /** Only of a delta. */
    full: join(folder, 'full.zip'),
  };
}

/** Keeps a withheld bundle where people can look at it and decide; the last good one stays what it was. */
export function putAside(bundle: Bundle, full: Bundle, home: Home): Bundle {
  const files = withheldFiles(home, bundle);
  rmSync(files.folder, { recursive: true, force: true });
  mkdirSync(files.folder, { recursive: true, mode: 0o700 });
  if (full.path !== bundle.path) renameSync(full.path, files.full);
  renameSync(bundle.exclusions, files.exclusions);
  renameSync(bundle.path, files.bundle);
  return { ...bundle, path: files.bundle, exclusions: files.exclusions };
}

/** Removes bundles that are too old and too many. Never the last good one or the base of a delta; held ones stand elsewhere. */
export function retain(
  state: State,
  home: Home,
  connection: string,
  { days, bundles }: RetentionSettings,
  now: Date,
): void {
  const published = state.bundles(connection, 'published');
  const base = state.base(connection);
  const oldest = new Date(now.getTime() - days * 86_400_000).toISOString();
  const tooOld = published
    .slice(Math.max(1, bundles))
    .filter(({ id, madeAt }) => madeAt < oldest && id !== base?.bundleId);
  for (const bundle of tooOld) {
    state.transaction(() => {
      state.setBundle(bundle.id, 'removed');
      state.audit('removed', connection, { name: bundle.name, sha256: bundle.sha256 });
    });
  }
  sweepConnection(state, home, connection);
}

/** Files follow state: what no record speaks for goes. Only names that this program gives are looked at. */
export function sweepConnection(state: State, home: Home, connection: string): void {
  const published = state.bundles(connection, 'published');
  const removed = new Set(state.bundles(connection, 'removed', 'failed').map(({ name }) => name));
  for (const file of listFolder(home.bundles(connection))) {
    const name = /^(\d{8}T\d{6}Z-1\.[12]-(?:bulk|delta))(?:\.zip|-exclusions\.csv|-report\.html)$/.exec(
      file,
    )?.[1];
    if (name !== undefined && removed.has(name))
      rmSync(join(home.bundles(connection), file), { force: true });
  }
  // Only two full contents are of use: of the last good bundle, and of the base.
  const needed = new Set([published[0]?.name, basename(state.base(connection)?.file ?? '', '.zip')]);
  for (const file of listFolder(home.full(connection))) {
    if (!needed.has(basename(file, '.zip'))) rmSync(join(home.full(connection), file), { force: true });
  }
}

export const isThere = (path: string | undefined): path is string => path !== undefined && existsSync(path);
