/** Where the coming days are judged: those of a small district in this thread, those of others in a thread of their own. */
import { isSmall } from '../assemble/small-district.js';
import type { ComingUp } from '../model/coming-up.js';
import { stopPoint } from '../model/stopping.js';
import { addFailed, ComingThread, type ComingByName, type Foreseer } from './coming-thread.js';
import type { ComingRequest } from './coming-up.js';

/** `snapshot`: path of the sealed snapshot. */
export const foreseerOf = (snapshot: string): Foreseer =>
  isSmall(snapshot) ? { foresee: foreseeHere } : new ComingThread();

/** A stop ends it at the next connection. Never throws, like the thread. */
async function foreseeHere(request: ComingRequest, signal?: AbortSignal): Promise<ComingByName> {
  const found = new Map<string, ComingUp>();
  try {
    const { comingUp } = await import('./coming-up.js'); // the thread loads it for itself
    await stopPoint(signal);
    for (const { name, coming } of comingUp(request)) {
      found.set(name, coming);
      await stopPoint(signal);
    }
  } catch (cause) {
    addFailed(found, request, signal?.aborted === true ? undefined : cause);
  }
  return found;
}
