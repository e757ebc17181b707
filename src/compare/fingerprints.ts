/**
 * Ids and the content of their rows as 53-bit fingerprints in an open-addressing table: 16 bytes a row at most half full, so
 * a million rows take 32 MB however long they are. Two of a million ids share a fingerprint with a chance of one in ten
 * thousand, and then a count is off by one: good for counting, and never used to decide what a receiver is sent.
 */
export class Fingerprints {
  #keys = new Float64Array(1 << 10);
  #values = new Float64Array(1 << 10);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `value` undefined: the id alone matters. */
  add(id: number, value = 0): void {
    if (this.#size * 2 >= this.#keys.length) this.#grow();
    const at = this.#slot(id);
    if (this.#keys[at] === 0) this.#size += 1;
    this.#keys[at] = id;
    this.#values[at] = value;
  }

  /** The value of an id, or undefined. */
  get(id: number): number | undefined {
    const at = this.#slot(id);
    return this.#keys[at] === id ? this.#values[at] : undefined;
  }

  #slot(id: number): number {
    const mask = this.#keys.length - 1;
    let at = id & mask;
    while (this.#keys[at] !== 0 && this.#keys[at] !== id) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2);
    this.#values = new Float64Array(keys.length * 2);
    this.#size = 0;
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at];
      if (key !== undefined && key !== 0) this.add(key, values[at]);
    }
  }
}

/** A 53-bit fingerprint of bytes, never 0: two rounds of multiply and mix with different seeds, as FNV and Murmur do. */
export function fingerprint(bytes: Buffer, start: number, end: number): number {
  let high = 0x811c9dc5;
  let low = 0x01000193;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    high = Math.imul(high ^ byte, 0x85ebca6b);
    high ^= high >>> 15;
    low = Math.imul(low ^ byte, 0xc2b2ae35);
    low ^= low >>> 13;
  }
  return ((high >>> 0) & 0x1fffff) * 2 ** 32 + (low >>> 0) + 1;
}
