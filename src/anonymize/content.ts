/** The content of a cell that becomes longer or shorter: one place for all of them, so that none is made for each. */
const AT_FIRST = 1024;

export class Content {
  bytes: Buffer = Buffer.alloc(AT_FIRST);
  /** Of the bytes that count. */
  length = 0;

  static of(bytes: Buffer): Content {
    const content = new Content();
    content.bytes = bytes;
    content.length = bytes.length;
    return content;
  }

  clear(): void {
    this.length = 0;
  }

  append(bytes: Buffer, from: number, to: number): void {
    const length = this.length + to - from;
    if (length > this.bytes.length) {
      const larger = Buffer.alloc(2 * length);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    for (let at = from; at < to; at++) this.bytes[this.length++] = bytes[at] as number;
  }
}
