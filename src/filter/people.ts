/** What every person needs to be sent, whatever the role. */
import { PERSON } from './context.js';
import type { RoleName } from '../roster/roster.js';
import type { ScopedContext } from './schools.js';
import type { Facts, Rules } from './rule.js';
import { GUID_SHARED, repeatedFacts } from './shared-ids.js';

/** A person in one role. */
export interface PersonSubject {
  readonly personID: number;
  readonly role: RoleName;
}

const lacks = (context: ScopedContext, personID: number, bit: number): Facts | undefined =>
  context.district.people.has(personID, bit) ? undefined : { personID };

export const personRules = [
  {
    code: 'PERSON_MISSING',
    says: 'The record refers to a person who does not exist.',
    source: 'OneRoster CSV binding: every reference resolves',
    applies: [55],
    fixIn: 'Census > People (merge or re-enter the person)',
    excludes: ({ personID }, context) => lacks(context, personID, PERSON.exists),
  },
  {
    code: 'NO_IDENTITY',
    says: 'The person has no current identity record.',
    source: 'OneRoster CSV binding, users.csv: names are required',
    applies: [55],
    fixIn: 'Census > People > Identities (make one current)',
    excludes: ({ personID }, context) => lacks(context, personID, PERSON.identity),
  },
  {
    code: 'NO_NAME',
    says: 'The first or last name is empty.',
    source: 'OneRoster CSV binding, users.csv: givenName and familyName are required',
    applies: [55],
    fixIn: 'Census > People > Demographics > First Name, Last Name',
    excludes: ({ personID }, context) =>
      lacks(
        context,
        personID,
        context.settings.legalNames === 'send' ? PERSON.sentNamesWithLegal : PERSON.everydayNames,
      ),
  },
  {
    code: 'NO_USERNAME',
    says: 'The person has no user account with a username, which OneRoster 1.1 requires; a disabled account is enough.',
    source: 'Campus: OneRoster Prerequisites, Usernames',
    applies: [19, 20],
    fixIn: 'System Administration > User Security > Users > Username, or the User Account Batch Wizard',
    excludes: ({ personID }, context) =>
      context.settings.version === '1.1' ? lacks(context, personID, PERSON.username) : undefined,
  },
  {
    code: 'NO_GUID',
    says: 'The record has no GUID, which is required for its OneRoster id.',
    source: 'OneRoster CSV binding: sourcedId is required',
    applies: [55],
    fixIn: 'Campus Support (Campus creates the GUIDs)',
    excludes: ({ personID }, context) =>
      context.settings.ids === 'guid' ? lacks(context, personID, PERSON.guid) : undefined,
  },
  {
    ...GUID_SHARED,
    excludes: ({ personID, role }, { shared, district }) =>
      shared.factsOf(personID, role) ?? repeatedFacts(district, 'Person', ['personID', personID]),
  },
] as const satisfies Rules<PersonSubject, ScopedContext>;

export const TYPE_NOT_REQUESTED = {
  code: 'TYPE_NOT_REQUESTED',
  says: 'The connection does not include this kind of record.',
  source: 'Campus: OneRoster 1.1 and 1.2 Data Models (user types); connection setting include',
  applies: [8],
  fixIn: 'connections[].include in the export config',
} as const;
