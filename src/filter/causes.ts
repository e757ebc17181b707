/** The cause of each exclusion by rule, so that reports separate intended exclusions from data problems. */

/**
 * `data` is fixed in Campus, `expected` is what Campus means in most cases (it ended, or is marked so), `follows` depends on another
 * excluded record, `choice` comes from the connection's settings.
 */
export type Cause = 'data' | 'expected' | 'follows' | 'choice';

/** By rule code; all others are `data`. */
export const causes: Readonly<Record<string, Cause>> = {
  REL_STUDENT_NOT_EXPORTED: 'follows',
  ROSTER_STUDENT_NOT_EXPORTED: 'follows',
  ROSTER_SECTION_NOT_EXPORTED: 'follows',
  STAFF_SECTION_NOT_EXPORTED: 'follows',
  TEACHER_NOT_EXPORTED: 'follows',
  PROFILE_STUDENT_DROPPED: 'follows',
  PROFILE_USER_DROPPED: 'follows',
  PROFILE_CLASS_DROPPED: 'follows',
  SCHOOL_NOT_IN_SCOPE: 'choice',
  TYPE_NOT_REQUESTED: 'choice',
  EMPTY_CLASS: 'choice',
  UNUSED_COURSE: 'choice',
  ROSTER_ENDED: 'choice',
  ONLY_STUDENT: 'choice',
  ONLY_GRADE: 'choice',
  ONLY_ENROLLMENT_TYPE: 'choice',
  ONLY_IN_CLASS: 'choice',
  ONLY_COURSE: 'choice',
  ONLY_DEPARTMENT: 'choice',
  ONLY_SUBJECT: 'choice',
  ONLY_HOMEROOM: 'choice',
  ONLY_TERM: 'choice',
  ONLY_TAUGHT: 'choice',
  ONLY_STAFF_ROLE: 'choice',
  ONLY_STAFF_SCHOOL: 'choice',
  ONLY_WITH_SECTIONS: 'choice',
  ONLY_PILOT: 'choice',
  PROFILE_ROLE: 'choice',
  PROFILE_CLASS_SIZE: 'choice',
  PROFILE_ONE_ENROLLMENT: 'choice',
  PROFILE_SAME_SCHOOL: 'choice',
  YEAR_NOT_ACTIVE: 'expected',
  LMS_SCHOOL: 'expected',
  LMS_CALENDAR: 'expected',
  LMS_STRUCTURE: 'expected',
  LMS_GRADE: 'expected',
  LMS_ENROLLMENT: 'expected',
  LMS_COURSE_MASTER: 'expected',
  LMS_COURSE: 'expected',
  LMS_SECTION: 'expected',
  LMS_ASSIGNMENT: 'expected',
  NO_ENROLLMENT_IN_YEAR: 'expected',
  NO_SHOW: 'expected',
  ENROLLMENT_ENDED: 'expected',
  COURSE_INACTIVE: 'expected',
  SECTION_INACTIVE: 'expected',
  TRIAL_NOT_ACTIVE: 'expected',
  ASSIGNMENT_OUTSIDE_YEAR: 'expected',
  ASSIGNMENT_ENDED: 'expected',
  STAFF_TYPE_NOT_TEACHER: 'expected',
  STAFF_HISTORY_OUTSIDE_YEAR: 'expected',
  STAFF_HISTORY_ENDED: 'expected',
  REL_NOT_PORTAL: 'expected',
  REL_NOT_STARTED: 'expected',
  REL_ENDED: 'expected',
  REL_GUARDIAN_WINS: 'expected',
};

export const causeOf = (code: string): Cause => causes[code] ?? 'data';
