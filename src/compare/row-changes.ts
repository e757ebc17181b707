/**
 * The rows that differ between two full bundles, table by table, exactly: the older rows of one table at a time wait in a
 * SQLite file of their own, sorted by sourcedId, while the newer ones pass by. Memory stays flat.
 */
import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { cellsOf, readTables, type TableHeader } from './read-tables.js';

export interface RowChange {
  readonly header: TableHeader;
  readonly kind: 'added' | 'changed' | 'removed';
  /** The newest values: of a removed row the last ones. */
  readonly cells: readonly string[];
  /** Of a changed row, what it was. */
  readonly was?: readonly string[];
}

const SEPARATOR = '\u001f'; // a control character, which no cell holds
/** sourcedId, status and dateLastModified stand before what tells of the record. */
const FIRST_OWN_CELL = 3;

/** `scratch`: a path for the SQLite file, which is removed again. Changes of a table come newer rows first, then the removed. */
export async function eachRowChange(
  beforeZip: string,
  afterZip: string,
  scratch: string,
  onChange: (change: RowChange) => void,
): Promise<void> {
  const database = new Database(scratch);
  try {
    database.pragma('journal_mode = OFF');
    database.pragma('synchronous = OFF');
    database.exec('CREATE TABLE old (tbl TEXT, id TEXT, line TEXT, PRIMARY KEY (tbl, id)) WITHOUT ROWID');
    database.exec('CREATE TABLE header (tbl TEXT PRIMARY KEY, line TEXT)');
    database.exec('BEGIN');
    await loadOld(database, beforeZip);
    await passNew(database, afterZip, onChange);
    tellRemoved(database, onChange);
  } finally {
    database.close();
    rmSync(scratch, { force: true });
  }
}

async function loadOld(database: Database.Database, zip: string): Promise<void> {
  const insert = database.prepare('INSERT OR REPLACE INTO old VALUES (?, ?, ?)');
  const insertHeader = database.prepare('INSERT INTO header VALUES (?, ?)');
  await readTables(zip, ({ table, columns }) => {
    insertHeader.run(table, columns.join(SEPARATOR));
    return (row) => insert.run(table, row.text(0), cellsOf(row).join(SEPARATOR));
  });
}

/** Each old row that the newer bundle has too is taken out, so that what is left at the end was removed. */
async function passNew(
  database: Database.Database,
  zip: string,
  onChange: (change: RowChange) => void,
): Promise<void> {
  const find = database.prepare('SELECT line FROM old WHERE tbl = ? AND id = ?').pluck();
  const drop = database.prepare('DELETE FROM old WHERE tbl = ? AND id = ?');
  await readTables(zip, (header) => (row) => {
    const id = row.text(0);
    const cells = cellsOf(row);
    const line = find.get(header.table, id) as string | undefined;
    if (line === undefined) {
      onChange({ header, kind: 'added', cells });
      return;
    }
    drop.run(header.table, id);
    const was = line.split(SEPARATOR);
    if (ownCells(was) !== ownCells(cells)) onChange({ header, kind: 'changed', cells, was });
  });
}

function tellRemoved(database: Database.Database, onChange: (change: RowChange) => void): void {
  const rows = database
    .prepare(
      'SELECT old.tbl AS tbl, old.line AS line, header.line AS header FROM old JOIN header USING (tbl) ORDER BY tbl, id',
    )
    .iterate() as IterableIterator<{ tbl: string; line: string; header: string }>;
  for (const { tbl, line, header } of rows) {
    onChange({
      header: { table: tbl, columns: header.split(SEPARATOR) },
      kind: 'removed',
      cells: line.split(SEPARATOR),
    });
  }
}

function ownCells(cells: readonly string[]): string {
  return cells.slice(FIRST_OWN_CELL).join(SEPARATOR);
}
