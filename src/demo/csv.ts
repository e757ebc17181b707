/** Writes a district as CSV, one file per declared table: UTF-8, LF, the declared columns as header, empty = null. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { sisTables } from '../campus/tables.js';
import type { SisTable } from '../campus/tables.js';
import { placeCases } from './cases/cases.js';
import { generateDistrict } from './generate.js';
import type { Cell } from './rows.js';

const BATCH = 500;

/** The hand-placed cases are part of it, and `expected.csv` says what becomes of them. */
export function writeDistrictCsv(
  folder: string,
  options: { readonly seed: number; readonly students: number },
): void {
  mkdirSync(folder, { recursive: true });
  const writers = new Map(
    (sisTables as readonly SisTable[]).map(({ name, columns }) => [
      name,
      openCsv(
        join(folder, `${name}.csv`),
        columns.map((column) => column.name),
      ),
    ]),
  );
  const sink = (table: string, row: readonly Cell[]): void => writers.get(table)?.write(row);
  const expectations = placeCases(generateDistrict({ ...options, sink }), sink);
  for (const writer of writers.values()) writer.close();

  const expected = openCsv(join(folder, 'expected.csv'), ['kind', 'id', 'version', 'code', 'setting']);
  for (const { kind, id, version, code, setting } of expectations) {
    expected.write([kind, id, version, code, setting]);
  }
  expected.close();
}

interface CsvWriter {
  readonly write: (row: readonly Cell[]) => void;
  readonly close: () => void;
}

function openCsv(file: string, header: readonly string[]): CsvWriter {
  const descriptor = openSync(file, 'w');
  const waiting: (readonly Cell[])[] = [header];
  const flush = (): void => {
    if (waiting.length > 0) writeSync(descriptor, stringify(waiting.splice(0)));
  };
  return {
    write: (row) => {
      waiting.push(row);
      if (waiting.length >= BATCH) flush();
    },
    close: () => {
      flush();
      closeSync(descriptor);
    },
  };
}
