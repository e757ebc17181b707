/** How long bundles and their files are kept. Files follow the state, never the other way. */
import type { RetentionSettings } from '../model/settings.js';
import type { State } from '../state/state.js';
import { OWN_FILE } from './bundle-files.js';
import type { Home } from './home.js';
import type { Shelf } from './shelf.js';

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

/**
 * Removes the files of one connection that the state has no use for. The files are listed before the rows are read, and the rows only
 * by the holder of the district: what is in the list belongs to no later holder, and has its row by then or never will.
 */
export async function sweepConnection(state: State, home: Home, connection: string): Promise<void> {
  const [bundles, withheld, full] = [
    ownFiles(home.bundles(connection)),
    ownFiles(home.withheld(connection)),
    ownFiles(home.full(connection)),
  ];
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

interface OwnFiles {
  readonly shelf: Shelf;
  readonly files: readonly OwnFile[];
}

interface OwnFile {
  readonly file: string;
  /** Of its bundle. */
  readonly name: string;
  readonly isHalfWritten: boolean;
}

function ownFiles(shelf: Shelf): OwnFiles {
  const files = shelf.list().flatMap((file): OwnFile[] => {
    const [, name, halfWritten] = OWN_FILE.exec(file) ?? [];
    return name === undefined ? [] : [{ file, name, isHalfWritten: halfWritten !== undefined }];
  });
  return { shelf, files };
}

function sweep({ shelf, files }: OwnFiles, isKept: (name: string) => boolean): void {
  for (const { file, name, isHalfWritten } of files) if (isHalfWritten || !isKept(name)) shelf.remove(file);
}
