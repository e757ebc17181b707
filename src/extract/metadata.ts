/**
 * Values for extension columns, from their SIS tables into the snapshot, in the same view as everything else. Of several rows with one
 * key the first is taken, with all its values: rows are put in order by their values, column by column in alphabetical order of the
 * columns' names, compared as text with empty values last. So the choice is the same on every database.
 */
import { inSis } from '../campus/mapping.js';
import type { MetadataRead } from '../model/settings.js';
import type { Snapshot, SnapshotCell, SnapshotTable } from '../snapshot/snapshot.js';
import { requireAllRows } from './all-rows.js';
import { decodeColumn } from './decode.js';
import { metadataKey } from './mapping.js';
import { metadataQuery } from './metadata-query.js';
import { typeOfValue } from './metadata-schema.js';
import type { Names } from './names.js';
import { ReadFaults, type CountedColumn } from './read-faults.js';
import { reading } from './source-fault.js';
import type { SisView } from './source.js';
import type { ReadRequest } from './table-reader.js';

export interface MetadataCopy {
  readonly view: SisView;
  readonly names: Names;
  readonly snapshot: Snapshot;
  readonly request: ReadRequest;
}

/** With a focus: the values of the records that are in the snapshot. */
export async function copyMetadata(copy: MetadataCopy, reads: readonly MetadataRead[] = []): Promise<void> {
  const faults = new ReadFaults();
  for (const read of reads) if (read.isDeclared !== true) await copyRead(copy, read, faults);
  faults.settle(copy.request.label, copy.request.notices);
}

async function copyRead(copy: MetadataCopy, read: MetadataRead, faults: ReadFaults): Promise<void> {
  const { view, names, snapshot, request } = copy;
  const query = metadataQuery(names, read, idsIn(names, snapshot, read));
  const columns = countedColumns(names, read);
  const table = inSis(names.tables, read.table);
  const first = new FirstRows(read.columns.map((column) => snapshot.metadataAppender(read.id, column)));
  let rows = 0;
  for await (const { count, columns: raw } of reading(table, view.readColumns(query))) {
    await request.onBatch?.();
    const [ids = [], ...values] = raw.map((cells, at) => {
      const column = columns[at];
      if (column === undefined) throw new Error('more columns than were selected');
      const decoded = decodeColumn(cells, column.type);
      if (decoded.json === undefined) faults.add(column, decoded);
      return decoded.values();
    });
    first.add(ids, values, () => faults.isOutOfOrder(columns[0]?.path ?? ''));
    rows += count;
  }
  first.end();
  await requireAllRows(copy, table, query, rows);
  note(copy, read, { rows, several: first.several });
  request.onTable?.(read.table, rows);
}

/** Where the ids of a small snapshot are. */
const TABLES_WITH = {
  personID: 'Person',
  schoolID: 'School',
  sectionID: 'Section',
  courseID: 'Course',
  enrollmentID: 'Enrollment',
  rosterID: 'Roster',
  termID: 'Term',
} as const satisfies Readonly<Record<NonNullable<MetadataRead['by']>, SnapshotTable>>;

/** Undefined where the whole district is read. */
function idsIn(
  { focus = {} }: Names,
  snapshot: Snapshot,
  { by }: MetadataRead,
): readonly number[] | undefined {
  if (by === undefined || Object.keys(focus).length === 0) return undefined;
  const rows: Iterable<object> = snapshot.rows(TABLES_WITH[by]);
  return Array.from(rows, (row) => Number((row as Readonly<Record<string, unknown>>)[by]));
}

function countedColumns(names: Names, read: MetadataRead): readonly CountedColumn[] {
  const found = names.schema.get(metadataKey(read.table))?.columns;
  const counted = (column: string, type?: CountedColumn['type']): CountedColumn => {
    const real = found?.get(column.toLowerCase());
    return {
      path: inSis(names.tables, read.table, column),
      type: type ?? (real === undefined ? 'text' : typeOfValue(real)),
      sql: real?.type ?? '',
    };
  };
  return [counted(read.key, 'id'), ...read.columns.map((column) => counted(column))];
}

function note(
  { names, request: { notices } }: MetadataCopy,
  { table, key, columns, usedFor }: MetadataRead,
  { rows, several }: { readonly rows: number; readonly several: number },
): void {
  const [place, purpose] = [inSis(names.tables, table), usedFor.join(', ')];
  if (several > 0)
    notices.add(
      'metadata-several-rows',
      'warning',
      `${place} has several rows for one ${key}; the first is sent, in the order of ${columns.join(', ')} (as text, empty last). Read for ${purpose}; where can select one.`,
      several,
    );
  if (rows === 0)
    notices.add(
      'metadata-no-rows',
      'warning',
      `${place} has no row to read for ${purpose}; the cells are empty.`,
    );
}

type Append = (keys: readonly number[], values: readonly SnapshotCell[]) => void;

const ROWS_PER_BLOCK = 500;

/** The first row of each key, its filled values appended column by column. Keys must ascend. */
class FirstRows {
  /** Keys with more than one row. */
  several = 0;
  #key: number | undefined;
  #row: readonly SnapshotCell[] = [];
  #isSeveral = false;
  readonly #columns: readonly { readonly append: Append; keys: number[]; values: SnapshotCell[] }[];

  constructor(appends: readonly Append[]) {
    this.#columns = appends.map((append) => ({ append, keys: [], values: [] }));
  }

  add(
    keys: readonly SnapshotCell[],
    values: readonly (readonly SnapshotCell[])[],
    onDisorder: () => void,
  ): void {
    for (const [at, key] of keys.entries()) {
      if (typeof key !== 'number') continue; // unreadable, and counted as such
      const row = values.map((column) => column[at] ?? null);
      if (key !== this.#key) {
        if (this.#key !== undefined && key < this.#key) onDisorder();
        this.#flush();
        [this.#key, this.#row, this.#isSeveral] = [key, row, false];
        continue;
      }
      if (!this.#isSeveral) this.several += 1;
      this.#isSeveral = true;
      if (isBefore(row, this.#row)) this.#row = row;
    }
  }

  end(): void {
    this.#flush();
    for (const column of this.#columns) column.append(column.keys, column.values);
  }

  #flush(): void {
    if (this.#key === undefined) return;
    for (const [at, column] of this.#columns.entries()) {
      const value = this.#row[at] ?? null;
      if (value === null) continue;
      column.keys.push(this.#key);
      column.values.push(String(value));
      if (column.keys.length < ROWS_PER_BLOCK) continue;
      column.append(column.keys, column.values);
      [column.keys, column.values] = [[], []];
    }
  }
}

/** Strings compare by UTF-16 units, on every machine alike. */
function isBefore(row: readonly SnapshotCell[], other: readonly SnapshotCell[]): boolean {
  for (const [at, cell] of row.entries()) {
    const [a, b] = [cell, other[at] ?? null];
    if (String(a) === String(b) && (a === null) === (b === null)) continue;
    return b === null || (a !== null && String(a) < String(b));
  }
  return false;
}
