/**
 * The characters of a cell that can be replaced, read from its bytes and written back in place: each has the length of the
 * one it replaces, so a row is changed where it lies.
 *
 * A bundle has some ten million cells: numbers in typed arrays, and nothing is made for a character of ASCII.
 */
import { isUtf8 } from 'node:buffer';
import { DIGITS, FIRST_DIGITS, HEX_LETTERS, LETTERS, letterOf, strayOf, type Letter } from './alphabets.js';

const ZERO = 0x30;
const FIRST_OF_NUMBER = 0x31;
const LOWER_A = 0x61;
const UPPER_A = 0x41;
const DASH = 0x2d;
const LOWER_BIT = 0x20;

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= 0x39;
const isUpper = (byte: number): boolean => byte >= UPPER_A && byte <= 0x5a;
const isLower = (byte: number): boolean => byte >= LOWER_A && byte <= 0x7a;

const [OTHER, DIGIT, LOWER, UPPER, BEYOND] = [0, 1, 2, 3, 4];
const kindOf = (byte: number): number =>
  isDigit(byte) ? DIGIT : isLower(byte) ? LOWER : isUpper(byte) ? UPPER : byte >= 0x80 ? BEYOND : OTHER;
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => kindOf(byte));
const IS_ALPHANUMERIC = KINDS.map((kind) => Number(kind === DIGIT || kind === LOWER || kind === UPPER));
const IS_HEX = KINDS.map((kind, byte) =>
  Number(kind === DIGIT || ((kind === LOWER || kind === UPPER) && (byte | LOWER_BIT) <= 0x66)),
);

const AT_FIRST = 256;

export class Letters {
  count = 0;
  /** Of the alphabet of each. */
  sizes = new Int32Array(AT_FIRST);
  /** Position in the alphabet. */
  indexes = new Int32Array(AT_FIRST);
  #starts = new Int32Array(AT_FIRST);
  /** The first character of the alphabet in ASCII; 0 if the alphabet is one of those beyond. */
  #firsts = new Int32Array(AT_FIRST);
  readonly #beyond: { readonly letter: Letter; readonly length: number }[] = [];
  #bytes: Buffer = Buffer.alloc(0);

  /** Those between `start` and `end`, without the UUIDs if there is something to do with them. */
  read(bytes: Buffer, start: number, end: number, onUuid?: (bytes: Buffer, at: number) => void): void {
    this.#begin(bytes, end - start);
    for (let at = start; at < end;) {
      const byte = bytes[at] as number;
      const kind = KINDS[byte] as number;
      if (onUuid && IS_HEX[byte] === 1 && isUuid(bytes, at, start, end)) {
        onUuid(bytes, at);
        at += UUID;
      } else if (kind === DIGIT) at = this.#readNumber(at, end);
      else if (kind === BEYOND) at = this.#readBeyond(at, end);
      else {
        if (kind === LOWER) this.#add(at, LOWER_A, LETTERS.size, byte);
        else if (kind === UPPER) this.#add(at, UPPER_A, LETTERS.size, byte);
        at++;
      }
    }
  }

  /** The hexadecimal digits of a UUID, without those that state its version and variant. */
  readUuid(bytes: Buffer, start: number): void {
    this.#begin(bytes, UUID);
    for (let at = start; at < start + UUID; at++) {
      const byte = bytes[at] as number;
      if (byte === DASH || at === start + 14 || at === start + 19) continue;
      if (byte <= 0x39) this.#add(at, ZERO, DIGITS.size, byte);
      else this.#add(at, byte >= LOWER_A ? LOWER_A : UPPER_A, HEX_LETTERS.size, byte);
    }
  }

  /** True if the character stands directly behind the one before it, and both are letters or both are digits. */
  continues(which: number): boolean {
    return (
      which > 0 &&
      this.#starts[which] === (this.#starts[which - 1] as number) + this.#lengthOf(which - 1) &&
      this.#isDigit(which) === this.#isDigit(which - 1)
    );
  }

  /** A letter of the English alphabet. */
  isPlain(which: number): boolean {
    return (this.#firsts[which] as number) >= UPPER_A && this.sizes[which] === LETTERS.size;
  }

  put(which: number, index: number): void {
    this.indexes[which] = index;
    const first = this.#firsts[which] as number;
    if (first > 0) this.#bytes[this.#starts[which] as number] = first + index;
    else this.#putBeyond(which, index);
  }

  #begin(bytes: Buffer, most: number): void {
    this.#bytes = bytes;
    this.count = 0;
    if (most <= this.sizes.length) return;
    this.sizes = new Int32Array(2 * most);
    this.indexes = new Int32Array(2 * most);
    this.#starts = new Int32Array(2 * most);
    this.#firsts = new Int32Array(2 * most);
  }

  #add(at: number, first: number, size: number, byte: number): void {
    const which = this.count++;
    this.#starts[which] = at;
    this.#firsts[which] = first;
    this.sizes[which] = size;
    this.indexes[which] = byte - first;
  }

  #addBeyond(at: number, letter: Letter, length: number): void {
    this.#beyond[this.count] = { letter, length };
    this.#add(at, 0, letter.alphabet.size, letter.index);
  }

  /** Leading zeros stay, and no other number gets one. */
  #readNumber(from: number, end: number): number {
    const bytes = this.#bytes;
    let at = from;
    while (at < end && bytes[at] === ZERO) at++;
    if (at >= end || KINDS[bytes[at] as number] !== DIGIT) return at;
    this.#add(at, FIRST_OF_NUMBER, FIRST_DIGITS.size, bytes[at] as number);
    for (at++; at < end && KINDS[bytes[at] as number] === DIGIT; at++)
      this.#add(at, ZERO, DIGITS.size, bytes[at] as number);
    return at;
  }

  #readBeyond(at: number, end: number): number {
    const length = characterLength(this.#bytes, at, end);
    if (length === 0) {
      const stray = strayOf(this.#bytes[at] as number);
      if (stray) this.#addBeyond(at, stray, 1);
      return at + 1;
    }
    const letter = letterOf(this.#bytes.toString('utf8', at, at + length).codePointAt(0) ?? 0);
    if (letter) this.#addBeyond(at, letter, length);
    return at + length;
  }

  #putBeyond(which: number, index: number): void {
    const { letter, length } = this.#beyond[which] as { readonly letter: Letter; readonly length: number };
    const { lower, upper } = letter.alphabet;
    const codePoint = ((letter.isUpper ? upper : undefined) ?? lower)[index] as number;
    const start = this.#starts[which] as number;
    if (length === 1) this.#bytes[start] = codePoint;
    else this.#bytes.write(String.fromCodePoint(codePoint), start, 'utf8');
  }

  #isDigit(which: number): boolean {
    const first = this.#firsts[which] as number;
    return first === ZERO || first === FIRST_OF_NUMBER;
  }

  #lengthOf(which: number): number {
    return this.#firsts[which] === 0 ? (this.#beyond[which]?.length ?? 1) : 1;
  }
}

export const UUID = 36;
const DASHES = Uint8Array.from({ length: UUID }, (_, at) => Number([8, 13, 18, 23].includes(at)));

/** One begins at `from`, and it is no part of a longer word. */
function isUuid(bytes: Buffer, from: number, start: number, end: number): boolean {
  const to = from + UUID;
  if (to > end || bytes[from + 8] !== DASH) return false;
  if (from > start && IS_ALPHANUMERIC[bytes[from - 1] as number] === 1) return false;
  if (to < end && IS_ALPHANUMERIC[bytes[to] as number] === 1) return false;
  for (let at = 0; at < UUID; at++) {
    const byte = bytes[from + at] as number;
    if (DASHES[at] === 1 ? byte !== DASH : IS_HEX[byte] === 0) return false;
  }
  return true;
}

/** Bytes of the UTF-8 character that begins here; 0 if there is none. */
function characterLength(bytes: Buffer, at: number, end: number): number {
  const length = lengthBy(bytes[at] as number);
  return length > 0 && at + length <= end && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}

function lengthBy(first: number): number {
  if (first >= 0xf0) return first <= 0xf4 ? 4 : 0;
  return first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
}
