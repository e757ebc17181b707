/**
 * Records that would share a sourcedId. It is unknown which one is meant, so all are excluded; a record that
 * would not be sent anyway does not count. Holds the ids of those concerned, which are nearly always none.
 */
import { ROLE_NAMES, type RoleName } from '../roster/roster.js';
import type { ByteMap } from '../snapshot/id-map.js';
import type { District } from './context.js';
import { ROLE } from './kept.js';
import type { Facts } from './rule.js';

type Members = readonly number[];

/** Facts list no more ids than this; `others` counts all. */
const MOST_LISTED = 20;

/** The other members by id, for the facts of one of them. */
export function othersIn(members: readonly (number | string)[], own: number | string): Facts {
  const listed = members.slice(0, MOST_LISTED + 1).filter((member) => member !== own);
  return { others: members.length - 1, sharedWith: listed.slice(0, MOST_LISTED).join(' ') };
}

/** People whose user records would have one id: in 1.2 one record per person, in 1.1 one per role. */
export class SharedPeople {
  readonly #members = new Map<RoleName, Map<number, Members>>();

  /** `groups`: people with one GUID. `sent`: ROLE bits of those who would be sent if ids could be shared. */
  constructor(groups: readonly Members[], sent: Pick<ByteMap, 'get' | 'has'>, version: '1.1' | '1.2') {
    for (const role of ROLE_NAMES) {
      const byPerson = new Map<number, Members>();
      for (const group of groups) {
        const members = group.filter((id) =>
          version === '1.2' ? sent.get(id) > 0 : sent.has(id, ROLE[role]),
        );
        if (members.length < 2) continue;
        for (const id of members) if (sent.has(id, ROLE[role])) byPerson.set(id, members);
      }
      this.#members.set(role, byPerson);
    }
  }

  factsOf(personID: number, role: RoleName): Facts | undefined {
    const members = this.#members.get(role)?.get(personID);
    return members && { personID, ...othersIn(members, personID) };
  }
}

/** A record whose key several rows have although they differ. */
export function repeatedFacts(
  { repeated }: Pick<District, 'repeated'>,
  table: string,
  [key, id]: readonly [string, number | null],
): Facts | undefined {
  return id !== null && repeated.get(table)?.has(id) === true
    ? { [key]: id, differingRows: true }
    : undefined;
}

export const NOBODY_SHARES = new SharedPeople([], { get: () => 0, has: () => false }, '1.2');
