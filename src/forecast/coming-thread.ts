/**
 * The coming days, judged in a thread of its own: what goes wrong there, lack of memory included, is no failure of the night, and a
 * stop ends it at once. Never throws; a connection without an answer has the reason instead.
 */
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { threadLimits } from '../assemble/lean-heap.js';
import { threadDied } from '../assemble/thread-errors.js';
import { asExportError } from '../faults/as-export-error.js';
import type { ComingUp } from '../model/coming-up.js';
import { unlessStopped } from '../model/stopping.js';
import type { ComingAnswer, ComingRequest } from './coming-up.js';

/** By name of the connection. */
export type ComingByName = ReadonlyMap<string, ComingUp>;

/** Judges the coming days of the connections of a refresh. */
export type Foreseer = Pick<ComingThread, 'foresee'>;

const STOPPED = 'The refresh was stopped while they were judged.';

const PROGRAM = new URL('./coming-worker.js', import.meta.url);

export class ComingThread {
  constructor(
    private readonly program = PROGRAM,
    private readonly resourceLimits: ResourceLimits = threadLimits(),
  ) {}

  async foresee(request: ComingRequest, signal?: AbortSignal): Promise<ComingByName> {
    const found = new Map<string, ComingUp>();
    const { program, resourceLimits } = this;
    const thread = new Worker(program, { resourceLimits, name: 'forecast' });
    try {
      await unlessStopped(signal, answersOf(thread, request, found));
    } catch (cause) {
      addFailed(found, request, signal?.aborted === true ? undefined : cause);
    } finally {
      await thread.terminate();
    }
    return found;
  }
}

/** To the connections without an answer. No `cause`: a stop. */
export function addFailed(found: Map<string, ComingUp>, request: ComingRequest, cause: unknown): void {
  const failed = cause === undefined ? STOPPED : asExportError(cause, request.snapshot).message;
  for (const { name } of request.connections) if (!found.has(name)) found.set(name, { failed });
}

function answersOf(thread: Worker, request: ComingRequest, found: Map<string, ComingUp>): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    thread.on('message', ({ name, coming }: ComingAnswer) => {
      found.set(name, coming);
      if (found.size === request.connections.length) resolve();
    });
    thread.on('error', (error) => reject(threadDied(error, 'judged the coming days')));
    thread.on('exit', (code) => reject(threadDied(code, 'judged the coming days')));
    thread.postMessage(request);
  });
}
