/** The thread of `parent.ts`. */
import { workerData } from 'node:worker_threads';
import type { ParentWatch } from './parent.js';

const { parent, everyMs } = workerData as ParentWatch;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, everyMs);
