/** A district of two schools over a year and into the next, and what happens in it, as SQL on its Campus tables. */
import Database from 'better-sqlite3';
import type { SisTableName } from '../../src/campus/tables.js';
import { writeCampusFile } from '../support/campus-file.js';
import {
  aCourse,
  aDistrict,
  aGuardian,
  anAide,
  anAssignment,
  aPerson,
  aRoster,
  aSchool,
  aSection,
  aStaffRow,
  aStudent,
  aTeacher,
  calendarOf,
  courseOf,
  periodOf,
  put,
  scheduleOf,
  structureOf,
  termOf,
  trialOf,
  type Given,
  type GivenRows,
} from '../support/given.js';

export const SCHOOLS = [1, 2] as const;
export const STUDENTS_PER_SCHOOL = 40;
const SECTIONS_PER_SCHOOL = 8;

const FIRST_DAY = '2026-08-17';
export const LAST_DAY = '2027-05-28';
const SECOND_TERM = 9_000;

const studentsOf = (school: number): readonly number[] =>
  Array.from({ length: STUDENTS_PER_SCHOOL }, (_, at) => school * 1_000 + at);
const teachersOf = (school: number): readonly number[] => [school * 1_000 + 801, school * 1_000 + 802];
const guardianOf = (student: number): number => student + 400;
const sectionsOf = (school: number): readonly number[] =>
  Array.from({ length: SECTIONS_PER_SCHOOL }, (_, at) => school * 10_000 + at);
/** Odd sections are of the second term. */
const termOfSection = (section: number): number => {
  const school = Math.floor(section / 10_000);
  return section % 2 === 0 ? termOf(school) : SECOND_TERM + school;
};
const rosterId = (student: number, section: number): number => student * 100 + (section % 10_000);

/** Everybody takes half of the sections, as many of the first term as of the second. */
function rostersOf(school: number, student: number): readonly Given[] {
  return sectionsOf(school)
    .filter((_, at) => (Math.floor(at / 2) + student) % 2 === 0)
    .map((sectionID) =>
      aRoster(student, {
        rosterID: rosterId(student, sectionID),
        sectionID,
        trialID: trialOf(school),
        startDate: FIRST_DAY,
      }),
    );
}

function aWholeSchool(school: number): readonly GivenRows[] {
  const [calendarID, structureID] = [calendarOf(school), structureOf(school)];
  const placed = { trialID: trialOf(school), periodID: periodOf(school) };
  const sections = sectionsOf(school).map((section) =>
    aSection(
      section,
      { courseID: courseOf(school), trialID: trialOf(school), number: section % 100 },
      { ...placed, termID: termOfSection(section) },
    ),
  );
  const [first = 0, second = 0] = teachersOf(school);
  const staff = sectionsOf(school).map((sectionID, at) =>
    aStaffRow(at % 3 === 0 ? first : second, {
      historyID: 500_000 + sectionID,
      sectionID,
      trialID: trialOf(school),
      startDate: FIRST_DAY,
    }),
  );
  const students = studentsOf(school).flatMap((personID) => [
    aStudent({
      personID,
      person: { studentNumber: `S${personID}`, stateID: `${personID}` },
      enrollment: { calendarID, structureID, startDate: FIRST_DAY },
    }),
    ...(personID % 2 === 0 ? [aGuardian({ personID: guardianOf(personID), of: personID })] : []),
    rostersOf(school, personID),
  ]);
  return [
    aSchool(school),
    put('Term', {
      termID: SECOND_TERM + school,
      termScheduleID: scheduleOf(school),
      name: 'Second half',
      seq: 2,
      startDate: '2027-01-05',
      endDate: LAST_DAY,
    }),
    aCourse(courseOf(school), { calendarID, number: `C${school}` }),
    sections,
    [first, second].map((personID) => aTeacher({ personID, staff: null, assignment: { schoolID: school } })),
    staff,
    anAide({ personID: school * 1_000 + 901, assignment: { schoolID: school } }),
    students,
  ];
}

/** The Campus database of the district, whose nights are lived by `happen`. */
export class SchoolYear {
  readonly #campus = writeCampusFile(aDistrict(SCHOOLS.map(aWholeSchool)));

  get file(): string {
    return this.#campus.path;
  }

  remove(): void {
    this.#campus.remove();
  }

  happen(...events: readonly (GivenRows | string)[]): void {
    const database = new Database(this.file);
    database
      .transaction(() => {
        for (const event of events) {
          if (typeof event === 'string') database.exec(event);
          else for (const given of flatten(event)) insert(database, given);
        }
      })
      .immediate();
    database.close();
  }

  /** Half of the students are gone, as when a load of the SIS stopped half way; `undo` brings them back. */
  loseHalf(): void {
    this.happen(
      'CREATE TABLE lost AS SELECT * FROM Enrollment WHERE personID % 2 = 1',
      'DELETE FROM Enrollment WHERE personID % 2 = 1',
    );
  }

  findAgain(): void {
    this.happen('INSERT INTO Enrollment SELECT * FROM lost', 'DROP TABLE lost');
  }

  /** The next school year is active: other calendars, terms, trials, sections and enrollments; the eldest are gone. */
  rollOver(): void {
    this.happen(
      `UPDATE SchoolYear SET active = 0`,
      put('SchoolYear', {
        endYear: 2028,
        startYear: 2027,
        startDate: '2027-07-01',
        endDate: '2028-06-30',
        active: 1,
        label: '27-28',
      }),
      ...SCHOOLS.flatMap((school) => nextYearOf(school)),
      // Every tenth graduates; the others come back a grade higher.
      `INSERT INTO Enrollment (enrollmentID, personID, calendarID, structureID, grade, serviceType, startDate)
         SELECT enrollmentID + 1000000, personID, calendarID + 5000, structureID + 5000, grade, serviceType, '2027-08-16'
         FROM Enrollment WHERE calendarID < 5000 AND (endDate IS NULL OR endDate = '${LAST_DAY}') AND personID % 10 <> 9`,
      `INSERT INTO Roster (rosterID, personID, sectionID, trialID, startDate)
         SELECT r.rosterID + 100000000, r.personID, r.sectionID + 500000, r.trialID + 5000, '2027-08-16'
         FROM Roster r WHERE r.trialID < 5000`,
      `INSERT INTO SectionStaffHistory (historyID, sectionID, trialID, personID, staffType, startDate)
         SELECT historyID + 9000000, sectionID + 500000, trialID + 5000, personID, staffType, '2027-08-16'
         FROM SectionStaffHistory WHERE trialID < 5000 AND endDate IS NULL`,
    );
  }
}

const flatten = (given: GivenRows): readonly Given[] =>
  Array.isArray(given) ? given.flatMap((each: GivenRows) => flatten(each)) : [given as Given];

function insert(database: Database.Database, given: Given): void {
  if (!('put' in given)) throw new Error('a night only puts rows; it drops them by SQL');
  const names = Object.keys(given.row);
  database
    .prepare(
      `INSERT INTO "${given.put}" (${names.map((name) => `"${name}"`).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
    )
    .run(Object.values(given.row));
}

function nextYearOf(school: number): readonly (GivenRows | string)[] {
  const shifted = (table: SisTableName, columns: readonly string[], where: string, by: string): string =>
    `INSERT INTO "${table}" (${columns.join(', ')}) SELECT ${by} FROM "${table}" WHERE ${where}`;
  const old = `trialID = ${trialOf(school)}`;
  return [
    put('Calendar', {
      calendarID: calendarOf(school) + 5_000,
      schoolID: school,
      endYear: 2028,
      startDate: '2027-08-16',
      endDate: '2028-05-26',
    }),
    put('ScheduleStructure', {
      structureID: structureOf(school) + 5_000,
      calendarID: calendarOf(school) + 5_000,
    }),
    put('TermSchedule', {
      termScheduleID: scheduleOf(school) + 5_000,
      structureID: structureOf(school) + 5_000,
    }),
    ...[termOf(school), SECOND_TERM + school].map((termID, at) =>
      put('Term', {
        termID: termID + 5_000,
        termScheduleID: scheduleOf(school) + 5_000,
        name: `Half ${at + 1}`,
        seq: at + 1,
        startDate: at === 0 ? '2027-08-16' : '2028-01-04',
        endDate: at === 0 ? '2027-12-17' : '2028-05-26',
      }),
    ),
    put('Trial', {
      trialID: trialOf(school) + 5_000,
      calendarID: calendarOf(school) + 5_000,
      structureID: structureOf(school) + 5_000,
      active: 1,
    }),
    put('GradeLevel', {
      calendarID: calendarOf(school) + 5_000,
      structureID: structureOf(school) + 5_000,
      name: '10',
      stateGrade: '10',
    }),
    aCourse(courseOf(school) + 50_000, { calendarID: calendarOf(school) + 5_000, number: `N${school}` }),
    shifted(
      'Section',
      ['sectionID', 'courseID', 'trialID', 'number', 'roomID'],
      old,
      `sectionID + 500000, courseID + 50000, trialID + 5000, number, roomID`,
    ),
    shifted(
      'SectionPlacement',
      ['sectionID', 'trialID', 'termID', 'periodID'],
      old,
      'sectionID + 500000, trialID + 5000, termID + 5000, periodID',
    ),
  ];
}

export const studentOf = (school: number, at: number): number => studentsOf(school)[at] ?? 0;
export const teacherOf = (school: number, at: 0 | 1): number => teachersOf(school)[at] ?? 0;
export const sectionOfSchool = (school: number, at: number): number => sectionsOf(school)[at] ?? 0;

/** A student who comes late, with a guardian and a class. */
export function aNewcomer(school: number, personID: number, since: string): readonly GivenRows[] {
  return [
    aStudent({
      personID,
      enrollment: { calendarID: calendarOf(school), structureID: structureOf(school), startDate: since },
    }),
    aGuardian({ personID: guardianOf(personID), of: personID }),
    rostersOf(school, personID),
  ];
}

/** A teacher who takes over a section. */
export function aSuccessor(
  school: number,
  personID: number,
  section: number,
  since: string,
): readonly GivenRows[] {
  return [
    aPerson({ personID }),
    anAssignment(personID, { teacher: 1, schoolID: school, startDate: since }),
    aStaffRow(personID, { sectionID: section, trialID: trialOf(school), startDate: since }),
  ];
}
