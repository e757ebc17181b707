import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { sisTables, type SisTable } from '../../src/campus/tables.js';
import { makeRow } from '../../src/snapshot/make-row.js';
import {
  PERSON_COLUMNS,
  Snapshot,
  snapshotColumns,
  UNNAMED,
  type ActiveYear,
  type Block,
  type SnapshotTable,
} from '../../src/snapshot/snapshot.js';
import { day } from '../support/connections.js';

const year: ActiveYear = {
  endYear: 2027,
  startYear: 2026,
  start: day('2026-07-01'),
  end: day('2027-06-30'),
  label: null,
};

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

function pairs(rows: readonly (readonly [student: number, other: number])[]): Block {
  const columns = snapshotColumns('RelatedPair').map((name) => {
    const at = ['personID1', 'personID2'].indexOf(name);
    return rows.map((row) => (at < 0 ? null : (row[at] ?? null)));
  });
  return { rows: rows.length, columns };
}

function filled(): Snapshot {
  const snapshot = Snapshot.create(join(folder, 'one.sqlite'));
  const append = snapshot.appender('RelatedPair');
  append(
    pairs([
      [12, 41],
      [11, 41],
    ]),
  );
  append(pairs([[11, 42]]));
  snapshot.seal(year);
  return snapshot;
}

describe('a snapshot', () => {
  it('gives rows in the order in which they came', () => {
    const snapshot = filled();
    expect([...snapshot.rows('RelatedPair')].map((row) => [row.personID1, row.personID2])).toEqual([
      [12, 41],
      [11, 41],
      [11, 42],
    ]);
    expect([...snapshot.rows('RelatedPairByStudent')]).toEqual([]);
    snapshot.close();
  });

  it('keeps the year, and can be opened again', () => {
    filled().close();
    const again = Snapshot.open(join(folder, 'one.sqlite'));
    expect(again.year).toEqual(year);
    expect([...again.rows('RelatedPair')]).toHaveLength(3);
    expect(() => again.appender('Roster')).toThrow('readonly');
    again.close();
  });

  it('closes although a walk was left early', () => {
    const snapshot = filled();
    const walk = snapshot.rows('RelatedPair');
    walk.next();
    expect(() => snapshot.close()).not.toThrow();
    expect(statSync(join(folder, 'one.sqlite')).size).toBeGreaterThan(0);
  });

  it('gives every row of a table of many blocks, as cells or as JSON, also while it is still loaded', () => {
    const snapshot = Snapshot.create(join(folder, 'many.sqlite'));
    const append = snapshot.appender('Term');
    const row = (id: number) => [
      id,
      7,
      `Term, "${id}" é \u{1f600} \\u0041`,
      id % 2 === 0 ? null : id,
      '2026-08-17',
      null,
    ];
    const block = (from: number, rows: number, asJson: boolean): Block => {
      const all = Array.from({ length: rows }, (_, at) => row(from + at));
      const columns = row(0).map((_, at) => all.map((cells) => cells[at] ?? null));
      return { rows, columns: asJson ? columns.map((cells) => JSON.stringify(cells)) : columns };
    };
    append(block(0, 500, false));
    append(block(500, 0, false));
    append(block(500, 750, true));
    expect([...snapshot.rows('Term')]).toHaveLength(1_250);
    append(block(1_250, 1, false));
    snapshot.seal(year);
    const rows = [...snapshot.rows('Term')];
    expect(rows.map((each) => Object.values(each))).toEqual(
      Array.from({ length: 1_251 }, (_, id) => row(id)),
    );
    expect(rows.every((each) => Object.keys(each).join() === snapshotColumns('Term').join())).toBe(true);
    expect([...snapshot.cells('Term', ['startDate', 'termID'])].slice(-1)).toEqual([['2026-08-17', 1_250]]);
    snapshot.close();
  });

  it.each([
    ['blank', '[null,null]', null],
    ['a text of the same length', '["ull","ul"]', ['ull', 'ul']],
    ['one empty cell', '[null,"a"]', [null, 'a']],
  ])('keeps nothing of a column that is empty: %s', (_name, json, cells) => {
    const snapshot = Snapshot.create(join(folder, 'blank.sqlite'));
    snapshot.appender('OtherYearStudent')({ rows: 2, columns: [[1, 2], json] });
    snapshot.seal(year);
    expect([...snapshot.rows('OtherYearStudent')].map(({ endYear }) => endYear)).toEqual(
      cells ?? [null, null],
    );
    snapshot.close();
    const file = new Database(join(folder, 'blank.sqlite'), { readonly: true });
    const kept = file.prepare('SELECT endYear FROM OtherYearStudent').pluck().get();
    expect(kept === null).toBe(cells === null);
    file.close();
  });

  it('can be copied for people: a row for a row, a column for a column', () => {
    const snapshot = filled();
    snapshot.copyForPeople(join(folder, 'copy.sqlite'));
    const copy = new Database(join(folder, 'copy.sqlite'), { readonly: true });
    expect(copy.prepare('SELECT personID1, personID2, portal FROM RelatedPair').raw().all()).toEqual([
      [12, 41, null],
      [11, 41, null],
      [11, 42, null],
    ]);
    expect(copy.prepare('SELECT count(*) FROM Person').pluck().get()).toBe(0);
    copy.close();
    snapshot.close();
  });

  it('does not exist when it was never made', () => {
    expect(() => Snapshot.open(join(folder, 'none.sqlite'))).toThrow();
  });

  it('has a place for every declared column, people with identity and contact', () => {
    const merged = ['Person', 'Identity', 'Contact'];
    for (const { name, columns } of sisTables as readonly SisTable[]) {
      const names = columns.map((column) => column.name);
      const kept = merged.includes(name) ? PERSON_COLUMNS : snapshotColumns(name as 'Roster');
      const gone = names.filter((column) => !kept.includes(column));
      expect([name, gone]).toEqual([name, name === 'Person' ? ['currentIdentityID'] : []]);
    }
    expect(new Set(PERSON_COLUMNS).size).toBe(PERSON_COLUMNS.length);
  });
});

const TABLES = Object.keys(makeRow) as readonly SnapshotTable[];

it.each(TABLES)('a row of %s has the cells of its own columns, in the declared order', (table) => {
  const snapshot = Snapshot.create(UNNAMED);
  const names = snapshotColumns(table);
  snapshot.appender(table)({ rows: 2, columns: names.map((name) => [`${name} 0`, `${name} 1`]) });
  const cells = [...snapshot.rows(table)].map((row) => Object.entries(row));
  expect(cells).toEqual([0, 1].map((at) => names.map((name) => [name, `${name} ${at}`])));
  snapshot.close();
});

it('every table of the snapshot has a row', () => {
  const copied = sisTables.filter(({ name }) => !['Person', 'Identity', 'Contact'].includes(name));
  const others = ['OtherYearStudent', 'Person', 'RelatedPairByStudent', 'RepeatedKey'];
  expect([...TABLES].sort()).toEqual([...copied.map(({ name }) => name), ...others].sort());
});
