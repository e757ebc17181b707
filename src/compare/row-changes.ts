/**
 * The rows that differ between two full bundles, exactly: both are walked side by side, table by table, and each row is met
 * with that of the same sourcedId. Memory stays flat however long or different they are.
 */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { keepNoJournal } from '../model/sqlite-pragma.js';
import type { ZipLimits } from '../model/reading-limits.js';
import { Pending, type Waiting } from './pending.js';
import { cellsOf, columnName, ZipTables, type Line, type TableStream } from './zip-tables.js';

export interface RowChange {
  readonly table: string;
  readonly kind: 'added' | 'changed' | 'removed';
  readonly sourcedId: string;
  readonly header: readonly string[];
  /** The newest values: of a removed row the last ones. */
  readonly cells: readonly string[];
  /** The columns that changed, of a changed row only: names of the standard, and the position (`#7`) of any other. */
  readonly columns: readonly string[];
}

/** What concerns whole tables, told as they end. */
export interface TableCounts {
  readonly table: string;
  readonly before: number;
  readonly after: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export interface Comparison {
  readonly before: string;
  readonly after: string;
  /**
   * A path for a SQLite file, which is removed again. Without it: a file in the folder for temporary files, which is removed
   * there as soon as it is open.
   */
  readonly scratch?: string;
  /** How far the zips are unpacked; unless set, as bundles of this program. */
  readonly limits?: ZipLimits;
  /** Each row of the older bundle of these tables, and whether it vanished. In no order. */
  readonly onOldRow?: (
    table: string,
    header: readonly string[],
    cells: readonly string[],
    isRemoved: boolean,
  ) => void;
  readonly oldRowsOf?: readonly string[];
  /** Each row that differs, with its newest cells, as soon as it is known: in no order. */
  readonly onDiffering?: (row: DifferingRow) => void;
  /** Told table by table: added and changed rows in the order of the newer file, then removed ones in that of the older. */
  readonly onChange?: (change: RowChange) => void;
  readonly onTable?: (counts: TableCounts) => void;
  /** How many rows may wait in memory. */
  readonly limit?: number;
}

export type DifferingRow = Pick<RowChange, 'table' | 'kind' | 'header' | 'cells'>;

/** They describe the delivery, not the record. */
const NOT_OWN: readonly string[] = ['sourcedId', 'status', 'dateLastModified'];

export async function compareBundles(comparison: Comparison): Promise<void> {
  const { scratch } = comparison;
  const database = new Database(scratch ?? '');
  try {
    keepNoJournal(database);
    database.exec('BEGIN');
    const before = await ZipTables.open(comparison.before, comparison.limits);
    try {
      const after = await ZipTables.open(comparison.after, comparison.limits);
      try {
        for (const table of new Set([...after.entries.keys(), ...before.entries.keys()])) {
          await new TableComparison(database, comparison, table).run(before, after);
        }
      } finally {
        await after.close();
      }
    } finally {
      await before.close();
    }
  } finally {
    database.close();
    if (scratch !== undefined) rmSync(scratch, { force: true });
  }
}

interface Found {
  readonly kind: RowChange['kind'];
  readonly line: string;
  readonly columns: string;
}

class TableComparison {
  readonly #comparison: Comparison;
  readonly #table: string;
  readonly #database: Database.Database;
  readonly #old: Pending;
  readonly #new: Pending;
  readonly #keep: (found: Found, at: number) => void;
  readonly #counts = { added: 0, changed: 0, removed: 0 };
  readonly #tellsOldRows: boolean;
  /** For each column of the newer file where the older one has it, or -1. */
  #places: readonly number[] | undefined;
  #isSameHeader = false;

  constructor(database: Database.Database, comparison: Comparison, table: string) {
    this.#comparison = comparison;
    this.#table = table;
    this.#database = database;
    this.#old = new Pending(database, 0, comparison.limit);
    this.#new = new Pending(database, 1, comparison.limit);
    this.#tellsOldRows = comparison.onOldRow !== undefined && (comparison.oldRowsOf ?? []).includes(table);
    this.#keep = comparison.onChange === undefined ? () => undefined : this.#keeper();
  }

  async run(before: ZipTables, after: ZipTables): Promise<void> {
    // Field by field: with a spread, comparing took nearly twice as long.
    const older: TableStream = before.table(this.#table, ({ sourcedId, text }) =>
      this.#meet({ sourcedId, text, at: older.rows }, 'old', older, newer),
    );
    const newer: TableStream = after.table(this.#table, ({ sourcedId, text }) =>
      this.#meet({ sourcedId, text, at: newer.rows }, 'new', older, newer),
    );
    // Both headers are known before the first rows meet.
    while (older.header === undefined && !older.isDone) await older.pull();
    while (!older.isDone || !newer.isDone) {
      const next = newer.isDone || (!older.isDone && older.progress <= newer.progress) ? older : newer;
      await next.pull();
    }
    this.#settle(older, newer);
  }

  #meet(row: Waiting, side: 'old' | 'new', older: TableStream, newer: TableStream): void {
    const partner = (side === 'old' ? this.#new : this.#old).take(row.sourcedId);
    if (partner === undefined) {
      (side === 'old' ? this.#old : this.#new).add(row);
      return;
    }
    const [was, is] = side === 'old' ? [row, partner] : [partner, row];
    this.#compare(was, is, older, newer);
  }

  #compare(was: Line, is: Waiting, older: TableStream, newer: TableStream): void {
    const [oldHeader = [], newHeader = []] = [older.header, newer.header];
    if (this.#tellsOldRows) this.#comparison.onOldRow?.(this.#table, oldHeader, cellsOf(was.text), false);
    if (this.#places === undefined) {
      this.#places = newHeader.map((column) => oldHeader.indexOf(column));
      this.#isSameHeader = newHeader.join() === oldHeader.join();
    }
    if (this.#isSameHeader && was.text === is.text) return;
    const columns = this.#changedColumns(cellsOf(was.text), cellsOf(is.text), oldHeader, newHeader);
    if (columns.length === 0) return;
    this.#counts.changed += 1;
    this.#tell('changed', newHeader, is.text);
    this.#keep({ kind: 'changed', line: is.text, columns: columns.join() }, is.at);
  }

  /** A column that one side does not have is empty there. */
  #changedColumns(
    was: readonly string[],
    is: readonly string[],
    oldHeader: readonly string[],
    newHeader: readonly string[],
  ): readonly string[] {
    const isChanged = (column: string, at: number): boolean => {
      const from = this.#places?.[at] ?? -1;
      return !NOT_OWN.includes(column) && (from < 0 ? '' : (was[from] ?? '')) !== (is[at] ?? '');
    };
    const isLost = (column: string, at: number): boolean =>
      !NOT_OWN.includes(column) && !newHeader.includes(column) && (was[at] ?? '') !== '';
    const named = (
      header: readonly string[],
      is: (column: string, at: number) => boolean,
    ): readonly string[] =>
      header.flatMap((column, at) => (is(column, at) ? [columnName(this.#table, column, at)] : []));
    return [...named(newHeader, isChanged), ...named(oldHeader, isLost)];
  }

  #tell(kind: RowChange['kind'], header: readonly string[], text: string): void {
    const { onDiffering } = this.#comparison;
    if (onDiffering !== undefined) onDiffering({ table: this.#table, kind, header, cells: cellsOf(text) });
  }

  #settle(older: TableStream, newer: TableStream): void {
    const { onOldRow, onTable } = this.#comparison;
    const oldHeader = older.header ?? [];
    const newHeader = newer.header ?? [];
    for (const { text, at } of this.#new.rest()) {
      this.#counts.added += 1;
      this.#tell('added', newHeader, text);
      this.#keep({ kind: 'added', line: text, columns: '' }, at);
    }
    for (const { text, at } of this.#old.rest()) {
      this.#counts.removed += 1;
      this.#tell('removed', oldHeader, text);
      if (this.#tellsOldRows) onOldRow?.(this.#table, oldHeader, cellsOf(text), true);
      this.#keep({ kind: 'removed', line: text, columns: '' }, at);
    }
    this.#old.clear();
    this.#new.clear();
    this.#tellChanges(older, newer);
    onTable?.({ table: this.#table, before: older.rows, after: newer.rows, ...this.#counts });
  }

  /** Changes are found in an order that depends on the chunks of the zips; they are reported in the order of the rows. */
  #keeper(): (found: Found, at: number) => void {
    this.#database.exec(
      'CREATE TABLE IF NOT EXISTS found (isGone INTEGER, at INTEGER, kind TEXT, line TEXT, columns TEXT, PRIMARY KEY (isGone, at)) WITHOUT ROWID',
    );
    const insert = this.#database.prepare('INSERT INTO found VALUES (?, ?, ?, ?, ?)');
    return ({ kind, line, columns }, at) => insert.run(kind === 'removed' ? 1 : 0, at, kind, line, columns);
  }

  #tellChanges(older: TableStream, newer: TableStream): void {
    const { onChange } = this.#comparison;
    if (onChange === undefined) return;
    const all = this.#database
      .prepare('SELECT kind, line, columns FROM found ORDER BY isGone, at')
      .iterate() as IterableIterator<Found>;
    for (const { kind, line, columns } of all) {
      const { header = [], key } = kind === 'removed' ? older : newer;
      const cells = cellsOf(line);
      onChange({
        table: this.#table,
        kind,
        sourcedId: cells[key] ?? '',
        header,
        cells,
        columns: columns === '' ? [] : columns.split(','),
      });
    }
    this.#database.exec('DELETE FROM found');
  }
}
