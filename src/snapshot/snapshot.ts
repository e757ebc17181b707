/**
 * The local copy of one consistent read of the SIS: a SQLite file that lives as long as the refresh, shared by all its
 * connections. Rows stand in the order in which they were read, so walking a table is one sequential scan.
 */
import Database from 'better-sqlite3';
import { sisTables, type SisRow, type SisTable, type SisTableName } from '../campus/tables.js';
import type { LocalDate } from '../model/values.js';

export type SnapshotCell = string | number | null;

/** The school year that is marked active, its blank dates filled in. */
export interface ActiveYear {
  readonly endYear: number;
  readonly startYear: number;
  readonly start: LocalDate;
  readonly end: LocalDate;
  readonly label: string | null;
}

/** A person with the current identity and the contact. `identityID` is null when there is no current identity of his own. */
export type PersonRow = Omit<SisRow<'Person'>, 'currentIdentityID'> &
  Omit<SisRow<'Identity'>, 'identityID' | 'personID'> &
  Omit<SisRow<'Contact'>, 'personID'> & { readonly identityID: number | null };

/** Somebody whose newest enrollment is in the year before or after the active one. */
export interface OtherYearStudentRow {
  readonly personID: number;
  readonly endYear: number | null;
}

interface SnapshotRows {
  readonly Person: PersonRow;
  readonly OtherYearStudent: OtherYearStudentRow;
}

/** Identity and Contact are read together with Person. */
type CopiedTable = Exclude<SisTableName, 'Person' | 'Identity' | 'Contact'>;
export type SnapshotTable = CopiedTable | keyof SnapshotRows;
export type RowOf<T extends SnapshotTable> = T extends keyof SnapshotRows
  ? SnapshotRows[T]
  : T extends SisTableName
    ? SisRow<T>
    : never;

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

const columnsByTable: ReadonlyMap<string, readonly string[]> = new Map([
  ...sisTables
    .filter((table) => !['Person', 'Identity', 'Contact'].includes(table.name))
    .map((table): [string, readonly string[]] => [table.name, declared(table.name)]),
  ['Person', PERSON_COLUMNS],
  ['OtherYearStudent', ['personID', 'endYear']],
]);

export function snapshotColumns(table: SnapshotTable): readonly string[] {
  return columnsByTable.get(table) ?? [];
}

export class Snapshot {
  readonly #database: Database.Database;
  readonly #walks = new Set<IterableIterator<unknown>>();

  private constructor(
    readonly path: string,
    database: Database.Database,
  ) {
    this.#database = database;
  }

  /** A new, empty snapshot. A crash throws it away, so it needs neither journal nor fsync. */
  static create(path: string): Snapshot {
    const database = new Database(path);
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    for (const [table, columns] of columnsByTable) {
      database.exec(`CREATE TABLE "${table}" (${columns.map((column) => `"${column}"`).join(', ')})`);
    }
    database.exec('CREATE TABLE ActiveYear (year TEXT)');
    database.exec('BEGIN');
    return new Snapshot(path, database);
  }

  static open(path: string): Snapshot {
    return new Snapshot(path, new Database(path, { readonly: true, fileMustExist: true }));
  }

  /** A function that appends one row of decoded cells, in column order. */
  appender(table: SnapshotTable): (cells: readonly SnapshotCell[]) => void {
    const columns = snapshotColumns(table);
    const insert = this.#database.prepare(
      `INSERT INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`,
    );
    return (cells) => insert.run(cells);
  }

  /** Ends the loading: from here on the snapshot is only read. */
  seal(year: ActiveYear): void {
    this.#database.prepare('INSERT INTO ActiveYear VALUES (?)').run(JSON.stringify(year));
    this.#database.exec('CREATE INDEX RelatedPairByStudent ON RelatedPair (personID1, personID2)');
    this.#database.exec('COMMIT');
  }

  get year(): ActiveYear {
    return JSON.parse(
      this.#database.prepare('SELECT year FROM ActiveYear').pluck().get() as string,
    ) as ActiveYear;
  }

  /** All rows of a table in the order of the SIS read, which is the declared order of that table. */
  rows<T extends SnapshotTable>(table: T): IterableIterator<RowOf<T>> {
    return this.#iterate(`SELECT * FROM "${table}" ORDER BY rowid`);
  }

  relatedPairsByStudent(): IterableIterator<SisRow<'RelatedPair'>> {
    return this.#iterate('SELECT * FROM RelatedPair ORDER BY personID1, personID2, rowid');
  }

  #iterate<Row>(sql: string): IterableIterator<Row> {
    const rows = this.#database.prepare(sql).iterate() as IterableIterator<Row>;
    this.#walks.add(rows);
    return rows;
  }

  /** Ends walks that were left early, too: SQLite closes no file that is still being read. */
  close(): void {
    for (const walk of this.#walks) walk.return?.();
    this.#database.close();
  }
}
