/** A fleet in a new database of a real PostgreSQL server. */
import type { Knex } from 'knex';
import { makeFleetTables, openFleet, type FleetDatabase } from '../../src/fleet/database.js';
import type { NewJob } from '../../src/fleet/job.js';
import { Queue } from '../../src/fleet/queue.js';
import { setSlots } from '../../src/fleet/slots.js';
import { day } from '../support/connections.js';
import type { PostgresServer } from '../support/postgres.js';

export interface TestFleet {
  readonly database: FleetDatabase;
  readonly queue: Queue;
  /** Codes of what went wrong in the upkeep of the queue. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

/** The name of a database with the tables of a fleet, to be copied: to make them takes ten times as long. */
export const fleetModel = (server: PostgresServer): Promise<string> =>
  server.model('fleet-model', async ({ connection }) => {
    const database = await makeFleetTables(connection);
    await Queue.make(database);
    await database.close();
  });

export async function makeFleet(server: PostgresServer, name: string): Promise<TestFleet> {
  const { connection } = server.state(name, undefined, await fleetModel(server));
  const database = await openFleet(connection);
  const faults: string[] = [];
  const queue = await Queue.open({ knex: database.knex, onFault: (code) => faults.push(code) });
  return {
    database,
    queue,
    faults,
    close: async () => {
      await queue.close();
      await database.close();
    },
  };
}

export interface DistrictOfTest {
  readonly name: string;
  readonly host?: string;
  /** A JSON list. */
  readonly labels?: string;
  readonly start?: string;
  readonly deliverBy?: string;
  readonly pausedAt?: string;
  readonly config?: string;
  /** A JSON list. */
  readonly connections?: string;
  readonly appliedAt?: string;
}

/** Applied long ago, at midnight of UTC, with two slots on each host. */
export async function addDistricts(
  { database, queue }: TestFleet,
  ...districts: readonly DistrictOfTest[]
): Promise<void> {
  const rows = districts.map((each) => ({
    host: 'sql-1',
    labels: '[]',
    start: '00:00',
    timezone: 'UTC',
    windowMinutes: 0,
    config: `/fleet/${each.name}/oneroster.yaml`,
    connections: '["library"]',
    appliedAt: '2026-01-01T00:00:00.000Z',
    ...each,
  }));
  await database.knex('fleetDistrict').insert(rows);
  const hosts = rows.map(({ host }) => host);
  await queue.create(hosts);
  await setSlots(database.knex, new Map(hosts.map((host) => [host, 2])));
}

export const jobOf = (district: string, more: Partial<NewJob> = {}): NewJob => ({
  id: `00000000-0000-8000-8000-${Buffer.from(district).toString('hex').padStart(12, '0').slice(-12)}`,
  district,
  host: 'sql-1',
  night: day('2026-10-15'),
  priority: 0,
  ...more,
});

/** A refresh by hand or of a night, and its job. */
export async function send({ database, queue }: TestFleet, ...jobs: readonly NewJob[]): Promise<void> {
  const sent = { state: 'waiting', sentAt: '', sentBy: 'test', startsAt: '' };
  await database.transaction(async (trx) => {
    for (const { id, district, night, host } of jobs)
      await trx('fleetRun').insert({ id, district, night, host, ...sent });
    await queue.send(jobs, trx);
  });
}

export const runsOf = async (knex: Knex): Promise<readonly Record<string, unknown>[]> =>
  await knex<Record<string, unknown>>('fleetRun').orderBy('district').select('*');
