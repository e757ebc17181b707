/**
 * Ends this process when the one that started it is gone, however that ended and however busy this one is: a thread of its own looks.
 *
 * | Linux, macOS | Windows |
 * | --- | --- |
 * | an orphan gets another parent | the number of the parent stays: nothing is noticed |
 */
import { Worker } from 'node:worker_threads';

const PROGRAM = new URL('./parent-thread.js', import.meta.url);

/** What the thread is given. */
export interface ParentWatch {
  readonly parent: number;
  readonly everyMs: number;
}

/** The thread does not keep the process alive. */
export function endWithParent(everyMs = 500): void {
  const workerData: ParentWatch = { parent: process.ppid, everyMs };
  new Worker(PROGRAM, { name: 'parent', workerData, execArgv: [] }).unref();
}
