/** Makes and reads sourcedIds. Receivers compare ids as text forever, so nothing here may change by accident. */
import type { ConnectionSettings, IdScheme } from '../model/settings.js';
import { ROLE_NAMES, type KeptSchool, type RoleName, type Roster } from '../roster/roster.js';

/** One letter per role: in 1.1 a person has a record, and so an id, for each of their roles. */
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
export function enrollmentSourcedId(role: 'student' | 'teacher', id: number | string): string {
  return `${LETTERS[role]}${id}`;
}

export function roleSourcedId(userSourcedId: string, role: RoleName, orgSourcedId: string): string {
  return `${userSourcedId}.${role}.${orgSourcedId}`;
}

/** Every id that a user record of this person can have, by any version, scheme and role. `guid`: empty where there is none. */
export function everyUserSourcedId(personID: number, guid: string): ReadonlySet<string> {
  const schemes = Object.values(userIds).flatMap((byScheme) => Object.entries(byScheme));
  return new Set(
    schemes
      .filter(([scheme]) => scheme !== 'guid' || guid !== '')
      .flatMap(([, make]) => Object.values(LETTERS).map((letter) => make(letter, personID, guid))),
  );
}

const ANY_LETTER = `[${Object.values(LETTERS).join('')}]`;
const ROLE_PART = new RegExp(`\\.(?:${ROLE_NAMES.join('|')})\\.[^.]+$`, 'i');
const USER_LETTER = new RegExp(`^${ANY_LETTER}-(?=[0-9a-f-]{36}$)|^${ANY_LETTER}-?(?=\\d+$)`, 'i');
const ENROLLMENT = new RegExp(`^([${LETTERS.student}${LETTERS.teacher}]?)(\\d+)$`, 'i');
const SCHOOL = /^([0-9a-f-]{36})(?:-\d{4})?$/i;

/** The user's id in the id of a role row; any other text as it is. */
export const userOfRole = (sourcedId: string): string => sourcedId.replace(ROLE_PART, '');

/** The personID or GUID in a user's id; any other text as it is. */
export const personOfUser = (sourcedId: string): string => sourcedId.replace(USER_LETTER, '');

/** The SIS id in an enrollment's id, and whose it is; without a letter it may be either's. Undefined for any other text. */
export function rowOfEnrollment(
  sourcedId: string,
): { readonly role?: 'student' | 'teacher'; readonly id: string } | undefined {
  const [, letter, id] = ENROLLMENT.exec(sourcedId) ?? [];
  if (id === undefined) return undefined;
  if (letter === undefined || letter === '') return { id };
  return { role: letter.toLowerCase() === LETTERS.student ? 'student' : 'teacher', id };
}

/** The GUID in the id of a school or of its school year; undefined for any other text. */
export const guidOfSchool = (sourcedId: string): string | undefined => SCHOOL.exec(sourcedId)?.[1];
