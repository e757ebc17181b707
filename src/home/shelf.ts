/** Where the files of a bundle stand in the home folder; and that files follow the state, never the other way. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RetentionSettings } from '../model/settings.js';
import { removeNow } from '../platform/files.js';
import { isOwnFolder, listFolder, type Home } from './home.js';
import type { BundleRecord } from '../state/records.js';
import { NEXT_NAME } from './replace-file.js';
import type { State } from '../state/state.js';

type Named = Pick<BundleRecord, 'connection' | 'name' | 'mode'>;

/** Whether a name was ever given, or a file stands in its way. */
export async function isNameTaken(
  state: State,
  home: Home,
  connection: string,
  name: string,
): Promise<boolean> {
  const folders = [home.bundles(connection), home.withheld(connection), home.full(connection)];
  if (folders.some((folder) => isThere(join(folder, `${name}.zip`)))) return true;
  return await state.hasName(connection, name);
}

/** The zip that holds everything the receiver has after this published bundle. */
export function fullContent(home: Home, { connection, name, mode }: Named): string | undefined {
  if (name === null) return undefined;
  return join(mode === 'delta' ? home.full(connection) : home.bundles(connection), `${name}.zip`);
}

/** Where a bundle waits while it is withheld. */
export function withheldFiles(home: Home, { connection, name }: Pick<Named, 'connection' | 'name'>) {
  const folder = home.withheld(connection);
  return {
    folder,
    bundle: join(folder, `${name ?? ''}.zip`),
    exclusions: join(folder, `${name ?? ''}-exclusions.csv`),
    /** Only of a held one. */
    vanished: join(folder, `${name ?? ''}-vanished.csv`),
    /** Only of a delta. */
    full: join(folder, `${name ?? ''}-full.zip`),
  };
}

/** Forgets bundles that are too old and too many. Never the last good one or the base of a delta; held ones are not published. */
export async function retain(
  { home, state }: { readonly home: Home; readonly state: State },
  connection: string,
  { days, bundles }: RetentionSettings,
  now: Date,
): Promise<void> {
  const base = await state.base(connection);
  const oldest = new Date(now.getTime() - days * 86_400_000).toISOString();
  const tooOld = [
    ...(await state.bundles(connection, 'published')).slice(Math.max(1, bundles)),
    ...(await state.bundles(connection, 'withdrawn')),
  ].filter(({ id, madeAt }) => madeAt < oldest && id !== base?.bundleId);
  if (tooOld.length > 0) {
    await state.transaction(async (writing) => {
      for (const { id, name, sha256 } of tooOld) {
        await writing.setBundle(id, 'removed');
        await writing.audit('removed', connection, { name, sha256 });
      }
    });
  }
  await sweepConnection(state, home, connection);
}

/** The names this program gives; nothing else is ever removed. */
const OWN_NAME = new RegExp(
  String.raw`^(\d{8}T\d{6}Z-1\.[12]-(?:bulk|delta))(?:\.zip|-full\.zip|-exclusions\.csv|-vanished\.csv|-report\.(?:html|json)(${NEXT_NAME})?)$`,
);

/**
 * Removes the files of one connection that the state has no use for. The files are listed before the rows are read, and the rows only
 * by the holder of the district: what is in the list belongs to no later holder, and has its row by then or never will.
 */
export async function sweepConnection(state: State, home: Home, connection: string): Promise<void> {
  const folders = [home.bundles(connection), home.withheld(connection), home.full(connection)] as const;
  const [bundles, withheld, full] = folders.map(ownFiles);
  const needed = await state.transaction((holding) => neededNames(holding, connection));
  // Of published bundles only those go that were forgotten: a history that was lost must not empty the folder.
  sweep(bundles, (name) => !needed.gone.has(name));
  sweep(withheld, (name) => needed.withheld.has(name));
  sweep(full, (name) => needed.full.has(name));
}

type Names = ReadonlySet<string | null | undefined>;

async function neededNames(
  state: State,
  connection: string,
): Promise<{ readonly gone: Names; readonly withheld: Names; readonly full: Names }> {
  const published = await state.bundles(connection, 'published');
  const gone = new Set((await state.bundles(connection, 'removed', 'failed')).map(({ name }) => name));
  for (const { name } of published) gone.delete(name);
  const refused = await state.newestBundle(connection, 'refused');
  const waiting = await state.bundles(connection, 'held', 'releasing');
  const isNewest = refused !== undefined && refused.id > (published[0]?.id ?? 0);
  const withheld = new Set([...waiting, ...(isNewest ? [refused] : [])].map(({ name }) => name));
  // Only two full contents are needed: of the last good bundle, and of the receiver's bundle.
  const base = await state.base(connection);
  const full = new Set([published[0]?.name, base && (await state.bundle(base.bundleId))?.name]);
  return { gone, withheld, full };
}

interface OwnFile {
  readonly path: string;
  /** Of its bundle. */
  readonly name: string;
  readonly isHalfWritten: boolean;
}

function ownFiles(folder: string): readonly OwnFile[] {
  if (!isOwnFolder(dirname(folder)) || !isOwnFolder(folder)) return []; // what a link leads to is not ours to remove
  return listFolder(folder).flatMap((file) => {
    const [, name, halfWritten] = OWN_NAME.exec(file) ?? [];
    return name === undefined
      ? []
      : [{ path: join(folder, file), name, isHalfWritten: halfWritten !== undefined }];
  });
}

function sweep(files: readonly OwnFile[] = [], isKept: (name: string) => boolean): void {
  for (const { path, name, isHalfWritten } of files) if (isHalfWritten || !isKept(name)) removeNow(path); // what a reader has open stays until the next sweep
}

const BUNDLE_NAME = /^\d{8}T\d{6}Z-1\.[12]-(bulk|delta)\.zip$/;

/** The newest bundle file of a connection by its name, for a history that was lost: names begin with the time. */
export function newestOnDisk(
  home: Home,
  connection: string,
): { readonly path: string; readonly mode: 'bulk' | 'delta' } | undefined {
  const folder = home.bundles(connection);
  const name = listFolder(folder)
    .filter((file) => BUNDLE_NAME.test(file))
    .sort()
    .at(-1);
  if (name === undefined) return undefined;
  return { path: join(folder, name), mode: name.endsWith('-bulk.zip') ? 'bulk' : 'delta' };
}

export const isThere = (path: string | undefined): path is string => path !== undefined && existsSync(path);
