/** Why a profile leaves a record out. They stand in the register beside the rules of the prerequisites. */

export interface ProfileReason {
  readonly code: string;
  readonly kinds: readonly (
    'student' | 'teacher' | 'aide' | 'guardian' | 'relative' | 'section' | 'roster' | 'sectionStaff'
  )[];
  readonly says: string;
  /** Where it is fixed, if not where a profile is chosen. */
  readonly fixIn?: string;
}

const PEOPLE = ['student', 'teacher', 'aide', 'guardian', 'relative'] as const;
const ENROLLMENTS = ['roster', 'sectionStaff'] as const;

export const profileReasons = {
  role: { code: 'PROFILE_ROLE', kinds: PEOPLE, says: 'The receiver does not accept people with this role.' },
  cell: {
    code: 'PROFILE_CELL_REQUIRED',
    kinds: PEOPLE,
    says: 'The receiver requires a value that the person does not have.',
  },
  value: {
    code: 'VALUE_EMPTY',
    kinds: PEOPLE,
    says: 'The value that the connection has for a required cell is empty for the person.',
    fixIn: 'The value in Campus, or connections[].values in the export config',
  },
  pattern: {
    code: 'PROFILE_PATTERN',
    kinds: PEOPLE,
    says: 'A value of the person is not in a form that the receiver accepts.',
  },
  agent: {
    code: 'PROFILE_STUDENT_DROPPED',
    kinds: ['guardian', 'relative'],
    says: 'The receiver gets none of the students linked to the person.',
  },
  classSize: {
    code: 'PROFILE_CLASS_SIZE',
    kinds: ['section'],
    says: 'The class has more students than the receiver accepts.',
  },
  classTeacher: {
    code: 'PROFILE_CLASS_TEACHER',
    kinds: ['section'],
    says: 'The class has no exported teacher, and the receiver requires one.',
  },
  userDropped: {
    code: 'PROFILE_USER_DROPPED',
    kinds: ENROLLMENTS,
    says: 'The person of the enrollment is not sent to the receiver.',
  },
  classDropped: {
    code: 'PROFILE_CLASS_DROPPED',
    kinds: ENROLLMENTS,
    says: 'The class of the enrollment is not sent to the receiver.',
  },
  oneEnrollment: {
    code: 'PROFILE_ONE_ENROLLMENT',
    kinds: ENROLLMENTS,
    says: 'The receiver accepts one enrollment per person and class; the current or latest one is sent instead.',
  },
  sameSchool: {
    code: 'PROFILE_SAME_SCHOOL',
    kinds: ['roster'],
    says: 'The class is at a school the student does not attend, which the receiver rejects.',
  },
} as const satisfies Record<string, ProfileReason>;
