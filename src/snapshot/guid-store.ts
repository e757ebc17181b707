/** GUIDs by id, 16 bytes each instead of the 80 of a string: a million people take 16 MB. */
import { USUAL_GUID } from '../model/values.js';
import { PAGE_SIZE, Pages, placeInPage } from './pages.js';

interface GuidPage {
  readonly bytes: Buffer;
  /** 1 where there is a GUID. */
  readonly known: Uint8Array;
}

export class GuidStore {
  readonly #pages = new Pages((): GuidPage => ({
    bytes: Buffer.alloc(PAGE_SIZE * 16),
    known: new Uint8Array(PAGE_SIZE),
  }));
  /** Ids whose text is not a usual GUID are kept as they are. */
  readonly #unusual = new Map<number, string>();
  /** Of the GUIDs up to now. */
  #shared: readonly (readonly number[])[] | undefined;

  set(id: number, guid: string): void {
    this.#shared = undefined;
    if (!USUAL_GUID.test(guid)) {
      this.#unusual.set(id, guid);
      return;
    }
    const { bytes, known } = this.#pages.made(id);
    const at = placeInPage(id);
    writeGuid(guid, bytes, at * 16);
    known[at] = 1;
  }

  /** Ids that have one GUID, group by group; nearly always none. */
  shared(): readonly (readonly number[])[] {
    return (this.#shared ??= this.#findShared());
  }

  #findShared(): readonly (readonly number[])[] {
    const pages = [...this.#pages.entries()].length;
    const size = sieveSize(pages * PAGE_SIZE);
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
    for (const [first, { bytes, known }] of this.#pages.entries())
      for (let at = 0; at < PAGE_SIZE; at += 1) if (known[at] === 1) yield [first + at, bytes, at];
  }

  get(id: number): string | undefined {
    const page = this.#pages.of(id);
    const at = placeInPage(id);
    return page?.known[at] === 1 ? textOf(page.bytes, at * 16) : this.#unusual.get(id);
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

/** By the code of a digit. */
const VALUES = new Uint8Array(128);
DIGITS.forEach((digit, value) => {
  VALUES[digit] = value;
});

/** A third of the time of writing hexadecimal text from which the hyphens were cut. */
function writeGuid(guid: string, bytes: Buffer, from: number): void {
  for (let each = 0; each < 16; each += 1) {
    const place = PLACES[each] ?? 0;
    const high = VALUES[guid.charCodeAt(place)] ?? 0;
    bytes[from + each] = (high << 4) | (VALUES[guid.charCodeAt(place + 1)] ?? 0);
  }
}

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
