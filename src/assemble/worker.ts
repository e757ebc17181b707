/** What runs in a thread of `StagingThreads`: answers each request by its result or by its error in parts, one after the other. */
import { parentPort } from 'node:worker_threads';
import { stageConnection, type StagingRequest } from './assemble.js';
import { partsOf } from './thread-errors.js';
import type { StagingAnswer } from './worker-pool.js';

async function answer(request: StagingRequest): Promise<StagingAnswer> {
  try {
    return { staging: await stageConnection(request) };
  } catch (cause) {
    return { error: partsOf(cause, request.home) };
  }
}

parentPort?.on('message', (request: StagingRequest) => {
  void answer(request).then((said) => parentPort?.postMessage(said));
});
