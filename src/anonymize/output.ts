/** The output of a file: slices of what was read, and new content between them, in blocks that are worth a turn each. */
const BLOCK = 256 * 1024;

export class Output {
  readonly #blocks: Buffer[] = [];
  #block = Buffer.allocUnsafeSlow(BLOCK);
  #filled = 0;
  /** Not copied yet, because the next slice may follow. */
  #open: Buffer | undefined;
  #from = 0;
  #to = 0;

  /** The bytes must not change any more before the blocks are taken. */
  slice(bytes: Buffer, from: number, to: number): void {
    if (from >= to) return;
    if (this.#open === bytes && this.#to === from) this.#to = to;
    else {
      this.#close();
      this.#open = bytes;
      this.#from = from;
      this.#to = to;
    }
  }

  add(bytes: Buffer, length = bytes.length): void {
    this.#close();
    this.#copy(bytes, 0, length);
  }

  /** The blocks that are full. */
  take(): readonly Buffer[] {
    this.#close();
    return this.#blocks.splice(0);
  }

  /** All that is left. */
  end(): readonly Buffer[] {
    this.#close();
    if (this.#filled > 0) this.#blocks.push(this.#block.subarray(0, this.#filled));
    this.#filled = 0;
    return this.take();
  }

  #close(): void {
    if (this.#open) this.#copy(this.#open, this.#from, this.#to);
    this.#open = undefined;
  }

  #copy(bytes: Buffer, from: number, to: number): void {
    for (let at = from; at < to;) {
      const until = Math.min(to, at + BLOCK - this.#filled);
      if (until - at > FEW) bytes.copy(this.#block, this.#filled, at, until);
      else
        for (let to = this.#filled - at, each = at; each < until; each++)
          this.#block[to + each] = bytes[each] as number;
      this.#filled += until - at;
      at = until;
      if (this.#filled < BLOCK) continue;
      this.#blocks.push(this.#block);
      this.#block = Buffer.allocUnsafeSlow(BLOCK);
      this.#filled = 0;
    }
  }
}

/** Below this number of bytes a copy by hand costs less than the call of one. */
const FEW = 256;
