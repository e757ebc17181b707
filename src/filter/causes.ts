/** The cause of each exclusion by rule, so that reports separate intended exclusions from data problems. */

/** `data` is fixed in Campus, `follows` depends on another excluded record, `choice` comes from the connection's settings. */
export type Cause = 'data' | 'follows' | 'choice';

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
  PROFILE_ROLE: 'choice',
  PROFILE_CLASS_SIZE: 'choice',
  PROFILE_ONE_ENROLLMENT: 'choice',
  PROFILE_SAME_SCHOOL: 'choice',
};

export const causeOf = (code: string): Cause => causes[code] ?? 'data';
