/** Readings of the prerequisites that leave nobody out by themselves. They stand in the register beside the rules. */

export interface Policy {
  readonly code: string;
  readonly says: string;
  readonly source: string;
  readonly applies: readonly number[];
}

export const policies: readonly Policy[] = [
  {
    code: 'YEAR_AMBIGUOUS',
    says: 'Exactly one school year has to be marked active; with none or two the refresh stops with exit code 4.',
    source: 'Campus: OneRoster Prerequisites, School Year Dates and Active Year',
    applies: [2],
  },
  {
    code: 'STATE_EXCLUDE_IGNORED',
    says: 'State-report exclusions of calendars, schools, enrollments and courses do not count.',
    source: 'Campus: OneRoster Prerequisites (names External LMS Exclude only)',
    applies: [5],
  },
  {
    code: 'SUMMER_SCHOOL_COUNTS',
    says: 'Summer-school calendars of the active year count like any other.',
    source: 'Campus: OneRoster Prerequisites, School Year Dates and Active Year',
    applies: [6],
  },
  {
    code: 'GRADE_BOOK_NOT_SENT',
    says: 'Marks on grading tasks and standards concern the grade book, which is not exported.',
    source: 'Campus: External LMS Exclude',
    applies: [18],
  },
  {
    code: 'ROLES_PER_RECORD',
    says: 'OneRoster 1.1 gets one user record per role, 1.2 one per person with several roles.',
    source: 'Campus: OneRoster, What is New in 1.2',
    applies: [21, 53],
  },
  {
    code: 'SERVICE_TYPES_COUNT',
    says: 'Enrollments of every service type count; the type only decides which one gives grade and primary school.',
    source: 'Campus: OneRoster, What is New in 1.2',
    applies: [28],
  },
  {
    code: 'SECURITY_ROLES_UNKNOWN',
    says: 'Administrators by product security role are not derived: Campus does not show where it keeps them.',
    source: 'Campus: OneRoster, What is New in 1.2',
    applies: [54],
  },
  {
    code: 'SCHEDULING_NOT_FINAL',
    says: 'Before scheduling is final nothing should leave: notBefore and blackout hold bundles back.',
    source: 'Campus: OneRoster Prerequisites, Important Considerations',
    applies: [56],
  },
];
