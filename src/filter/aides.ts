/** Which non-teacher staff are sent: `administrator` in OneRoster 1.1, `aide` in 1.2. */
import { STAFF_ROLES } from '../campus/tables.js';
import { GroupCursor, keysOf } from '../snapshot/group-cursor.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import {
  assignmentEnded,
  assignmentOutsideYear,
  assignmentsBySchool,
  hasStaffRole,
  lmsAssignment,
  type Assignment,
} from './assignments.js';
import type { ReportExclusion } from './exclusions.js';
import { ROLE, type Kept } from './kept.js';
import { onlyAssignments, onlyStaff } from './only.js';
import { personRules, type PersonSubject } from './people.js';
import { TYPE_NOT_REQUESTED } from './reasons.js';
import { firstExclusion, furthestExclusion, sift, type Rules, type Sifted } from './rule.js';
import { named } from './saw.js';
import { OWN_SCHOOL, schoolRulesFor, type ScopedContext } from './schools.js';

export const aideAssignmentRules: Rules<Assignment, ScopedContext> = [
  {
    code: 'NO_STAFF_ROLE',
    says: 'The District Assignment has no role marked except Teacher.',
    source: 'Campus: OneRoster Prerequisites, Additional Census Records > Non-Teacher Staff',
    applies: [38],
    fixIn: 'Census > People > District Assignments > Roles (Program has no other effect in Campus)',
    excludes: (row) => (hasStaffRole(row) ? undefined : { assignmentID: row.assignmentID }),
    saw: (row) => Object.fromEntries(STAFF_ROLES.map((box) => [box, row[box]])),
  },
  ...schoolRulesFor<Assignment>(OWN_SCHOOL),
  lmsAssignment,
  assignmentOutsideYear,
  assignmentEnded,
  ...onlyAssignments,
];

/** Rules of other staff see who is exported as a teacher. */
export interface AideContext extends ScopedContext {
  readonly kept: Kept;
}

export const aideRules: Rules<PersonSubject, AideContext> = [
  ...onlyStaff<PersonSubject, AideContext>(({ personID }, { kept }) =>
    kept.roles.has(personID, ROLE.teacher) ? 1 : 0,
  ),
  ...personRules,
  {
    ...TYPE_NOT_REQUESTED,
    excludes: (_person, { settings }) => (settings.include.aides ? undefined : { include: 'aides' }),
    saw: (_person, { settings }) => named('settings.include', settings.include, 'aides'),
  },
];

/** An assignment with only Teacher marked is not a candidate here; one without any mark is. */
export const isAideCandidate = (row: Assignment): boolean => hasStaffRole(row) || row.teacher !== 1;

export function siftAide(assignments: readonly Assignment[], context: ScopedContext): Sifted<Assignment> {
  return sift(aideAssignmentRules, assignments.filter(isAideCandidate), context);
}

export function filterAides(
  snapshot: Snapshot,
  context: AideContext,
  kept: Kept,
  report: ReportExclusion,
): void {
  const assignments = new GroupCursor(
    assignmentsBySchool(snapshot),
    (row) => row.personID,
    'EmploymentAssignment.personID',
  );
  for (const personID of keysOf(assignments)) {
    const sifted = siftAide(assignments.take(personID), context);
    if (sifted.kept.length + sifted.out.length === 0) continue;
    const exclusion =
      sifted.kept.length === 0
        ? furthestExclusion(aideAssignmentRules, sifted)
        : firstExclusion(aideRules, { personID, role: 'aide' }, context);
    if (exclusion !== undefined) {
      report('aide', personID, exclusion, {
        schoolID: (sifted.kept[0] ?? sifted.out[0]?.row)?.schoolID,
      });
      continue;
    }
    for (const { row, exclusion } of sifted.out) report('assignment', row.assignmentID, exclusion, row);
    kept.roles.add(personID, ROLE.aide);
    kept.onKept?.(
      'aide',
      personID,
      sifted.kept.flatMap(({ schoolID }) => schoolID ?? []),
    );
  }
}
