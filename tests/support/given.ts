/**
 * Rows of a tiny Campus district for tests. Each builder fills in everything that is needed for its record to be exported,
 * so that a test names only what it is about. A row that is given again changes the row of the same key.
 */
import type { SisTableName } from '../../src/campus/tables.js';

export type Cell = string | number | bigint | null | Buffer;
export type Fields = Readonly<Record<string, Cell>>;

export type Given =
  | { readonly put: SisTableName; readonly row: Fields }
  | { readonly drop: SisTableName; readonly where: Fields }
  | { readonly again: SisTableName; readonly row: Fields };

/** Lists may stand in lists: a builder gives several rows. */
export type GivenRows = Given | readonly GivenRows[];

export const put = (table: SisTableName, row: Fields): Given => ({ put: table, row });
/** The row with this key a second time, changed, as a copy of the SIS without primary keys can hold it. */
export const again = (table: SisTableName, row: Fields): Given => ({ again: table, row });
export const drop = (table: SisTableName, where: Fields = {}): Given => ({ drop: table, where });

/** The day on which the tests judge, and its similarKeys. */
export const TODAY = '2026-10-15';
export const YESTERDAY = '2026-10-14';
export const TOMORROW = '2026-10-16';
/** The school year of the tests, and the days around it. */
export const YEAR_START = '2026-07-01';
export const YEAR_END = '2027-06-30';
export const BEFORE_YEAR = '2026-06-30';
export const AFTER_YEAR = '2027-07-01';
export const END_YEAR = 2027;

/** What the base district holds; ids of different tables never meet, so that a wrong join finds nothing. */
export const SCHOOL = 1;
export const DISTRICT = 71;
export const DEPARTMENT = 81;
export const ROOM = 91;
export const MASTER = 3_001;
export const STUDENT = 11;
export const TEACHER = 21;
export const AIDE = 31;
export const GUARDIAN = 41;
export const RELATIVE = 51;

export const calendarOf = (schoolID: number): number => 100 + schoolID;
export const structureOf = (schoolID: number): number => 200 + schoolID;
export const scheduleOf = (schoolID: number): number => 300 + schoolID;
export const termOf = (schoolID: number): number => 400 + schoolID;
export const trialOf = (schoolID: number): number => 500 + schoolID;
export const periodOf = (schoolID: number): number => 600 + schoolID;
export const courseOf = (schoolID: number): number => 1_000 + schoolID;
export const sectionOf = (schoolID: number): number => 2_000 + schoolID;

export const historyOf = (personID: number): number => 40_000 + personID;
export const rosterOf = (personID: number): number => 50_000 + personID;
export const assignmentOf = (personID: number): number => 60_000 + personID;
export const identityOf = (personID: number): number => 70_000 + personID;
export const enrollmentOf = (personID: number): number => 80_000 + personID;
export const userOf = (personID: number): number => 90_000 + personID;

const guid = (first: string, id: number): string =>
  `${first}0000000-0000-4000-8000-${String(id).padStart(12, '0')}`;
export const personGuid = (personID: number): string => guid('A', personID);
export const schoolGuid = (schoolID: number): string => guid('B', schoolID);
export const districtGuid = (districtID: number): string => guid('C', districtID);

/** One year, one district, one school with one course and one section that is placed. No people. */
export function aDistrict(...changes: readonly GivenRows[]): readonly GivenRows[] {
  return [
    put('SchoolYear', {
      endYear: 2026,
      startYear: 2025,
      startDate: '2025-07-01',
      endDate: BEFORE_YEAR,
      active: 0,
    }),
    put('SchoolYear', {
      endYear: END_YEAR,
      startYear: 2026,
      startDate: YEAR_START,
      endDate: YEAR_END,
      active: 1,
      label: '26-27',
    }),
    put('District', {
      districtID: DISTRICT,
      name: 'Vale',
      number: '0420',
      districtGUID: districtGuid(DISTRICT),
    }),
    put('Department', { departmentID: DEPARTMENT, name: 'Science' }),
    put('CourseMaster', { courseMasterID: MASTER }),
    put('Room', { roomID: ROOM, name: 'Lab 4' }),
    aSchool(SCHOOL),
    aCourse(courseOf(SCHOOL)),
    aSection(sectionOf(SCHOOL)),
    changes,
  ];
}

interface SchoolGiven {
  readonly school?: Fields;
  readonly calendar?: Fields;
  readonly structure?: Fields;
  readonly term?: Fields;
  readonly trial?: Fields;
  readonly period?: Fields;
  readonly grade?: Fields;
}

/** A school with one calendar, structure, term, trial, period and the grade level 10. */
export function aSchool(schoolID: number, given: SchoolGiven = {}): readonly Given[] {
  return [
    put('School', {
      schoolID,
      districtID: DISTRICT,
      name: `School ${schoolID}`,
      number: `S${schoolID}`,
      schoolGUID: schoolGuid(schoolID),
      ...given.school,
    }),
    ...aCalendar(schoolID, { schoolID, ...given.calendar }, given),
  ];
}

/** `number`: the last digits of the calendar's id and of everything in it. */
export function aCalendar(number: number, calendar: Fields = {}, given: SchoolGiven = {}): readonly Given[] {
  const [calendarID, structureID] = [calendarOf(number), structureOf(number)];
  return [
    put('Calendar', {
      calendarID,
      schoolID: SCHOOL,
      endYear: END_YEAR,
      startDate: '2026-08-17',
      endDate: '2027-05-28',
      ...calendar,
    }),
    put('ScheduleStructure', { structureID, calendarID, ...given.structure }),
    put('TermSchedule', { termScheduleID: scheduleOf(number), structureID }),
    put('Term', {
      termID: termOf(number),
      termScheduleID: scheduleOf(number),
      name: 'Full Year',
      seq: 1,
      startDate: '2026-08-17',
      endDate: '2027-05-28',
      ...given.term,
    }),
    put('Trial', { trialID: trialOf(number), calendarID, structureID, active: 1, ...given.trial }),
    put('Period', { periodID: periodOf(number), name: '1', seq: 1, ...given.period }),
    put('GradeLevel', { calendarID, structureID, name: '10', stateGrade: '10', ...given.grade }),
  ];
}

export function aCourse(courseID: number, course: Fields = {}): readonly Given[] {
  return [
    put('Course', {
      courseID,
      calendarID: calendarOf(SCHOOL),
      courseMasterID: MASTER,
      number: '0310',
      name: 'Biology',
      active: 1,
      ...course,
    }),
  ];
}

/** `placement`: null for a section that is not placed. */
export function aSection(
  sectionID: number,
  section: Fields = {},
  placement: Fields | null = {},
): readonly Given[] {
  const placed = { sectionID, trialID: trialOf(SCHOOL), termID: termOf(SCHOOL), periodID: periodOf(SCHOOL) };
  return [
    put('Section', {
      sectionID,
      courseID: courseOf(SCHOOL),
      trialID: trialOf(SCHOOL),
      number: 2,
      roomID: ROOM,
      ...section,
    }),
    ...(placement === null ? [] : [put('SectionPlacement', { ...placed, ...placement })]),
  ];
}

export interface PersonGiven {
  readonly personID?: number;
  readonly person?: Fields;
  /** Null: no current identity. */
  readonly identity?: Fields | null;
  readonly contact?: Fields;
  /** Null: no user account. */
  readonly account?: Fields | null;
}

export function aPerson({
  personID = STUDENT,
  person,
  identity,
  contact,
  account,
}: PersonGiven): readonly Given[] {
  const identityID = identityOf(personID);
  return [
    put('Person', {
      personID,
      currentIdentityID: identity === null ? null : identityID,
      personGUID: personGuid(personID),
      ...person,
    }),
    ...(identity === null
      ? []
      : [
          put('Identity', {
            identityID,
            personID,
            lastName: `Family${personID}`,
            firstName: `Given${personID}`,
            ...identity,
          }),
        ]),
    put('Contact', { personID, ...contact }),
    ...(account === null
      ? []
      : [
          put('UserAccount', {
            userID: userOf(personID),
            personID,
            username: `user${personID}`,
            disable: 0,
            ...account,
          }),
        ]),
  ];
}

export function anEnrollment(personID: number, enrollment: Fields = {}): Given {
  return put('Enrollment', {
    enrollmentID: enrollmentOf(personID),
    personID,
    calendarID: calendarOf(SCHOOL),
    structureID: structureOf(SCHOOL),
    grade: '10',
    serviceType: 'P',
    startDate: '2026-08-17',
    ...enrollment,
  });
}

export function aStudent(given: PersonGiven & { readonly enrollment?: Fields } = {}): readonly Given[] {
  const { personID = STUDENT, enrollment } = given;
  return [...aPerson({ ...given, personID }), anEnrollment(personID, enrollment)];
}

export function anAssignment(personID: number, assignment: Fields = {}): Given {
  return put('EmploymentAssignment', {
    assignmentID: assignmentOf(personID),
    personID,
    schoolID: SCHOOL,
    startDate: '2019-08-01',
    ...assignment,
  });
}

export function aStaffRow(personID: number, row: Fields = {}): Given {
  return put('SectionStaffHistory', {
    historyID: historyOf(personID),
    sectionID: sectionOf(SCHOOL),
    trialID: trialOf(SCHOOL),
    personID,
    staffType: 'P',
    ...row,
  });
}

interface StaffGiven extends PersonGiven {
  readonly assignment?: Fields | null;
  /** Null: no Section Staff History. */
  readonly staff?: Fields | null;
}

export function aTeacher(given: StaffGiven = {}): readonly Given[] {
  const { personID = TEACHER, assignment, staff } = given;
  return [
    ...aPerson({ ...given, personID }),
    ...(assignment === null ? [] : [anAssignment(personID, { teacher: 1, ...assignment })]),
    ...(staff === null ? [] : [aStaffRow(personID, staff)]),
  ];
}

export function anAide(given: PersonGiven & { readonly assignment?: Fields } = {}): readonly Given[] {
  const { personID = AIDE, assignment } = given;
  return [...aPerson({ ...given, personID }), anAssignment(personID, { program: 1, ...assignment })];
}

export function aPair(personID1: number, personID2: number, pair: Fields = {}): Given {
  return put('RelatedPair', { personID1, personID2, guardian: 1, portal: 1, ...pair });
}

type AgentGiven = PersonGiven & { readonly of?: number; readonly pair?: Fields };

export function aGuardian(given: AgentGiven = {}): readonly Given[] {
  const { personID = GUARDIAN, of = STUDENT, pair } = given;
  return [...aPerson({ ...given, personID }), aPair(of, personID, pair)];
}

export function aRelative(given: AgentGiven = {}): readonly Given[] {
  const { personID = RELATIVE, of = STUDENT, pair } = given;
  return [...aPerson({ ...given, personID }), aPair(of, personID, { guardian: 0, ...pair })];
}

export function aRoster(personID = STUDENT, roster: Fields = {}): Given {
  return put('Roster', {
    rosterID: rosterOf(personID),
    personID,
    sectionID: sectionOf(SCHOOL),
    trialID: trialOf(SCHOOL),
    ...roster,
  });
}
