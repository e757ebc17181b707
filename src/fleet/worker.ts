/**
 * A worker of the fleet: takes a slot of a SQL host, a job that waits for that host, and the lease of its district; lets the program refresh
 * the district in a child process; records how it ended. It may die at any moment: its leases end, and another worker takes over.
 */
import { hostname } from 'node:os';
import type { Knex } from 'knex';
import { inMs } from '../model/limits.js';
import { FLEET_LIMITS } from './limits.js';
import type { Ended } from '../programs/programs.js';
import { clockOf } from './clock.js';
import type { NewJob } from './job.js';
import { Keeper, type Leases } from './leases.js';
import { outcomeOf, waitAfterAttempt } from './outcomes.js';
import { districtsOf, type AppliedDistrict } from './districts.js';
import type { Run } from './runs.js';
import { sendNights } from './planner.js';
import type { Queue } from './queue.js';
import { freeSlot, renewSlot, takeSlot, type Slot } from './slots.js';
import type { FleetDatabase } from './database.js';

/** What happens, for the log: names, codes and counts. */
export interface WorkerEvent {
  readonly what: 'started' | 'ended' | 'taken-over' | 'sent' | 'lost' | 'fault';
  readonly district?: string;
  readonly night?: string | null;
  readonly exitCode?: number;
  readonly seconds?: number;
  /** What follows an end. */
  readonly next?: 'done' | 'failed' | 'again';
  readonly code?: string;
  /** How many nights were sent. */
  readonly count?: number;
}

/** A refresh that is under way in a child process. */
export interface Child {
  readonly ended: Promise<Pick<Ended, 'exitCode' | 'says'>>;
  /** Requests a stop at the next safe point. */
  stop(): void;
  kill(): void;
}

/** A refresh to start. */
export interface Order extends Pick<NewJob, 'district' | 'night'> {
  /** Path of the district's config. */
  readonly config: string;
  /** Of the lease. */
  readonly token: number;
  /** For the audit trail. */
  readonly sentBy: string;
}

export interface WorkerOptions {
  readonly database: FleetDatabase;
  readonly queue: Queue;
  readonly leases: Leases;
  /** Of this worker, among all. */
  readonly id: string;
  /** How many districts at once. */
  readonly concurrency: number;
  readonly leaseSeconds: number;
  readonly startChild: (order: Order) => Child;
  readonly onEvent: (event: WorkerEvent) => void;
  /** Stops taking jobs, and the refreshes under way at their next safe points. */
  readonly signal: AbortSignal;
}

/** Ends when the signal has come and every refresh under way has ended. */
export async function work(options: WorkerOptions): Promise<void> {
  const upkeep = [
    every(inMs(FLEET_LIMITS.sweep), options, takeOver),
    every(inMs(FLEET_LIMITS.plan), options, planNights),
  ];
  const loops = Array.from({ length: options.concurrency }, (_, place) =>
    workUntilStopped({ ...options, holder: `${options.id}/${place}` }),
  );
  await Promise.all([...loops, ...upkeep]);
}

interface LoopOptions extends WorkerOptions {
  /** Of slots. */
  readonly holder: string;
}

async function workUntilStopped(options: LoopOptions): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    const hasWorked = await unlessAway(options, () => workOnce(options));
    if (hasWorked !== true) await pause(inMs(FLEET_LIMITS.look), signal);
  }
}

/** Does one job, if there is one for a host that has a free slot. */
async function workOnce(options: LoopOptions): Promise<boolean> {
  const { queue, database, holder, leaseSeconds: seconds } = options;
  for (const host of shuffled(await queue.hostsWaiting())) {
    const slot = await takeSlot(database.knex, { host, holder, seconds });
    if (slot === undefined) continue;
    try {
      const job = await queue.fetch(host);
      if (job === undefined) continue;
      await doJob(options, job, slot);
      return true;
    } finally {
      await unlessAway(options, () => freeSlot(database.knex, slot));
    }
  }
  return false;
}

async function doJob(options: LoopOptions, job: NewJob, slot: Slot): Promise<void> {
  const { database, queue, leases, leaseSeconds } = options;
  const [district] = await districtsOf(database.knex, [job.district]);
  const run = await openRun(database.knex, job);
  if (district === undefined || run === undefined) {
    await database.transaction(async (trx) => {
      if (district === undefined)
        await endRun(trx, job, { state: 'failed', message: 'the district was removed' });
      await queue.complete(job, trx);
    });
    return;
  }
  if (district.pausedAt !== null) {
    await putBack(options, job, inMs(FLEET_LIMITS.paused));
    return;
  }
  const takenAt = performance.now();
  const token = await leases.take(job.district, job.id);
  if (token === undefined) {
    await putBack(options, job, inMs(FLEET_LIMITS.held));
    return;
  }
  await refreshDistrict(options, {
    job,
    district,
    slot,
    sentBy: run.sentBy,
    token,
    takenAt,
    lifetimeMs: leaseSeconds * 1_000,
  });
}

interface Held {
  readonly job: NewJob;
  readonly district: AppliedDistrict;
  readonly slot: Slot;
  readonly sentBy: string;
  readonly token: number;
  /** Monotonic. */
  readonly takenAt: number;
  readonly lifetimeMs: number;
}

async function refreshDistrict(options: LoopOptions, held: Held): Promise<void> {
  const { database, leases, startChild, signal, onEvent, leaseSeconds } = options;
  const { job, district, slot, token } = held;
  if (!(await recordBegin(options, held))) return;
  onEvent({ what: 'started', district: job.district, night: job.night });
  const since = performance.now();
  const { night } = job;
  const child = startChild({
    district: job.district,
    night,
    config: district.config,
    token,
    sentBy: held.sentBy,
  });
  const stop = (): void => child.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const keeper = new Keeper(
    {
      lifetimeMs: held.lifetimeMs,
      renew: async () => {
        await renewSlot(database.knex, slot, leaseSeconds);
        return await leases.renew(job.district, token);
      },
      onLost: () => child.kill(),
    },
    held.takenAt,
  );
  const { exitCode, says } = await child.ended;
  keeper.end();
  signal.removeEventListener('abort', stop);
  const isCut = keeper.isLost || (signal.aborted && STOPPED.has(exitCode));
  const end: End = { exitCode, says, isCut, seconds: Math.round((performance.now() - since) / 100) / 10 };
  await recordEnd(options, held, end);
}

/** False where a worker that was stopped for a while comes too late. */
async function recordBegin({ database, id }: LoopOptions, { job, token }: Held): Promise<boolean> {
  return await database.transaction(async (trx) => {
    if (!(await holds(trx, job, token))) return false;
    const begun = { state: 'running', worker: id, startedAt: await clockOf(trx), endedAt: null };
    await trx('fleetRun').where({ id: job.id }).update(begun);
    return true;
  });
}

/** The lock of its row keeps others from taking the lease before the transaction ends. */
const holds = async (trx: Knex.Transaction, { district }: NewJob, token: number): Promise<boolean> =>
  (await trx('lease').where({ district, token }).update({ token })) > 0;

/** Ended by a signal. */
const STOPPED: ReadonlySet<number> = new Set([130, 137, 143]);

interface End {
  readonly exitCode: number;
  readonly says: string;
  readonly seconds: number;
  /** We ended it: that is no attempt of its own. */
  readonly isCut: boolean;
}

/** The longest that the end of a refresh is tried to be recorded after a stop; without it, the next worker looks at the district again. */
const MOST_AFTER_STOP_MS = 20_000;

/** Until the database has confirmed it: an end that no one hears of would be done again. */
async function recordEnd(options: LoopOptions, held: Held, end: End): Promise<void> {
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
    await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, 500 * attempt)));
  }
}

/** The end of the run, of the job and of the lease are one. `lost`: another has the district; the end is theirs to record. */
async function recordEndOnce(
  { database, queue }: LoopOptions,
  { job, token }: Held,
  { exitCode, says, isCut }: End,
): Promise<'done' | 'failed' | 'again' | 'lost'> {
  return await database.transaction(async (trx) => {
    const own = await trx('lease').where({ district: job.district, token }).update({ expiresAt: 0 });
    if (own === 0) return 'lost';
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

async function endRun(
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
async function openRun(knex: Knex, { id }: NewJob): Promise<Pick<Run, 'sentBy'> | undefined> {
  const run: Pick<Run, 'sentBy'> | undefined = await knex('fleetRun')
    .where({ id })
    .whereIn('state', ['waiting', 'running'])
    .first('sentBy');
  return run;
}

async function putBack({ database, queue }: LoopOptions, job: NewJob, afterMs: number): Promise<void> {
  await database.transaction((trx) => queue.putBack(job, afterMs / 1_000, trx));
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
    const districts = await districtsOf(trx);
    const planned = districts.map((each) => ({ ...each, isPaused: each.pausedAt !== null }));
    const sent = await sendNights({ trx, queue }, planned, new Date(now));
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

/** Does it now and again until the signal comes. */
async function every(
  ms: number,
  options: WorkerOptions,
  step: (options: WorkerOptions) => Promise<void>,
): Promise<void> {
  while (!options.signal.aborted) {
    await unlessAway(options, () => step(options));
    await pause(ms, options.signal);
  }
}

/** While the database is away, a worker waits for it. Undefined when that was so. */
async function unlessAway<T>(
  { onEvent }: Pick<WorkerOptions, 'onEvent'>,
  step: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    onEvent({ what: 'fault', code: codeOf(error) });
    return undefined;
  }
}

function codeOf(error: unknown): string {
  const { code, name, cause } = (error ?? {}) as { code?: unknown; name?: unknown; cause?: unknown };
  const inner = (cause as { code?: unknown } | undefined)?.code;
  return String(inner ?? code ?? name);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** No host is always first. */
function shuffled<T>(list: readonly T[]): readonly T[] {
  const from = Math.floor(Math.random() * list.length);
  return [...list.slice(from), ...list.slice(0, from)];
}
