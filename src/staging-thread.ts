/** What runs in a thread of `StagingThreads`: one staging, answered by its result or by its error in parts. */
import { parentPort, workerData } from 'node:worker_threads';
import { asExportError } from './as-export-error.js';
import { stageConnection, type StagingRequest } from './stage-connection.js';
import type { StagingAnswer } from './staging-threads.js';

const request = workerData as StagingRequest;

async function answer(): Promise<StagingAnswer> {
  try {
    return { staging: await stageConnection(request) };
  } catch (cause) {
    const { code, message, problems } = asExportError(cause, request.home);
    return { error: { code, message, problems } };
  }
}

parentPort?.postMessage(await answer());
