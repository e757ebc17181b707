/** What memory is in use without garbage: suites share a process, so what earlier ones left would count. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** From one context, which would count as well if each call made its own. */
const collect = runInNewContext('gc') as () => void;

export function collectGarbage(): void {
  collect();
  collect(); // what the first one has found to be unused is free now
}

/** Bytes of all array buffers that are in use. */
export function arrayBufferBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}
