/** The output of a file: slices of what was read, and new content between them. */
export class Pieces {
  readonly #list: Buffer[] = [];
  #open: Buffer | undefined;
  #from = 0;
  #to = 0;

  /** Slices that follow each other become one. */
  slice(bytes: Buffer, from: number, to: number): void {
    if (from >= to) return;
    if (this.#open === bytes && this.#to === from) this.#to = to;
    else {
      this.#close();
      [this.#open, this.#from, this.#to] = [bytes, from, to];
    }
  }

  add(bytes: Buffer): void {
    this.#close();
    this.#list.push(bytes);
  }

  /** Everything so far; empties the list. */
  take(): readonly Buffer[] {
    this.#close();
    return this.#list.splice(0);
  }

  #close(): void {
    if (this.#open) this.#list.push(this.#open.subarray(this.#from, this.#to));
    this.#open = undefined;
  }
}
