/** Time and chance, as parts that a test can replace. */
import { setTimeout } from 'node:timers/promises';

/** A `Clock` of the model. */
export const systemClock = {
  /** Milliseconds since 1970; setting the machine's clock does not change it. */
  now: (): number => performance.timeOrigin + performance.now(),
  sleep: async (ms: number, signal?: AbortSignal): Promise<void> => {
    await setTimeout(ms, undefined, signal && { signal }).catch(() => undefined);
  },
  random: (): number => Math.random(),
};
