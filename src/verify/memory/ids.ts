/**
 * The ids of a table, each once, in the order of their first row.
 *
 * Exact: a hash only says where to look, the id itself is kept and compared, so that no collision can call two ids the same.
 * Each id is a record of 16 bytes: a GUID as binary, or up to 15 bytes as they are; of longer ones the record says where they
 * lie. With the slots about 25 bytes an id, outside the JavaScript heap, and page by page.
 */
import { mix, SEED, Slots, spread } from './slots.js';

/** Keeps ids; gives a negative number for one that it had before, and a row number for a new one. */
export interface IdKeeper {
  add(bytes: Buffer, start: number, end: number): number;
}

const SHORT = 1;
const GUID_IN_UPPER_CASE = 2;
const GUID_IN_LOWER_CASE = 3;
const LONG = 4;
/** Longer ids are faulty and are not remembered. */
const NAMELESS = 5;

const MOST_SHORT = 15;
const MOST_LONG = 4096;
const GUID_LENGTH = 36;

const PAGE_BITS = 12;
const PAGE = 1 << PAGE_BITS;
const BLOCK = 1 << 20;

export class IdIndex implements IdKeeper {
  size = 0;

  readonly #slots = new Slots((id) => {
    this.#recall(id);
    return hashOfCoded();
  });
  readonly #records: Int32Array[] = [];
  readonly #kinds: Uint8Array[] = [];
  /** The bytes of long ids. */
  readonly #blocks: Buffer[] = [];
  #used = BLOCK;
  /** The id found last: rows that follow each other often name the same user, org or class. */
  #last = -1;

  /** The number of the id's row: a new one, or, when the id is known, the bitwise complement of the old one. */
  add(bytes: Buffer, start: number, end: number): number {
    encode(bytes, start, end);
    if (coded.kind === NAMELESS) return this.#append();
    const known = this.#search(bytes, start);
    if (known >= 0) return ~known;
    if (coded.kind === LONG) this.#keep(bytes, start, end);
    const id = this.#append();
    this.#slots.put(id);
    return id;
  }

  /** The number of the id's row, or -1. */
  find(bytes: Buffer, start: number, end: number): number {
    encode(bytes, start, end);
    if (coded.kind === NAMELESS) return -1;
    if (this.#last >= 0 && this.#isCoded(this.#last, bytes, start)) return this.#last;
    const found = this.#search(bytes, start);
    if (found >= 0) this.#last = found;
    return found;
  }

  /** The row number here of an id that another index holds, or -1. */
  findIn(other: IdIndex, id: number): number {
    other.#recall(id);
    if (coded.kind === NAMELESS) return -1;
    if (coded.kind !== LONG) return this.#search(NONE, 0);
    const from = coded.word3;
    return this.find(other.#blocks[coded.word2] ?? NONE, from, from + coded.word1);
  }

  text(id: number): string {
    this.#recall(id);
    switch (coded.kind) {
      case NAMELESS:
        return '';
      case SHORT:
        return shortText();
      case LONG:
        return this.#blocks[coded.word2]?.toString('utf8', coded.word3, coded.word3 + coded.word1) ?? '';
      default:
        return guidText();
    }
  }

  #search(bytes: Buffer, start: number): number {
    let id = this.#slots.first(hashOfCoded());
    while (id >= 0 && !this.#isCoded(id, bytes, start)) id = this.#slots.next();
    return id;
  }

  /** Whether the id is the one that was coded last, from these bytes. */
  #isCoded(id: number, bytes: Buffer, start: number): boolean {
    const page = this.#records[id >> PAGE_BITS] as Int32Array;
    const at = (id & (PAGE - 1)) * 4;
    if (page[at] !== coded.word0 || page[at + 1] !== coded.word1) return false;
    if (this.#kindOf(id) !== coded.kind) return false;
    if (coded.kind !== LONG) return page[at + 2] === coded.word2 && page[at + 3] === coded.word3;
    const block = this.#blocks[page[at + 2] as number] as Buffer;
    const from = page[at + 3] as number;
    for (let each = 0; each < coded.word1; each++)
      if (block[from + each] !== bytes[start + each]) return false;
    return true;
  }

  /** Appends what was coded last. */
  #append(): number {
    const id = this.size++;
    if ((id & (PAGE - 1)) === 0) {
      this.#records.push(new Int32Array(PAGE * 4));
      this.#kinds.push(new Uint8Array(PAGE));
    }
    const page = this.#records[id >> PAGE_BITS] as Int32Array;
    const at = (id & (PAGE - 1)) * 4;
    page[at] = coded.word0;
    page[at + 1] = coded.word1;
    page[at + 2] = coded.word2;
    page[at + 3] = coded.word3;
    (this.#kinds[id >> PAGE_BITS] as Uint8Array)[id & (PAGE - 1)] = coded.kind;
    return id;
  }

  /** Keeps the bytes of a long id, and codes where they lie. */
  #keep(bytes: Buffer, start: number, end: number): void {
    if (this.#used + end - start > BLOCK) {
      this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK));
      this.#used = 0;
    }
    const block = this.#blocks[this.#blocks.length - 1] as Buffer;
    coded.word2 = this.#blocks.length - 1;
    coded.word3 = this.#used;
    // By hand: `copy` takes longer for so few bytes.
    for (let at = start; at < end; at++) block[this.#used++] = bytes[at] as number;
  }

  #kindOf(id: number): number {
    return this.#kinds[id >> PAGE_BITS]?.[id & (PAGE - 1)] ?? NAMELESS;
  }

  /** Codes an id as it was when it was added. */
  #recall(id: number): void {
    coded.kind = this.#kindOf(id);
    if (coded.kind === NAMELESS) return;
    const page = this.#records[id >> PAGE_BITS] as Int32Array;
    const at = (id & (PAGE - 1)) * 4;
    coded.word0 = page[at] as number;
    coded.word1 = page[at + 1] as number;
    coded.word2 = page[at + 2] as number;
    coded.word3 = page[at + 3] as number;
  }
}

const NONE = Buffer.alloc(0);

/** The id at hand as a record. A long one has a hash and its length, and once it is kept the place of its bytes. */
const coded = { kind: NAMELESS, word0: 0, word1: 0, word2: 0, word3: 0 };

function encode(bytes: Buffer, start: number, end: number): void {
  const length = end - start;
  if (length === GUID_LENGTH && encodeGuid(bytes, start)) return;
  coded.word2 = 0;
  coded.word3 = 0;
  if (length <= MOST_SHORT) {
    coded.kind = SHORT;
    coded.word0 = wordAt(bytes, start, end);
    coded.word1 = wordAt(bytes, start + 4, end);
    coded.word2 = wordAt(bytes, start + 8, end);
    coded.word3 = wordAt(bytes, start + 12, end) | (length << 24);
    return;
  }
  coded.kind = length > MOST_LONG ? NAMELESS : LONG;
  coded.word0 = coded.kind === LONG ? hashOfText(bytes, start, end) : 0;
  coded.word1 = length;
}

/** Where a long id lies is no part of its hash. */
function hashOfCoded(): number {
  const hash = mix(mix(SEED ^ coded.kind, coded.word0), coded.word1);
  return spread(coded.kind === LONG ? hash : mix(mix(hash, coded.word2), coded.word3));
}

function hashOfText(bytes: Buffer, start: number, end: number): number {
  let hash = SEED;
  for (let at = start; at < end; at++) hash = mix(hash, bytes[at] as number);
  return hash;
}

/** Up to four bytes as a number, zero after the end. */
function wordAt(bytes: Buffer, at: number, end: number): number {
  let word = 0;
  for (let each = Math.min(at + 4, end) - 1; each >= at; each--) word = (word << 8) | (bytes[each] as number);
  return word;
}

function shortText(): string {
  const bytes = Buffer.alloc(MOST_SHORT + 1);
  codedWords().forEach((word, each) => bytes.writeInt32LE(word, each * 4));
  return bytes.toString('utf8', 0, bytes[MOST_SHORT]);
}

function codedWords(): readonly number[] {
  return [coded.word0, coded.word1, coded.word2, coded.word3];
}

const DASH = 0x2d;
const UPPER = 0x10;
const LOWER = 0x20;
const NO_DIGIT = 0x40;

/** The value of a hexadecimal digit, and in which case it is written. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  if (!/[0-9A-Fa-f]/.test(letter)) return NO_DIGIT;
  return parseInt(letter, 16) | (/[A-F]/.test(letter) ? UPPER : /[a-f]/.test(letter) ? LOWER : 0);
});

/** What the digits that were read since it was set to 0 are: flags of HEX. */
let letters = 0;

function fourDigits(bytes: Buffer, at: number): number {
  const a = HEX[bytes[at] as number] as number;
  const b = HEX[bytes[at + 1] as number] as number;
  const c = HEX[bytes[at + 2] as number] as number;
  const d = HEX[bytes[at + 3] as number] as number;
  letters |= a | b | c | d;
  return ((a & 15) << 12) | ((b & 15) << 8) | ((c & 15) << 4) | (d & 15);
}

/** Codes a GUID that is written in one case; any other has to be kept as text. */
function encodeGuid(bytes: Buffer, start: number): boolean {
  for (let at = start + 8; at < start + 24; at += 5) if (bytes[at] !== DASH) return false;
  letters = 0;
  coded.word0 = (fourDigits(bytes, start) << 16) | fourDigits(bytes, start + 4);
  coded.word1 = (fourDigits(bytes, start + 9) << 16) | fourDigits(bytes, start + 14);
  coded.word2 = (fourDigits(bytes, start + 19) << 16) | fourDigits(bytes, start + 24);
  coded.word3 = (fourDigits(bytes, start + 28) << 16) | fourDigits(bytes, start + 32);
  if (letters >= (UPPER | LOWER)) return false; // both, or no digit at all
  coded.kind = letters >= LOWER ? GUID_IN_LOWER_CASE : GUID_IN_UPPER_CASE;
  return true;
}

function guidText(): string {
  const digits = codedWords()
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
  const text = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return coded.kind === GUID_IN_UPPER_CASE ? text.toUpperCase() : text;
}
