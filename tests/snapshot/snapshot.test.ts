import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { sisTables, type SisTable } from '../../src/campus/tables.js';
import { PERSON_COLUMNS, Snapshot, snapshotColumns, type ActiveYear } from '../../src/snapshot/snapshot.js';
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

function filled(): Snapshot {
  const snapshot = Snapshot.create(join(folder, 'one.sqlite'));
  const pair = snapshot.appender('RelatedPair');
  const at = (name: string): number => snapshotColumns('RelatedPair').indexOf(name);
  for (const [one, two] of [
    [12, 41],
    [11, 41],
    [11, 42],
  ]) {
    const cells = snapshotColumns('RelatedPair').map(() => null as number | null);
    cells[at('personID1')] = one ?? null;
    cells[at('personID2')] = two ?? null;
    pair(cells);
  }
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
    expect([...snapshot.relatedPairsByStudent()].map((row) => [row.personID1, row.personID2])).toEqual([
      [11, 41],
      [11, 42],
      [12, 41],
    ]);
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

  it('gives every row of a table of many blocks, also while it is still loaded', () => {
    const snapshot = Snapshot.create(join(folder, 'many.sqlite'));
    const append = snapshot.appender('Term');
    const row = (id: number) => [
      id,
      7,
      `Term, "${id}" é \u{1f600}`,
      id % 2 === 0 ? null : id,
      '2026-08-17',
      null,
    ];
    for (let id = 0; id < 1_250; id += 1) append(row(id));
    expect([...snapshot.rows('Term')]).toHaveLength(1_250);
    append(row(1_250));
    snapshot.seal(year);
    const rows = [...snapshot.rows('Term')];
    expect(rows.map((each) => Object.values(each))).toEqual(
      Array.from({ length: 1_251 }, (_, id) => row(id)),
    );
    expect(rows.every((each) => Object.keys(each).join() === snapshotColumns('Term').join())).toBe(true);
    snapshot.close();
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
