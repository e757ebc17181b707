/**
 * The secret of one run, and the replacement of texts by it. Nothing writes the secret down: with the process it is gone.
 *
 * A text becomes another of the same format, one to one: which is why equal ids stay equal, in whatever file and column, different ones
 * stay different without any memory of them, and case decides as much as before. The format is the kind of each
 * character and its place. A text with a letter, or with a digit from 1 to 9, never becomes itself.
 *
 * Built as a cipher that keeps the format: the characters are read as numbers of up to 16 bits, to each of which a secret
 * function of the others is added, forwards and backwards; then 1 is added to the first, and all is taken back.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import type { Alphabet } from './alphabets.js';
import { Letters, UUID } from './letters.js';

const WORD = 0x10000;
const PASSES = 4;
/** Remembered at once, about 15 MB. */
const MOST_UUIDS = 100_000;
const NULL_WORD = [0x6e, 0x75, 0x6c, 0x6c];

export class Secret {
  readonly #key: Buffer;
  readonly #tables: readonly Uint32Array[];
  readonly #starts: readonly number[];
  /** Of texts of a few characters, by the count of those that there are. */
  readonly #permutations = new Map<number, Uint32Array>();
  readonly #uuids = new Map<string, string>();
  readonly #letters = new Letters();
  readonly #uuid = new Letters();
  #words = new Int32Array(64);
  #moduli = new Int32Array(64);
  #count = 0;

  /** `seed`: for tests, the same replacements each time. Without it the secret is random. */
  constructor(seed?: string) {
    this.#key = seed === undefined ? randomBytes(32) : createHash('sha256').update(seed).digest();
    this.#tables = Array.from({ length: PASSES }, (_, pass) => numbers(this.#key, `pass ${pass}`, WORD));
    this.#starts = Array.from(numbers(this.#key, 'starts', PASSES));
  }

  /** Replaces the text in place. The word NULL stays: readers have a meaning for it. */
  replace(bytes: Buffer, start: number, end: number): void {
    if (isNullWord(bytes, start, end)) return;
    do {
      this.#letters.read(bytes, start, end, this.#replaceUuid);
      this.#encipher(this.#letters);
    } while (isNullWord(bytes, start, end));
  }

  /** A secret number from 0 to 2 ** 32 - 1 for bytes and a number. */
  digest(bytes: Buffer, start: number, end: number, salt = 0): number {
    let sum = (this.#starts[0] as number) ^ salt;
    for (let pass = 0; pass < 2; pass++) {
      const table = this.#tables[pass] as Uint32Array;
      for (let at = start; at < end; at++) sum = step(table, sum, bytes[at] as number);
      sum = step(table, sum, end - start);
      sum = step(table, sum, salt >>> 16);
    }
    return sum >>> 0;
  }

  /** Most UUIDs of a bundle name a row that others name as well. */
  readonly #replaceUuid = (bytes: Buffer, at: number): void => {
    const text = bytes.toString('latin1', at, at + UUID);
    const known = this.#uuids.get(text);
    if (known !== undefined) {
      bytes.write(known, at, 'latin1');
      return;
    }
    this.#uuid.readUuid(bytes, at);
    this.#encipher(this.#uuid);
    if (this.#uuids.size >= MOST_UUIDS) this.#uuids.clear();
    this.#uuids.set(text, bytes.toString('latin1', at, at + UUID));
  };

  #encipher(letters: Letters): void {
    this.#gather(letters);
    const [words, moduli, count] = [this.#words, this.#moduli, this.#count];
    if (count === 1) words[0] = this.#permuted(words[0] as number, moduli[0] as number);
    else if (count > 1) {
      for (let pass = 0; pass < PASSES; pass++) this.#mix(pass, 1);
      let first = 0;
      while (first < count - 1 && moduli[first] === 1) first++;
      words[first] = ((words[first] as number) + 1) % (moduli[first] as number);
      for (let pass = PASSES - 1; pass >= 0; pass--) this.#mix(pass, -1);
    }
    this.#scatter(letters);
  }

  /** Packs characters into words. Which go together depends on the format alone. */
  #gather({ count, alphabets, indexes }: Letters): void {
    if (count > this.#words.length) {
      this.#words = new Int32Array(2 * count);
      this.#moduli = new Int32Array(2 * count);
    }
    let filled = 0;
    let word = 0;
    let modulus = 1;
    for (let which = 0; which < count; which++) {
      const { size } = alphabets[which] as Alphabet;
      if (modulus * size > WORD) {
        this.#words[filled] = word;
        this.#moduli[filled++] = modulus;
        word = 0;
        modulus = 1;
      }
      word += (indexes[which] as number) * modulus;
      modulus *= size;
    }
    this.#words[filled] = word;
    this.#moduli[filled] = modulus;
    this.#count = count === 0 ? 0 : filled + 1;
  }

  #scatter(letters: Letters): void {
    let at = 0;
    let word = this.#words[0] as number;
    let modulus = 1;
    for (let which = 0; which < letters.count; which++) {
      const { size } = letters.alphabets[which] as Alphabet;
      if (modulus * size > WORD) {
        word = this.#words[++at] as number;
        modulus = 1;
      }
      const rest = (word / size) | 0;
      letters.put(which, word - rest * size);
      word = rest;
      modulus *= size;
    }
  }

  /** Adds to each word a secret function of those before it, or takes it back. Without divisions, which cost most of the time. */
  #mix(pass: number, sign: 1 | -1): void {
    const [words, moduli, count] = [this.#words, this.#moduli, this.#count];
    const table = this.#tables[pass] as Uint32Array;
    const way = pass % 2 === 0 ? 1 : -1;
    let sum = this.#starts[pass] as number;
    for (let each = 0, at = way === 1 ? 0 : count - 1; each < count; each++, at += way) {
      const word = words[at] as number;
      const modulus = moduli[at] as number;
      const added = ((sum >>> 16) * modulus) >>> 16;
      let mixed = sign === 1 ? word + added : word - added;
      if (mixed >= modulus) mixed -= modulus;
      else if (mixed < 0) mixed += modulus;
      words[at] = mixed;
      sum = step(table, sum, sign === 1 ? mixed : word);
    }
  }

  #permuted(word: number, modulus: number): number {
    let table = this.#permutations.get(modulus);
    if (!table) {
      table = cycle(this.#key, modulus);
      this.#permutations.set(modulus, table);
    }
    return table[word] as number;
  }
}

function step(table: Uint32Array, sum: number, word: number): number {
  return ((table[(word ^ sum) & 0xffff] as number) + ((sum >>> 16) | (sum << 16))) | 0;
}

function isNullWord(bytes: Buffer, start: number, end: number): boolean {
  return end - start === 4 && NULL_WORD.every((byte, at) => ((bytes[start + at] as number) | 0x20) === byte);
}

/** Random numbers of 32 bits: the key stream of AES-256 in counter mode, another one for each purpose. */
function numbers(key: Buffer, purpose: string, count: number): Uint32Array {
  const start = createHash('sha256').update(purpose).digest().subarray(0, 16);
  const bytes = createCipheriv('aes-256-ctr', key, start).update(Buffer.alloc(count * 4));
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** A random order of the numbers below `size` in one cycle, by Sattolo: none leads to itself. */
function cycle(key: Buffer, size: number): Uint32Array {
  const list = new Uint32Array(size);
  for (let at = 0; at < size; at++) list[at] = at;
  const random = numbers(key, `cycle ${size}`, size);
  for (let last = size - 1; last > 0; last--) {
    const other = (random[last] as number) % last;
    [list[last], list[other]] = [list[other] as number, list[last] as number];
  }
  return list;
}
