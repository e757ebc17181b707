/** Runs work again after faults that pass by themselves: full-jitter waits, a cap on each, a deadline on all. */

export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  /** The first wait is at most this long; each further one at most twice the one before. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** No attempt begins later than this after the first one began. */
  readonly deadlineMs: number;
}

export interface Clock {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
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
  readonly isWorthAnother: (error: unknown) => boolean;
  readonly onAttempt: (attempt: Attempt) => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: () => Math.random(),
};

export async function retry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, clock, isWorthAnother, onAttempt } = options;
  const start = clock.now();
  for (let attempt = 1; ; attempt += 1) {
    const began = clock.now();
    const seconds = (): number => Math.round(clock.now() - began) / 1_000;
    try {
      const result = await work();
      onAttempt({ seconds: seconds() });
      return result;
    } catch (error) {
      const ceiling = Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** (attempt - 1));
      const wait = Math.round(clock.random() * ceiling);
      const isTooLate = clock.now() + wait > start + policy.deadlineMs;
      if (attempt >= policy.attempts || isTooLate || !isWorthAnother(error)) {
        onAttempt({ seconds: seconds(), error });
        throw error;
      }
      onAttempt({ seconds: seconds(), error, waitSeconds: wait / 1_000 });
      await clock.sleep(wait);
    }
  }
}
