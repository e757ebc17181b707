/**
 * A worker of the fleet: takes a slot of a SQL host, a job that waits for that host, and the lease of its district; lets the program refresh
 * the district in a child process; records how it ended. It may die at any moment: its leases end, and another worker takes over.
 */
import { systemClock } from '../platform/clock.js';
import { districtsOf, type AppliedDistrict } from './districts.js';
import type { NewJob } from './job.js';
import { Keeper } from './leases.js';
import { PERIODS_MS } from './periods.js';
import { endRun, openRun, recordBegin, recordEnd, type End, type HeldJob } from './run-record.js';
import { freeSlot, renewSlot, takeSlot, type Slot } from './slots.js';
import { keepUp } from './upkeep.js';
import { unlessAway, type WorkerOptions } from './working.js';

/** Ends when the signal has come and every refresh under way has ended. */
export async function work(options: WorkerOptions): Promise<void> {
  const loops = Array.from({ length: options.concurrency }, (_, place) =>
    workUntilStopped({ ...options, holder: `${options.id}/${place}` }),
  );
  await Promise.all([...loops, keepUp(options)]);
}

interface LoopOptions extends WorkerOptions {
  /** Of slots. */
  readonly holder: string;
}

async function workUntilStopped(options: LoopOptions): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    const hasWorked = await unlessAway(options, () => workOnce(options));
    if (hasWorked !== true) await systemClock.sleep(PERIODS_MS.look, signal);
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
    await putBack(options, job, PERIODS_MS.paused);
    return;
  }
  const takenAt = performance.now();
  const token = await leases.take(job.district, job.id);
  if (token === undefined) {
    await putBack(options, job, PERIODS_MS.held);
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

interface Held extends HeldJob {
  readonly district: AppliedDistrict;
  readonly slot: Slot;
  readonly sentBy: string;
  /** Monotonic. */
  readonly takenAt: number;
  readonly lifetimeMs: number;
}

/** Ended by a signal. */
const STOPPED: ReadonlySet<number> = new Set([130, 137, 143]);

async function refreshDistrict(options: LoopOptions, held: Held): Promise<void> {
  const { database, leases, startChild, signal, onEvent, leaseSeconds } = options;
  const { job, district, slot, token } = held;
  if (!(await recordBegin(options, held))) return;
  onEvent({ what: 'started', district: job.district, night: job.night });
  const since = performance.now();
  const { sentBy } = held;
  const child = startChild({
    district: job.district,
    night: job.night,
    config: district.config,
    token,
    sentBy,
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

async function putBack({ database, queue }: LoopOptions, job: NewJob, afterMs: number): Promise<void> {
  await database.transaction((trx) => queue.putBack(job, afterMs / 1_000, trx));
}

/** No host is always first. */
function shuffled<T>(list: readonly T[]): readonly T[] {
  const from = Math.floor(Math.random() * list.length);
  return [...list.slice(from), ...list.slice(0, from)];
}
