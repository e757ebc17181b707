/** Every sourcedId, in both versions and all id schemes. */
import { describe, expect, it } from '@jest/globals';
import {
  AIDE,
  GUARDIAN,
  RELATIVE,
  SCHOOL,
  STUDENT,
  TEACHER,
  aDistrict,
  aGuardian,
  aRelative,
  aRoster,
  aStudent,
  aTeacher,
  anAide,
  courseOf,
  districtGuid,
  DISTRICT,
  personGuid,
  put,
  schoolGuid,
  sectionOf,
  termOf,
} from '../support/given.js';
import {
  guidOfSchool,
  personOfUser,
  rowOfEnrollment,
  schoolOfYear,
  userOfRole,
} from '../../src/map/sourced-ids.js';
import { outcomeFor, type Outcome } from '../support/outcome.js';
import { danglingReferences } from '../support/references.js';

const everybody = aDistrict(aStudent(), aTeacher(), anAide(), aGuardian(), aRelative(), aRoster());
const ids = (outcome: Outcome, table: string): readonly string[] =>
  outcome.rows(table).map((row) => row['sourcedId'] ?? '');

const PEOPLE = [
  ['s', STUDENT],
  ['t', TEACHER],
  ['a', AIDE],
  ['g', GUARDIAN],
  ['r', RELATIVE],
] as const;

describe.each([
  ['1.1', 'legacy', PEOPLE.map(([letter, id]) => `${letter}${id}`)],
  ['1.1', 'guid', PEOPLE.map(([letter, id]) => `${letter}-${personGuid(id)}`)],
  ['1.1', 'personID', PEOPLE.map(([letter, id]) => `${letter}-${id}`)],
  ['1.2', 'legacy', PEOPLE.map(([, id]) => String(id))],
  ['1.2', 'guid', PEOPLE.map(([, id]) => personGuid(id))],
  ['1.2', 'personID', PEOPLE.map(([, id]) => String(id))],
] as const)('users in %s with %s ids', (version, scheme, expected) => {
  it('have their ids, in every place that names them', async () => {
    const outcome = await outcomeFor(everybody, { version, ids: scheme });
    const [student, teacher, , guardian, relative] = expected;
    expect(ids(outcome, 'users')).toEqual(expected);
    expect(ids(outcome, 'demographics')).toEqual([student]);
    expect(outcome.rows('enrollments').map((row) => row['userSourcedId'])).toEqual([student, teacher]);
    const agents = outcome.rows('users').map((row) => row['agentSourcedIds']);
    expect(agents).toEqual([[guardian, relative].sort().join(), '', '', student, student]);
    expect(danglingReferences(outcome, version)).toEqual([]);
  });

  it('role rows join user, role and org', async () => {
    const outcome = await outcomeFor(everybody, { version, ids: scheme });
    const roles = ['student', 'teacher', 'aide', 'guardian', 'relative'];
    expect(ids(outcome, 'roles')).toEqual(
      version === '1.1' ? [] : roles.map((role, at) => `${expected[at] ?? ''}.${role}.${schoolGuid(SCHOOL)}`),
    );
  });
});

describe.each(['1.1', '1.2'] as const)('the other ids in %s', (version) => {
  it.each([
    ['orgs', [districtGuid(DISTRICT), schoolGuid(SCHOOL)]],
    ['academicSessions', [`${schoolGuid(SCHOOL)}-2027`, String(termOf(SCHOOL))]],
    ['courses', [String(courseOf(SCHOOL))]],
    ['classes', [String(sectionOf(SCHOOL))]],
    ['enrollments', ['s50011', 't40021']],
  ])('%s', async (table, expected) => {
    expect(ids(await outcomeFor(everybody, { version }), table)).toEqual(expected);
  });

  it('GUIDs are upper case, however they are stored', async () => {
    const small = [
      put('Person', { personID: STUDENT, personGUID: personGuid(STUDENT).toLowerCase() }),
      put('School', { schoolID: SCHOOL, schoolGUID: `{${schoolGuid(SCHOOL).toLowerCase()}}` }),
      put('District', { districtID: DISTRICT, districtGUID: districtGuid(DISTRICT).toLowerCase() }),
    ];
    const [usual, other] = [
      await outcomeFor(everybody, { version, ids: 'guid' }),
      await outcomeFor([everybody, small], { version, ids: 'guid' }),
    ];
    for (const table of ['orgs', 'users', 'academicSessions'])
      expect(other.rows(table)).toEqual(usual.rows(table));
  });

  it('what is not a GUID counts as empty, so the person is listed', async () => {
    const odd = put('Person', { personID: STUDENT, personGUID: 'p-0011' });
    const outcome = await outcomeFor([everybody, odd], { version, ids: 'guid' });
    expect(ids(outcome, 'demographics')).toEqual([]);
    expect(outcome.codes('student', STUDENT)).toEqual(['NO_GUID']);
  });
});

describe('an id that is read', () => {
  const guid = personGuid(STUDENT);

  it.each([
    ['s12', { role: 'student', id: '12' }],
    ['G-12', { role: 'guardian', id: '12' }],
    ['12', { id: '12' }],
    [`t-${guid}`, { role: 'teacher', id: guid }],
    [guid, { id: guid }],
    [`t${guid}`, undefined],
    ['x12', undefined],
    ['s12a', undefined],
    ['', undefined],
  ])('of a user: %p', (sourcedId, person) => {
    expect(personOfUser(sourcedId)).toEqual(person);
  });

  it('of a role row names the user and the role', () => {
    expect(userOfRole(`12.aide.${schoolGuid(SCHOOL)}`)).toEqual({ user: '12', role: 'aide' });
    expect(userOfRole(`12.parent.${schoolGuid(SCHOOL)}`)).toBeUndefined();
  });

  it.each([
    ['s7', { role: 'student', id: '7' }],
    ['T7', { role: 'teacher', id: '7' }],
    ['7', { id: '7' }],
    ['a7', undefined],
  ])('of an enrollment: %p', (sourcedId, row) => {
    expect(rowOfEnrollment(sourcedId)).toEqual(row);
  });

  it('of a school is its GUID, with or without a year', () => {
    const school = schoolGuid(SCHOOL);
    expect([guidOfSchool(school), guidOfSchool(`${school}-2027`), guidOfSchool('401')]).toEqual([
      school,
      school,
      undefined,
    ]);
    expect([schoolOfYear(school), schoolOfYear(`${school}-2027`)]).toEqual([undefined, school]);
  });
});
