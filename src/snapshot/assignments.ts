/** District Assignments of the snapshot, one row per school. */
import { STAFF_ROLES, type SisRow } from '../campus/tables.js';
import type { Snapshot } from './snapshot.js';

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
