/**
 * The open jobs, in pg-boss: a queue for each SQL host. Nothing else is in it: what happened is in the runs, and a queue that was lost is
 * filled again from them. The library is loaded here alone. Its `work()` is not used: it does not wait for the database to
 * confirm the end of a job, and its `fetch` by itself knows nothing of our leases.
 */
import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import PgBoss from 'pg-boss';
import { ExportError } from '../model/errors.js';
import { POSTGRES_NOW } from '../state/lease.js';
import type { Job, NewJob } from './job.js';

const SCHEMA = 'fleet_queue';
const DAY_SECONDS = 86_400;
/** How long a fetched job may be without a lease before it counts as abandoned. */
const GRACE_SECONDS = 15;

/** pg-boss limits the characters of a name; a host is any label. */
const queueOf = (host: string): string =>
  `host-${createHash('sha256').update(host).digest('hex').slice(0, 16)}`;

/** The lease finds dead workers long before; attempts are counted in the runs. */
const JOB_OPTIONS = { retryLimit: 100_000, retryDelay: 0, retryBackoff: false, expireInSeconds: 21_600 };

export interface QueueOptions {
  readonly knex: Knex;
  /** Gets the code of what went wrong in the upkeep of the queue, which is tried again by itself. */
  readonly onFault: (code: string) => void;
}

type Executor = PgBoss.Db;

export class Queue {
  private constructor(
    private readonly boss: PgBoss,
    private readonly knex: Knex,
  ) {}

  /** Makes the tables of the queue, or brings them up to date. */
  static async make({ knex }: Pick<QueueOptions, 'knex'>): Promise<void> {
    const boss = new PgBoss({ ...settings(knex), migrate: true, supervise: false });
    await boss.start();
    await boss.stop({ graceful: false });
  }

  /** Throws ExportError `usage` where `make` has not run. `isWorker`: keeps the queue tidy, too. */
  static async open({ knex, onFault }: QueueOptions, isWorker = false): Promise<Queue> {
    const boss = new PgBoss({ ...settings(knex), migrate: false, supervise: isWorker });
    boss.on('error', (error) => onFault((error as { code?: string }).code ?? error.name));
    if ((await boss.isInstalled()) !== true)
      throw new ExportError('usage', 'The database has no queue of a fleet. Run fleet init first.');
    await boss.start();
    return new Queue(boss, knex);
  }

  /** To send or put back jobs; closed when `work` has ended, whose statements report their own faults. */
  static async within<T>(knex: Knex, work: (queue: Queue) => Promise<T>): Promise<T> {
    const queue = await Queue.open({ knex, onFault: () => undefined });
    try {
      return await work(queue);
    } finally {
      await queue.close();
    }
  }

  /** A queue that is there stays as it is. */
  async create(hosts: Iterable<string>): Promise<void> {
    const there = new Set((await this.boss.getQueues()).map(({ name }) => name));
    for (const name of new Set([...hosts].map(queueOf)))
      if (!there.has(name)) await this.boss.createQueue(name, { name, ...JOB_OPTIONS });
  }

  /** A job that is there already, under way or done, is not added again. `after`: seconds until it may begin. */
  async send(jobs: readonly NewJob[], trx?: Knex.Transaction, after = 0): Promise<void> {
    const rows = jobs.map(({ priority, ...job }) => ({
      id: job.id,
      name: queueOf(job.host),
      data: job,
      priority,
      ...JOB_OPTIONS,
      ...(after > 0 && { startAfter: String(after) }),
    }));
    if (rows.length > 0) await this.boss.insert(rows, { db: executor(trx ?? this.knex) });
  }

  /** Hosts with a job that may begin. */
  async hostsWaiting(): Promise<readonly string[]> {
    const { rows } = await executor(this.knex).executeSql(
      `select distinct data->>'host' as host from ${SCHEMA}.job where state < 'active' and start_after < now()`,
      [],
    );
    return (rows as { host: string }[]).map(({ host }) => host).sort();
  }

  async fetch(host: string): Promise<NewJob | undefined> {
    const [found] = await this.boss.fetch<Job>(queueOf(host), { includeMetadata: true });
    return found && { ...found.data, priority: found.priority };
  }

  async complete({ host, id }: Job, trx: Knex.Transaction): Promise<void> {
    await this.boss.complete(queueOf(host), id, {}, { db: executor(trx) });
  }

  /** Lets it begin again in so many seconds. */
  async putBack(job: NewJob, seconds: number, trx: Knex.Transaction): Promise<void> {
    await this.boss.deleteJob(queueOf(job.host), job.id, { db: executor(trx) });
    await this.send([job], trx, seconds);
  }

  /**
   * Jobs that are under way and whose district no living worker holds: they wait again from now on. Only one of several callers gets
   * each of them, and a job whose worker has just fetched it is left alone.
   */
  async reclaim(trx: Knex.Transaction, graceSeconds = GRACE_SECONDS): Promise<readonly Job[]> {
    const { rows } = await executor(trx).executeSql(
      `select j.name, j.id, j.data from ${SCHEMA}.job j
       where j.state = 'active' and j.started_on < now() - $1 * interval '1 second'
         and not exists (select 1 from lease l where l.job = j.id::text
                         and l."expiresAt" > ${POSTGRES_NOW})
       for update of j skip locked`,
      [graceSeconds],
    );
    const found = rows as { name: string; id: string; data: Job }[];
    for (const { name, id } of found) await this.boss.fail(name, id, {}, { db: executor(trx) });
    return found.map(({ data }) => data);
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false });
  }
}

const settings = (knex: Knex): PgBoss.ConstructorOptions => ({
  db: executor(knex),
  schema: SCHEMA,
  schedule: false,
  maintenanceIntervalSeconds: 120,
  archiveCompletedAfterSeconds: 7 * DAY_SECONDS,
  deleteAfterDays: 7,
});

/** Its statements by our connections, inside a transaction too. */
function executor(knex: Knex): Executor {
  const client = knex.client as Connections;
  return {
    executeSql: async (text, values) => {
      const connection = await client.acquireConnection();
      try {
        return await connection.query(text, values);
      } finally {
        if (!('isTransaction' in knex) || !knex.isTransaction) await client.releaseConnection(connection);
      }
    },
  };
}

/** The part of Knex's client that hands out connections of the driver; Knex types it as any. */
interface Connections {
  acquireConnection(): Promise<Executor & { query: Executor['executeSql'] }>;
  releaseConnection(connection: unknown): Promise<void>;
}
