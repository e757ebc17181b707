/** District Assignments, one row per school, and the rules that teachers and non-teacher staff share. */
import type { Assignment } from '../snapshot/assignments.js';
import { hasEnded, overlapsYear } from './context.js';
import type { Rule } from './rule.js';
import { sawEnd, sawYear } from './saw.js';
import type { ScopedContext } from './schools.js';

export { assignmentsBySchool, hasStaffRole, type Assignment } from '../snapshot/assignments.js';

const facts = ({ assignmentID, startDate, endDate }: Assignment) => ({ assignmentID, startDate, endDate });

export const lmsAssignment: Rule<Assignment, ScopedContext> = {
  code: 'LMS_ASSIGNMENT',
  says: 'The District Assignment is marked External LMS Exclude.',
  source: 'Campus: OneRoster Prerequisites, Teachers and Non-Teacher Staff; External LMS Exclude',
  applies: [16, 17, 33, 41],
  fixIn: 'Census > People > District Assignments > External LMS Exclude',
  excludes: ({ assignmentID, externalLMSExclude }) =>
    externalLMSExclude === 1 ? { assignmentID } : undefined,
  saw: ({ assignmentID, externalLMSExclude }) => ({ assignmentID, externalLMSExclude }),
};

export const assignmentOutsideYear: Rule<Assignment, ScopedContext> = {
  code: 'ASSIGNMENT_OUTSIDE_YEAR',
  says: 'The dates of the District Assignment do not overlap the school year.',
  source: 'Campus: OneRoster Prerequisites, School Year Dates and Active Year',
  applies: [3, 32, 41],
  fixIn: 'Census > People > District Assignments > Start Date, End Date',
  excludes: (row, { district }) => (overlapsYear(row, district.year) ? undefined : facts(row)),
  saw: sawYear,
};

export const assignmentEnded: Rule<Assignment, ScopedContext> = {
  code: 'ASSIGNMENT_ENDED',
  says: 'The District Assignment ended before the as-of date.',
  source: 'Campus: OneRoster Prerequisites, Teachers and Non-Teacher Staff',
  applies: [32, 39],
  fixIn: 'Census > People > District Assignments > End Date',
  excludes: (row, { asOf }) => (hasEnded(row, asOf) ? facts(row) : undefined),
  saw: sawEnd,
};
