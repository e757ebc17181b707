/**
 * Judges the files of a bundle in a thread of its own while more of them are written and zipped. Its errors are thrown by `end` and
 * `prove`, and so is its death; it ends with the thread that started it.
 */
import { Worker } from 'node:worker_threads';
import type { CsvOnDisk } from '../model/bundle.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import type { Expected, FileJudge, Prover, ZipProof } from '../verify/judged-files.js';
import { judgeLimits } from './lean-heap.js';
import { asError, threadDied, type ErrorParts } from './thread-errors.js';

/** What the thread needs before the first file. */
export interface JudgeThreadData {
  readonly settings: Omit<ConnectionSettings, 'delivery'>;
  readonly asOf: LocalDate;
  /** Path of the home folder, for errors of its disk. */
  readonly home: string;
  readonly expected: Expected;
}

export type JudgeOrder =
  { readonly take: readonly CsvOnDisk[] } | { readonly end: CsvOnDisk } | { readonly prove: string };

/** In reply to `end` and `prove`. */
export type JudgeAnswer =
  { readonly isJudged: true } | { readonly proof: ZipProof } | { readonly error: ErrorParts };

const PROGRAM = new URL('./judge-worker.js', import.meta.url);

export class JudgeThread implements FileJudge, Prover {
  readonly #thread: Worker;
  readonly #failed: Promise<never>;

  constructor(data: JudgeThreadData, program = PROGRAM) {
    this.#thread = new Worker(program, { workerData: data, resourceLimits: judgeLimits(), name: 'judge' });
    this.#failed = new Promise((_, reject) => {
      this.#thread.on('error', (error) => reject(threadDied(error)));
      this.#thread.on('exit', (code) => reject(threadDied(code)));
    });
    this.#failed.catch(() => undefined); // thrown to the caller that waits for an answer
  }

  take(files: readonly CsvOnDisk[]): void {
    this.#order({ take: files });
  }

  async end(manifest: CsvOnDisk): Promise<Prover> {
    await this.#answerTo({ end: manifest });
    return this;
  }

  async prove(zipPath: string): Promise<ZipProof> {
    const answer = await this.#answerTo({ prove: zipPath });
    if (!('proof' in answer)) throw new Error('the judge has no proof');
    return answer.proof;
  }

  async stop(): Promise<void> {
    await this.#thread.terminate();
  }

  #order(order: JudgeOrder): void {
    this.#thread.postMessage(order);
  }

  async #answerTo(order: JudgeOrder): Promise<JudgeAnswer> {
    const answered = new Promise<JudgeAnswer>((resolve) => this.#thread.once('message', resolve));
    this.#order(order);
    const answer = await Promise.race([answered, this.#failed]);
    if ('error' in answer) throw asError(answer.error);
    return answer;
  }
}
