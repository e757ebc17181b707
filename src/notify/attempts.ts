/** Sends a thing a few times, as long as it is worth it and there is time. */

export interface Pace {
  /** How long to wait before each further attempt, in ms. */
  readonly waits: readonly number[];
  /** How long one attempt may take, in ms. */
  readonly attemptMs: number;
  /** How long all of it may take, in ms. */
  readonly deadlineMs: number;
}

/** A refresh that is done waits for a mail server for at most a minute. */
export const PACE: Pace = { waits: [2_000, 6_000], attemptMs: 15_000, deadlineMs: 60_000 };

/** Why something could not be sent, in words that name no secret. */
export class NotSent extends Error {
  override readonly name = 'NotSent';

  constructor(
    message: string,
    readonly isWorthAnother: boolean,
  ) {
    super(message);
  }
}

/** `signal`: ends the whole thing, by its deadline or because the program is asked to stop. */
export async function attempt<T>(
  send: (signal: AbortSignal) => Promise<T>,
  { waits, attemptMs }: Pace,
  signal: AbortSignal,
): Promise<T> {
  for (const wait of [...waits, undefined]) {
    try {
      return await send(AbortSignal.any([signal, AbortSignal.timeout(attemptMs)]));
    } catch (error) {
      if (wait === undefined || signal.aborted || !(error instanceof NotSent && error.isWorthAnother))
        throw error;
    }
    await pause(wait, signal);
  }
  throw new NotSent('was not tried', false);
}

/** Ends early when the whole thing is over: the next attempt then says so. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake);
  });
}

/** Only our own words: others may repeat addresses. */
export function reasonOf(error: unknown): string {
  const { name, message } = error as { name?: unknown; message?: unknown };
  return name === 'NotSent' && typeof message === 'string'
    ? message
    : `something unforeseen (${String(name)})`;
}
