/** What the profile of a connection leaves out, beyond the rules. */
import { byRule } from './by-rule.js';
import type { ConnectionFinding } from './finding.js';

const RECEIVER = 'The receiver, as `profiles` tells';

export const receiverFindings: readonly ConnectionFinding[] = [
  byRule({
    code: 'receiver.role-not-taken',
    severity: 'info',
    says: 'The receiver does not take people of this role.',
    mend: 'No need, unless the profile of the connection is the wrong one',
    source: RECEIVER,
    rules: ['PROFILE_ROLE'],
  }),
  byRule({
    code: 'receiver.value-missing',
    severity: 'error',
    says: 'The receiver requires a value that the person does not have, so he is not sent to it.',
    mend: 'Census > People > Demographics: the column that is named',
    source: RECEIVER,
    rules: ['PROFILE_CELL_REQUIRED'],
  }),
  byRule({
    code: 'receiver.value-malformed',
    severity: 'error',
    says: 'A value of the person is not in the form that the receiver takes, so he is not sent to it.',
    mend: 'Census > People > Demographics: the column that is named',
    source: RECEIVER,
    rules: ['PROFILE_PATTERN'],
  }),
  byRule({
    code: 'receiver.class-too-large',
    severity: 'warning',
    says: 'The class has more students than the receiver takes.',
    mend: 'Scheduling & Courses > Courses > Sections > Roster',
    source: RECEIVER,
    rules: ['PROFILE_CLASS_SIZE'],
  }),
  byRule({
    code: 'receiver.class-without-teacher',
    severity: 'error',
    says: 'The class has no exported teacher, and the receiver wants one.',
    mend: 'Scheduling & Courses > Courses > Sections > Staff History',
    source: RECEIVER,
    rules: ['PROFILE_CLASS_TEACHER'],
  }),
  byRule({
    code: 'receiver.class-at-other-school',
    severity: 'warning',
    says: 'The class is at a school that is none of the student’s, which the receiver refuses.',
    mend: 'Student Information > General > Enrollments, or the section',
    source: RECEIVER,
    rules: ['PROFILE_SAME_SCHOOL'],
  }),
  byRule({
    code: 'receiver.repeated-enrollment',
    severity: 'info',
    says: 'The person is in one class several times, and the receiver takes one of them.',
    mend: 'No need; the current or latest one is sent',
    source: RECEIVER,
    rules: ['PROFILE_ONE_ENROLLMENT'],
  }),
];
