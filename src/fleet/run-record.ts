/**
 * The row of a run, from the beginning of a refresh to its end. What a worker records of a district that another has taken over meanwhile
 * is refused by the lease.
 */
import type { Knex } from 'knex';
import { systemClock } from '../platform/clock.js';
import { endLeaseIn, holdsLease } from '../state/lease.js';
import { clockOf } from './clock.js';
import type { NewJob } from './job.js';
import { outcomeOf, waitAfterAttempt } from './outcomes.js';
import type { Run } from './runs.js';
import { unlessAway, type WorkerOptions } from './working.js';

/** A job whose district this worker holds. */
export interface HeldJob {
  readonly job: NewJob;
  /** Of the lease. */
  readonly token: number;
}

/** False where a worker that was stopped for a while comes too late. */
export async function recordBegin(
  { database, id }: WorkerOptions,
  { job, token }: HeldJob,
): Promise<boolean> {
  return await database.transaction(async (trx) => {
    if (!(await holdsLease(trx, { district: job.district, token }))) return false;
    const begun = { state: 'running', worker: id, startedAt: await clockOf(trx), endedAt: null };
    await trx('fleetRun').where({ id: job.id }).update(begun);
    return true;
  });
}

export interface End {
  readonly exitCode: number;
  readonly says: string;
  readonly seconds: number;
  /** We ended it: that is no attempt of its own. */
  readonly isCut: boolean;
}

/** The longest that the end of a refresh is tried to be recorded after a stop; without it, the next worker looks at the district again. */
const MOST_AFTER_STOP_MS = 20_000;

/** Until the database has confirmed it: an end that no one hears of would be done again. */
export async function recordEnd(options: WorkerOptions, held: HeldJob, end: End): Promise<void> {
  const { onEvent, signal } = options;
  const about = { district: held.job.district, night: held.job.night };
  const since = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const next = await unlessAway(options, () => recordEndOnce(options, held, end));
    if (next !== undefined) {
      const { exitCode, seconds } = end;
      onEvent(
        next === 'lost' ? { what: next, ...about } : { what: 'ended', ...about, exitCode, seconds, next },
      );
      return;
    }
    if (signal.aborted && performance.now() - since > MOST_AFTER_STOP_MS) return;
    await systemClock.sleep(Math.min(10_000, 500 * attempt));
  }
}

/** The end of the run, of the job and of the lease are one. `lost`: another has the district; the end is theirs to record. */
async function recordEndOnce(
  { database, queue }: WorkerOptions,
  { job, token }: HeldJob,
  { exitCode, says, isCut }: End,
): Promise<'done' | 'failed' | 'again' | 'lost'> {
  return await database.transaction(async (trx) => {
    if (!(await endLeaseIn(trx, { district: job.district, token }))) return 'lost';
    if (isCut) {
      await trx('fleetRun').where({ id: job.id }).update({ state: 'waiting' });
      await queue.putBack(job, 0, trx);
      return 'again';
    }
    const run: { attempts: number } | undefined = await trx('fleetRun')
      .where({ id: job.id })
      .first('attempts');
    const attempts = (run?.attempts ?? 0) + 1;
    const outcome = outcomeOf(exitCode);
    const wait = outcome === 'retry' ? waitAfterAttempt(attempts) : undefined;
    const state = wait !== undefined ? 'waiting' : outcome === 'done' ? 'done' : 'failed';
    await endRun(trx, job, { state, exitCode, attempts, message: firstLines(says) });
    if (wait === undefined) await queue.complete(job, trx);
    else await queue.putBack(job, wait, trx);
    return state === 'waiting' ? 'again' : state;
  });
}

const MOST_LETTERS = 1_000;

const firstLines = (says: string): string | null => (says === '' ? null : says.slice(0, MOST_LETTERS));

export async function endRun(
  trx: Knex.Transaction,
  { id }: NewJob,
  change: {
    readonly state: 'waiting' | 'done' | 'failed';
    readonly exitCode?: number;
    readonly attempts?: number;
    readonly message: string | null;
  },
): Promise<void> {
  await trx('fleetRun')
    .where({ id })
    .update({ ...change, endedAt: await clockOf(trx) });
}

/** Undefined where it is over. */
export async function openRun(knex: Knex, { id }: NewJob): Promise<Pick<Run, 'sentBy'> | undefined> {
  const run: Pick<Run, 'sentBy'> | undefined = await knex('fleetRun')
    .where({ id })
    .whereIn('state', ['waiting', 'running'])
    .first('sentBy');
  return run;
}
