import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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
    expect(() => again.appender('Roster')).not.toThrow();
    expect(() => again.appender('Roster')(snapshotColumns('Roster').map(() => null))).toThrow('readonly');
    again.close();
  });

  it('closes although a walk was left early', () => {
    const snapshot = filled();
    const walk = snapshot.rows('RelatedPair');
    walk.next();
    expect(() => snapshot.close()).not.toThrow();
    expect(statSync(join(folder, 'one.sqlite')).size).toBeGreaterThan(0);
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
