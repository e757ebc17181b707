/** The only place that makes a sourcedId. Receivers compare ids as text for ever, so nothing here may change by accident. */
import type { ConnectionSettings, IdScheme } from '../model/settings.js';
import type { KeptSchool, RoleName, Roster } from '../roster/roster.js';

/** One letter per role: in 1.1 a person has a record, and so an id, for each of his roles. */
const LETTERS: Readonly<Record<RoleName, string>> = {
  student: 's',
  teacher: 't',
  aide: 'a',
  guardian: 'g',
  relative: 'r',
};

type UserId = (letter: string, personID: number, guid: string) => string;

const userIds: Readonly<Record<'1.1' | '1.2', Readonly<Record<IdScheme, UserId>>>> = {
  '1.1': {
    legacy: (letter, personID) => `${letter}${personID}`,
    guid: (letter, _personID, guid) => `${letter}-${guid}`,
    personID: (letter, personID) => `${letter}-${personID}`,
  },
  '1.2': {
    legacy: (_letter, personID) => String(personID),
    guid: (_letter, _personID, guid) => guid,
    personID: (_letter, personID) => String(personID),
  },
};

export type UserSourcedId = (personID: number, role: RoleName) => string;

/** The id of a person's user record; in 1.2 it is the same for all roles. */
export function userSourcedIds(
  { version, ids }: Pick<ConnectionSettings, 'version' | 'ids'>,
  { personGuid }: Pick<Roster, 'personGuid'>,
): UserSourcedId {
  const make = userIds[version][ids];
  return ids === 'guid'
    ? (personID, role) => make(LETTERS[role], personID, personGuid(personID) ?? '')
    : (personID, role) => make(LETTERS[role], personID, '');
}

export function schoolYearSourcedId({ schoolGUID }: KeptSchool, endYear: number): string {
  return `${schoolGUID}-${endYear}`;
}

/** Roster rows and staff rows have keys of their own, so a letter keeps the two apart. */
export function enrollmentSourcedId(role: 'student' | 'teacher', id: number): string {
  return `${LETTERS[role]}${id}`;
}

export function roleSourcedId(userSourcedId: string, role: RoleName, orgSourcedId: string): string {
  return `${userSourcedId}.${role}.${orgSourcedId}`;
}
