/** How often a read of the SIS is retried, and the message at the end. */
import { inMs, SOURCE_LIMITS } from '../model/limits.js';
import { retry, type Attempt, type Clock, type RetryPolicy } from '../model/retry.js';
import { systemClock } from '../platform/clock.js';
import { RowsMoved, SourceFault } from './source-fault.js';

export interface Retries {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
}

const MINUTE_MS = 60_000;

/** For a refresh: a restart takes minutes, and no one waits at a screen. */
export function waitUpTo(minutes: number): Retries {
  return {
    policy: {
      attempts: Infinity,
      firstWaitMs: 3_000,
      longestWaitMs: inMs(SOURCE_LIMITS.retryWait),
      deadlineMs: minutes * MINUTE_MS,
    },
    clock: systemClock,
  };
}

/** Reads of a server that answers, and yet breaks off each time. */
const MOST_READS = SOURCE_LIMITS.reads.most;
/** Reads between whose first row and last count others wrote. */
const MOST_MOVED = SOURCE_LIMITS.moved.most;

export interface RetryingOptions {
  readonly retries?: Retries;
  readonly onAttempt?: (attempt: Attempt) => void;
  readonly signal?: AbortSignal;
}

const ONCE: Retries = {
  policy: { attempts: 1, firstWaitMs: 0, longestWaitMs: 0, deadlineMs: 0 },
  clock: systemClock,
};

/** Without `retries` the work is tried once. A fault that passes is thrown with what was tried, and with advice. */
export async function retrying<T>(work: () => Promise<T>, options: RetryingOptions = {}): Promise<T> {
  const { retries = ONCE, onAttempt, signal } = options;
  const { now } = retries.clock;
  const began = now();
  let attempts = 0;
  try {
    return await retry(work, {
      ...retries,
      isWorthAnother: isPassing(),
      onAttempt: (attempt) => {
        attempts += 1;
        onAttempt?.(attempt);
      },
      ...(signal && { signal }),
    });
  } catch (error) {
    if (!(error instanceof SourceFault && error.passing)) throw error;
    const tried =
      retries === ONCE
        ? 'Tried once: only refresh waits and retries.'
        : `Tried ${attempts === 1 ? 'once' : `${attempts} times`} in ${inWords(now() - began)} (source.retryMinutes).`;
    throw error.inWords(`${error.message} ${tried} ${adviceOn(error)}`);
  }
}

function isPassing(): (error: unknown) => boolean {
  let reads = 0;
  let moved = 0;
  return (error) => {
    if (!(error instanceof SourceFault && error.passing)) return false;
    if (!error.away) reads += 1;
    if (error instanceof RowsMoved) moved += 1;
    return reads < MOST_READS && moved < MOST_MOVED;
  };
}

function adviceOn({ advice, away }: SourceFault): string {
  return advice ?? (away ? 'Run it again when the server is available.' : 'Run it again later.');
}

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}
