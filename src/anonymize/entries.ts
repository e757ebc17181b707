/** What becomes of the entries of a zip: the tables and the manifest are rewritten, anything else loses its content and its name. */
import type { CsvSource } from '../zip/csv-source.js';
import { COLUMNS } from './columns.js';

export type EntryPlan =
  | { readonly kind: 'table'; readonly source: CsvSource; readonly name: string; readonly table: string }
  | { readonly kind: 'manifest'; readonly source: CsvSource; readonly name: string }
  | { readonly kind: 'other'; readonly source: CsvSource; readonly name: string };

const MANIFEST = 'manifest';
const BY_LOOSE_NAME: ReadonlyMap<string, string> = new Map(
  [MANIFEST, ...Object.keys(COLUMNS)].map((table) => [table.toLowerCase(), table]),
);

export function planEntries(entries: readonly CsvSource[]): readonly EntryPlan[] {
  const folders = new Folders();
  let others = 0;
  return entries.map((source) => {
    const at = source.name.lastIndexOf('/') + 1;
    const [folder, base] = [source.name.slice(0, at), source.name.slice(at)];
    const table = isLeftBehind(source.name)
      ? undefined
      : BY_LOOSE_NAME.get(/^(.*)\.csv$/i.exec(base)?.[1]?.toLowerCase() ?? '');
    const place = folders.nameOf(folder);
    if (table === undefined) {
      const name = base === '' ? place : `${place}${otherName(base, ++others)}`;
      return { kind: 'other', source, name };
    }
    const name = `${place}${base}`;
    return table === MANIFEST ? { kind: 'manifest', source, name } : { kind: 'table', source, name, table };
  });
}

/** By file managers. */
function isLeftBehind(name: string): boolean {
  return name.startsWith(MAC) || /(^|\/)\.[^/]*$/.test(name);
}

const MAC = '__MACOSX/';

/** The name of a file may be that of a person. */
function otherName(base: string, number: number): string {
  const isHidden = base.startsWith('.') || /^(?:Thumbs\.db|desktop\.ini)$/.test(base);
  return `${isHidden ? '.' : ''}other-${number}${/\.csv$/i.test(base) ? '.csv' : '.txt'}`;
}

class Folders {
  readonly #names = new Map<string, string>();

  /** As deep as before. */
  nameOf(folder: string): string {
    if (folder === '' || folder === MAC || /^(?:\.\/)+$/.test(folder)) return folder;
    if (folder.startsWith(MAC)) return `${MAC}${this.nameOf(folder.slice(MAC.length))}`;
    const known = this.#names.get(folder) ?? `folder-${this.#names.size + 1}/`;
    this.#names.set(folder, known);
    return known;
  }
}
