/** Cases 900100 to 900199: students. */
import type { CaseDesk } from './desk.js';
import { KEPT, days } from './desk.js';
import { stored } from '../days.js';

export function placeStudentCases({ emit, expect, student, enroll, roster }: CaseDesk): void {
  student(KEPT.student);
  expect('student', KEPT.student, 'keep');

  student(900_110, { noShow: 1 });
  expect('student', 900_110, 'NO_SHOW');
  student(900_111, { externalLMSExclude: 1 });
  expect('student', 900_111, 'LMS_ENROLLMENT');
  student(900_112, { endDate: days.before });
  expect('student', 900_112, 'ENROLLMENT_ENDED');
  student(900_113, { endDate: days.today });
  expect('student', 900_113, 'keep');
  student(900_114, { startDate: days.after });
  expect('student', 900_114, 'keep');
  // One enrollment that counts is enough.
  student(900_115, { endDate: days.before });
  enroll(900_116, { personID: 900_115, startDate: days.today });
  expect('student', 900_115, 'keep');
  expect('schoolEnrollment', 900_115, 'ENROLLMENT_ENDED');

  student(900_120, { startDate: stored('2026-03-02'), endDate: stored('2026-06-30') });
  expect('student', 900_120, 'NO_ENROLLMENT_IN_YEAR');
  student(900_121, { startDate: stored('2027-07-01') });
  expect('student', 900_121, 'NO_ENROLLMENT_IN_YEAR');
  student(900_122, { startDate: stored('2027-06-30') });
  expect('student', 900_122, 'keep');

  student(900_140, {}, { username: null });
  student(900_141, {}, { username: ' ' });
  for (const id of [900_140, 900_141]) {
    expect('student', id, 'NO_USERNAME', { version: '1.1' });
    expect('student', id, 'keep', { version: '1.2' });
  }
  roster(900_140, 900_140);
  expect('roster', 900_140, 'ROSTER_STUDENT_NOT_EXPORTED', { version: '1.1' });
  expect('roster', 900_140, 'keep', { version: '1.2' });
  student(900_142, {}, { username: null });
  emit('UserAccount', { userID: 900_142, personID: 900_142, username: 'disabled900142', disable: 1 });
  expect('student', 900_142, 'keep');

  student(900_150, {}, { identity: { firstName: null } });
  expect('student', 900_150, 'NO_NAME');
  student(900_151, {}, { identity: { lastName: ' ' } });
  expect('student', 900_151, 'NO_NAME');
  student(900_155, {}, { person: { currentIdentityID: null } });
  expect('student', 900_155, 'NO_IDENTITY');
  student(900_156, {}, { person: { currentIdentityID: KEPT.student } });
  expect('student', 900_156, 'NO_IDENTITY');
  student(900_157, {}, { person: { currentIdentityID: 999_999 } });
  expect('student', 900_157, 'NO_IDENTITY');
  student(900_160, {}, { person: { personGUID: null } });
  expect('student', 900_160, 'NO_GUID', { version: '1.2' });
  expect('student', 900_160, 'keep', { version: '1.1' });
  enroll(900_165);
  expect('student', 900_165, 'PERSON_MISSING');
}
