/** `fleet worker`: refreshes the districts whose turn it is, until it is stopped. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startRefresh } from '../../fleet/children.js';
import { openFleet } from '../../fleet/database.js';
import { leasesIn } from '../../fleet/leases.js';
import { Queue } from '../../fleet/queue.js';
import { work, type WorkerEvent } from '../../fleet/worker.js';
import type { PostgresConnectionSettings } from '../../model/settings.js';
import { leaseSeconds } from '../../state/lease.js';
import type { Terminal } from '../terminal.js';

export interface FleetWorkerCall {
  readonly database: PostgresConnectionSettings;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

export interface FleetWorkerOptions {
  /** How many districts at once. */
  readonly concurrency: number;
  readonly json?: boolean;
}

/** Returns once the signal has come and every refresh under way has ended. */
export async function fleetWorkerCommand(
  { database: settings, terminal, signal }: FleetWorkerCall,
  { concurrency, json }: FleetWorkerOptions,
): Promise<void> {
  const program = fileURLToPath(new URL('../../cli.js', import.meta.url));
  const id = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  const say = (event: WorkerEvent): void => {
    const at = new Date().toISOString();
    const line = json === true ? JSON.stringify({ at, ...event }) : `${at} ${inWords(event)}`;
    (event.what === 'fault' ? terminal.err : terminal.out)(`${line}\n`);
  };
  const database = await openFleet(settings);
  try {
    const onFault = (code: string): void => say({ what: 'fault', code });
    const queue = await Queue.open({ knex: database.knex, onFault }, true);
    terminal.err(`Worker ${id} is ready: at most ${concurrency} districts at once.\n`);
    try {
      await work({
        ...{ database, queue, id, concurrency, signal },
        leases: leasesIn(database, id, leaseSeconds()),
        leaseSeconds: leaseSeconds(),
        startChild: (job, config, token) => startRefresh(program, job, config, token),
        onEvent: say,
      });
    } finally {
      await queue.close();
    }
  } finally {
    await database.close();
  }
}

const NEXT = { done: 'done', failed: 'it is not tried again', again: 'it is tried again' } as const;

const SENTENCES: Readonly<Record<WorkerEvent['what'], (event: WorkerEvent) => string>> = {
  sent: ({ count = 0 }) => `${count} nights have begun`,
  started: () => 'started',
  ended: ({ exitCode = 1, seconds = 0, next = 'done' }) =>
    `exit code ${exitCode} after ${seconds} s, ${NEXT[next]}`,
  'taken-over': () => 'its worker is gone, it waits for another one',
  lost: () => 'another worker has taken over',
  fault: ({ code = '' }) => `The database could not be used (${code}). It is tried again.`,
};

function inWords(event: WorkerEvent): string {
  const { what, district, night } = event;
  const about = district === undefined ? '' : `${district} ${night ?? 'by hand'}: `;
  return about + SENTENCES[what](event);
}
