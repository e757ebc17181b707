/** Retries a send a few times, if it is retryable and there is time. */
import { inMs, NOTICE_LIMITS } from '../model/limits.js';
import { retry, type RetryPolicy } from '../model/retry.js';
import { systemClock } from '../platform/clock.js';

export interface Pace extends RetryPolicy {
  /** How long one attempt may take, in ms. */
  readonly attemptMs: number;
}

/** A refresh that is done waits for a mail server for at most a minute. */
export const PACE: Pace = {
  attempts: NOTICE_LIMITS.attempts.most,
  firstWaitMs: 4_000,
  longestWaitMs: 12_000,
  attemptMs: inMs(NOTICE_LIMITS.attempt),
  deadlineMs: inMs(NOTICE_LIMITS.whole),
};

/** Why something could not be sent, in words without secrets. */
export class NotSent extends Error {
  override readonly name = 'NotSent';

  constructor(
    message: string,
    readonly isWorthAnother: boolean,
  ) {
    super(message);
  }
}

/** `signal`: ends all attempts, by the deadline or because the program is stopped. */
export async function attempt<T>(
  send: (signal: AbortSignal) => Promise<T>,
  pace: Pace,
  signal: AbortSignal,
): Promise<T> {
  let last: unknown;
  try {
    return await retry(() => send(AbortSignal.any([signal, AbortSignal.timeout(pace.attemptMs)])), {
      policy: pace,
      clock: systemClock,
      isWorthAnother: (error) => {
        last = error;
        return !signal.aborted && error instanceof NotSent && error.isWorthAnother;
      },
      signal,
    });
  } catch (error) {
    throw last ?? error; // of a wait that was ended, the fault before it
  }
}

/** Only this program's texts: others may repeat addresses. */
export function reasonOf(error: unknown): string {
  const { name, message } = error as { name?: unknown; message?: unknown };
  return name === 'NotSent' && typeof message === 'string' ? message : `unexpected error (${String(name)})`;
}
