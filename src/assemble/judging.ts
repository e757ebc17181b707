/** Where the files of a bundle are judged: those of a large one in a thread of its own. */
import { statSync } from 'node:fs';
import type { CsvOnDisk } from '../model/bundle.js';
import { receiverOf } from '../profiles/receiver.js';
import { FilesJudge, type FileJudge, type Prover } from '../verify/judged-files.js';
import { JudgeThread, type JudgeThreadData } from './judge-thread.js';

/** A thread takes 0.15 s of CPU time to load its program; 4 MB are judged in that time. */
const SMALL_BYTES = 4 * 1024 * 1024;

export class Judging implements FileJudge {
  readonly #data: JudgeThreadData;
  readonly #smallBytes: number;
  #judge: FileJudge | undefined;

  constructor(data: JudgeThreadData, smallBytes = SMALL_BYTES) {
    this.#data = data;
    this.#smallBytes = smallBytes;
  }

  /** The first files decide where all are judged. */
  take(files: readonly CsvOnDisk[]): void {
    this.#begun(files).take(files);
  }

  async end(manifest: CsvOnDisk): Promise<Prover> {
    return await this.#begun([]).end(manifest);
  }

  async stop(): Promise<void> {
    await this.#judge?.stop();
  }

  #begun(files: readonly CsvOnDisk[]): FileJudge {
    this.#judge ??= this.#begin(files.reduce((sum, { path }) => sum + statSync(path).size, 0));
    return this.#judge;
  }

  #begin(bytes: number): FileJudge {
    const { expected, settings, asOf } = this.#data;
    if (bytes < this.#smallBytes) return new FilesJudge(expected, { ...receiverOf(settings).asked, asOf });
    return new JudgeThread(this.#data);
  }
}
