/**
 * The local copy of one consistent read of the SIS: a SQLite file that lives as long as the refresh, shared by all its
 * connections. Rows stand in the order in which they were read, so walking a table is one sequential scan.
 *
 * A table keeps its rows in blocks, each a JSON text: handing over a row cell by cell between SQLite and JavaScript costs five
 * times what parsing it in a block does (200,000 roster rows: 0.41 s against 0.08 s), and twice as much when it is kept.
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

/** Enough to make the calls few, and little enough that a block is garbage while it is still young. */
const ROWS_PER_BLOCK = 500;

/** Walked in another order than they were read in. */
const BY_STUDENT = 'RelatedPairByStudent';
const UNSORTED = 'UnsortedPair';

export class Snapshot {
  readonly #database: Database.Database;
  readonly #walks = new Set<IterableIterator<unknown>>();
  /** Writes the block that each table still gathers. */
  readonly #flushes: (() => void)[] = [];

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
    for (const table of columnsByTable.keys()) database.exec(`CREATE TABLE "${table}" (block TEXT)`);
    database.exec('CREATE TABLE ActiveYear (year TEXT)');
    database.exec(`CREATE TEMP TABLE ${UNSORTED} (student INTEGER, other INTEGER, cells TEXT)`);
    database.exec('BEGIN');
    return new Snapshot(path, database);
  }

  static open(path: string): Snapshot {
    return new Snapshot(path, new Database(path, { readonly: true, fileMustExist: true }));
  }

  /** A function that appends one row of decoded cells, in column order; it keeps the array that it is given. */
  appender(table: SnapshotTable): (cells: readonly SnapshotCell[]) => void {
    if (this.#database.readonly) throw new Error('a sealed snapshot is readonly');
    const insert = this.#database.prepare(`INSERT INTO "${table}" VALUES (?)`);
    let block: (readonly SnapshotCell[])[] = [];
    const flush = (): void => {
      if (block.length > 0) insert.run(packed(block));
      block = [];
    };
    this.#flushes.push(flush);
    const sort = table === 'RelatedPair' ? this.#sorter() : undefined;
    return (cells) => {
      block.push(cells);
      if (block.length === ROWS_PER_BLOCK) flush();
      sort?.(cells);
    };
  }

  /** Ends the loading: from here on the snapshot is only read. */
  seal(year: ActiveYear): void {
    this.#flush();
    this.#database.exec(
      `CREATE TABLE ${BY_STUDENT} AS SELECT cells FROM temp.${UNSORTED} ORDER BY student, other, rowid`,
    );
    this.#database.prepare('INSERT INTO ActiveYear VALUES (?)').run(JSON.stringify(year));
    this.#database.exec('COMMIT');
  }

  get year(): ActiveYear {
    return JSON.parse(
      this.#database.prepare('SELECT year FROM ActiveYear').pluck().get() as string,
    ) as ActiveYear;
  }

  /** All rows of a table in the order of the SIS read, which is the declared order of that table. */
  rows<T extends SnapshotTable>(table: T): IterableIterator<RowOf<T>> {
    return rowsOf(this.#blocks(table), snapshotColumns(table));
  }

  relatedPairsByStudent(): IterableIterator<SisRow<'RelatedPair'>> {
    return rowsOf(this.#sortedBlocks(), snapshotColumns('RelatedPair'));
  }

  /** A copy with a row for each row and a column for each column, for people who look into it. */
  copyForPeople(path: string): void {
    const copy = new Database(path);
    try {
      copy.pragma('journal_mode = OFF');
      copy.exec('BEGIN');
      for (const [table, columns] of columnsByTable) {
        copy.exec(`CREATE TABLE "${table}" (${columns.map((column) => `"${column}"`).join(', ')})`);
        const insert = copy.prepare(`INSERT INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`);
        for (const block of this.#blocks(table)) for (const cells of block) insert.run(cells);
      }
      copy.exec('COMMIT');
    } finally {
      copy.close();
    }
  }

  /** SQLite sorts, so that memory stays flat. */
  #sorter(): (cells: readonly SnapshotCell[]) => void {
    const columns = snapshotColumns('RelatedPair');
    const [student, other] = [columns.indexOf('personID1'), columns.indexOf('personID2')];
    const insert = this.#database.prepare(`INSERT INTO temp.${UNSORTED} VALUES (?, ?, ?)`);
    return (cells) => insert.run(cells[student], cells[other], JSON.stringify(cells));
  }

  #flush(): void {
    for (const flush of this.#flushes) flush();
  }

  *#blocks(table: string): Iterable<Block> {
    this.#flush();
    for (const text of this.#texts(`SELECT block FROM "${table}" ORDER BY rowid`))
      yield JSON.parse(text) as Block;
  }

  *#sortedBlocks(): Iterable<Block> {
    let texts: string[] = [];
    const block = (): Block => JSON.parse(`[${texts.join(',')}]`) as Block;
    for (const text of this.#texts(`SELECT cells FROM ${BY_STUDENT} ORDER BY rowid`)) {
      texts.push(text);
      if (texts.length < ROWS_PER_BLOCK) continue;
      yield block();
      texts = [];
    }
    yield block();
  }

  *#texts(sql: string): Iterable<string> {
    const texts = this.#database.prepare(sql).pluck().iterate() as IterableIterator<string>;
    this.#walks.add(texts);
    yield* texts;
    this.#walks.delete(texts);
  }

  /** Ends walks that were left early, too: SQLite closes no file that is still being read. */
  close(): void {
    for (const walk of this.#walks) walk.return?.();
    this.#database.close();
  }
}

type Block = readonly (readonly SnapshotCell[])[];
type Cells = Record<string, SnapshotCell>;

/** In ASCII: one name with a letter beyond Latin-1 would make V8 keep and parse the whole block in two bytes a character. */
function packed(block: Block): string {
  return JSON.stringify(block).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Each row begins as a copy of one blank object, so that all share a shape, which is what makes reading their columns fast. The
 * blank has held text and numbers before: a shape that had held nothing else than null would change with every kind of cell.
 */
function* rowsOf<Row>(blocks: Iterable<Block>, columns: readonly string[]): IterableIterator<Row> {
  const blank = JSON.parse(JSON.stringify(Object.fromEntries(columns.map((name) => [name, null])))) as Cells;
  for (const kind of ['', 0, null]) for (const column of columns) blank[column] = kind;
  for (const block of blocks) {
    for (const cells of block) {
      const row = { ...blank };
      for (let at = 0; at < columns.length; at += 1) row[columns[at] ?? ''] = cells[at] ?? null;
      yield row as Row;
    }
  }
}
