/** What the files of a bundle are called, and on which shelf each of them is. */
import { existsSync } from 'node:fs';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';
import type { Home } from './home.js';
import { NEXT_NAME } from './replace-file.js';
import type { Shelf } from './shelf.js';

/** Of a file, after the name of its bundle. */
const ENDINGS = {
  bundle: '.zip',
  exclusions: '-exclusions.csv',
  /** Only of a held one. */
  vanished: '-vanished.csv',
  /** What is behind a delta, while that is withheld. */
  full: '-full.zip',
  /** For people. */
  report: '-report.html',
  /** The same as data. */
  subject: '-report.json',
} as const;

export type BundleFile = keyof typeof ENDINGS;

export const fileOf = (name: string | null, file: BundleFile): string => `${name ?? ''}${ENDINGS[file]}`;

/** As `bundleName` makes them. */
const NAME = String.raw`\d{8}T\d{6}Z-1\.[12]-(?:bulk|delta)`;

/** The names this program gives, with the name of the bundle, and whether it is only the next content of a file; nothing else is ever removed. */
export const OWN_FILE = new RegExp(
  String.raw`^(${NAME})(?:${Object.values(ENDINGS)
    .join('|')
    .replaceAll('.', String.raw`\.`)})(${NEXT_NAME})?$`,
);

type Named = Pick<BundleRecord, 'connection' | 'name' | 'mode'>;

/** Whether a name was ever given, or a file stands in its way. */
export async function isNameTaken(
  state: State,
  home: Home,
  connection: string,
  name: string,
): Promise<boolean> {
  const shelves = [home.bundles(connection), home.withheld(connection), home.full(connection)];
  if (shelves.some((shelf) => isThere(shelf.pathOf(fileOf(name, 'bundle'))))) return true;
  return await state.hasName(connection, name);
}

/** The zip that holds everything the receiver has after this published bundle. */
export function fullContent(home: Home, { connection, name, mode }: Named): string | undefined {
  if (name === null) return undefined;
  const shelf = mode === 'delta' ? home.full(connection) : home.bundles(connection);
  return shelf.pathOf(fileOf(name, 'bundle'));
}

/** A file of a bundle that is withheld, which may not be there. */
export const withheldFile = (
  home: Home,
  { connection, name }: Pick<Named, 'connection' | 'name'>,
  file: BundleFile,
): string => home.withheld(connection).pathOf(fileOf(name, file));

/** The shelf with a file of a bundle, published or withheld. Undefined where there is none. */
export function shelfWith(
  home: Home,
  { connection, name }: Pick<Named, 'connection' | 'name'>,
  file: BundleFile,
): Shelf | undefined {
  if (name === null) return undefined;
  const shelves = [home.bundles(connection), home.withheld(connection)];
  return shelves.find((shelf) => isThere(shelf.pathOf(fileOf(name, file))));
}

const BUNDLE_NAME = new RegExp(String.raw`^${NAME}\.zip$`);

/** The newest bundle file of a connection by its name, for a history that was lost: names begin with the time. */
export function newestOnDisk(
  home: Home,
  connection: string,
): { readonly path: string; readonly mode: 'bulk' | 'delta' } | undefined {
  const shelf = home.bundles(connection);
  const name = shelf
    .list()
    .filter((file) => BUNDLE_NAME.test(file))
    .sort()
    .at(-1);
  if (name === undefined) return undefined;
  return { path: shelf.pathOf(name), mode: name.endsWith('-bulk.zip') ? 'bulk' : 'delta' };
}

export const isThere = (path: string | undefined): path is string => path !== undefined && existsSync(path);
