/** District Assignments, one row per school, and the rules that teachers and non-teacher staff share. */
import { STAFF_ROLES, type SisRow } from '../campus/tables.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { hasEnded, overlapsYear } from './context.js';
import type { Rule } from './rule.js';
import type { ScopedContext } from './schools.js';

/** An assignment at one school; where installs keep locations apart, an assignment gives a row per location. */
export type Assignment = SisRow<'EmploymentAssignment'>;

export function* assignmentsBySchool(snapshot: Snapshot): IterableIterator<Assignment> {
  const locations = new Map<number, number[]>();
  for (const { assignmentID, schoolID } of snapshot.rows('EmploymentAssignmentLocation')) {
    const known = locations.get(assignmentID);
    if (known === undefined) locations.set(assignmentID, [schoolID]);
    else known.push(schoolID);
  }
  for (const row of snapshot.rows('EmploymentAssignment')) {
    const schools = new Set([row.schoolID, ...(locations.get(row.assignmentID) ?? [])]);
    if (schools.size > 1) schools.delete(null);
    for (const schoolID of schools) yield schoolID === row.schoolID ? row : { ...row, schoolID };
  }
}

export const hasStaffRole = (assignment: Assignment): boolean =>
  STAFF_ROLES.some((box) => assignment[box] === 1);

const facts = ({ assignmentID, startDate, endDate }: Assignment) => ({ assignmentID, startDate, endDate });

export const lmsAssignment: Rule<Assignment, ScopedContext> = {
  code: 'LMS_ASSIGNMENT',
  says: 'The District Assignment is marked External LMS Exclude.',
  source: 'Campus: OneRoster Prerequisites, Teachers and Non-Teacher Staff; External LMS Exclude',
  applies: [16, 17, 33, 41],
  mend: 'Census > People > District Assignments > External LMS Exclude',
  excludes: ({ assignmentID, externalLMSExclude }) =>
    externalLMSExclude === 1 ? { assignmentID } : undefined,
};

export const assignmentOutsideYear: Rule<Assignment, ScopedContext> = {
  code: 'ASSIGNMENT_OUTSIDE_YEAR',
  says: 'The dates of the District Assignment do not overlap the school year.',
  source: 'Campus: OneRoster Prerequisites, School Year Dates and Active Year',
  applies: [3, 32, 41],
  mend: 'Census > People > District Assignments > Start Date, End Date',
  excludes: (row, { district }) => (overlapsYear(row, district.year) ? undefined : facts(row)),
};

export const assignmentEnded: Rule<Assignment, ScopedContext> = {
  code: 'ASSIGNMENT_ENDED',
  says: 'The District Assignment ended before the as-of date.',
  source: 'Campus: OneRoster Prerequisites, Teachers and Non-Teacher Staff',
  applies: [32, 39],
  mend: 'Census > People > District Assignments > End Date',
  excludes: (row, { asOf }) => (hasEnded(row, asOf) ? facts(row) : undefined),
};
