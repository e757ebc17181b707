/** What each worker does beside its refreshes: it sends nights that have begun, and takes over what dead workers left. */
import { hostname } from 'node:os';
import type { Knex } from 'knex';
import { systemClock } from '../platform/clock.js';
import { clockOf } from './clock.js';
import { districtsOf } from './districts.js';
import { PERIODS_MS } from './periods.js';
import { sendNights } from './planner.js';
import { unlessAway, type WorkerOptions } from './working.js';

/** Until the signal comes. */
export async function keepUp(options: WorkerOptions): Promise<void> {
  await Promise.all([
    every(PERIODS_MS.sweep, options, takeOver),
    every(PERIODS_MS.plan, options, planNights),
  ]);
}

/** Does it now and again until the signal comes. */
async function every(
  ms: number,
  options: WorkerOptions,
  step: (options: WorkerOptions) => Promise<void>,
): Promise<void> {
  while (!options.signal.aborted) {
    await unlessAway(options, () => step(options));
    await systemClock.sleep(ms, options.signal);
  }
}

/** Jobs of workers that are dead wait again. */
async function takeOver({ database, queue, onEvent }: WorkerOptions): Promise<void> {
  const jobs = await database.transaction(async (trx) => {
    const reclaimed = await queue.reclaim(trx);
    const ids = reclaimed.map(({ id }) => id);
    if (ids.length > 0)
      await trx('fleetRun').whereIn('id', ids).where('state', 'running').update({ state: 'waiting' });
    return reclaimed;
  });
  for (const { district, night } of jobs) onEvent({ what: 'taken-over', district, night });
}

async function planNights({ database, queue, onEvent, id, concurrency }: WorkerOptions): Promise<void> {
  await database.transaction(async (trx) => {
    const now = await clockOf(trx);
    await sayAlive(trx, { id, concurrency, now });
    const sent = await sendNights({ trx, queue }, await districtsOf(trx), new Date(now));
    if (sent.length > 0) onEvent({ what: 'sent', count: sent.length });
  });
}

/** For `fleet status`. */
async function sayAlive(
  trx: Knex.Transaction,
  { id, concurrency, now }: Pick<WorkerOptions, 'id' | 'concurrency'> & { readonly now: string },
): Promise<void> {
  const row = { id, machine: hostname(), pid: process.pid, concurrency, startedAt: now, seenAt: now };
  await trx('fleetWorker').insert(row).onConflict('id').merge(['seenAt']);
}
