/** Limits of a wait: our own deadline, put off by progress, and signals that end it at once. */

/** Without it, a server that only answers keepalives would be waited for forever. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

/** The connection is closed: what was asked is never answered. */
export class ConnectionGone extends Error {
  override readonly name = 'ConnectionGone';
}

/** Ended by a signal; the reason is that of the signal. */
export class Stopped extends Error {
  override readonly name = 'Stopped';

  constructor(readonly reason: unknown) {
    super('stopped');
  }
}

export interface Patience {
  /** How long neither `moved` may be called nor the work come to its end, in ms. */
  readonly stallMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Of the connection: aborted when it is closed. */
  readonly gone?: AbortSignal | undefined;
}

/** Rejects with Stalled, Stopped or ConnectionGone; the work is left alone then. */
export async function within<T>(
  { stallMs, signal, gone }: Patience,
  work: (moved: () => void) => Promise<T>,
): Promise<T> {
  if (signal?.aborted === true) throw new Stopped(signal.reason);
  if (gone?.aborted === true) throw new ConnectionGone();
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  let close = (): void => undefined;
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Stalled()), stallMs);
    stop = () => reject(new Stopped(signal?.reason));
    // After the errors that the work itself reports of a closed connection: they say more.
    close = () => void setImmediate(() => reject(new ConnectionGone()));
  });
  signal?.addEventListener('abort', stop);
  gone?.addEventListener('abort', close);
  try {
    return await Promise.race([work(() => void timer?.refresh()), ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
    gone?.removeEventListener('abort', close);
  }
}
