/** Workers that were seen a short while ago, and the slots of SQL hosts that they hold. */
import type { Knex } from 'knex';
import { POSTGRES_NOW } from '../state/lease.js';
import { PERIODS_MS } from './periods.js';

export interface WorkerAtWork {
  readonly id: string;
  readonly machine: string;
  readonly concurrency: number;
  readonly startedAt: string;
  readonly seenAt: string;
}

export interface SlotsOfHost {
  readonly host: string;
  /** How many refreshes may read from it at once. */
  readonly slots: number;
  readonly held: number;
}

/** How many districts all of them refresh at once. */
export const atOnceOf = (workers: readonly Pick<WorkerAtWork, 'concurrency'>[]): number =>
  workers.reduce((sum, { concurrency }) => sum + concurrency, 0);

/** A worker reports each minute. */
const UNSEEN_MS = 3 * PERIODS_MS.plan;

/** `at`: now, by the database's clock. */
export async function readWorkers(knex: Knex, at: string): Promise<readonly WorkerAtWork[]> {
  const since = new Date(Date.parse(at) - UNSEEN_MS).toISOString();
  return await knex<WorkerAtWork>('fleetWorker')
    .where('seenAt', '>', since)
    .orderBy('startedAt')
    .select('id', 'machine', 'concurrency', 'startedAt', 'seenAt');
}

export async function readSlots(knex: Knex): Promise<readonly SlotsOfHost[]> {
  const { rows } = await knex.raw<{ rows: readonly SlotsOfHost[] }>(
    `select host, count(*)::int as slots,
       (count(*) filter (where "expiresAt" > ${POSTGRES_NOW}))::int as held
     from "fleetSlot" group by host order by host`,
  );
  return rows;
}
