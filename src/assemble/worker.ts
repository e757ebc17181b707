/** What runs in a thread of `StagingThreads`: waits for one request, and answers by its result or by its error in parts. */
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

parentPort?.once('message', (request: StagingRequest) => {
  void answer(request).then((said) => parentPort?.postMessage(said));
});
