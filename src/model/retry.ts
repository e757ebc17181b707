/** Runs work again after faults that pass: exponential backoff with full jitter, a cap on each wait, a deadline on all. */
export interface Clock {
  /** Milliseconds since 1970; setting the machine's clock does not change it. */
  readonly now: () => number;
  /** Returns early when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  /** The first wait is at most this long; each further one at most twice the one before. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** No attempt begins later than this after the first fault. */
  readonly deadlineMs: number;
}

/** An attempt that is over. */
export interface Attempt {
  readonly seconds: number;
  /** Without it, the attempt succeeded. */
  readonly error?: unknown;
  /** How long the next attempt was put off; without it, there is no next one. */
  readonly waitSeconds?: number;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  /** Called once for each fault, in order. */
  readonly isWorthAnother: (error: unknown) => boolean;
  readonly onAttempt?: (attempt: Attempt) => void;
  /** Ends the wait before another attempt; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Less is not worth another attempt. */
const SHORTEST_REST_MS = 1_000;

export type Backoff = Pick<RetryPolicy, 'firstWaitMs' | 'longestWaitMs'>;

/** How long to wait before the attempt after `attempt`, from 1 on; undefined where too little of the time is left. */
export function waitAfter(
  attempt: number,
  leftMs: number,
  { firstWaitMs, longestWaitMs }: Backoff,
  { random }: Pick<Clock, 'random'>,
): number | undefined {
  if (leftMs < SHORTEST_REST_MS) return undefined;
  const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
  return Math.min(leftMs, Math.round(random() * ceiling));
}

export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, clock, isWorthAnother, onAttempt = () => undefined, signal } = options;
  let deadline: number | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const began = clock.now();
    const seconds = (): number => Math.round(clock.now() - began) / 1_000;
    try {
      const result = await work();
      onAttempt({ seconds: seconds() });
      return result;
    } catch (error) {
      deadline ??= clock.now() + policy.deadlineMs;
      const wait = waitAfter(attempt, deadline - clock.now(), policy, clock);
      if (!isWorthAnother(error) || attempt >= policy.attempts || wait === undefined) {
        onAttempt({ seconds: seconds(), error });
        throw error;
      }
      onAttempt({ seconds: seconds(), error, waitSeconds: wait / 1_000 });
      await clock.sleep(wait, signal);
      signal?.throwIfAborted();
    }
  }
}
