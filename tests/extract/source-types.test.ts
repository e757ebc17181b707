/** Columns of another type than the declared one: the bundles have equal bytes, or the read ends with exit 4. Never anything else. */
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { sisTables, type SisTable } from '../../src/campus/tables.js';
import { compareSchema } from '../../src/extract/schema.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { ExportError } from '../../src/model/errors.js';
import { writeCampusFile, type SchemaChanges } from '../support/campus-file.js';
import {
  aDistrict,
  aGuardian,
  anAide,
  aPair,
  anEnrollment,
  aRelative,
  aRoster,
  aSection,
  aStaffRow,
  aStudent,
  aTeacher,
  put,
  type GivenRows,
} from '../support/given.js';
import { fingerprint, openCampusFile, openDistrict } from '../support/outcome.js';

/** Ids of two to five digits: as texts, they sort in another order than as numbers. */
const district: GivenRows = aDistrict(
  [9, 98, 999, 1_000, 1_001, 10_002].map((personID) => [
    aStudent({
      personID,
      person: { studentNumber: `S${personID}`, stateID: `X${personID}` },
      identity: { gender: 'F', birthdate: '2011-02-28' },
      contact: { email: `p${personID}@example.org` },
    }),
    aRoster(personID, { startDate: '2026-08-17', endDate: '2027-01-15' }),
  ]),
  aTeacher({ personID: 22 }),
  aTeacher({ personID: 700 }),
  aTeacher({ personID: 5_000 }),
  anAide({ personID: 3_100 }),
  anAide({ personID: 32 }),
  aGuardian({ personID: 401, of: 999 }),
  aGuardian({ personID: 4_011, of: 98 }),
  aPair(1_000, 401),
  aRelative({ personID: 52, of: 10_002 }),
  aSection(98, { number: 3 }),
  aSection(102, { number: 10 }),
  aStaffRow(700, { historyID: 5, sectionID: 98 }),
  aStaffRow(700, { historyID: 66_666, sectionID: 102 }),
  anEnrollment(98, { enrollmentID: 7, serviceType: 'S' }),
  put('Roster', { rosterID: 8, personID: 98, sectionID: 98, trialID: 501 }),
);

/** The bundles of the district, or the code of the error that the read ends with. */
async function read(schema: SchemaChanges, given = district): Promise<string> {
  try {
    const opened = await openDistrict(given, schema);
    try {
      return fingerprint(opened);
    } finally {
      opened.close();
    }
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    return `exit ${error.exitCode}: ${error.problems.map(({ path, message }) => `${path}: ${message}`).join('\n')}`;
  }
}

const usual = read({});
const paths = (sisTables as readonly SisTable[]).flatMap(({ name, columns }) =>
  columns.map((column) => `${name}.${column.name}`),
);
const IDS = (sisTables as readonly SisTable[]).flatMap(({ name, columns }) =>
  columns.filter(({ type }) => type === 'id' || type === 'integer').map((column) => `${name}.${column.name}`),
);

describe('a SQLite file with columns of another type', () => {
  it.each([
    'Person.personID',
    'UserAccount.personID',
    'Enrollment.personID',
    'SectionStaffHistory.personID',
    'EmploymentAssignment.personID',
    'RelatedPair.personID1',
    'RelatedPair.personID2',
    'Section.sectionID',
    'SectionPlacement.sectionID',
    'Calendar.endYear',
    'SchoolYear.endYear',
    'Identity.identityID',
  ])('%s as TEXT gives the same bundles', async (path) => {
    expect(await read({ typed: { [path]: 'TEXT' } })).toBe(await usual);
  });

  it.each(['TEXT', '', 'BLOB', 'REAL', 'NUMERIC', 'BIGINT', 'VARCHAR(20)'])(
    'all ids and numbers as %s give the same bundles',
    async (type) => {
      expect(await read({ typed: Object.fromEntries(IDS.map((path) => [path, type])) })).toBe(await usual);
    },
  );

  it('all columns as TEXT, as a plain .import makes them, give the same bundles', async () => {
    expect(await read({ typed: Object.fromEntries(paths.map((path) => [path, 'TEXT'])) })).toBe(await usual);
  });

  it('flags written as true and false, in a column of texts, give the same bundles', async () => {
    const file = writeCampusFile(district, {
      typed: { 'SchoolYear.active': 'TEXT', 'Trial.active': 'TEXT' },
    });
    const database = new Database(file.path);
    for (const table of ['SchoolYear', 'Trial'])
      database.exec(`UPDATE "${table}" SET active = CASE active WHEN '1' THEN 'true' ELSE 'False' END`);
    database.close();
    const opened = await openCampusFile(file.path);
    expect(fingerprint(opened)).toBe(await usual);
    opened.close();
    file.remove();
  });

  it('numbers in a column of codes stop the read: leading zeros are lost there', async () => {
    expect(await read({ typed: { 'District.number': 'INTEGER' } })).toBe(
      'exit 4: District.number: 1 of 1 filled cells are numbers, expected varchar(12): a column of this type loses leading zeros; reload it as text',
    );
  });

  it('any columns of any types: equal bundles, or exit 4', async () => {
    const types = fc.constantFrom(
      'TEXT',
      'INTEGER',
      'REAL',
      'NUMERIC',
      'BLOB',
      '',
      'VARCHAR(9)',
      'STRING',
      'DATETIME',
    );
    const changes = fc.dictionary(fc.constantFrom(...paths), types, { minKeys: 1, maxKeys: 6 });
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(changes, async (typed) => {
        const found = await read({ typed });
        const isEqual = found === (await usual);
        outcomes.add(isEqual ? 'equal' : 'exit 4');
        expect(isEqual || /^exit 4: \w+\.\w+: /.test(found)).toBe(true);
      }),
      { numRuns: 60, seed: 14 },
    );
    expect([...outcomes].sort()).toEqual(['equal', 'exit 4']);
  }, 60_000);
});

describe('the schema', () => {
  it('lists each column of another type, with what is done about it', async () => {
    const file = writeCampusFile(district, {
      typed: { 'Enrollment.personID': 'TEXT', 'Person.studentNumber': 'INTEGER', 'Calendar.endYear': '' },
    });
    const database = new Database(file.path);
    database.exec(`UPDATE "Roster" SET "startDate" = '10/14/2026', "trialID" = 'none' WHERE "rosterID" = 8`);
    database.close();
    const { schema } = await sqliteSource({ client: 'better-sqlite3', filename: file.path }).inspect();
    file.remove();
    const remarks = compareSchema(schema).flatMap(({ table, column, remark = '' }) =>
      /expected (int|small|var)|holds/.test(remark) ? [`${table}.${column} ${remark}`] : [],
    );
    expect(remarks).toEqual([
      'Calendar.endYear has no type, expected smallint: read and sorted as numbers; any other value stops the refresh; nullable, expected not null',
      'Person.studentNumber is integer, expected varchar(15): numbers in it stop the refresh, because leading zeros are lost in such a column',
      'Enrollment.personID is text, expected int: read and sorted as numbers; any other value stops the refresh; holds texts in 7 cells; nullable, expected not null',
      'Roster.trialID holds texts in 1 cell',
    ]);
  });
});
