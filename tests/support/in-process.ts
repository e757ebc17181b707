/** A stager for small districts: a thread would load the program anew for each refresh, which takes longer than the bundle. */
import { stageConnection, type Staging } from '../../src/assemble/assemble.js';
import type { Stager } from '../../src/assemble/worker-pool.js';

/** What it takes and gives is copied, as between threads, so that what cannot be copied fails here too. */
export const inProcess: Stager = {
  warmUp: () => undefined,
  stage: async (request): Promise<Staging> =>
    structuredClone(await stageConnection(structuredClone(request))),
  stop: () => Promise.resolve(),
};
