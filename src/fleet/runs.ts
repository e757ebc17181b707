/** The runs of the districts: refreshes by hand, runs that are tried again, and what happened. */
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { LocalDate } from '../model/values.js';
import { clockOf } from './clock.js';
import type { AppliedDistrict } from './districts.js';
import { byKey, partsOf } from '../state/lists.js';
import type { Queue } from './queue.js';

export interface Run {
  /** Of its job, too. */
  readonly id: string;
  readonly district: string;
  /** Null for a refresh by hand. */
  readonly night: LocalDate | null;
  readonly host: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly sentAt: string;
  readonly sentBy: string;
  readonly startsAt: string;
  /** Of the newest attempt. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Attempts that have ended. */
  readonly attempts: number;
  readonly exitCode: number | null;
  readonly worker: string | null;
  /** Codes and counts. */
  readonly message: string | null;
}

export interface Sending {
  /** In a transaction: a run and its job are there together or not at all. */
  readonly trx: Knex.Transaction;
  readonly queue: Pick<Queue, 'send' | 'putBack'>;
}

/** A person waits for it. */
const BY_HAND = 1;

/** Gives the names of those that were sent: a district that is refreshed already, or soon, is not sent again. */
export async function sendByHand(
  { trx, queue }: Sending,
  districts: readonly Pick<AppliedDistrict, 'name' | 'host'>[],
  sentBy: string,
): Promise<readonly string[]> {
  const now = await clockOf(trx);
  const open = new Set((await openRuns(trx)).map(({ district }) => district));
  const runs = districts
    .filter(({ name }) => !open.has(name))
    .map(({ name, host }) => ({ id: randomUUID(), district: name, night: null, host }));
  const sent = { state: 'waiting', sentAt: now, startsAt: now, sentBy };
  for (const part of partsOf(runs)) await trx('fleetRun').insert(part.map((run) => ({ ...run, ...sent })));
  await queue.send(
    runs.map((run) => ({ ...run, priority: BY_HAND })),
    trx,
  );
  return runs.map(({ district }) => district);
}

/** Failed runs begin anew, with all their attempts. Another may have done it already: gives those that wait now. */
export async function tryAgain({ trx, queue }: Sending, runs: readonly Run[]): Promise<readonly Run[]> {
  const again: Run[] = [];
  for (const run of runs) {
    const fresh = { state: 'waiting', attempts: 0, exitCode: null, endedAt: null, message: null };
    const changed = await trx('fleetRun').where({ id: run.id, state: 'failed' }).update(fresh);
    if (changed === 0) continue;
    await queue.putBack({ ...run, priority: BY_HAND }, 0, trx);
    again.push(run);
  }
  return again;
}

export const openRuns = async (knex: Knex): Promise<readonly Run[]> =>
  await knex<Run>('fleetRun').whereIn('state', ['waiting', 'running']).select('*');

/** The newest run of each district that has one, by its name. */
export async function newestRuns(knex: Knex): Promise<ReadonlyMap<string, Run>> {
  const { rows } = await knex.raw<{ rows: readonly Run[] }>(
    `select r.* from "fleetDistrict" d cross join lateral
       (select * from "fleetRun" where district = d.name order by "sentAt" desc limit 1) r`,
  );
  return new Map(rows.map((run) => [run.district, run]));
}

export interface Wanted {
  /** Of one district. */
  readonly district?: string;
  readonly limit: number;
}

/** Newest first. */
export async function lastRuns(knex: Knex, { district, limit }: Wanted): Promise<readonly Run[]> {
  const runs = knex<Run>('fleetRun').select('*').orderBy('sentAt', 'desc').orderBy('id').limit(limit);
  return await (district === undefined ? runs : runs.where({ district }));
}

/** How long the last refreshes that ended well took, in seconds, by district; the newest first. */
export async function durations(knex: Knex): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await knex.raw<{ rows: readonly Pick<Run, 'district' | 'startedAt' | 'endedAt'>[] }>(
    `select r.* from "fleetDistrict" d cross join lateral
       (select district, "startedAt", "endedAt" from "fleetRun"
        where district = d.name and state = 'done' and "startedAt" is not null and "endedAt" is not null
        order by "sentAt" desc limit ${RUNS_LOOKED_AT}) r`,
  );
  const byDistrict = byKey(rows, ({ district }) => district);
  return new Map(
    [...byDistrict].map(([district, own]) => [district, own.flatMap((run) => secondsOf(run) ?? [])]),
  );
}

/** Night, state and exit code, for lists. */
export function runInWords({ night, state, exitCode }: Pick<Run, 'night' | 'state' | 'exitCode'>): string {
  const code = exitCode === null || exitCode === 0 ? '' : `, exit code ${exitCode}`;
  return `${night ?? 'by hand'}: ${state}${code}`;
}

/** Of the newest attempt; undefined where none has ended. */
export const secondsOf = ({ startedAt, endedAt }: Pick<Run, 'startedAt' | 'endedAt'>): number | undefined =>
  startedAt === null || endedAt === null ? undefined : (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000;

/** As many as tell a usual night from an unusual one. */
const RUNS_LOOKED_AT = 7;
