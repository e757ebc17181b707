/**
 * Texts and what each became, for those that come again: the id of a school is in every row of its students. A table of fixed
 * size, whatever the number of texts: one takes the place of another, which is enciphered again when it comes back.
 */
/** Bytes of the longest text that has room. */
export const LONGEST_RECENT = 36;
const WORDS = LONGEST_RECENT / 4;
/** Per slot the length, the text, and what it became; a text that does not end with a word is filled up with zeros. */
const STRIDE = 1 + 2 * WORDS;

export class RecentTexts {
  readonly #table: Int32Array;
  readonly #shift: number;
  readonly #text = new Int32Array(WORDS);
  #viewed: Buffer | undefined;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #slot = 0;

  /** Has 2 ** `bits` slots of 76 bytes. */
  constructor(bits: number) {
    this.#table = new Int32Array(2 ** bits * STRIDE);
    this.#shift = 32 - bits;
  }

  /** Replaces the text in place if it is known. If not, `keep` can be called once it is replaced, before any other text. */
  replace(bytes: Buffer, start: number, end: number): boolean {
    const [table, text] = [this.#table, this.#text];
    const length = end - start;
    const words = (length + 3) >> 2;
    this.#see(bytes);
    let sum = length;
    for (let word = 0; word < words; word++) {
      const value = this.#read(start + 4 * word, end);
      text[word] = value;
      sum = mix(sum, value);
    }
    const slot = (sum >>> this.#shift) * STRIDE;
    this.#slot = slot;
    if (table[slot] !== length) return false;
    for (let word = 0; word < words; word++) if (table[slot + 1 + word] !== text[word]) return false;
    for (let word = 0; word < words; word++)
      this.#write(start + 4 * word, end, table[slot + 1 + WORDS + word] as number);
    return true;
  }

  /** What the text that was not known became. */
  keep(start: number, end: number): void {
    const [table, text, slot] = [this.#table, this.#text, this.#slot];
    const words = (end - start + 3) >> 2;
    table[slot] = end - start;
    for (let word = 0; word < words; word++) {
      table[slot + 1 + word] = text[word] as number;
      table[slot + 1 + WORDS + word] = this.#read(start + 4 * word, end);
    }
  }

  #see(bytes: Buffer): void {
    if (this.#viewed === bytes) return;
    this.#viewed = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  #read(at: number, end: number): number {
    if (at + 4 <= end) return this.#view.getInt32(at, true);
    let value = 0;
    for (let each = end - 1; each >= at; each--) value = (value << 8) | this.#view.getUint8(each);
    return value;
  }

  #write(at: number, end: number, value: number): void {
    if (at + 4 <= end) {
      this.#view.setInt32(at, value, true);
      return;
    }
    for (let each = at, rest = value; each < end; each++, rest >>>= 8) this.#view.setUint8(each, rest & 0xff);
  }
}

function mix(sum: number, value: number): number {
  const mixed = Math.imul(sum ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
