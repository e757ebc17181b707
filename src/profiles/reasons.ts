/** Why a profile leaves a record out. They stand in the register beside the rules of the prerequisites. */

export interface ProfileReason {
  readonly code: string;
  readonly kinds: readonly (
    'student' | 'teacher' | 'aide' | 'guardian' | 'relative' | 'section' | 'roster' | 'sectionStaff'
  )[];
  readonly says: string;
}

const PEOPLE = ['student', 'teacher', 'aide', 'guardian', 'relative'] as const;
const ENROLLMENTS = ['roster', 'sectionStaff'] as const;

export const profileReasons = {
  role: { code: 'PROFILE_ROLE', kinds: PEOPLE, says: 'The receiver does not take people of this role.' },
  cell: {
    code: 'PROFILE_CELL_REQUIRED',
    kinds: PEOPLE,
    says: 'The receiver requires a value that the person does not have.',
  },
  pattern: {
    code: 'PROFILE_PATTERN',
    kinds: PEOPLE,
    says: 'A value of the person is not in the form that the receiver takes.',
  },
  agent: {
    code: 'PROFILE_STUDENT_DROPPED',
    kinds: ['guardian', 'relative'],
    says: 'The receiver gets none of the students to whom the person is tied.',
  },
  classSize: {
    code: 'PROFILE_CLASS_SIZE',
    kinds: ['section'],
    says: 'The class has more students than the receiver takes.',
  },
  classTeacher: {
    code: 'PROFILE_CLASS_TEACHER',
    kinds: ['section'],
    says: 'The class has no exported teacher, and the receiver wants one.',
  },
  userDropped: {
    code: 'PROFILE_USER_DROPPED',
    kinds: ENROLLMENTS,
    says: 'The receiver does not get the person of the enrollment.',
  },
  classDropped: {
    code: 'PROFILE_CLASS_DROPPED',
    kinds: ENROLLMENTS,
    says: 'The receiver does not get the class of the enrollment.',
  },
  oneEnrollment: {
    code: 'PROFILE_ONE_ENROLLMENT',
    kinds: ENROLLMENTS,
    says: 'The receiver takes one enrollment for each person and class, and another one is the current or latest.',
  },
  sameSchool: {
    code: 'PROFILE_SAME_SCHOOL',
    kinds: ['roster'],
    says: 'The class is at a school that is none of the student’s, which the receiver refuses.',
  },
} as const satisfies Record<string, ProfileReason>;
