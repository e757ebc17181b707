/** Takes the demo's CSV files, or generator options; gives a SQLite database, complete or not at all under its name. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { keepNoJournal } from '../model/sqlite-pragma.js';
import { parse } from 'csv-parse/sync';
import { sisTables } from '../campus/tables.js';
import type { SisTable, SisTableName } from '../campus/tables.js';
import { replaceByNow } from '../platform/files.js';
import { placeCases } from './cases/cases.js';
import { generateDistrict } from './generate.js';
import type { Cell, Sink } from './rows.js';
import { createIndexesSql, createTablesSql, isNumber } from './schema.js';

const tables: readonly SisTable[] = sisTables;

/** Replaces `sqliteFile` by the district that the CSV files of a folder describe. */
export function loadDemoDistrict(csvFolder: string, sqliteFile: string): void {
  buildDatabase(sqliteFile, (sink) => {
    for (const table of sisTables) loadTable(join(csvFolder, `${table.name}.csv`), table.name, table, sink);
  });
}

/** Replaces `sqliteFile` by a generated district with the hand-placed cases, streamed. */
export function writeDistrict(
  sqliteFile: string,
  options: { readonly seed: number; readonly students: number },
): void {
  buildDatabase(sqliteFile, (sink) => {
    placeCases(generateDistrict({ ...options, sink }), sink);
  });
}

function loadTable(file: string, name: SisTableName, table: SisTable, sink: Sink): void {
  const rows: string[][] = parse(readFileSync(file), { bom: true });
  const [header = [], ...records] = rows;
  const declared = table.columns.map((column) => column.name);
  if (header.join() !== declared.join()) {
    throw new Error(`${file}: the header is not the declared one: ${declared.join()}`);
  }
  const numeric = table.columns.map(isNumber);
  for (const record of records) {
    sink(
      name,
      record.map((cell, position): Cell =>
        cell === '' ? null : numeric[position] === true ? Number(cell) : cell,
      ),
    );
  }
}

/** Filled under another name first, so that no one opens half a district. */
function buildDatabase(sqliteFile: string, fill: (sink: Sink) => void): void {
  const part = `${sqliteFile}.part`;
  rmSync(part, { force: true });
  const database = new Database(part);
  try {
    // The file is new and is thrown away when anything goes wrong, so nothing needs to be undone or survive a power cut.
    keepNoJournal(database);
    for (const statement of createTablesSql('sqlite')) database.exec(statement);
    const inserts = new Map(
      tables.map(({ name, columns }) => {
        const places = columns.map(() => '?').join(', ');
        return [name, database.prepare<readonly Cell[]>(`INSERT INTO "${name}" VALUES (${places})`)];
      }),
    );
    database.transaction(() => {
      fill((table, row) => inserts.get(table)?.run(row));
    })();
    for (const statement of createIndexesSql('sqlite')) database.exec(statement);
    database.close();
    replaceByNow(part, sqliteFile);
  } finally {
    database.close();
    rmSync(part, { force: true });
  }
}
