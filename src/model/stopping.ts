/**
 * Stop requests. Work continues to its next safe point and ends there with the reason of the signal as its error;
 * nothing is left half done.
 */
import { ExportError } from './errors.js';

const CODES = {
  SIGINT: 'interrupted',
  SIGBREAK: 'interrupted',
  SIGTERM: 'terminated',
  SIGHUP: 'terminated',
} as const;

type StopSignal = keyof typeof CODES;

/** What a stopped command leaves, and how to go on. */
const AFTER = {
  refresh: 'the last good bundle stays. Run the refresh again.',
  deliver: 'the bundle stays. Run deliver again; the next refresh also sends it.',
  console: 'what it started has ended at a safe point.',
  'fleet worker': 'its districts wait for another worker.',
} as const;

export type StoppableCommand = keyof typeof AFTER;

/** The reason that an AbortSignal carries. */
export function stopFault(signal: StopSignal, command: StoppableCommand = 'refresh'): ExportError {
  return new ExportError(CODES[signal], `Stopped by ${signal} before it finished; ${AFTER[command]}`);
}

export const isStop = (error: ExportError | undefined): boolean =>
  error !== undefined && (Object.values(CODES) as readonly string[]).includes(error.code);

/** A safe point: throws if a stop was requested. */
export async function stopPoint(signal: AbortSignal | undefined): Promise<void> {
  // Signals are heard between two turns of the event loop, and synchronous work makes none. The second turn is for one
  // that arrives while the first is under way.
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  signal?.throwIfAborted();
}

/** Waits for work that leaves nothing behind, until a stop is requested. */
export async function unlessStopped<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return await work;
  let leave: (() => void) | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave);
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    if (leave !== undefined) signal.removeEventListener('abort', leave);
  }
}
