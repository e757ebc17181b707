/** What the rules would send on one day, in a bit for each record. */
import type { LocalDate } from '../model/values.js';
import { ROLE, type SchoolSets } from '../filter/kept.js';
import { ROLE_NAMES, type RoleName } from '../roster/roster.js';
import type { TableCounts } from './model.js';
import type { ByteMap, IdSet } from '../snapshot/id-map.js';

/** Users are the students: others belong to a school by them, or to several. */
export interface SchoolTally {
  users: number;
  classes: number;
  enrollments: number;
}

export interface RoleRow {
  readonly role: RoleName;
  readonly schoolID: number;
}

/** How many records would be sent, in all and by schoolID. */
export interface Totals {
  readonly counts: TableCounts;
  readonly schools: ReadonlyMap<number, SchoolTally>;
}

/** What would be sent on a day. */
export interface Judged extends Totals {
  readonly asOf: LocalDate;
  /** ROLE bits by personID. */
  readonly users: ByteMap;
  readonly classes: IdSet;
  readonly courses: IdSet;
  readonly rosters: IdSet;
  readonly staffRows: IdSet;
  /** In 1.2, by role: the schools of each person's role rows. */
  readonly roles: Readonly<Record<RoleName, SchoolSets>> | undefined;
  readonly hasDemographics: boolean;
  /** By sourcedId, by which these few are compared. */
  readonly orgs: ReadonlySet<string>;
  readonly academicSessions: ReadonlySet<string>;
  readonly schools: Map<number, SchoolTally>;
}

type WithRoles = Pick<Judged, 'roles' | 'users'>;

/** The rows of roles.csv that a person has. */
export function roleRowsOf({ roles, users }: WithRoles, personID: number): readonly RoleRow[] {
  if (roles === undefined) return [];
  const bits = users.get(personID);
  return ROLE_NAMES.filter((role) => (bits & ROLE[role]) !== 0).flatMap((role) =>
    roles[role].get(personID).map((schoolID) => ({ role, schoolID })),
  );
}

/** How many they are. A loop, here and below: lists for each of a million people took a tenth of the time. */
export function roleRowCount({ roles, users }: WithRoles, personID: number): number {
  if (roles === undefined) return 0;
  const bits = users.get(personID);
  let count = 0;
  for (const role of ROLE_NAMES) if ((bits & ROLE[role]) !== 0) count += roles[role].get(personID).length;
  return count;
}

export function hasSameRoles(one: WithRoles, other: WithRoles, personID: number): boolean {
  if (one.roles === undefined || other.roles === undefined) return true;
  const bits = one.users.get(personID);
  if (bits !== other.users.get(personID)) return false;
  for (const role of ROLE_NAMES)
    if (
      (bits & ROLE[role]) !== 0 &&
      !areEqual(one.roles[role].get(personID), other.roles[role].get(personID))
    )
      return false;
  return true;
}

export const areEqual = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((id, at) => id === other[at]);
