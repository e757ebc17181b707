/** What everybody needs, whatever the role. */
import {
  AIDE,
  GUARDIAN,
  RELATIVE,
  STUDENT,
  TEACHER,
  aDistrict,
  aGuardian,
  aRelative,
  aStudent,
  aTeacher,
  again,
  anAide,
  drop,
  personGuid,
  put,
  type Fields,
  type GivenRows,
  type PersonGiven,
} from '../../support/given.js';
import type { Asked } from '../../support/outcome.js';
import type { RuleCase } from './rule-case.js';

const ROLES = [
  ['student', STUDENT, aStudent],
  ['teacher', TEACHER, aTeacher],
  ['aide', AIDE, anAide],
  ['guardian', GUARDIAN, aGuardian],
  ['relative', RELATIVE, aRelative],
] as const;

interface PersonCase {
  readonly rule: string;
  readonly when: string;
  readonly verdict: 'keep' | 'exclude';
  readonly person?: PersonGiven;
  /** More about the person with this id. */
  readonly more?: (personID: number) => GivenRows;
  readonly asked?: Asked;
}

const secondAccount = (personID: number): GivenRows =>
  put('UserAccount', { userID: 99_999, personID, username: 'second', disable: 1 });

/** Another student with the GUID of the person. */
const twinOf = (personID: number, enrollment: Fields = {}): GivenRows =>
  aStudent({ personID: 88, person: { personGUID: personGuid(personID).toLowerCase() }, enrollment });

const cases: readonly PersonCase[] = [
  { rule: 'PERSON_MISSING', when: 'who does not exist', verdict: 'exclude', more: (personID) => drop('Person', { personID }) },
  { rule: 'PERSON_MISSING', when: 'who exists', verdict: 'keep' },
  { rule: 'NO_IDENTITY', when: 'without current identity', verdict: 'exclude', person: { identity: null } },
  { rule: 'NO_IDENTITY', when: 'whose current identity is gone', verdict: 'exclude', person: { person: { currentIdentityID: 79_999 } } },
  { rule: 'NO_IDENTITY', when: 'whose current identity is another person’s', verdict: 'exclude', person: { identity: { personID: 77 } } },
  { rule: 'NO_IDENTITY', when: 'with an older identity beside the current one', verdict: 'keep', more: (personID) => put('Identity', { identityID: 78_888, personID, lastName: 'Old' }) },
  { rule: 'NO_NAME', when: 'without first name', verdict: 'exclude', person: { identity: { firstName: null } } },
  { rule: 'NO_NAME', when: 'with an empty first name', verdict: 'exclude', person: { identity: { firstName: ' \t ' } } },
  { rule: 'NO_NAME', when: 'with an empty last name', verdict: 'exclude', person: { identity: { lastName: '  ' } } },
  { rule: 'NO_NAME', when: 'with a last name of control characters', verdict: 'exclude', person: { identity: { lastName: '\u0000\r\n' } } },
  { rule: 'NO_NAME', when: 'with only legal names, which are not sent', verdict: 'exclude', person: { identity: { firstName: null, legalFirstName: 'Ada' } } },
  { rule: 'NO_NAME', when: 'with only a legal first name, which is sent', verdict: 'keep', person: { identity: { firstName: null, legalFirstName: 'Ada' } }, asked: { version: '1.2', legalNames: 'send' } },
  { rule: 'NO_NAME', when: 'without a first name of any kind', verdict: 'exclude', person: { identity: { firstName: null, legalLastName: 'Lee' } }, asked: { version: '1.2', legalNames: 'send' } },
  { rule: 'NO_NAME', when: 'with first and last name', verdict: 'keep' },
  { rule: 'NO_USERNAME', when: 'without account', verdict: 'exclude', person: { account: null }, asked: { version: '1.1' } },
  { rule: 'NO_USERNAME', when: 'with an empty username', verdict: 'exclude', person: { account: { username: ' ' } }, asked: { version: '1.1' } },
  { rule: 'NO_USERNAME', when: 'with a disabled account', verdict: 'keep', person: { account: { disable: 1 } }, asked: { version: '1.1' } },
  { rule: 'NO_USERNAME', when: 'with an empty username and a disabled account', verdict: 'keep', person: { account: { username: '' } }, more: secondAccount, asked: { version: '1.1' } },
  { rule: 'NO_USERNAME', when: 'with an expired account', verdict: 'keep', person: { account: { expiresDate: '2020-01-01' } }, asked: { version: '1.1' } },
  { rule: 'NO_USERNAME', when: 'without account', verdict: 'keep', person: { account: null }, asked: { version: '1.2' } },
  { rule: 'NO_GUID', when: 'without GUID', verdict: 'exclude', person: { person: { personGUID: null } }, asked: { ids: 'guid' } },
  { rule: 'NO_GUID', when: 'with an empty GUID', verdict: 'exclude', person: { person: { personGUID: ' ' } }, asked: { ids: 'guid' } },
  { rule: 'NO_GUID', when: 'without GUID, with legacy ids', verdict: 'keep', person: { person: { personGUID: null } }, asked: { ids: 'legacy', version: '1.2' } },
  { rule: 'NO_GUID', when: 'without GUID, with legacy ids', verdict: 'keep', person: { person: { personGUID: null } }, asked: { version: '1.1' } },
  { rule: 'GUID_SHARED', when: 'with the GUID of another person, in other case', verdict: 'exclude', more: (personID) => twinOf(personID), asked: { ids: 'guid' } },
  { rule: 'GUID_SHARED', when: 'who is there twice', verdict: 'exclude', more: (personID) => again('Person', { personID, studentNumber: '77' }) },
  { rule: 'GUID_SHARED', when: 'who is there twice alike', verdict: 'keep', more: (personID) => again('Person', { personID }) },
  { rule: 'GUID_SHARED', when: 'with the GUID of a person who is not sent', verdict: 'keep', more: (personID) => twinOf(personID, { noShow: 1 }), asked: { ids: 'guid' } },
  { rule: 'GUID_SHARED', when: 'with the GUID of another person, with legacy ids', verdict: 'keep', more: (personID) => twinOf(personID), asked: { version: '1.1' } },
]; // prettier-ignore

export const personCases: readonly RuleCase[] = ROLES.flatMap(([kind, id, build]) => {
  const child = kind === 'guardian' || kind === 'relative' ? aStudent() : [];
  return cases.map(({ person = {}, more, asked, ...rest }): RuleCase => {
    const given = aDistrict(child, build(person), more?.(id) ?? []);
    // 1.1 ids that are made of the GUID have another form, which the tests of ids look at.
    const only = asked?.ids === 'guid' ? ({ ...asked, version: '1.2' } as const) : asked;
    return { ...rest, kind, id, given, ...(only && { asked: only }) };
  });
});
