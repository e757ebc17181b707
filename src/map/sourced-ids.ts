/** Makes and reads sourcedIds. Receivers compare ids as text forever, so nothing here may change by accident. */
import type { ConnectionSettings, IdScheme } from '../model/settings.js';
import { ROLE_NAMES, type KeptSchool, type RoleName, type Roster } from '../roster/roster.js';

/** One letter per role: in 1.1 a person has a record, and so an id, for each of their roles. */
export const ROLE_LETTERS: Readonly<Record<RoleName, string>> = {
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
    ? (personID, role) => make(ROLE_LETTERS[role], personID, personGuid(personID) ?? '')
    : (personID, role) => make(ROLE_LETTERS[role], personID, '');
}

export function schoolYearSourcedId({ schoolGUID }: KeptSchool, endYear: number): string {
  return `${schoolGUID}-${endYear}`;
}

/** Roster rows and staff rows have keys of their own, so a letter keeps the two apart. */
export function enrollmentSourcedId(role: 'student' | 'teacher', id: number | string): string {
  return `${ROLE_LETTERS[role]}${id}`;
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
      .flatMap(([, make]) => Object.values(ROLE_LETTERS).map((letter) => make(letter, personID, guid))),
  );
}

const ANY_LETTER = `[${Object.values(ROLE_LETTERS).join('')}]`;
const ANY_GUID = '[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}';
const USER = new RegExp(
  `^(?:(${ANY_LETTER})-?(?=\\d+$)|(${ANY_LETTER})-(?=${ANY_GUID}))?(\\d+|${ANY_GUID})$`,
  'i',
);
const ROLE_ROW = new RegExp(`^(.+)\\.(${ROLE_NAMES.join('|')})\\.[^.]+$`, 'i');
const ENROLLMENT = new RegExp(`^([${ROLE_LETTERS.student}${ROLE_LETTERS.teacher}]?)(\\d+)$`, 'i');
const SCHOOL_YEAR = new RegExp(`^(${ANY_GUID})-\\d{4}$`, 'i');
const SCHOOL = new RegExp(`^${ANY_GUID}$`, 'i');

/** Whose id it is: of a role where a letter names one. */
export interface ReadId<Role extends RoleName> {
  readonly role?: Role;
  /** An id of the SIS, or a GUID that stands for one. */
  readonly id: string;
}

const roleOfLetter = (letter: string): RoleName | undefined =>
  ROLE_NAMES.find((role) => ROLE_LETTERS[role] === letter.toLowerCase());

/** The person of a user's id; undefined for any other text. */
export function personOfUser(sourcedId: string): ReadId<RoleName> | undefined {
  const [, ofNumber, ofGuid, id] = USER.exec(sourcedId) ?? [];
  if (id === undefined) return undefined;
  const role = roleOfLetter(ofNumber ?? ofGuid ?? '');
  return { id, ...(role && { role }) };
}

/** The user's id in the id of a role row, and the role; undefined for any other text. */
export function userOfRole(
  sourcedId: string,
): { readonly user: string; readonly role: RoleName } | undefined {
  const [, user, written = ''] = ROLE_ROW.exec(sourcedId) ?? [];
  const role = ROLE_NAMES.find((name) => name === written.toLowerCase());
  return user === undefined || role === undefined ? undefined : { user, role };
}

/** The row of an enrollment's id; without a letter it may be either's. Undefined for any other text. */
export function rowOfEnrollment(sourcedId: string): ReadId<'student' | 'teacher'> | undefined {
  const [, letter = '', id] = ENROLLMENT.exec(sourcedId) ?? [];
  if (id === undefined) return undefined;
  const role = roleOfLetter(letter);
  return role === 'student' || role === 'teacher' ? { id, role } : { id };
}

/** The GUID in the id of a school year; undefined for any other text. */
export const schoolOfYear = (sourcedId: string): string | undefined => SCHOOL_YEAR.exec(sourcedId)?.[1];

/** The GUID in the id of a school or of its school year; undefined for any other text. */
export const guidOfSchool = (sourcedId: string): string | undefined =>
  SCHOOL.test(sourcedId) ? sourcedId : schoolOfYear(sourcedId);
