/** A day as it was judged, and how a part of the records takes all of them to a later one. */
import type { SchoolSets } from '../filter/kept.js';
import { ROLE_NAMES } from '../roster/roster.js';
import { idsOfEither } from '../snapshot/id-map.js';
import { areEqual, type Judged } from './judged.js';
import { add, subtract } from './totals.js';

export interface Step {
  readonly judged: Judged;
  /** Roles that a rule left out which time can lift, by role and personID: its code. */
  readonly waiting: ReadonlyMap<string, string>;
}

/** Of all records and of the part, today, and of the part on a later day. */
export interface Steps {
  readonly all: Step;
  readonly today: Step;
  readonly later: Step;
}

/** All records on the later day: those of today, changed by what differs in the part. Takes over the maps of `all`. */
export function advance({ all, today, later }: Steps): Step {
  if (later === today) return all;
  const waiting = new Map(all.waiting);
  for (const key of today.waiting.keys()) if (!later.waiting.has(key)) waiting.delete(key);
  for (const [key, rule] of later.waiting) if (today.waiting.get(key) !== rule) waiting.set(key, rule);
  return { judged: advanceJudged(all.judged, today.judged, later.judged), waiting };
}

const PARTS = ['classes', 'courses', 'rosters', 'staffRows'] as const;

function advanceJudged(all: Judged, today: Judged, later: Judged): Judged {
  for (const personID of idsOfEither(today.users, later.users)) {
    all.users.set(personID, all.users.get(personID) ^ today.users.get(personID) ^ later.users.get(personID));
    for (const role of ROLE_NAMES)
      advanceSchools(personID, all.roles?.[role], today.roles?.[role], later.roles?.[role]);
  }
  for (const part of PARTS) {
    for (const id of today[part].ids()) if (!later[part].has(id)) all[part].delete(id);
    for (const id of later[part].ids()) if (!today[part].has(id)) all[part].add(id);
  }
  const { counts, schools } = add(subtract(all, today), later);
  return { ...all, asOf: later.asOf, counts, schools: new Map(schools) };
}

function advanceSchools(personID: number, all?: SchoolSets, today?: SchoolSets, later?: SchoolSets): void {
  const schools = later?.get(personID) ?? [];
  if (!areEqual(today?.get(personID) ?? [], schools)) all?.set(personID, schools);
}
