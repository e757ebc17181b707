/**
 * Stagings in threads, as many at once as there are cores; a thread that made a bundle makes another one where connections wait. One that
 * fails, runs out of memory or dies is the failure of its connection and of no other, and gets no other work.
 */
import { availableParallelism } from 'node:os';
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { threadLimits } from './lean-heap.js';
import { ExportError } from '../model/errors.js';
import { asError, threadDied, type ErrorParts } from './thread-errors.js';
import type { Staging, StagingRequest } from './assemble.js';

/** What a thread says to each request: an error travels as its parts. */
export type StagingAnswer = { readonly staging: Staging } | { readonly error: ErrorParts };

/** Makes the bundles of one refresh. */
export interface Stager {
  /** A hint: as many stagings will be requested soon. `lastBytes`: of the zips of the last bundles, 0 where there are none. */
  warmUp(stagings: number, lastBytes: number): void;
  stage(request: StagingRequest): Promise<Staging>;
  /** Stagings that still run fail; no other is started. */
  stop(): Promise<void>;
}

/** A request that waits for its answer. */
interface Asked {
  readonly resolve: (answer: StagingAnswer) => void;
  readonly reject: (fault: ExportError) => void;
}

const PROGRAM = new URL('./worker.js', import.meta.url);

export class StagingThreads implements Stager {
  readonly #running = new Set<Worker>();
  /** Running, and without work. */
  readonly #warm = new Set<Worker>();
  readonly #asked = new Map<Worker, Asked>();
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #isStopped = false;

  constructor(
    atOnce = availableParallelism(),
    private readonly program = PROGRAM,
    private readonly resourceLimits: ResourceLimits = threadLimits(),
  ) {
    this.#free = atOnce;
  }

  /** Starts the threads of as many stagings, so that they have loaded their program when they are asked: a third of a second. */
  warmUp(stagings: number): void {
    for (let more = Math.min(stagings, this.#free) - this.#warm.size; more > 0; more -= 1)
      this.#warm.add(this.#start());
  }

  async stage(request: StagingRequest): Promise<Staging> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    try {
      if (this.#isStopped) throw stopped();
      return await this.#run(request);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }

  /** Ends the threads that still run; their stagings, and those that wait for a core, fail. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#running].map((thread) => thread.terminate()));
  }

  #start(): Worker {
    const { program, resourceLimits } = this;
    const thread = new Worker(program, { resourceLimits, name: 'staging' });
    this.#running.add(thread);
    thread.on('message', (answer: StagingAnswer) => this.#asked.get(thread)?.resolve(answer));
    thread.on('error', (error) => this.#asked.get(thread)?.reject(threadDied(error)));
    thread.on('exit', (code) => {
      this.#running.delete(thread);
      this.#warm.delete(thread);
      this.#asked.get(thread)?.reject(this.#isStopped ? stopped() : threadDied(code));
    });
    return thread;
  }

  /** With what it has loaded and compiled, a thread makes its second bundle of 20,000 students for two thirds of the CPU time of its first. */
  async #run(request: StagingRequest): Promise<Staging> {
    const [thread = this.#start()] = this.#warm;
    this.#warm.delete(thread);
    let isFit = false;
    try {
      const answer = await new Promise<StagingAnswer>((resolve, reject) => {
        this.#asked.set(thread, { resolve, reject });
        thread.postMessage(request);
      });
      if (!('staging' in answer)) throw asError(answer.error);
      isFit = true;
      return answer.staging;
    } finally {
      this.#asked.delete(thread);
      if (isFit && this.#waiting.length > 0) this.#warm.add(thread);
      else void thread.terminate();
    }
  }
}

export const stopped = (): ExportError =>
  new ExportError('unexpected', 'The refresh was stopped before it finished.');
