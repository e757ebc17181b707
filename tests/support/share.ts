/**
 * The share of a long list of cases that one run of the night tests tries. The lists are whole in the code; consecutive days take
 * consecutive shares, so that each case has its turn within `SHARES` days, and each kind of case is tried every day.
 *
 * `NIGHT_SHARE` chooses another share, such as `3/24`, or `all`; `NIGHT_CASE` one case of a list by its name.
 */
import { appendFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Share {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

export const SHARES = 24;
const ALL: Share = { part: 1, of: 1 };
const DAY_MS = 86_400_000;

export const shareOfDay = (now: Date): Share => ({
  part: 1 + (Math.floor(now.getTime() / DAY_MS) % SHARES),
  of: SHARES,
});

export const textOfShare = ({ part, of }: Share): string => (of === 1 ? 'all' : `${part}/${of}`);

export function parseShare(text: string): Share {
  if (text === 'all') return ALL;
  const [, part = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (part < 1 || part > of) throw new Error(`NIGHT_SHARE is ${text}, and not like 3/${SHARES} or all.`);
  return { part, of };
}

/** The kinds of a case: of each, one case at least is in every share. */
type KindsOf<T> = (one: T) => readonly string[];

/** The cases whose turn it is, in their order, and for each kind that has none among them, one besides. */
export function shareOf<T>({ part, of }: Share, cases: readonly T[], kindsOf: KindsOf<T>): readonly T[] {
  const tried = new Set(cases.keys());
  for (const at of tried) if (at % of !== part - 1) tried.delete(at);
  const kinds = new Map<string, number[]>();
  for (const [at, one] of cases.entries())
    for (const kind of kindsOf(one)) kinds.set(kind, [...(kinds.get(kind) ?? []), at]);
  for (const among of kinds.values()) {
    const also = among[(part - 1) % among.length];
    if (also !== undefined && !among.some((at) => tried.has(at))) tried.add(also);
  }
  return cases.filter((_, at) => tried.has(at));
}

/** The groups whose day it is, and the share of their cases by which each has its turn within `of` days. */
export function groupsOf<T>({ part, of }: Share, groups: readonly T[]): InTurn<T> {
  const count = groups.length;
  if (of < count) return { groups, share: { part, of } };
  const day = part - 1;
  const group = day % count;
  const days = Math.ceil((of - group) / count);
  return { groups: groups.slice(group, group + 1), share: { part: Math.floor(day / count) + 1, of: days } };
}

export interface InTurn<T> {
  readonly groups: readonly T[];
  readonly share: Share;
}

/** Whether a run tries the test at this place of tests that stand one by one, of which it tries one in `every`. */
export function isTurnOf({ part, of }: Share, every: number, place: number): boolean {
  const days = Math.min(every, of);
  return place % days === (part - 1) % days;
}

/** What a run tries of one list; .config/night-share.js adds them up. */
export interface Tally {
  readonly list: string;
  readonly tried: number;
  readonly of: number;
  /** Chosen by `NIGHT_CASE`. */
  readonly isByName?: boolean;
}

/** In the folder of the run for temporary files: each process of the tests adds its lines. */
export const tallyFile = (): string => join(tmpdir(), 'night-share.jsonl');

export function tell(tally: Tally): void {
  appendFileSync(tallyFile(), `${JSON.stringify(tally)}\n`);
}

/** Set for all processes of a run by .config/night-share.js. */
export const current = (): Share =>
  parseShare(process.env['NIGHT_SHARE'] ?? textOfShare(shareOfDay(new Date())));

/** Cases that are tests of their own, for `it.each`. `share`: that of their group. */
export function turnsOf<T>(
  list: string,
  cases: readonly T[],
  kindsOf: KindsOf<T> = () => [''],
  share = current(),
): readonly T[] {
  const tried = shareOf(share, cases, kindsOf);
  tell({ list, tried: tried.length, of: cases.length });
  return tried;
}

/**
 * Of groups whose set-up takes long, such as the scenes of kills, a run makes one. The names of their cases begin with the group's, so
 * that `NIGHT_CASE` finds it.
 */
export function groupInTurn<T extends string>(list: string, groups: readonly T[]): InTurn<T> {
  const wanted = groups.filter((group) => process.env['NIGHT_CASE']?.startsWith(`${group}: `));
  const tried = wanted.length > 0 ? { groups: wanted, share: ALL } : groupsOf(current(), groups);
  tell({ list, tried: tried.groups.length, of: groups.length });
  return tried;
}

interface Named {
  readonly name: string;
}

/** Cases that one test tries one after the other, each with a name by which `NIGHT_CASE` chooses it. */
export function namedTurnsOf<T extends Named>(
  list: string,
  cases: readonly T[],
  kindsOf?: KindsOf<T>,
  share?: Share,
): readonly T[] {
  const wanted = process.env['NIGHT_CASE'];
  if (wanted === undefined) return turnsOf(list, cases, kindsOf, share);
  const tried = cases.filter(({ name }) => name === wanted);
  tell({ list, tried: tried.length, of: cases.length, isByName: true });
  return tried;
}

/** What a failure of such a case says. */
export const alone = (suite: string, name: string): string =>
  `(alone: NIGHT_CASE='${name}' npm run test:night -- ${suite})`;

/** Some of the random inputs of a test. */
export interface Inputs {
  readonly seed: number;
  readonly runs: number;
}

/** `runs` random inputs in all, in as many parts as there are shares. */
export function randomTurnsOf(list: string, runs: number, seed: number): readonly Inputs[] {
  const parts = Array.from({ length: SHARES }, (_, part): Inputs => {
    const before = Math.floor((runs * part) / SHARES);
    return { seed: seed + part, runs: Math.floor((runs * (part + 1)) / SHARES) - before };
  }).filter((each) => each.runs > 0);
  const tried = shareOf(current(), parts, () => ['']);
  const sum = (some: readonly Inputs[]): number => some.reduce((total, each) => total + each.runs, 0);
  tell({ list, tried: sum(tried), of: runs });
  return tried;
}
