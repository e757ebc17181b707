/** The keys of people, as data: those on a screen, in a receiver's list or in an exclusions list. */
import type { SisTableName } from '../../campus/tables.js';
import { personOfUser, userOfRole } from '../../map/sourced-ids.js';
import { asId, distinct } from './subject.js';
import type { Lookup } from './lookup.js';

interface PersonKey {
  readonly table: SisTableName;
  readonly column: string;
}

/** All are searched: one number can be the studentNumber of one person and the staffNumber of another. */
const NUMBERS: readonly PersonKey[] = [
  { table: 'Person', column: 'studentNumber' },
  { table: 'Person', column: 'staffNumber' },
  { table: 'UserAccount', column: 'username' },
];

/** Searched only if nothing else matches, because databases have no index on them. */
const OTHER_KEYS: readonly PersonKey[] = [
  { table: 'Person', column: 'stateID' },
  { table: 'Person', column: 'staffStateID' },
  { table: 'Contact', column: 'email' },
  { table: 'Contact', column: 'secondaryEmail' },
];

/** Where a missing person can be referred to: the reason is useful. */
const NAMED_BY: readonly PersonKey[] = [
  { table: 'Enrollment', column: 'personID' },
  { table: 'EmploymentAssignment', column: 'personID' },
  { table: 'SectionStaffHistory', column: 'personID' },
  { table: 'RelatedPair', column: 'personID2' },
];

const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** personIDs. A sourcedId is `s12`, `s-12`, `12`, a GUID, `s-` and a GUID, or that of a role: `<user>.student.<org>`. */
export async function findPeople(lookup: Lookup, written: string): Promise<readonly number[]> {
  const key = (userOfRole(written)?.user ?? written).replace(/^\{|\}$/g, '');
  const bare = personOfUser(key)?.id ?? key;
  const people = distinct([
    ...(await lookup.ids('Person', 'personID', 'personID', asId(bare))),
    ...(GUID.test(bare) ? await lookup.byText('Person', 'personID', 'personGUID', bare) : []),
    ...(await byAny(lookup, NUMBERS, key)),
  ]);
  if (people.length > 0) return people;
  const others = await byAny(lookup, OTHER_KEYS, key);
  return others.length > 0 ? others : await peopleWhoAreOnlyNamed(lookup, asId(bare));
}

async function byAny(lookup: Lookup, keys: readonly PersonKey[], key: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const { table, column } of keys) found.push(...(await lookup.byText(table, 'personID', column, key)));
  return distinct(found);
}

async function peopleWhoAreOnlyNamed(lookup: Lookup, id: readonly number[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const { table, column } of NAMED_BY) found.push(...(await lookup.ids(table, column, column, id)));
  return distinct(found);
}
