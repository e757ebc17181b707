/** One person as in Census: Person, Identity, Contact and the user accounts. */
import type { Emit } from './rows.js';
import type { World } from './world.js';
import { boys, fold, girls } from './names.js';

export interface Account {
  readonly username: string;
  readonly disable?: 0 | 1;
  readonly expiresDate?: string;
}

export interface NewPerson {
  readonly personID: number;
  readonly identityID: number;
  readonly personGUID: string;
  readonly firstName: string;
  readonly middleName: string | null;
  readonly lastName: string;
  readonly legalFirstName?: string;
  readonly legalLastName?: string;
  readonly gender: string | null;
  readonly birthdate: string | null;
  readonly raceEthnicityFed: string | null;
  readonly hispanicEthnicity: string | null;
  readonly studentNumber?: string;
  readonly stateID?: string;
  readonly staffNumber?: string;
  readonly staffStateID?: string;
  readonly email: string | null;
  readonly secondaryEmail?: string | null;
  readonly homePhone: string | null;
  readonly cellPhone: string | null;
}

export function emitPerson(emit: Emit, person: NewPerson): void {
  const { personID, identityID } = person;
  emit('Person', {
    personID,
    currentIdentityID: identityID,
    personGUID: person.personGUID,
    studentNumber: person.studentNumber ?? null,
    stateID: person.stateID ?? null,
    staffNumber: person.staffNumber ?? null,
    staffStateID: person.staffStateID ?? null,
  });
  emit('Identity', {
    identityID,
    personID,
    lastName: person.lastName,
    firstName: person.firstName,
    middleName: person.middleName,
    legalFirstName: person.legalFirstName ?? null,
    legalMiddleName: null,
    legalLastName: person.legalLastName ?? null,
    gender: person.gender,
    birthdate: person.birthdate,
    raceEthnicityFed: person.raceEthnicityFed,
    hispanicEthnicity: person.hispanicEthnicity,
  });
  emit('Contact', {
    personID,
    email: person.email,
    secondaryEmail: person.secondaryEmail ?? null,
    homePhone: person.homePhone,
    cellPhone: person.cellPhone,
  });
}

export function emitAccount({ emit, next }: World, personID: number, account: Account): void {
  emit('UserAccount', {
    userID: next('UserAccount'),
    personID,
    username: account.username,
    disable: account.disable ?? 0,
    expiresDate: account.expiresDate ?? null,
  });
}

/** The 100 numbers that are set aside for fiction. */
export function phone({ random }: World, area: string): string {
  return `(${area})555-01${String(random.below(100)).padStart(2, '0')}`;
}

/** First part of a user name; names in other scripts get a neutral word. */
export function handle(firstName: string, lastName: string): string {
  return `${fold(firstName).slice(0, 1)}${fold(lastName)}` || 'user';
}

const letters = 'ABCDEFGHJKLMNOPRSTVWZ';

export interface Persona {
  readonly firstName: string;
  readonly middleName: string | null;
  readonly gender: string | null;
}

export function chooseNames({ random }: World, gender: 'F' | 'M'): Persona {
  const list = gender === 'F' ? girls : boys;
  const middle = random.weighted([5, 3, 2]);
  const initial = letters.charAt(random.below(letters.length));
  return {
    firstName: random.pick(list),
    middleName: middle === 0 ? null : middle === 1 ? initial : random.pick(list),
    // A few families give another code, or none.
    gender: random.chance(0.01) ? 'X' : random.chance(0.005) ? null : gender,
  };
}

/** Birthday of a person who has reached `age` by 1 September 2026 and is not a year older. */
export function birthday({ random }: World, age: number): string {
  const month = 1 + random.below(12);
  const day = 1 + random.below(28);
  const year = month < 9 ? 2026 - age : 2025 - age;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')} 00:00:00`;
}
