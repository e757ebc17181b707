/** What a receiver does not take is left out after the rules, and `explain` says so. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeCampusFile, type CampusFile } from '../support/campus-file.js';
import { aConfig, aConnection } from '../support/connections.js';
import { valuesOf } from '../../src/config/values.js';
import { profileReasons } from '../../src/profiles/reasons.js';
import {
  aDistrict,
  aGuardian,
  anAide,
  aRoster,
  aSchool,
  aSection,
  aStaffRow,
  aStudent,
  aTeacher,
  calendarOf,
  GUARDIAN,
  historyOf,
  rosterOf,
  sectionOf,
  SCHOOL,
  STUDENT,
  structureOf,
  TEACHER,
  TODAY,
} from '../support/given.js';
import { askerOf, questionsOf, type Asker } from './asking.js';

const LARGE = 3_000;
const UNTAUGHT = 3_001;
const ELSEWHERE = 12;
const AIDE = 31;
const crowd = Array.from({ length: 50 }, (_, at) => 100 + at);

const district = aDistrict(
  aStudent(),
  aRoster(),
  aRoster(STUDENT, { rosterID: 51_000, endDate: '2026-09-01', startDate: '2026-08-20' }),
  aTeacher({ contact: { email: 'teacher@school.example' } }),
  anAide(),
  aGuardian({ account: { username: 'odd#name' } }),
  aSection(LARGE, { number: 3 }),
  aStaffRow(TEACHER, { historyID: 41_000, sectionID: LARGE }),
  crowd.flatMap((personID) => [
    aStudent({ personID, contact: { email: `student${personID}@school.example` } }),
    aRoster(personID, { sectionID: LARGE }),
  ]),
  aSection(UNTAUGHT, { number: 4 }),
  aRoster(STUDENT, { rosterID: 52_000, sectionID: UNTAUGHT }),
  aSchool(2),
  aStudent({ personID: ELSEWHERE, enrollment: { calendarID: calendarOf(2), structureID: structureOf(2) } }),
  aRoster(ELSEWHERE),
);

const named = aConnection({
  version: '1.1',
  name: 'values',
  values: valuesOf({ version: '1.1', values: { users: { username: 'X{Contact.email}' } } }, undefined),
});

const connections = ['apple-school-manager', 'google-classroom', 'moodle', 'hmh', 'canvas'].map((profile) =>
  aConnection({ version: '1.1', profile, name: profile }),
);

let file: CampusFile;
let asker: Asker;
beforeAll(() => {
  file = writeCampusFile(district);
  asker = askerOf(aConfig('/nowhere', file.path, [...connections, named]), file.path, TODAY);
});
afterAll(() => file.remove());

const CASES = [
  ['PROFILE_ROLE', 'apple-school-manager', 'aide', AIDE],
  ['PROFILE_CELL_REQUIRED', 'google-classroom', 'student', STUDENT],
  ['VALUE_EMPTY', 'values', 'student', STUDENT],
  ['PROFILE_STUDENT_DROPPED', 'google-classroom', 'guardian', GUARDIAN],
  ['PROFILE_USER_DROPPED', 'google-classroom', 'roster', rosterOf(STUDENT)],
  ['PROFILE_PATTERN', 'moodle', 'guardian', GUARDIAN],
  ['PROFILE_CLASS_SIZE', 'hmh', 'section', LARGE],
  ['PROFILE_CLASS_TEACHER', 'hmh', 'section', UNTAUGHT],
  ['PROFILE_CLASS_DROPPED', 'hmh', 'roster', rosterOf(100)],
  ['PROFILE_CLASS_DROPPED', 'hmh', 'sectionStaff', 41_000],
  ['PROFILE_SAME_SCHOOL', 'hmh', 'roster', rosterOf(ELSEWHERE)],
  ['PROFILE_ONE_ENROLLMENT', 'canvas', 'roster', 51_000],
] as const;

it.each(CASES)('%s is named first (%s, %s %i)', async (rule, connection, kind, id) => {
  const line = { kind, id: String(id), rule, connection };
  const { kind: subject, key, codes } = questionsOf(file.path)(line);
  const [record] = (await asker.ask(subject, key)).get(connection) ?? [];
  expect(record === undefined ? [] : codes(record)).toEqual([rule]);
  expect(record?.rows.filter(({ table }) => table === 'enrollments' && kind === 'roster')).toEqual([]);
});

it('every reason of a profile has such a case', () => {
  const codes = Object.values(profileReasons).map(({ code }) => code);
  expect(codes.filter((code) => !CASES.some(([rule]) => rule === code))).toEqual([]);
});

it('keeps what the same receiver takes', async () => {
  for (const [kind, key] of [
    ['section', sectionOf(SCHOOL)],
    ['enrollment', `t${historyOf(TEACHER)}`],
  ] as const) {
    const [record] = (await asker.ask(kind, String(key))).get('hmh') ?? [];
    expect(record?.record?.isExported).toBe(true);
    expect(record?.rows).toHaveLength(1);
    expect(
      record?.record?.rulings.filter(({ code }) => code.startsWith('PROFILE_')).map(({ verdict }) => verdict),
    ).toEqual(kind === 'section' ? ['keep', 'keep'] : ['keep']);
  }
});

it('shows the chain: the guardian fell with the student, the enrollment with its class', async () => {
  const [guardian] = (await asker.ask('person', `g${GUARDIAN}`)).get('google-classroom') ?? [];
  expect(guardian?.chain).toMatchObject([
    { kind: 'student', id: String(STUDENT), code: 'PROFILE_CELL_REQUIRED' },
  ]);
  const [roster] = (await asker.ask('enrollment', `s${rosterOf(100)}`)).get('hmh') ?? [];
  expect(roster?.chain).toMatchObject([{ kind: 'section', id: String(LARGE), code: 'PROFILE_CLASS_SIZE' }]);
});
