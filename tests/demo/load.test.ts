import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { parse } from 'csv-parse/sync';
import { writeDistrictCsv } from '../../src/demo/csv.js';
import { DEMO_SEED, DEMO_STUDENTS } from '../../src/demo/days.js';
import { loadDemoDistrict, writeDistrict } from '../../src/demo/load.js';
import { sisTables } from '../../src/campus/tables.js';
import type { SisTable } from '../../src/campus/tables.js';

const committed = join(import.meta.dirname, '../../../fixtures/demo');
const demo = { seed: DEMO_SEED, students: DEMO_STUDENTS };
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function content(of: string): ReadonlyMap<string, string> {
  return new Map(readdirSync(of).map((file) => [file, readFileSync(join(of, file), 'utf8')]));
}

function dump(file: string): readonly unknown[] {
  const database = new Database(file, { readonly: true });
  try {
    return (sisTables as readonly SisTable[]).map(({ name }) =>
      database.prepare(`SELECT * FROM "${name}"`).raw().all(),
    );
  } finally {
    database.close();
  }
}

describe('the committed demo district', () => {
  it('is what the generator writes', () => {
    const fresh = join(folder, 'fresh');
    writeDistrictCsv(fresh, demo);
    const made = content(fresh);
    const kept = content(committed);
    expect([...kept.keys()]).toEqual([...made.keys()]);
    expect([...made].filter(([file, text]) => kept.get(file) !== text).map(([file]) => file)).toEqual([]);
  });

  it('is small, LF and has the declared headers', () => {
    const kept = content(committed);
    const size = [...kept.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(size).toBeLessThan(2_000_000);
    expect([...kept.values()].filter((text) => text.includes('\r') || text.startsWith('\uFEFF'))).toEqual([]);
    for (const { name, columns } of sisTables as readonly SisTable[]) {
      expect(kept.get(`${name}.csv`)?.split('\n')[0]).toBe(columns.map((column) => column.name).join());
    }
  });
});

describe('loading', () => {
  it('gives as many rows as the files have, with their types', () => {
    const file = join(folder, 'loaded.sqlite');
    loadDemoDistrict(committed, file);
    const database = new Database(file, { readonly: true });
    for (const { name } of sisTables) {
      const records: string[][] = parse(readFileSync(join(committed, `${name}.csv`)));
      const rows = database.prepare(`SELECT count(*) FROM "${name}"`).pluck().get();
      expect([name, rows]).toEqual([name, records.length - 1]);
    }
    const school = database
      .prepare('SELECT typeof("schoolID") AS id, typeof("number") AS number, "number" AS written FROM "School" ORDER BY "schoolID"')
      .get(); // prettier-ignore
    expect(school).toEqual({ id: 'integer', number: 'text', written: '0001' });
    database.close();
  });

  it('gives the same district as generating straight into the database', () => {
    const loaded = join(folder, 'one.sqlite');
    const written = join(folder, 'other.sqlite');
    loadDemoDistrict(committed, loaded);
    writeDistrict(written, demo);
    expect(dump(written)).toEqual(dump(loaded));
  });

  it('replaces an older database', () => {
    const file = join(folder, 'again.sqlite');
    writeFileSync(file, 'not a database');
    loadDemoDistrict(committed, file);
    expect(dump(file)).toHaveLength(sisTables.length);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('leaves the older database when a file is wrong, and says which', () => {
    const broken = join(folder, 'broken');
    cpSync(committed, broken, { recursive: true });
    writeFileSync(join(broken, 'Roster.csv'), 'rosterID,personID\n1,2\n');
    const file = join(folder, 'kept.sqlite');
    writeFileSync(file, 'older');
    expect(() => {
      loadDemoDistrict(broken, file);
    }).toThrow('Roster.csv');
    expect(readFileSync(file, 'utf8')).toBe('older');
    expect(readdirSync(folder)).not.toContain('kept.sqlite.part');
  });
});
