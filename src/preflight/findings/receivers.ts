/** What the profile of a connection leaves out, beyond the rules. */
import { ruleRegister } from '../../filter/register.js';
import { byRule } from './by-rule.js';
import type { ConnectionFinding } from './finding.js';

const RECEIVER = 'The receiver (see `profiles`)';

export const receiverFindings: readonly ConnectionFinding[] = [
  byRule({
    code: 'receiver.filtered',
    severity: 'info',
    says: 'A filter of the connection (only) excludes the record; the list has its rule.',
    fixIn: 'Nothing to fix, unless connections[].only in the export config has the wrong filter',
    source: 'The connection (`only`)',
    rules: ruleRegister.map(({ code }) => code).filter((code) => code.startsWith('ONLY_')),
    listsRule: true,
  }),
  byRule({
    code: 'receiver.role-not-taken',
    severity: 'info',
    says: 'The receiver does not accept people with this role.',
    fixIn: 'Nothing to fix, unless the connection has the wrong profile',
    source: RECEIVER,
    rules: ['PROFILE_ROLE'],
  }),
  byRule({
    code: 'receiver.value-missing',
    severity: 'error',
    says: 'The receiver requires a value that the person does not have, so the person is not sent.',
    fixIn: 'Census > People > Demographics (the listed column)',
    source: RECEIVER,
    rules: ['PROFILE_CELL_REQUIRED'],
  }),
  byRule({
    code: 'receiver.value-empty',
    severity: 'error',
    says: 'The value that the connection has for a required cell is empty, so the person is not sent.',
    fixIn: 'The value in Campus, or connections[].values in the export config (else)',
    source: 'The connection (`values`)',
    rules: ['VALUE_EMPTY'],
  }),
  byRule({
    code: 'receiver.value-malformed',
    severity: 'error',
    says: 'A value of the person is not in a form that the receiver accepts, so the person is not sent.',
    fixIn: 'Census > People > Demographics (the listed column)',
    source: RECEIVER,
    rules: ['PROFILE_PATTERN'],
  }),
  byRule({
    code: 'receiver.class-too-large',
    severity: 'warning',
    says: 'The class has more students than the receiver accepts.',
    fixIn: 'Scheduling & Courses > Courses > Sections > Roster',
    source: RECEIVER,
    rules: ['PROFILE_CLASS_SIZE'],
  }),
  byRule({
    code: 'receiver.class-without-teacher',
    severity: 'error',
    says: 'The class has no exported teacher, and the receiver requires one.',
    fixIn: 'Scheduling & Courses > Courses > Sections > Staff History',
    source: RECEIVER,
    rules: ['PROFILE_CLASS_TEACHER'],
  }),
  byRule({
    code: 'receiver.class-at-other-school',
    severity: 'warning',
    says: 'The class is at a school the student does not attend, which the receiver rejects.',
    fixIn: 'Student Information > General > Enrollments, or the section',
    source: RECEIVER,
    rules: ['PROFILE_SAME_SCHOOL'],
  }),
  byRule({
    code: 'receiver.repeated-enrollment',
    severity: 'info',
    says: 'The person has several enrollments in a class, and the receiver accepts only one.',
    fixIn: 'Nothing to fix; the current or latest enrollment is sent',
    source: RECEIVER,
    rules: ['PROFILE_ONE_ENROLLMENT'],
  }),
];
