/** The changed records, kept as lines in a file until they are printed: they may not fit in memory. */
import { closeSync, createReadStream, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openScratchFile } from '../home/scratch.js';

const LINES_PER_WRITE = 1_000;

export class ChangeList {
  readonly #file = openScratchFile();
  #lines: string[] = [];

  put(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length >= LINES_PER_WRITE) this.#write();
  }

  /** In batches, once all are put. */
  async tell(out: (lines: readonly string[]) => void): Promise<void> {
    this.#write();
    let batch: string[] = [];
    const input = createReadStream('', { fd: this.#file, start: 0, autoClose: false });
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      batch.push(line);
      if (batch.length < LINES_PER_WRITE) continue;
      out(batch);
      batch = [];
    }
    if (batch.length > 0) out(batch);
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(): void {
    const bytes = Buffer.from(this.#lines.map((line) => `${line}\n`).join(''), 'utf8');
    this.#lines = [];
    for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
  }
}
