/**
 * The local copy of one consistent read of the SIS: a SQLite file that lives as long as the refresh, shared by all its
 * connections. Rows stand in the order in which they were read, so walking a table is one sequential scan.
 *
 * A table keeps its rows in blocks, and a block keeps each column by itself (`column.ts`): a walk unpacks just the columns it
 * wants, and handing over rows cell by cell between SQLite and JavaScript costs five times what reading a block does.
 */
import Database from 'better-sqlite3';
import { keepNoJournal } from '../model/sqlite-pragma.js';
import { sisTables, type SisTable, type SisTableName } from '../campus/tables.js';
import {
  packColumn,
  unpackColumn,
  type BlockColumn,
  type SnapshotCell,
  type StoredColumn,
} from './column.js';
import { makeRow } from './make-row.js';
import type { ActiveYear, RowOf, SnapshotTable } from './row-types.js';

export type { BlockColumn, SnapshotCell } from './column.js';
export type {
  ActiveYear,
  OtherYearStudentRow,
  PersonRow,
  ReadTable,
  RowOf,
  SnapshotTable,
} from './row-types.js';

const declared = (name: SisTableName): readonly string[] =>
  (sisTables as readonly SisTable[])
    .filter((table) => table.name === name)
    .flatMap((table) => table.columns.map((column) => column.name));

const without = (names: readonly string[], ...left: readonly string[]): readonly string[] =>
  names.filter((name) => !left.includes(name));

export const PERSON_COLUMNS: readonly string[] = [
  ...without(declared('Person'), 'currentIdentityID'),
  ...without(declared('Identity'), 'personID'),
  ...without(declared('Contact'), 'personID'),
];

const BY_STUDENT = 'RelatedPairByStudent';

const columnsByTable: ReadonlyMap<string, readonly string[]> = new Map([
  ...sisTables
    .filter((table) => !['Person', 'Identity', 'Contact'].includes(table.name))
    .map((table): [string, readonly string[]] => [table.name, declared(table.name)]),
  ['Person', PERSON_COLUMNS],
  ['OtherYearStudent', ['personID', 'endYear']],
  ['RepeatedKey', ['table', 'id']],
  [BY_STUDENT, declared('RelatedPair')],
]);

const listed = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ');

const TABLES = [
  ...[...columnsByTable].map(
    ([table, columns]) => `CREATE TABLE "${table}" ("rows" INTEGER, ${listed(columns)})`,
  ),
  'CREATE TABLE ActiveYear (year TEXT)',
  'CREATE TABLE Metadata (source TEXT, "column" TEXT, "rows" INTEGER, id, value)',
].join(';');

/** The cells of a row in the order of the names. */
type CellsOf<T extends SnapshotTable, Names extends readonly (keyof RowOf<T>)[]> = {
  readonly [At in keyof Names]: RowOf<T>[Names[At]];
};

export function snapshotColumns(table: SnapshotTable): readonly string[] {
  return columnsByTable.get(table) ?? [];
}

/** Rows on their way into the snapshot, in column order. */
export interface Block {
  readonly rows: number;
  readonly columns: readonly BlockColumn[];
}

/**
 * Instead of a path: SQLite keeps the content in a file of its own in the folder for temporary files, which it removes there
 * as soon as it is open, so that no end of the process leaves it behind.
 */
export const UNNAMED = '';

export class Snapshot {
  static readonly tables = [...columnsByTable.keys()] as readonly SnapshotTable[];

  readonly #database: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();
  readonly #walks = new Set<IterableIterator<unknown>>();

  private constructor(
    readonly path: string,
    database: Database.Database,
  ) {
    this.#database = database;
  }

  /** A new, empty snapshot. It is discarded after a crash, so it needs neither journal nor fsync. `path`: may be UNNAMED. */
  static create(path: string): Snapshot {
    const database = withSmallCache(new Database(path));
    keepNoJournal(database);
    database.exec(`BEGIN; ${TABLES}`);
    return new Snapshot(path, database);
  }

  static open(path: string): Snapshot {
    return new Snapshot(path, withSmallCache(new Database(path, { readonly: true, fileMustExist: true })));
  }

  /** A function that appends a block of decoded rows. */
  appender(table: SnapshotTable): (block: Block) => void {
    if (this.#database.readonly) throw new Error('a sealed snapshot is readonly');
    const places = snapshotColumns(table).map(() => '?');
    const insert = this.#database.prepare(`INSERT INTO "${table}" VALUES (?, ${places.join(', ')})`);
    return ({ rows, columns }) => {
      if (rows > 0) insert.run(rows, ...columns.map((column) => packColumn(column, rows)));
    };
  }

  /**
   * A function that appends values of a column for extension columns, by ascending ids. Called with none, it still leaves a trace: what
   * was read and is empty is not the same as what was not read.
   */
  metadataAppender(
    source: string,
    column: string,
  ): (ids: readonly number[], values: readonly SnapshotCell[]) => void {
    const insert = this.#database.prepare('INSERT INTO Metadata VALUES (?, ?, ?, ?, ?)');
    return (ids, values) => {
      const rows = ids.length;
      insert.run(source, column, rows, packColumn(ids, rows), packColumn(values, rows));
    };
  }

  /** The filled values of such a column, by ascending ids. */
  *metadata(source: string, column: string): IterableIterator<readonly [id: number, value: string]> {
    const blocks = this.#database
      .prepare('SELECT "rows", id, value FROM Metadata WHERE source = ? AND "column" = ? ORDER BY rowid')
      .raw()
      .iterate(source, column) as IterableIterator<[rows: number, ids: StoredColumn, values: StoredColumn]>;
    this.#walks.add(blocks);
    let isRead = false;
    for (const [rows, ids, values] of blocks) {
      isRead = true;
      const [idsHere, valuesHere] = [unpackColumn(ids, rows), unpackColumn(values, rows)];
      for (let at = 0; at < rows; at += 1) yield [Number(idsHere?.[at] ?? 0), String(valuesHere?.[at] ?? '')];
    }
    this.#walks.delete(blocks);
    if (!isRead) throw new Error(`the snapshot has no values of ${column} for an extension column`);
  }

  /** Ends the loading: from here on the snapshot is only read. */
  seal(year: ActiveYear): void {
    this.#database.prepare('INSERT INTO ActiveYear VALUES (?)').run(JSON.stringify(year));
    this.#database.exec('COMMIT');
  }

  get year(): ActiveYear {
    return JSON.parse(
      this.#database.prepare('SELECT year FROM ActiveYear').pluck().get() as string,
    ) as ActiveYear;
  }

  /** All rows of a table in the order of the SIS read, which is the declared order of that table. */
  *rows<T extends SnapshotTable>(table: T): IterableIterator<RowOf<T>> {
    const names = snapshotColumns(table);
    const make = makeRow[table] as (columns: object, at: number) => RowOf<T>;
    for (const { rows, columns } of this.#blocks(table, names)) {
      const byName = Object.fromEntries(names.map((name, at) => [name, columns[at] ?? blanks(rows)]));
      for (let at = 0; at < rows; at += 1) yield make(byName, at);
    }
  }

  /** The same rows as lists of the cells of the named columns, which is faster where a few are wanted. */
  *cells<T extends SnapshotTable, const Names extends readonly (keyof RowOf<T> & string)[]>(
    table: T,
    names: Names,
  ): IterableIterator<CellsOf<T, Names>> {
    for (const { rows, columns } of this.#blocks(table, names)) {
      const filled = columns.map((cells) => cells ?? blanks(rows));
      for (let at = 0; at < rows; at += 1) {
        const cells: unknown[] = [];
        for (let column = 0; column < filled.length; column += 1) cells.push(filled[column]?.[at]);
        yield cells as unknown as CellsOf<T, Names>;
      }
    }
  }

  /** As `cells`, but only rows whose number in one of the columns is wanted. Of a block without any, no other column is unpacked. */
  *cellsWhere<T extends SnapshotTable>(
    table: T,
    names: readonly (keyof RowOf<T> & string)[],
    {
      column,
      isWanted,
    }: { readonly column: keyof RowOf<T> & string; readonly isWanted: (id: number) => boolean },
  ): IterableIterator<readonly SnapshotCell[]> {
    const key = names.indexOf(column);
    for (const { rows, stored } of this.#stored(table, names)) {
      const ids = unpackColumn(stored[key] ?? null, rows) ?? blanks(rows);
      let columns: Columns | undefined;
      for (let at = 0; at < rows; at += 1) {
        const id = ids[at];
        if (typeof id !== 'number' || !isWanted(id)) continue;
        columns ??= stored.map((column) => unpackColumn(column, rows));
        yield columns.map((cells) => cells?.[at] ?? null);
      }
    }
  }

  /** A copy with a row for each row and a column for each column, for inspection. */
  copyForPeople(path: string): void {
    const copy = new Database(path);
    try {
      keepNoJournal(copy);
      copy.exec('BEGIN');
      for (const [table, columns] of columnsByTable) {
        if (table === BY_STUDENT) continue;
        copy.exec(`CREATE TABLE "${table}" (${listed(columns)})`);
        const insert = copy.prepare(`INSERT INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`);
        for (const { rows, columns: cells } of this.#blocks(table, columns)) {
          for (let at = 0; at < rows; at += 1) insert.run(cells.map((column) => column?.[at] ?? null));
        }
      }
      this.#copyMetadata(copy);
      copy.exec('COMMIT');
    } finally {
      copy.close();
    }
  }

  #copyMetadata(copy: Database.Database): void {
    const read = this.#database.prepare('SELECT DISTINCT source, "column" FROM Metadata').raw();
    copy.exec('CREATE TABLE Metadata (source TEXT, "column" TEXT, id INTEGER, value TEXT)');
    const insert = copy.prepare('INSERT INTO Metadata VALUES (?, ?, ?, ?)');
    for (const [source, column] of read.all() as [string, string][])
      for (const [id, value] of this.metadata(source, column)) insert.run(source, column, id, value);
  }

  *#blocks(table: string, columns: readonly string[]): Iterable<ReadBlock> {
    for (const { rows, stored } of this.#stored(table, columns))
      yield { rows, columns: stored.map((column) => unpackColumn(column, rows)) };
  }

  *#stored(table: string, columns: readonly string[]): Iterable<StoredBlock> {
    const blocks = this.#walkOf(
      `SELECT "rows", ${listed(columns)} FROM "${table}" ORDER BY rowid`,
    ).iterate() as IterableIterator<[rows: number, ...stored: StoredColumn[]]>;
    this.#walks.add(blocks);
    for (const [rows, ...stored] of blocks) yield { rows, stored };
    this.#walks.delete(blocks);
  }

  /** Every connection walks the same tables, so a walk is prepared once, and once more for each that goes on beside it. */
  #walkOf(sql: string): Database.Statement {
    const known = this.#prepared.get(sql);
    if (known?.busy === false) return known;
    const walk = this.#database.prepare(sql).raw();
    this.#prepared.set(sql, walk);
    return walk;
  }

  /** Ends walks that were left early, too: SQLite closes no file that is still being read. */
  close(): void {
    for (const walk of this.#walks) walk.return?.();
    this.#database.close();
  }
}

/** Written once and read in one direction: a cache of 16 MB, which is usual, would keep pages that are not read again. */
function withSmallCache(database: Database.Database): Database.Database {
  database.pragma('cache_size = -1024');
  return database;
}

/** Null: a column whose cells are all empty. */
type Columns = readonly (readonly SnapshotCell[] | null)[];

interface StoredBlock {
  readonly rows: number;
  readonly stored: readonly StoredColumn[];
}

interface ReadBlock {
  readonly rows: number;
  readonly columns: Columns;
}

const NO_CELLS: null[] = [];

function blanks(rows: number): readonly null[] {
  while (NO_CELLS.length < rows) NO_CELLS.push(null);
  return NO_CELLS;
}
