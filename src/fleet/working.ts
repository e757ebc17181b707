/** What a worker works with, and what it reports. */
import type { Ended } from '../programs/programs.js';
import type { FleetDatabase } from './database.js';
import type { NewJob } from './job.js';
import type { Leases } from './leases.js';
import type { Queue } from './queue.js';

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

/** While the database is away, a worker waits for it. Undefined when that was so. */
export async function unlessAway<T>(
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
