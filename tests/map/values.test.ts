/** Cells of `values`: from columns and templates, with the usual rules of required cells, and for whom. */
import { describe, expect, it } from '@jest/globals';
import { valuesOf } from '../../src/config/values.js';
import type { WrittenConnection } from '../../src/config/config.js';
import {
  AIDE,
  aDistrict,
  aGuardian,
  anAide,
  aRoster,
  aStaffRow,
  aStudent,
  aTeacher,
  courseOf,
  DISTRICT,
  districtGuid,
  drop,
  GUARDIAN,
  put,
  SCHOOL,
  schoolGuid,
  sectionOf,
  STUDENT,
  TEACHER,
  type GivenRows,
} from '../support/given.js';
import type { Version } from '../support/connections.js';
import { outcomeFor, type Asked, type Outcome } from '../support/outcome.js';

type Values = NonNullable<WrittenConnection['values']>;

const judged = async (
  version: Version,
  values: Values,
  given: GivenRows = [],
  more: Asked = {},
): Promise<Outcome> =>
  await outcomeFor(
    aDistrict(
      aStudent({
        person: { studentNumber: '000123', stateID: 'X1' },
        contact: { email: 'Ada@d.org', secondaryEmail: 'ada@Home.org', cellPhone: '555-1' },
      }),
      aTeacher({
        person: { staffNumber: 'T9', studentNumber: '777' },
        identity: { lastName: 'Lee', firstName: 'Kim' },
      }),
      anAide(),
      aGuardian(),
      aRoster(),
      given,
    ),
    { version, ids: 'legacy', ...more, values: valuesOf({ version, values }, undefined) },
  );

const user = (outcome: Outcome, version: Version, letter: string, id: number) =>
  outcome.row('users', `${version === '1.1' ? letter : ''}${id}`);

describe.each(['1.1', '1.2'] as const)('in %s a value', (version) => {
  it('comes from a column or a template; numbers of students are for students only, and an empty part empties it', async () => {
    const outcome = await judged(version, {
      users: {
        email: '{studentNumber}@students.example.org',
        identifier: { from: 'Person.personID' },
        sms: { from: 'Contact.cellPhone' },
        phone: '{School.number}/{username}',
      },
    });
    expect(user(outcome, version, 's', STUDENT)).toMatchObject({
      email: '000123@students.example.org',
      identifier: String(STUDENT),
      sms: '555-1',
      phone: `S1/user${STUDENT}`,
    });
    expect(user(outcome, version, 't', TEACHER)).toMatchObject({ email: '', identifier: String(TEACHER) });
    expect(user(outcome, version, 'g', GUARDIAN)).toMatchObject({ email: '' });
  });

  it('that is empty is the usual one, or another text, if so set; letters are changed last', async () => {
    const usual = await judged(version, {});
    const before = (letter: string, id: number): string =>
      user(usual, version, letter, id)?.['email'] ?? 'none';
    const outcome = await judged(version, {
      users: {
        email: { from: 'Contact.secondaryEmail', else: 'default', case: 'lower' },
        phone: { template: '{studentNumber}', else: 'staff {familyName}', case: 'upper' },
        identifier: { case: 'lower' },
      },
    });
    expect(user(outcome, version, 's', STUDENT)).toMatchObject({ email: 'ada@home.org', phone: '000123' });
    expect(user(outcome, version, 't', TEACHER)).toMatchObject({
      email: before('t', TEACHER).toLowerCase(),
      phone: 'STAFF LEE',
      identifier: 't9',
    });
  });

  it('of a class can name course, section, and primary teacher; without one it is the usual title, with a notice', async () => {
    const values: Values = {
      classes: {
        title: '{course.name} ({section.number}) {teacher.lastName}',
        classCode: { template: '{School.number}-{Room.name}-{Department.name}', else: '{classCode}!' },
      },
      courses: { title: '{courseCode} {name}' },
    };
    const other = sectionOf(SCHOOL) + 1;
    const given = [
      put('Course', { courseID: courseOf(SCHOOL), departmentID: null }),
      put('Section', { sectionID: other, courseID: courseOf(SCHOOL), trialID: 501, number: 3, roomID: 91 }),
      put('SectionPlacement', { sectionID: other, trialID: 501, termID: 401, periodID: 601 }),
    ];
    const outcome = await judged(version, values, given);
    expect(outcome.row('classes', String(sectionOf(SCHOOL)))).toMatchObject({
      title: 'Biology (2) Lee',
      classCode: '0310-2!',
    });
    expect(outcome.row('classes', String(other))).toMatchObject({ title: 'Biology 3' });
    expect(outcome.row('courses', String(courseOf(SCHOOL)))).toMatchObject({ title: '0310 Biology' });
    expect(outcome.notices).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'values-empty-title', severity: 'warning', count: 1 }),
      ]),
    );
  });

  it('names the primary teacher of today, not one to come, nor one whom the receiver does not get', async () => {
    const section = sectionOf(SCHOOL);
    const next = aTeacher({ personID: 22, identity: { lastName: 'Next' } });
    const values: Values = { classes: { title: '{teacher.lastName}' } };
    const title = async (given: GivenRows): Promise<string | undefined> =>
      (await judged(version, values, given)).row('classes', String(section))?.['title'];
    const p = (personID: number, startDate: string, endDate: string | null = null) =>
      aStaffRow(personID, { staffType: 'P', startDate, endDate });
    expect(await title([next, p(22, '2026-11-01'), p(TEACHER, '2026-08-17', '2026-10-31')])).toBe('Lee');
    expect(await title([next, p(22, '2026-10-01'), p(TEACHER, '2026-08-17', '2026-09-30')])).toBe('Next');
    expect(await title([drop('EmploymentAssignment', { personID: TEACHER })])).toBe('Biology 2');
  });

  it('of an org is that of a school or of a district', async () => {
    const outcome = await judged(version, { orgs: { identifier: 'TX-{number}' } });
    expect(outcome.row('orgs', schoolGuid(SCHOOL))).toMatchObject({ identifier: 'TX-S1' });
    expect(outcome.row('orgs', districtGuid(DISTRICT))).toMatchObject({ identifier: 'TX-0420' });
    const both = await judged(version, {
      orgs: { identifier: { template: '{District.number}{School.number}', else: 'default' } },
    });
    expect(both.row('orgs', schoolGuid(SCHOOL))).toMatchObject({ identifier: '0420S1' });
    expect(both.row('orgs', districtGuid(DISTRICT))).toMatchObject({ identifier: '0420' });
  });
});

describe('an empty username', () => {
  const values: Values = { users: { username: '{studentNumber}' } };

  it('leaves the user out in 1.1, with all that depends on the user', async () => {
    const outcome = await judged('1.1', { users: { username: '{staffNumber}' } });
    expect(outcome.rows('users').map(({ sourcedId, username }) => [sourcedId, username])).toEqual([
      [`t${TEACHER}`, 'T9'],
    ]);
    expect(outcome.codes('student', STUDENT)).toEqual(['VALUE_EMPTY']);
    expect(outcome.codes('aide', AIDE)).toEqual(['VALUE_EMPTY']);
    expect(outcome.codes('guardian', GUARDIAN)).toEqual(['VALUE_EMPTY']);
    expect(outcome.rows('enrollments').map(({ role }) => role)).toEqual(['teacher']);
    expect(outcome.rows('demographics')).toEqual([]);
  });

  it('is the sent email or the sourcedId in 1.2, as for a user without an account', async () => {
    const outcome = await judged('1.2', values, [
      put('Contact', { personID: GUARDIAN, email: null }),
      put('Contact', { personID: TEACHER, email: 'kim@d.org' }),
    ]);
    const names = new Map(outcome.rows('users').map((row) => [row['sourcedId'], row['username']]));
    expect(names.get(String(STUDENT))).toBe('000123');
    expect(names.get(String(TEACHER))).toBe('kim@d.org');
    expect(names.get(String(GUARDIAN))).toBe(String(GUARDIAN));
    const both = await judged('1.2', {
      users: { ...values['users'], email: { template: '{personID}@x.org' } },
    });
    expect(both.row('users', String(TEACHER))).toMatchObject({
      username: `${TEACHER}@x.org`,
      email: `${TEACHER}@x.org`,
    });
  });

  it('of a user without an account is the value of the email in 1.2, and in 1.1 there is no such user', async () => {
    const given = drop('UserAccount', { personID: STUDENT });
    const email: Values = { users: { email: '{studentNumber}@x.org' } };
    expect((await judged('1.2', email, given)).row('users', String(STUDENT))).toMatchObject({
      username: '000123@x.org',
    });
    expect((await judged('1.1', values, given)).codes('student', STUDENT)).toEqual(['NO_USERNAME']);
  });
});

it('what a profile requires is required of the value', async () => {
  const outcome = await judged('1.1', { users: { email: '{studentNumber}@x.org' } }, [], {
    profile: 'google-classroom',
  });
  expect(outcome.rows('users').map(({ email }) => email)).toEqual(['000123@x.org', '', '']);
  expect(outcome.codes('teacher', TEACHER)).toEqual(['PROFILE_CELL_REQUIRED']);
});

it('what is masked stays masked, and the usual value of a masked email is no username', async () => {
  const outcome = await judged('1.2', { users: { username: '{staffNumber}' } }, [], {
    fields: { users: { email: 'mask' } },
  });
  expect(outcome.row('users', String(STUDENT))).toMatchObject({
    username: String(STUDENT),
    email: `user-${STUDENT}@masked.invalid`,
  });
});
