/** Interpretations of the prerequisites that exclude no records by themselves. They are listed in the register with the rules. */

export interface Policy {
  readonly code: string;
  readonly says: string;
  readonly source: string;
  readonly applies: readonly number[];
}

export const policies: readonly Policy[] = [
  {
    code: 'YEAR_AMBIGUOUS',
    says: 'Exactly one school year must be marked active; otherwise the refresh stops with exit code 4.',
    source: 'Campus: OneRoster Prerequisites, School Year Dates and Active Year',
    applies: [2],
  },
  {
    code: 'STATE_EXCLUDE_IGNORED',
    says: 'State reporting exclusions of calendars, schools, enrollments and courses are ignored.',
    source: 'Campus: OneRoster Prerequisites (names External LMS Exclude only)',
    applies: [5],
  },
  {
    code: 'SUMMER_SCHOOL_COUNTS',
    says: 'Summer school calendars of the active year are treated like any other calendar.',
    source: 'Campus: OneRoster Prerequisites, School Year Dates and Active Year',
    applies: [6],
  },
  {
    code: 'GRADE_BOOK_NOT_SENT',
    says: 'Exclude marks on grading tasks and standards affect the grade book, which is not exported.',
    source: 'Campus: External LMS Exclude',
    applies: [18],
  },
  {
    code: 'ROLES_PER_RECORD',
    says: 'OneRoster 1.1 has one user record per role; 1.2 has one per person, with several roles.',
    source: 'Campus: OneRoster, What is New in 1.2',
    applies: [21, 53],
  },
  {
    code: 'SERVICE_TYPES_COUNT',
    says: 'Enrollments of every service type count; the type only decides which one provides the grade and primary school.',
    source: 'Campus: OneRoster, What is New in 1.2',
    applies: [28],
  },
  {
    code: 'SECURITY_ROLES_UNKNOWN',
    says: 'Administrators are not derived from product security roles: Campus does not document where they are stored.',
    source: 'Campus: OneRoster, What is New in 1.2',
    applies: [54],
  },
  {
    code: 'SCHEDULING_NOT_FINAL',
    says: 'No bundle should be sent before scheduling is final: notBefore and blackout put bundles on hold.',
    source: 'Campus: OneRoster Prerequisites, Important Considerations',
    applies: [56],
  },
];
