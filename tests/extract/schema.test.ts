/** Installs whose schema differs from the declared one: missing, renamed and differently written parts. */
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { STAFF_ROLES, sisTables, type SisColumn, type SisTable } from '../../src/campus/tables.js';
import { extract } from '../../src/extract/extract.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { ExportError } from '../../src/model/errors.js';
import { Notices } from '../../src/model/notices.js';
import type { ColumnFilter } from '../../src/model/settings.js';
import { UNNAMED } from '../../src/snapshot/snapshot.js';
import {
  AIDE,
  SCHOOL,
  STUDENT,
  TEACHER,
  aDistrict,
  aGuardian,
  aRelative,
  aRoster,
  aSchool,
  aStudent,
  aTeacher,
  anAide,
  anAssignment,
  assignmentOf,
  courseOf,
  drop,
  historyOf,
  put,
  schoolGuid,
  sectionOf,
  structureOf,
  type Fields,
  type GivenRows,
} from '../support/given.js';
import { openCampusFile, openDistrict, outcomeFor, type Outcome } from '../support/outcome.js';
import { writeCampusFile, type SchemaChanges } from '../support/campus-file.js';

const userIds = (outcome: Outcome): readonly string[] =>
  outcome.rows('users').map((row) => row['sourcedId'] ?? '');

const EVERYBODY = ['s11', 't21', 'a31', 'g41', 'r51'];
const everybody = (...changes: readonly GivenRows[]): GivenRows =>
  aDistrict(aStudent(), aTeacher(), anAide(), aGuardian(), aRelative(), aRoster(), changes);

const optional = (sisTables as readonly SisTable[]).flatMap(({ name, columns }) =>
  columns.flatMap((column: SisColumn) =>
    column.without === undefined || column.insteadOf !== undefined
      ? []
      : [{ path: `${name}.${column.name}`, without: column.without }],
  ),
);

/** What is lost with a column, besides the notice. Every other column has no effect here. */
const losses: Readonly<Record<string, readonly string[]>> = {
  'EmploymentAssignment.program': ['a31'],
  'RelatedPair.portal': ['g41', 'r51'],
};

describe('optional columns', () => {
  it.each(optional)('without $path the refresh goes on, with a notice', async ({ path, without }) => {
    const outcome = await outcomeFor(everybody(), {}, { without: [path] });
    expect(userIds(outcome)).toEqual(EVERYBODY.filter((id) => !(losses[path] ?? []).includes(id)));
    const notices = outcome.notices.filter(({ message }) => message.startsWith(path));
    expect(notices).toEqual([
      {
        code: 'optional-part-missing',
        severity: 'info',
        message: `${path} is not in the SIS: ${without}.`,
        count: 1,
      },
    ]);
  });

  it('are those that public sources show to come and go', () => {
    const paths = optional.map(({ path }) => path);
    const drifting = [
      'ScheduleStructure.externalLMSExclude',
      'GradeLevel.externalLMSExclude',
      'CourseMaster.externalLMSExclude',
      'Section.active',
      'SectionStaffHistory.historyID',
      'RelatedPair.portal',
      ...STAFF_ROLES.map((box) => `EmploymentAssignment.${box}`),
    ];
    expect(drifting.filter((path) => !paths.includes(path))).toEqual([]);
  });

  const marked: readonly [string, GivenRows][] = [
    [
      'ScheduleStructure.externalLMSExclude',
      put('ScheduleStructure', { structureID: structureOf(SCHOOL), externalLMSExclude: 1 }),
    ],
    [
      'CourseMaster.externalLMSExclude',
      put('CourseMaster', { courseMasterID: 3_001, externalLMSExclude: 1 }),
    ],
    ['Section.active', put('Section', { sectionID: sectionOf(SCHOOL), active: 0 })],
  ];

  it.each(marked)('a mark in %s counts only where the column is', async (path, mark) => {
    const [withColumn, without] = [
      await outcomeFor(everybody(mark)),
      await outcomeFor(everybody(mark), {}, { without: [path] }),
    ];
    expect(withColumn.exclusions.length).toBeGreaterThan(0);
    expect(without.exclusions).toEqual([]);
  });

  it.each(STAFF_ROLES)('without the box %s the other eleven count', async (box) => {
    const others = STAFF_ROLES.filter((each) => each !== box);
    const staff = others.map((other, number) =>
      anAide({ personID: 100 + number, assignment: { program: 0, [other]: 1 } }),
    );
    const outcome = await outcomeFor(aDistrict(staff), {}, { without: [`EmploymentAssignment.${box}`] });
    expect(outcome.rows('users')).toHaveLength(11);
  });

  it('without historyID teachers are sent, but no teacher enrollments', async () => {
    const outcome = await outcomeFor(everybody(), {}, { without: ['SectionStaffHistory.historyID'] });
    expect(outcome.rows('enrollments').map(({ role }) => role)).toEqual(['student']);
    expect(outcome.codes('sectionStaff', `${sectionOf(SCHOOL)}-${TEACHER}`)).toEqual(['NO_HISTORY_ID']);
  });

  it('without Period.seq periods are listed by name', async () => {
    const second = [
      put('Period', { periodID: 699, name: '0', seq: 9 }),
      put('SectionPlacement', { sectionID: sectionOf(SCHOOL), trialID: 501, termID: 401, periodID: 699 }),
    ];
    const periods = (outcome: Outcome) => outcome.row('classes', String(sectionOf(SCHOOL)))?.['periods'];
    expect(periods(await outcomeFor(aDistrict(second)))).toBe('1,0');
    expect(periods(await outcomeFor(aDistrict(second), {}, { without: ['Period.seq'] }))).toBe('0,1');
  });

  it('without SchoolYear.label years are titled by their two calendar years', async () => {
    const outcome = await outcomeFor(aDistrict(), {}, { without: ['SchoolYear.label'] });
    expect(outcome.row('academicSessions', `${schoolGuid(SCHOOL)}-2027`)?.['title']).toBe('2026-2027');
  });

  it('without UserAccount.expiresDate no account counts as expired', async () => {
    const student = aDistrict(aStudent({ account: { expiresDate: '2026-01-01' } }));
    const enabled = (outcome: Outcome) => outcome.row('users', 's11')?.['enabledUser'];
    expect(enabled(await outcomeFor(student))).toBe('false');
    expect(enabled(await outcomeFor(student, {}, { without: ['UserAccount.expiresDate'] }))).toBe('true');
  });
});

describe('columns that some filters need', () => {
  const read = async (filters: readonly ColumnFilter[], ...without: readonly string[]) => {
    const family = aDistrict(aStudent(), aGuardian({ pair: { name: 'Mother', seq: 1 } }));
    const file = writeCampusFile(family, { without });
    try {
      const source = sqliteSource({ client: 'better-sqlite3', filename: file.path, filters });
      const notices = new Notices();
      const { snapshot } = await extract(source, UNNAMED, { notices });
      const cells = [...snapshot.cells('RelatedPair', ['name', 'seq'])];
      snapshot.close();
      return {
        cells,
        notices: notices
          .list()
          .map(({ message }) => message)
          .filter((message) => message.startsWith('RelatedPair')),
      };
    } finally {
      file.remove();
    }
  };

  it('are read only for them', async () => {
    expect((await read([])).cells).toEqual([[null, null]]);
    expect((await read(['contacts.relationships'])).cells).toEqual([['Mother', null]]);
    expect((await read(['contacts.max'])).cells).toEqual([[null, 1]]);
  });

  it('may be missing without them, and no notice says so', async () => {
    expect(await read([], 'RelatedPair.name', 'RelatedPair.seq')).toEqual({
      cells: [[null, null]],
      notices: [],
    });
  });

  it('end the read where a filter cannot do without', async () => {
    await expect(read(['contacts.relationships'], 'RelatedPair.name')).rejects.toMatchObject({
      problems: [{ path: 'RelatedPair.name', message: 'column is missing' }],
    });
    expect((await read(['contacts.max'], 'RelatedPair.seq')).notices).toEqual([
      'RelatedPair.seq is not in the SIS: the contacts of a student are ordered by id.',
    ]);
  });
});

describe('another name', () => {
  it('sectionStaffID is historyID', async () => {
    const outcome = await outcomeFor(
      everybody(),
      {},
      { renamed: { 'SectionStaffHistory.historyID': 'sectionStaffID' } },
    );
    expect(outcome.row('enrollments', `t${historyOf(TEACHER)}`)).toBeDefined();
    expect(outcome.notices.filter(({ message }) => message.includes('historyID'))).toEqual([]);
  });

  it.each(['upper', 'lower'] as const)('all names in %s case letters', async (letters) => {
    const [usual, other] = [await outcomeFor(everybody()), await outcomeFor(everybody(), {}, { letters })];
    expect(userIds(other)).toEqual(EVERYBODY);
    for (const table of [
      'orgs',
      'academicSessions',
      'courses',
      'classes',
      'users',
      'enrollments',
      'demographics',
    ]) {
      expect(other.rows(table)).toEqual(usual.rows(table));
    }
    expect(other.notices).toEqual(usual.notices);
  });
});

describe('EmploymentAssignmentLocation', () => {
  const at = (assignmentID: number, schoolID: number): GivenRows =>
    put('EmploymentAssignmentLocation', { assignmentID, schoolID });
  const orgs = (outcome: Outcome, id: string) => outcome.row('users', id)?.['orgSourcedIds'];
  const noSchool: SchemaChanges = { without: ['EmploymentAssignment.schoolID'] };

  it('gives the schools where the assignment has no such column', async () => {
    const given = aDistrict(aSchool(2), anAide(), at(assignmentOf(AIDE), 1), at(assignmentOf(AIDE), 2));
    const outcome = await outcomeFor(given, {}, noSchool);
    expect(orgs(outcome, 'a31')).toBe(`${schoolGuid(1)},${schoolGuid(2)}`);
    expect(outcome.notices.map(({ message }) => message)).toEqual([
      'EmploymentAssignment.schoolID is not in the SIS: the schools of an assignment come from EmploymentAssignmentLocation.',
    ]);
  });

  it('adds schools where both are there', async () => {
    const outcome = await outcomeFor(aDistrict(aSchool(2), anAide(), at(assignmentOf(AIDE), 2)));
    expect(orgs(outcome, 'a31')).toBe(`${schoolGuid(1)},${schoolGuid(2)}`);
  });

  it('says nothing about a school that both name', async () => {
    const outcome = await outcomeFor(aDistrict(anAide(), at(assignmentOf(AIDE), SCHOOL)));
    expect(orgs(outcome, 'a31')).toBe(schoolGuid(SCHOOL));
    expect(outcome.exclusions).toEqual([]);
  });

  it('leaves an assignment without any school out', async () => {
    const given = aDistrict(anAide(), at(999, SCHOOL));
    expect((await outcomeFor(given, {}, noSchool)).codes('aide', AIDE)).toEqual(['SCHOOL_MISSING']);
  });

  it('takes the place of an empty school', async () => {
    const blank = anAssignment(AIDE, { schoolID: null });
    const given = aDistrict(anAide(), blank, at(assignmentOf(AIDE), SCHOOL));
    const outcome = await outcomeFor(
      given,
      {},
      { renamed: {}, typed: { 'EmploymentAssignment.schoolID': 'INTEGER' } },
    );
    expect(orgs(outcome, 'a31')).toBe(schoolGuid(SCHOOL));
  });
});

async function refusal(given: GivenRows, changes: SchemaChanges): Promise<ExportError> {
  const outcome: unknown = await outcomeFor(given, {}, changes).catch((error: unknown) => error);
  if (outcome instanceof ExportError) return outcome;
  throw new Error('the schema was not refused', { cause: outcome });
}

describe('needed parts', () => {
  it('are all listed when they are missing, with exit code 4', async () => {
    const without = ['Roster', 'Enrollment.noShow', 'Person.personGUID', 'EmploymentAssignment.schoolID'];
    const { code, exitCode, problems } = await refusal(aDistrict(), { without });
    expect({ code, exitCode }).toEqual({ code: 'source', exitCode: 4 });
    expect(problems.map(({ path, message }) => `${path}: ${message}`).sort()).toEqual([
      'EmploymentAssignment.schoolID: column is missing',
      'Enrollment.noShow: column is missing',
      'Person.personGUID: column is missing',
      'Roster: table is missing',
    ]);
  });
});

describe('how days are stored', () => {
  const columns = (sisTables as readonly SisTable[]).flatMap(({ name, columns: of }) =>
    of.filter(({ type }) => type === 'day').map((column) => `${name}.${column.name}`),
  );
  const numeric = Object.fromEntries(columns.map((path) => [path, 'DATETIME']));
  const instant = (day: string): number => Date.parse(`${day}T00:00:00Z`);

  const forms: readonly [string, (day: string) => Fields[string], Readonly<Record<string, string>>][] = [
    ['day', (day) => day, {}],
    ['datetime text', (day) => `${day} 00:00:00`, {}],
    ['datetime text with fractions', (day) => `${day} 00:00:00.000`, {}],
    ['ISO text', (day) => `${day}T00:00:00.000Z`, {}],
    ['compact text', (day) => day.replaceAll('-', ''), {}],
    ['compact text in a column of numbers', (day) => day.replaceAll('-', ''), numeric],
    ['day text in a column of numbers', (day) => day, numeric],
    ['milliseconds since 1970', instant, numeric],
  ];

  it.each(forms)('%s', async (_, form, typed) => {
    const student = (personID: number, endDate: string): GivenRows =>
      aStudent({ personID, enrollment: { startDate: form('2026-08-17'), endDate: form(endDate) } });
    const district = await openDistrict(
      aDistrict(student(11, '2026-10-14'), student(12, '2026-10-15'), student(13, '2027-05-28'), aRoster(13, { startDate: form('2026-08-17'), endDate: form('2027-01-15') })),
      { typed },
    ); // prettier-ignore
    const outcome = district.judge();
    expect(userIds(outcome)).toEqual(['s12', 's13']);
    expect(outcome.rows('enrollments').map(({ beginDate, endDate }) => [beginDate, endDate])).toEqual([
      ['2026-08-17', '2027-01-15'],
    ]);
    expect(district.notices.filter(({ code }) => code === 'unreadable-value')).toEqual([]);
    district.close();
  });

  it('a value that is not a date counts as empty, with a notice that names no value', async () => {
    const outcome = await outcomeFor(
      aDistrict(
        aStudent({ enrollment: { endDate: '2026-02-30' } }),
        aStudent({ personID: 12, enrollment: { endDate: 'soon' } }),
      ),
    );
    expect(userIds(outcome)).toEqual(['s11', 's12']);
    expect(outcome.notices.filter(({ code }) => code === 'unreadable-value')).toEqual([
      {
        code: 'unreadable-value',
        severity: 'warning',
        message: 'Enrollment.endDate has values that are not of its type; they are treated as empty.',
        count: 2,
      },
    ]);
  });
});

describe('what is read', () => {
  it('the first row of a person whose contacts repeat, with a notice', async () => {
    const student = aStudent({ contact: { email: 'first@example.org' } });
    const file = writeCampusFile(aDistrict(student), { typed: { 'Contact.personID': 'INT' } });
    const database = new Database(file.path);
    database.exec(`INSERT INTO "Contact" ("personID", "email") VALUES (${STUDENT}, 'second@example.org')`);
    database.close();
    const district = await openCampusFile(file.path);
    const outcome = district.judge();
    expect(outcome.rows('users').map(({ email }) => email)).toEqual(['first@example.org']);
    expect(outcome.notices.filter(({ code }) => code === 'duplicate-row').map(({ count }) => count)).toEqual([
      1,
    ]);
    district.close();
    file.remove();
  });

  it.each(['Section', 'Course'])('the first of two rows of %s with one key, with a notice', async (table) => {
    const given = aDistrict(aStudent(), aTeacher(), aRoster());
    const file = writeCampusFile(given, { typed: { [`${table}.${table.toLowerCase()}ID`]: 'INT' } });
    const database = new Database(file.path);
    database.exec(`INSERT INTO "${table}" SELECT * FROM "${table}" LIMIT 1`);
    database.close();
    const district = await openCampusFile(file.path);
    const outcome = district.judge();
    for (const name of ['classes', 'courses']) expect(outcome.rows(name)).toHaveLength(1);
    expect(outcome.notices.filter(({ code }) => code === 'duplicate-row').map(({ count }) => count)).toEqual([
      1,
    ]);
    district.close();
    file.remove();
  });

  it('a section of no course of the year shows up with its reason', async () => {
    const outcome = await outcomeFor(aDistrict(drop('Course', { courseID: courseOf(SCHOOL) })));
    expect(outcome.codes('section', sectionOf(SCHOOL))).toEqual(['COURSE_MISSING']);
  });

  it('accounts without a person are ignored', async () => {
    const outcome = await outcomeFor(
      aDistrict(put('UserAccount', { userID: 1, personID: null, username: 'service' }), aStudent()),
    );
    expect(userIds(outcome)).toEqual([`s${STUDENT}`]);
  });
});
