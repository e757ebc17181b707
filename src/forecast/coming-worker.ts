/** What runs in the thread of `comingThread`: takes one request, and posts an answer for each connection. */
import { parentPort } from 'node:worker_threads';
import { comingUp, type ComingRequest } from './coming-up.js';

parentPort?.once('message', (request: ComingRequest) => {
  for (const each of comingUp(request)) parentPort?.postMessage(each);
});
