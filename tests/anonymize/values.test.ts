/** No value of the original is in the output, asserted on the demo and on made-up districts with all that they have. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLUMNS, kindOf, type CellKind } from '../../src/anonymize/columns.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { writeDistrict } from '../../src/demo/load.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { CsvReader } from '../../src/csv/csv-reader.js';
import { judge } from '../../src/verify/judge.js';
import { aConfig, aConnection, day } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { filesOf, goodComplete, mapTables, saveFiles } from '../verify/bundles.js';
import { anonymized, contentsOf } from './given.js';
import { demoDistrict } from '../support/demo-district.js';

const folder = mkdtempSync(join(tmpdir(), 'anonymize-values-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bundlesOf(filename: string): Promise<readonly string[]> {
  const connections = [
    aConnection({ version: '1.1', name: 'one' }),
    aConnection({ version: '1.2', name: 'two' }),
  ];
  const config = aConfig(`${filename}-home`, filename, connections);
  const source = sqliteSource({ client: 'better-sqlite3', filename });
  const { connections: results } = await refreshHere({ config, source, asOf: day(DEMO_AS_OF) });
  return results.flatMap((result) => ('bundle' in result ? [result.bundle.path] : []));
}

interface Value {
  readonly place: string;
  readonly kind: CellKind;
  readonly value: string;
}

async function valuesOf(zip: string): Promise<readonly Value[]> {
  const values: Value[] = [];
  for (const [file, content] of await contentsOf(zip)) {
    const table = file.replace('.csv', '');
    let header: readonly string[] | undefined;
    const reader = new CsvReader({
      breach: () => undefined,
      row: (row) => {
        const cells = Array.from({ length: row.width }, (_, cell) => row.text(cell));
        if (!header) header = cells;
        else
          cells.forEach((value, at) => {
            const kind = kindOf(table, header?.[at] ?? '');
            if (kind && value !== '')
              values.push({ place: `${file} ${row.line} ${header?.[at] ?? ''}`, kind, value });
          });
      },
    });
    reader.push(content);
    reader.end();
  }
  return values;
}

const KEPT: readonly CellKind[] = ['token', 'grades', 'date', 'date-time', 'year', 'number', 'birth-date'];
/** Nearly all numbers of a length may be in use, so that another record must get one of them; a letter before it changes little. */
const isNumberLike = (value: string): boolean => /^[A-Za-z]?[\d\W]*[A-Za-z]?$/.test(value);

/** Characters of a value that is searched for anywhere, also within others. */
const LONG = 10;

/** A search of the whole output for each value took a fifth of this suite's time; nearly all begin like nothing in it. */
function startsIn(output: string, starts: ReadonlySet<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at = 0; at + LONG <= output.length; at += 1) {
    const start = output.slice(at, at + LONG);
    if (starts.has(start)) found.add(start);
  }
  return found;
}

async function expectNoValueOf(zip: string): Promise<void> {
  const { path } = await anonymized(zip);
  const [before, after] = [await valuesOf(zip), await valuesOf(path)];
  expect(after.map(({ place }) => place)).toEqual(before.map(({ place }) => place));
  const replaced = before.filter(({ kind, value }) => !KEPT.includes(kind) && value.length > 3);
  expect(replaced.length).toBeGreaterThan(10);
  const others = new Set(after.map(({ value }) => value.toLowerCase()));
  expect(replaced.filter(({ value }) => !isNumberLike(value) && others.has(value.toLowerCase()))).toEqual([]);
  const now = new Map(after.map(({ place, value }) => [place, value]));
  expect(
    replaced.filter(({ place, value }) => /[1-9A-Za-z]/.test(value) && now.get(place) === value),
  ).toEqual([]);
  const output = (await contentsOf(path)).map(([, content]) => content.toString().toLowerCase()).join('\n');
  const long = new Set(
    replaced
      .map(({ value }) => value.toLowerCase())
      .filter((value) => value.length >= LONG && !isNumberLike(value)),
  );
  const starts = new Set([...long].map((value) => value.slice(0, LONG)));
  const found = startsIn(output, starts);
  expect([...long].filter((value) => found.has(value.slice(0, LONG)) && output.includes(value))).toEqual([]);
  const dates = before.filter(({ kind, place, value }) => kind === 'birth-date' && now.get(place) === value);
  expect(dates).toEqual([]);
}

describe('no value of the original is in the output', () => {
  it('of the demo', async () => {
    const file = join(folder, 'demo.sqlite');
    demoDistrict(file);
    const bundles = await bundlesOf(file);
    expect(bundles).toHaveLength(2);
    for (const zip of bundles) {
      await expectNoValueOf(zip);
      const sample = await anonymized(zip, { wanted: { sample: 3, around: [] } });
      expect((await judge(sample.path)).errors).toBe(0);
    }
  });

  it.each([7, 8])('of district %d', async (seed) => {
    const file = join(folder, `district-${seed}.sqlite`);
    writeDistrict(file, { seed, students: 40 });
    for (const zip of await bundlesOf(file)) await expectNoValueOf(zip);
  });

  it('of a bundle whose every text is a marker, in the right column or in another', async () => {
    for (const version of ['1.1', '1.2'] as const) {
      const content = goodComplete(version);
      const marked = mapTables(content.tables, (rows, table) =>
        rows.map((row, n) =>
          Object.fromEntries(
            Object.keys((COLUMNS as Record<string, object>)[table] ?? {}).map((column) => [
              column,
              column === 'sourcedId' ? (row['sourcedId'] ?? '') : `Marker${column}${n} Canary, "x"`,
            ]),
          ),
        ),
      );
      const { path } = await anonymized(
        saveFiles({ ...filesOf({ ...content, tables: marked }), 'Marker.csv': 'Marker' }),
      );
      for (const [name, bytes] of await contentsOf(path))
        expect(`${name}\n${bytes.toString()}`.replace(/^.*\r\n/, '')).not.toMatch(/marker|canary/i);
    }
  });
});
