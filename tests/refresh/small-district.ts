/** A district of one school with a handful of people, as an SQLite file, and a config that reads it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { emptyDistrict } from '../support/empty-district.js';
import { AS_OF } from './small-day.js';

export { AS_OF };

type Cell = string | number | null;
type Row = Readonly<Record<string, Cell>>;

const guid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** What a person is called and reached by; each piece is asked for by its own name. */
export type Word = (personID: number, piece: string) => string;

const plainWord: Word = (personID, piece) => {
  if (piece === 'birthdate') return `2015-01-0${personID % 10}`;
  if (piece === 'email' || piece === 'secondaryEmail') return `${piece}${personID}@district.example`;
  return piece.endsWith('Phone') ? `555-01${personID}` : `${piece}${personID}`;
};

export const STUDENTS = [11, 12, 13] as const;
export const TEACHER = 21;
export const AIDE = 22;
export const GUARDIAN = 31;

/** Writes the district; `word` gives the people their names. */
export function makeSmallDistrict(file: string, word: Word = plainWord): void {
  writeFileSync(file, emptyDistrict({ indexes: true }));
  const database = new Database(file);
  const insert = (table: string, row: Row): void => {
    const names = Object.keys(row);
    const places = names.map(() => '?').join(', ');
    const columns = names.map((name) => `"${name}"`).join(', ');
    database.prepare(`INSERT INTO "${table}" (${columns}) VALUES (${places})`).run(Object.values(row));
  };
  database.transaction(() => {
    placeSchool(insert);
    placePeople(insert, word);
  })();
  database.close();
}

type Insert = (table: string, row: Row) => void;

function placeSchool(insert: Insert): void {
  const year = { startDate: '2026-07-01', endDate: '2027-06-30' };
  insert('SchoolYear', { endYear: 2026, startYear: 2025, active: 0 });
  insert('SchoolYear', { endYear: 2027, startYear: 2026, active: 1, label: '26-27', ...year });
  insert('District', { districtID: 1, name: 'Small District', number: '1', districtGUID: guid(1) });
  insert('School', { schoolID: 1, districtID: 1, name: 'Small School', number: '100', schoolGUID: guid(2) });
  insert('Calendar', { calendarID: 1, schoolID: 1, endYear: 2027, ...year });
  insert('ScheduleStructure', { structureID: 1, calendarID: 1 });
  insert('TermSchedule', { termScheduleID: 1, structureID: 1 });
  insert('Term', { termID: 1, termScheduleID: 1, name: 'T1', seq: 1, ...year });
  insert('Period', { periodID: 1, name: 'P1', seq: 1 });
  insert('Trial', { trialID: 1, calendarID: 1, structureID: 1, active: 1 });
  insert('GradeLevel', { calendarID: 1, structureID: 1, name: '05', stateGrade: '05' });
  insert('CourseMaster', { courseMasterID: 1 });
  insert('Course', { courseID: 1, calendarID: 1, courseMasterID: 1, number: '10', name: 'Art', active: 1 });
  insert('Section', { sectionID: 1, courseID: 1, trialID: 1, number: '1', active: 1 });
  insert('SectionPlacement', { sectionID: 1, trialID: 1, termID: 1, periodID: 1 });
}

function placePeople(insert: Insert, word: Word): void {
  const person = (personID: number, numbers: Row): void => {
    const its = (piece: string): string => word(personID, piece);
    insert('Person', { personID, currentIdentityID: personID, personGUID: guid(personID), ...numbers });
    insert('Identity', {
      identityID: personID,
      personID,
      lastName: its('last'),
      firstName: its('first'),
      middleName: its('middle'),
      legalFirstName: its('legalFirst'),
      legalMiddleName: its('legalMiddle'),
      legalLastName: its('legalLast'),
      gender: 'F',
      birthdate: its('birthdate'),
      raceEthnicityFed: '6',
      hispanicEthnicity: 'N',
    });
    insert('Contact', {
      personID,
      email: its('email'),
      secondaryEmail: its('secondaryEmail'),
      homePhone: its('homePhone'),
      cellPhone: its('cellPhone'),
    });
    insert('UserAccount', { userID: personID, personID, username: its('username'), disable: 0 });
  };
  const start = '2026-08-10';
  for (const personID of STUDENTS) {
    person(personID, { studentNumber: `S${personID}`, stateID: `ST${personID}` });
    const at = { calendarID: 1, structureID: 1, grade: '05', serviceType: 'P', noShow: 0 };
    insert('Enrollment', { enrollmentID: personID, personID, ...at, startDate: start });
    insert('Roster', { rosterID: personID, personID, sectionID: 1, trialID: 1, startDate: start });
  }
  person(TEACHER, { staffNumber: 'T21', staffStateID: 'TS21' });
  person(AIDE, { staffNumber: 'T22', staffStateID: 'TS22' });
  const assignment = { schoolID: 1, startDate: start };
  insert('EmploymentAssignment', { assignmentID: 1, personID: TEACHER, teacher: 1, ...assignment });
  insert('EmploymentAssignment', { assignmentID: 2, personID: AIDE, counselor: 1, ...assignment });
  const history = { historyID: 1, personID: TEACHER, sectionID: 1, trialID: 1, staffType: 'P' };
  insert('SectionStaffHistory', { ...history, startDate: start });
  person(GUARDIAN, {});
  const pair = { personID1: STUDENTS[0], personID2: GUARDIAN, guardian: 1, portal: 1 };
  insert('RelatedPair', { ...pair, startDate: '2020-01-01' });
}

/** Changes a district by SQL. */
export function change(file: string, ...statements: readonly string[]): void {
  const database = new Database(file);
  for (const statement of statements) database.exec(statement);
  database.close();
}

export interface Site {
  readonly folder: string;
  readonly home: string;
  readonly district: string;
  readonly config: string;
  /** Arguments that refresh it as of the district's day. */
  readonly refresh: readonly string[];
}

export const ONE_CONNECTION = '  - { name: library, version: 1.1 }\n';
export const TWO_CONNECTIONS = `${ONE_CONNECTION}  - { name: lms, version: 1.2 }\n`;

/** A folder with a config; the district is there unless `district` says that something else is. */
export function makeSite(folder: string, connections = ONE_CONNECTION, home = join(folder, 'home')): Site {
  mkdirSync(folder, { recursive: true });
  const district = join(folder, 'district.sqlite');
  const config = join(folder, 'oneroster.yaml');
  writeFileSync(config, configText(home, district, connections));
  makeSmallDistrict(district);
  return { folder, home, district, config, refresh: ['refresh', '--config', config, '--as-of', AS_OF] };
}

export function configText(home: string, district: string, connections: string): string {
  return `timezone: America/Chicago
home: ${JSON.stringify(home)}
source:
  client: better-sqlite3
  connection: { filename: ${JSON.stringify(district)} }
connections:
${connections}`;
}
