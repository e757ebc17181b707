/**
 * Finds the number of an entry by a hash of it, in 6 to 11 bytes an entry; the entries themselves lie elsewhere.
 * A hash only says where to look: the caller compares each offered entry. A search goes
 * `for (let each = slots.first(hash); each >= 0; each = slots.next())`, and `put` uses the place where it ended.
 */
import { ExportError } from '../../model/errors.js';

/** Entries share their slot with the upper bits of the hash, so that nearly every entry offered is the right one. */
const ENTRY_BITS = 26;
/** More entries than any district has rows; two numbers below it make one exact number. */
export const MOST_ENTRIES = 2 ** ENTRY_BITS - 1;
const FULLEST = 0.7;

export class Slots {
  readonly #hashOf: (entry: number) => number;
  /** 0, or the upper bits of the hash and the entry plus one. */
  #slots = new Int32Array(64);
  #count = 0;
  #at = 0;
  #tag = 0;

  /** `hashOf` gives the hash of an entry again, when the slots grow. */
  constructor(hashOf: (entry: number) => number) {
    this.#hashOf = hashOf;
  }

  /** The first entry that may be the one, or -1. */
  first(hash: number): number {
    this.#tag = hash >>> ENTRY_BITS;
    this.#at = hash & (this.#slots.length - 1);
    return this.#seek();
  }

  next(): number {
    this.#at = (this.#at + 1) & (this.#slots.length - 1);
    return this.#seek();
  }

  /** Enters what the last search did not find. */
  put(entry: number): void {
    if (entry >= MOST_ENTRIES) throw new ExportError('not-a-bundle', 'A file has more than 67 million rows.');
    this.#slots[this.#at] = (this.#tag << ENTRY_BITS) | (entry + 1);
    this.#count++;
    if (this.#count > this.#slots.length * FULLEST) this.#grow();
  }

  #seek(): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let at = this.#at; ; at = (at + 1) & mask) {
      const slot = slots[at] as number;
      if (slot !== 0 && slot >>> ENTRY_BITS !== this.#tag) continue;
      this.#at = at;
      return (slot & MOST_ENTRIES) - 1;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length - 1;
    for (const slot of old) {
      if (slot === 0) continue;
      let at = this.#hashOf((slot & MOST_ENTRIES) - 1) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = slot;
    }
    this.#slots = slots;
  }
}

/** Seeded anew in each process, so that no file can be made to fill one slot. */
export const SEED = Math.floor(Math.random() * 0x7fffffff) | 1;

/** Takes one more number into a hash. */
export function mix(hash: number, number: number): number {
  const mixed = Math.imul(hash ^ number, 0x5bd1e995);
  return mixed ^ (mixed >>> 15);
}

/** Spreads what was mixed over all bits. */
export function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}
