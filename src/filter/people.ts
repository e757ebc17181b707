/** What every person needs to be sent, whatever the role. */
import { PERSON, type Context } from './context.js';
import type { RoleName } from '../roster/roster.js';
import type { ScopedContext } from './schools.js';
import { GUID_SHARED, NO_GUID } from './reasons.js';
import type { Facts, Rules } from './rule.js';
import { named, sawPerson } from './saw.js';
import { repeatedFacts } from './shared-ids.js';

/** A person in one role. */
export interface PersonSubject {
  readonly personID: number;
  readonly role: RoleName;
}

type PersonFact = keyof typeof PERSON;

const lacks = ({ district }: Context, personID: number, fact: PersonFact): Facts | undefined =>
  district.people.has(personID, PERSON[fact]) ? undefined : { personID };

const sentNames = ({ settings }: Context): PersonFact =>
  settings.legalNames === 'send' ? 'sentNamesWithLegal' : 'everydayNames';

export const personRules = [
  {
    code: 'PERSON_MISSING',
    says: 'The record refers to a person who does not exist.',
    source: 'OneRoster CSV binding: every reference resolves',
    applies: [55],
    fixIn: 'Census > People (merge or re-enter the person)',
    excludes: ({ personID }, context) => lacks(context, personID, 'exists'),
    saw: ({ personID }, context) => ({ personID, ...sawPerson(personID, 'exists', context) }),
  },
  {
    code: 'NO_IDENTITY',
    says: 'The person has no current identity record.',
    source: 'OneRoster CSV binding, users.csv: names are required',
    applies: [55],
    fixIn: 'Census > People > Identities (make one current)',
    excludes: ({ personID }, context) => lacks(context, personID, 'identity'),
    saw: ({ personID }, context) => ({ personID, ...sawPerson(personID, 'identity', context) }),
  },
  {
    code: 'NO_NAME',
    says: 'The first or last name is empty.',
    source: 'OneRoster CSV binding, users.csv: givenName and familyName are required',
    applies: [55],
    fixIn: 'Census > People > Demographics > First Name, Last Name',
    excludes: ({ personID }, context) => lacks(context, personID, sentNames(context)),
    saw: ({ personID }, context) => ({
      personID,
      ...named('settings', context.settings, 'legalNames'),
      ...sawPerson(personID, sentNames(context), context),
    }),
  },
  {
    code: 'NO_USERNAME',
    says: 'The person has no user account with a username, which OneRoster 1.1 requires; a disabled account is enough.',
    source: 'Campus: OneRoster Prerequisites, Usernames',
    applies: [19, 20],
    fixIn: 'System Administration > User Security > Users > Username, or the User Account Batch Wizard',
    excludes: ({ personID }, context) =>
      context.settings.version === '1.1' ? lacks(context, personID, 'username') : undefined,
    saw: ({ personID }, context) => ({
      personID,
      ...named('settings', context.settings, 'version'),
      ...sawPerson(personID, 'username', context),
    }),
  },
  {
    ...NO_GUID,
    excludes: ({ personID }, context) =>
      context.settings.ids === 'guid' ? lacks(context, personID, 'guid') : undefined,
    saw: ({ personID }, context) => ({
      personID,
      ...named('settings', context.settings, 'ids'),
      ...sawPerson(personID, 'guid', context),
    }),
  },
  {
    ...GUID_SHARED,
    excludes: ({ personID, role }, { shared, district }) =>
      shared.factsOf(personID, role) ?? repeatedFacts(district, 'Person', ['personID', personID]),
    saw: ({ personID, role }) => ({ personID, role }),
  },
] as const satisfies Rules<PersonSubject, ScopedContext>;
