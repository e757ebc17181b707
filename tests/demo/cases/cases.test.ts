import { describe, expect, it } from '@jest/globals';
import { placeCases } from '../../../src/demo/cases/cases.js';
import { ruleRegister } from '../../../src/filter/register.js';
import { DEMO_SEED } from '../../../src/demo/days.js';
import { generateDistrict } from '../../../src/demo/generate.js';
import { CASE_IDS } from '../../../src/demo/rows.js';
import type { Cell } from '../../../src/demo/rows.js';
import { sisTable } from '../../../src/campus/tables.js';
import type { SisTableName } from '../../../src/campus/tables.js';

const rows: { readonly table: SisTableName; readonly row: readonly Cell[] }[] = [];
const anchors = generateDistrict({ seed: DEMO_SEED, students: 100, sink: () => undefined });
const expectations = placeCases(anchors, (table, row) => rows.push({ table, row }));

/** Rules for faults of a whole copy of the SIS, which the demo does not have; they have tests of their own. */
const BEYOND_DEMO: readonly string[] = ['NO_HISTORY_ID', 'GUID_SHARED'];

const codes = ruleRegister
  .map(({ code }) => code)
  .filter((code) => !BEYOND_DEMO.includes(code) && !code.startsWith('ONLY_'));

const tables: Readonly<Record<string, SisTableName>> = {
  district: 'District',
  school: 'School',
  course: 'Course',
  section: 'Section',
  roster: 'Roster',
  sectionStaff: 'SectionStaffHistory',
  calendar: 'Calendar',
  schoolEnrollment: 'Enrollment',
  student: 'Enrollment',
  teacher: 'Person',
  aide: 'Person',
  guardian: 'Person',
  relative: 'Person',
};

function hasRow(table: SisTableName, fields: Readonly<Record<string, number>>): boolean {
  const names = sisTable(table).columns.map(({ name }) => name);
  return rows.some(
    (each) =>
      each.table === table &&
      Object.entries(fields).every(([name, value]) => each.row[names.indexOf(name)] === value),
  );
}

describe('the hand-placed cases', () => {
  it.each(codes)('have a record for %s', (code) => {
    expect(expectations.filter((each) => each.code === code)).not.toEqual([]);
  });

  it('expect no reason but the known ones', () => {
    const used = new Set(expectations.map(({ code }) => code));
    expect([...used].filter((code) => code !== 'keep' && !codes.includes(code))).toEqual([]);
  });

  it('expect one thing of a record under one setting', () => {
    const asked = expectations.flatMap(({ kind, id, version, setting }) =>
      (version === '*' ? ['1.1', '1.2'] : [version]).map((each) => `${kind} ${id} ${each} ${setting}`),
    );
    expect(asked.filter((each, index) => asked.indexOf(each) !== index)).toEqual([]);
  });

  it('exist as rows', () => {
    const lost = expectations.filter(({ kind, id, code }) => {
      const table = tables[kind];
      const main = Number(id) < CASE_IDS.first;
      // A person without a Person row is missing there on purpose; schools of the main part are anchors.
      if (['PERSON_MISSING', 'DISTRICT_MISSING'].includes(code) || main) return false;
      const [one = 0, other = 0] = id.split('-').map(Number);
      if (kind === 'relationship') return !hasRow('RelatedPair', { personID1: one, personID2: other });
      if (kind === 'placement') return !hasRow('SectionPlacement', { sectionID: one, termID: other });
      if (table === undefined) return true;
      const key = table === 'Enrollment' ? 'personID' : (sisTable(table).key[0] ?? '');
      return !hasRow(table, { [key]: Number(id) });
    });
    expect(lost).toEqual([]);
  });

  it('stay in their own range of numbers', () => {
    const keys = rows.flatMap(({ table, row }) => {
      const { key, columns } = sisTable(table);
      const position = columns.findIndex(({ name }) => name === key[0]);
      return key.length === 1 && position >= 0 ? [Number(row[position])] : [];
    });
    expect(keys.length).toBeGreaterThan(100);
    expect(keys.filter((id) => id < CASE_IDS.first || id > CASE_IDS.last)).toEqual([]);
  });

  it('do not depend on the seed', () => {
    const others: unknown[] = [];
    const anchorsOfOthers = generateDistrict({ seed: 1, students: 40, sink: () => undefined });
    placeCases(anchorsOfOthers, (table, row) => others.push({ table, row }));
    expect(others).toEqual(rows);
  });
});
