/** GUIDs by id, 16 bytes each instead of the 80 of a string: a million people take 16 MB. */
import { USUAL_GUID } from '../model/values.js';

const PAGE_SIZE = 4_096;

export class GuidStore {
  readonly #pages = new Map<number, Buffer>();
  /** Ids whose text is not a usual GUID are kept as they are. */
  readonly #unusual = new Map<number, string>();
  readonly #known = new Map<number, Uint8Array>();
  /** Of the GUIDs up to now. */
  #shared: readonly (readonly number[])[] | undefined;

  set(id: number, guid: string): void {
    this.#shared = undefined;
    if (!USUAL_GUID.test(guid)) {
      this.#unusual.set(id, guid);
      return;
    }
    const key = Math.floor(id / PAGE_SIZE);
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = Buffer.alloc(PAGE_SIZE * 16);
      this.#pages.set(key, page);
      this.#known.set(key, new Uint8Array(PAGE_SIZE));
    }
    const at = id & (PAGE_SIZE - 1);
    page.write(guid.replaceAll('-', ''), at * 16, 'hex');
    const known = this.#known.get(key);
    if (known) known[at] = 1;
  }

  /** Ids that have one GUID, group by group; nearly always none. */
  shared(): readonly (readonly number[])[] {
    return (this.#shared ??= this.#findShared());
  }

  #findShared(): readonly (readonly number[])[] {
    const size = sieveSize(this.#pages.size * PAGE_SIZE);
    const taken = new Uint32Array(size / 32);
    const repeated = new Set<number>();
    for (const [, page, at] of this.#usual()) {
      const slot = hashOf(page, at * 16) & (size - 1);
      const bit = 1 << (slot & 31);
      if (((taken[slot >>> 5] ?? 0) & bit) !== 0) repeated.add(slot);
      taken[slot >>> 5] = (taken[slot >>> 5] ?? 0) | bit;
    }
    // The few whose place was taken already are compared by their text.
    const byText = new Map<string, number[]>();
    const add = (text: string, id: number): void => {
      const known = byText.get(text);
      if (known === undefined) byText.set(text, [id]);
      else known.push(id);
    };
    for (const [id, page, at] of repeated.size === 0 ? [] : this.#usual())
      if (repeated.has(hashOf(page, at * 16) & (size - 1))) add(textOf(page, at * 16), id);
    for (const [id, text] of this.#unusual) add(text.toUpperCase(), id);
    return [...byText.values()].filter((ids) => ids.length > 1).map((ids) => ids.sort((a, b) => a - b));
  }

  *#usual(): Generator<readonly [id: number, page: Buffer, at: number]> {
    for (const [key, page] of this.#pages) {
      const known = this.#known.get(key) ?? new Uint8Array();
      for (let at = 0; at < PAGE_SIZE; at += 1) if (known[at] === 1) yield [key * PAGE_SIZE + at, page, at];
    }
  }

  get(id: number): string | undefined {
    const key = Math.floor(id / PAGE_SIZE);
    const at = id & (PAGE_SIZE - 1);
    const page = this.#pages.get(key);
    if (page === undefined || this.#known.get(key)?.[at] !== 1) return this.#unusual.get(id);
    return textOf(page, at * 16);
  }
}

/** 32 bits a GUID, rounded up to a power of two: 4 MB for a million people, of whom one in thirty then has to be compared. */
function sieveSize(guids: number): number {
  return 2 ** Math.min(30, Math.max(10, Math.ceil(Math.log2(guids * 32 + 1))));
}

function hashOf(bytes: Buffer, from: number): number {
  let hash = 0;
  for (let at = from; at < from + 16; at += 4)
    hash = Math.imul(hash ^ bytes.readInt32LE(at) ^ (hash >>> 15), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

const DIGITS = Buffer.from('0123456789ABCDEF', 'latin1');
/** The two places of each byte in the text of a GUID. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const scratch = Buffer.alloc(36, '-');

/** Half the time of asking for hexadecimal text and cutting it, and a refresh asks a million times and more. */
function textOf(bytes: Buffer, from: number): string {
  for (let each = 0; each < 16; each += 1) {
    const byte = bytes[from + each] ?? 0;
    const place = PLACES[each] ?? 0;
    scratch[place] = DIGITS[byte >> 4] ?? 0;
    scratch[place + 1] = DIGITS[byte & 15] ?? 0;
  }
  return scratch.toString('latin1');
}
