/** Where the connections of a refresh are staged: those of a small district in this thread, one after the other; others in threads. */
import type { Staging, StagingRequest } from './assemble.js';
import { isSmall, SMALL_BYTES } from './small-district.js';
import { StagingThreads, stopped, type Stager } from './worker-pool.js';

/** All zips of a refresh together have at least this part of the bytes of its snapshot. */
const PART_OF_THE_SNAPSHOT = 1 / 8;

export class Stagings implements Stager {
  /** The end of the last staging in this thread. */
  #last: Promise<unknown> = Promise.resolve();
  #isStopped = false;

  constructor(
    private readonly threads: Stager = new StagingThreads(),
    private readonly smallBytes = SMALL_BYTES,
  ) {}

  warmUp(stagings: number, lastBytes: number): void {
    if (lastBytes >= this.smallBytes * PART_OF_THE_SNAPSHOT) this.threads.warmUp(stagings, lastBytes);
  }

  async stage(request: StagingRequest): Promise<Staging> {
    if (!isSmall(request.snapshot, this.smallBytes)) return await this.threads.stage(request);
    const mine = this.#last.then(() => this.#here(request));
    this.#last = mine.catch(() => undefined);
    return await mine;
  }

  /** A staging in this thread cannot be ended, but takes no second. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([this.threads.stop(), this.#last]);
  }

  async #here(request: StagingRequest): Promise<Staging> {
    if (this.#isStopped) throw stopped();
    const { stageConnection } = await import('./assemble.js'); // threads load it for themselves
    return await stageConnection(request);
  }
}
