/** Cells of users and demographics that both versions fill alike. */
import type { PersonRow } from '../snapshot/snapshot.js';
import type { RoleName } from '../roster/roster.js';
import { fitsUserIds } from '../oneroster/user-ids.js';
import { list } from './cells.js';
import type { UserSubject } from './subjects.js';

const STAFF: readonly RoleName[] = ['teacher', 'aide'];

export const isStudent = ({ roles }: UserSubject): boolean => roles.includes('student');
export const isStaff = ({ roles }: UserSubject): boolean => roles.some((role) => STAFF.includes(role));

/** studentNumber of students, staffNumber of staff; never the other number instead. */
export function identifier(user: UserSubject): string | null {
  if (isStudent(user)) return user.person.studentNumber;
  return isStaff(user) ? user.person.staffNumber : null;
}

/** `{stateID:…}` of students, `{staffStateID:…}` of staff, both for who is both. */
export function userIds(user: UserSubject): string {
  const { stateID, staffStateID } = user.person;
  return list([
    isStudent(user) ? typedId('stateID', stateID) : null,
    isStaff(user) ? typedId('staffStateID', staffStateID) : null,
  ]);
}

function typedId(type: string, id: string | null): string | null {
  return id !== null && fitsUserIds(id) ? `{${type}:${id}}` : null;
}

export function userMasterIdentifier(user: UserSubject): string | null {
  if (isStudent(user)) return user.person.stateID;
  return isStaff(user) ? user.person.staffStateID : null;
}

/** The stated race is true and the others are empty, because they are unknown, not false. */
export const race =
  (code: string) =>
  ({ person }: { readonly person: PersonRow }): string =>
    person.raceEthnicityFed === code ? 'true' : '';

export function hispanic({
  person: { hispanicEthnicity, raceEthnicityFed },
}: {
  readonly person: PersonRow;
}): string {
  const stated = hispanicEthnicity?.toUpperCase();
  if (stated === 'Y' || raceEthnicityFed === '1') return 'true';
  return stated === 'N' ? 'false' : '';
}

const SEXES: ReadonlyMap<string, string> = new Map([
  ['M', 'male'],
  ['F', 'female'],
]);

/** `otherwise`: what the version has for a code that is neither M nor F. */
export const sex =
  (otherwise: string) =>
  ({ person: { gender } }: { readonly person: PersonRow }): string =>
    gender === null ? '' : (SEXES.get(gender.toUpperCase()) ?? otherwise);
