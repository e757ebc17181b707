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
import { Letters } from './letters.js';

const WORD = 0x10000;
const PASSES = 4;
const NULL_WORD = [0x6e, 0x75, 0x6c, 0x6c];

export class Secret {
  readonly #key: Buffer;
  readonly #tables: readonly Uint32Array[];
  readonly #starts: readonly number[];
  /** Of texts of a few characters, by the count of those that there are. */
  readonly #permutations = new Map<number, Uint32Array>();
  readonly #letters = new Letters();
  readonly #uuid = new Letters();
  readonly #words: number[] = [];
  readonly #moduli: number[] = [];

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
      this.#letters.read(bytes, start, end, (at) => {
        this.#uuid.readUuid(bytes, at);
        this.#encipher(this.#uuid);
      });
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

  #encipher(letters: Letters): void {
    this.#gather(letters);
    const [words, moduli] = [this.#words, this.#moduli];
    if (words.length === 1) words[0] = this.#permuted(words[0] as number, moduli[0] as number);
    else if (words.length > 1) {
      for (let pass = 0; pass < PASSES; pass++) this.#mix(pass, 1);
      const first = moduli.findIndex((modulus) => modulus > 1);
      if (first >= 0) words[first] = ((words[first] as number) + 1) % (moduli[first] as number);
      for (let pass = PASSES - 1; pass >= 0; pass--) this.#mix(pass, -1);
    }
    this.#scatter(letters);
  }

  /** Packs characters into words. Which go together depends on the format alone. */
  #gather({ count, alphabets, indexes }: Letters): void {
    this.#words.length = 0;
    this.#moduli.length = 0;
    let [word, modulus] = [0, 1];
    for (let which = 0; which < count; which++) {
      const size = alphabets[which]?.size ?? 1;
      if (modulus * size > WORD) {
        this.#words.push(word);
        this.#moduli.push(modulus);
        [word, modulus] = [0, 1];
      }
      word += (indexes[which] as number) * modulus;
      modulus *= size;
    }
    if (count === 0) return;
    this.#words.push(word);
    this.#moduli.push(modulus);
  }

  #scatter(letters: Letters): void {
    let at = 0;
    let [word, modulus] = [this.#words[0] ?? 0, 1];
    for (let which = 0; which < letters.count; which++) {
      const size = letters.alphabets[which]?.size ?? 1;
      if (modulus * size > WORD) [word, modulus] = [this.#words[++at] ?? 0, 1];
      letters.put(which, word % size);
      word = Math.floor(word / size);
      modulus *= size;
    }
  }

  /** Adds to each word a secret function of those before it, or takes it back. */
  #mix(pass: number, sign: 1 | -1): void {
    const [words, moduli] = [this.#words, this.#moduli];
    const table = this.#tables[pass] as Uint32Array;
    const last = words.length - 1;
    let sum = this.#starts[pass] as number;
    for (let each = 0; each <= last; each++) {
      const at = pass % 2 === 0 ? each : last - each;
      const [word, modulus] = [words[at] as number, moduli[at] as number];
      const added = (sum >>> 0) % modulus;
      const mixed = sign === 1 ? (word + added) % modulus : (word - added + modulus) % modulus;
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
