/** The records that changed, as lines in a file between being found and being told: there may be more than memory holds. */
import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const LINES_PER_WRITE = 1_000;

export class ChangeList {
  readonly #path: string;
  readonly #file: number;
  #lines: string[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'wx', 0o600);
  }

  put(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length >= LINES_PER_WRITE) this.#write();
  }

  close(): void {
    this.#write();
    closeSync(this.#file);
  }

  /** Told in batches, once the list is closed. */
  async tell(out: (lines: readonly string[]) => void): Promise<void> {
    let batch: string[] = [];
    for await (const line of createInterface({ input: createReadStream(this.#path), crlfDelay: Infinity })) {
      batch.push(line);
      if (batch.length < LINES_PER_WRITE) continue;
      out(batch);
      batch = [];
    }
    if (batch.length > 0) out(batch);
  }

  #write(): void {
    const bytes = Buffer.from(this.#lines.map((line) => `${line}\n`).join(''), 'utf8');
    this.#lines = [];
    for (let written = 0; written < bytes.length;) written += writeSync(this.#file, bytes, written);
  }
}
