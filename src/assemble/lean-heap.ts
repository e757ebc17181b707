/**
 * V8 lets garbage gather until a heap is several times as large as what lives in it. What lives in a refresh is small and is
 * gone quickly, so it is made to collect earlier.
 */
import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/**
 * For every thread of this process, those that run already too: a full collection as soon as the heap has grown by 30 percent.
 * Staging a connection of 100,000 students takes 157 MB instead of 222 to 257 MB, for 2 percent more CPU time.
 */
export function keepHeapsLean(): void {
  setFlagsFromString('--heap-growing-percent=30');
}

/** Half of the usual room for new objects: 12 to 20 MB less for each thread, for another 2 or 3 percent. */
export const LEAN_THREAD: ResourceLimits = { maxYoungGenerationSizeMb: 24 };
