/** `fleet worker`: refreshes the districts whose turn it is, until it is stopped. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { startRefresh } from '../../fleet/children.js';
import { leasesIn } from '../../fleet/leases.js';
import { Queue } from '../../fleet/queue.js';
import { work } from '../../fleet/worker.js';
import type { WorkerEvent } from '../../fleet/working.js';
import { THIS_PROGRAM } from '../../programs/programs.js';
import { leaseSeconds } from '../../state/lease.js';
import { withDatabase, type FleetCall } from './call.js';

export interface FleetWorkerOptions {
  /** How many districts at once. */
  readonly concurrency: number;
  readonly json?: boolean;
}

/** Returns once the signal has come and every refresh under way has ended. */
export async function fleetWorkerCommand(
  call: FleetCall,
  { concurrency, json }: FleetWorkerOptions,
  signal: AbortSignal,
): Promise<void> {
  const { terminal } = call;
  const id = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  const say = (event: WorkerEvent): void => {
    const at = new Date().toISOString();
    const line = json === true ? JSON.stringify({ at, ...event }) : `${at} ${inWords(event)}`;
    (event.what === 'fault' ? terminal.err : terminal.out)(`${line}\n`);
  };
  await withDatabase(call, async (database) => {
    const onFault = (code: string): void => say({ what: 'fault', code });
    const queue = await Queue.open({ knex: database.knex, onFault }, true);
    terminal.err(`Worker ${id} is ready: at most ${concurrency} at once.\n`);
    try {
      await work({
        ...{ database, queue, id, concurrency, signal },
        leases: leasesIn(database, id, leaseSeconds()),
        leaseSeconds: leaseSeconds(),
        startChild: (order) => startRefresh(THIS_PROGRAM, order),
        onEvent: say,
      });
    } finally {
      await queue.close();
    }
  });
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
