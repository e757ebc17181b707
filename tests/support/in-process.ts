/** A stager for small districts: a thread would load the program anew for each refresh, which takes longer than the bundle. */
import { stageConnection, type Staging } from '../../src/assemble/assemble.js';
import type { Stager } from '../../src/assemble/worker-pool.js';
import { refresh, type RefreshRequest, type RefreshResult } from '../../src/refresh/refresh.js';

/** What it takes and gives is copied, as between threads, so that what cannot be copied fails here too. */
export const inProcess: Stager = {
  warmUp: () => undefined,
  stage: async (request): Promise<Staging> =>
    structuredClone(await stageConnection(structuredClone(request))),
  stop: () => Promise.resolve(),
};

type Wants = Pick<RefreshRequest, 'config' | 'source' | 'asOf'> & Partial<RefreshRequest>;

/** A refresh of all connections on a day that was given; `wants` says what is different. */
export async function refreshHere(wants: Wants): Promise<RefreshResult> {
  return await refresh({
    only: [],
    isAsOfAsked: true,
    startedAt: new Date(),
    stager: inProcess,
    program: 'test',
    keepSnapshot: false,
    onProgress: () => undefined,
    ...wants,
  });
}
