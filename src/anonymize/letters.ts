/**
 * The characters of a cell that can be replaced, read from its bytes and written back in place: each has the length of the
 * one it replaces, so a row is changed where it lies.
 */
import { isUtf8 } from 'node:buffer';
import { DIGITS, FIRST_DIGITS, HEX_LETTERS, LETTERS, letterOf, strayOf, type Alphabet } from './alphabets.js';

const ZERO = 0x30;
const NINE = 0x39;
const DASH = 0x2d;

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
const isUpper = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;
const isLower = (byte: number): boolean => byte >= 0x61 && byte <= 0x7a;
const isHexLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66;
const isHex = (byte: number): boolean => isDigit(byte) || isHexLetter(byte);
const isAlphanumeric = (byte: number): boolean => isDigit(byte) || isUpper(byte) || isLower(byte);

export class Letters {
  count = 0;
  readonly alphabets: Alphabet[] = [];
  /** Position in the alphabet. */
  readonly indexes: number[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #uppers: boolean[] = [];
  #bytes: Buffer = Buffer.alloc(0);

  /** Those between `start` and `end`, without the UUIDs if there is something to do with them. */
  read(bytes: Buffer, start: number, end: number, onUuid?: (bytes: Buffer, at: number) => void): void {
    this.#begin(bytes);
    for (let at = start; at < end;) {
      const byte = bytes[at] as number;
      const isFirst = at === start || !isAlphanumeric(bytes[at - 1] as number);
      if (onUuid && isFirst && isUuid(bytes, at, end)) {
        onUuid(bytes, at);
        at += UUID;
      } else if (isDigit(byte)) at = this.#readNumber(at, end);
      else if (byte < 0x80) at = this.#readAscii(at, byte);
      else at = this.#readBeyond(at, end);
    }
  }

  /** The hexadecimal digits of a UUID, without those that state its version and variant. */
  readUuid(bytes: Buffer, start: number): void {
    this.#begin(bytes);
    for (let at = start; at < start + UUID; at++) {
      const byte = bytes[at] as number;
      if (byte === DASH || at === start + 14 || at === start + 19) continue;
      if (isDigit(byte)) this.#add([at, at + 1], DIGITS, byte - ZERO, false);
      else this.#add([at, at + 1], HEX_LETTERS, (byte | 0x20) - 0x61, isUpper(byte));
    }
  }

  /** True if the character stands directly behind the one before it, and both are letters or both are digits. */
  continues(which: number): boolean {
    const isNumber = (each: number): boolean =>
      this.alphabets[each] === DIGITS || this.alphabets[each] === FIRST_DIGITS;
    return (
      which > 0 && this.#ends[which - 1] === this.#starts[which] && isNumber(which) === isNumber(which - 1)
    );
  }

  put(which: number, index: number): void {
    this.indexes[which] = index;
    const { lower, upper } = this.alphabets[which] as Alphabet;
    const codePoint = ((this.#uppers[which] === true ? upper : undefined) ?? lower)[index] as number;
    const [start, end] = [this.#starts[which] as number, this.#ends[which] as number];
    if (end - start === 1) this.#bytes[start] = codePoint;
    else this.#bytes.write(String.fromCodePoint(codePoint), start, 'utf8');
  }

  #begin(bytes: Buffer): void {
    this.#bytes = bytes;
    this.count = 0;
  }

  #add([start, end]: readonly [number, number], alphabet: Alphabet, index: number, upper = false): void {
    const which = this.count++;
    this.#starts[which] = start;
    this.#ends[which] = end;
    this.alphabets[which] = alphabet;
    this.indexes[which] = index;
    this.#uppers[which] = upper;
  }

  /** Leading zeros stay, and no other number gets one. */
  #readNumber(from: number, end: number): number {
    let at = from;
    while (at < end && this.#bytes[at] === ZERO) at++;
    for (let isFirst = true; at < end; at++, isFirst = false) {
      const byte = this.#bytes[at] as number;
      if (!isDigit(byte)) break;
      if (isFirst) this.#add([at, at + 1], FIRST_DIGITS, byte - ZERO - 1, false);
      else this.#add([at, at + 1], DIGITS, byte - ZERO, false);
    }
    return at;
  }

  #readAscii(at: number, byte: number): number {
    if (isLower(byte)) this.#add([at, at + 1], LETTERS, byte - 0x61, false);
    else if (isUpper(byte)) this.#add([at, at + 1], LETTERS, byte - 0x41, true);
    return at + 1;
  }

  #readBeyond(at: number, end: number): number {
    const length = characterLength(this.#bytes, at, end);
    if (length === 0) {
      const stray = strayOf(this.#bytes[at] as number);
      if (stray) this.#add([at, at + 1], stray.alphabet, stray.index, false);
      return at + 1;
    }
    const letter = letterOf(this.#bytes.toString('utf8', at, at + length).codePointAt(0) ?? 0);
    if (letter) this.#add([at, at + length], letter.alphabet, letter.index, letter.isUpper);
    return at + length;
  }
}

export const UUID = 36;

function isUuid(bytes: Buffer, from: number, end: number): boolean {
  if (from + UUID > end || bytes[from + 8] !== DASH) return false;
  if (from + UUID < end && isAlphanumeric(bytes[from + UUID] as number)) return false;
  for (let at = 0; at < UUID; at++) {
    const isDash = at === 8 || at === 13 || at === 18 || at === 23;
    const byte = bytes[from + at] as number;
    if (isDash ? byte !== DASH : !isHex(byte)) return false;
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
