/**
 * The secret of one run, and the replacement of texts by it. Nothing writes the secret down: with the process it is gone.
 *
 * A text becomes another of the same format, one to one: which is why equal ids stay equal, in whatever file and column, different ones
 * stay different without any memory of them, and case decides as much as before. The format is the kind of each
 * character and its place. A text with a letter, or with a digit from 1 to 9, never becomes itself.
 *
 * Built as a cipher that keeps the format: the characters are read as numbers of up to 16 bits, to each of which a keyed hash
 * of those before it is added, forwards and backwards; then 1 is added to the first, and all is taken back.
 */
import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { HalfSip } from './half-sip.js';
import { Letters, UUID } from './letters.js';
import { RecentTexts } from './recent.js';

const WORD = 0x10000;
const PASSES = 4;
const NULL_WORD = [0x6e, 0x75, 0x6c, 0x6c];

export class Secret {
  readonly #key: Buffer;
  /** One for each pass. */
  readonly #hashes: readonly HalfSip[];
  readonly #hash: HalfSip;
  /** Of texts of a few characters, by the count of those that there are. */
  readonly #permutations = new Map<number, Uint32Array>();
  /** Most UUIDs of a bundle name a row that others name as well: 20 MB. */
  readonly #uuids = new RecentTexts(18);
  /** Such as the class of the row before, or the domain of an address. */
  readonly #texts = new RecentTexts(12);
  readonly #letters = new Letters();
  readonly #uuid = new Letters();
  #words = new Int32Array(64);
  #moduli = new Int32Array(64);
  #count = 0;

  /** `seed`: for tests, the same replacements each time. Without it the secret is random. */
  constructor(seed?: string) {
    this.#key = seed === undefined ? randomBytes(32) : createHash('sha256').update(seed).digest();
    this.#hashes = Array.from(
      { length: PASSES },
      (_, pass) => new HalfSip(numbers(this.#key, `pass ${pass}`, 4)),
    );
    this.#hash = new HalfSip(numbers(this.#key, 'digest', 4));
  }

  /** Replaces the text in place. The word NULL stays: readers have a meaning for it. */
  replace(bytes: Buffer, start: number, end: number): void {
    if (isNullWord(bytes, start, end)) return;
    const recent = end - start < UUID ? this.#texts : end - start === UUID ? this.#uuids : undefined;
    if (recent?.replace(bytes, start, end) === true) return;
    do {
      this.#letters.read(bytes, start, end, this.#replaceUuid);
      this.#encipher(this.#letters);
    } while (isNullWord(bytes, start, end));
    if (recent === this.#texts) recent.keep(start, end);
  }

  /** A secret number from 0 to 2 ** 32 - 1 for bytes. */
  digest(bytes: Buffer, start: number, end: number): number {
    this.#hash.begin();
    for (let at = start; at < end; at += 4) {
      let word = 0;
      for (let each = Math.min(at + 4, end) - 1; each >= at; each--)
        word = (word << 8) | (bytes[each] as number);
      this.#hash.add(word);
    }
    this.#hash.add(end - start);
    return this.#hash.end() >>> 0;
  }

  readonly #replaceUuid = (bytes: Buffer, at: number): void => {
    const end = at + UUID;
    if (this.#uuids.replace(bytes, at, end)) return;
    this.#uuid.readUuid(bytes, at);
    this.#encipher(this.#uuid);
    this.#uuids.keep(at, end);
  };

  #encipher(letters: Letters): void {
    this.#gather(letters);
    const [words, moduli, count] = [this.#words, this.#moduli, this.#count];
    if (count === 1) words[0] = this.#permuted(words[0] as number, moduli[0] as number);
    else if (count > 1) {
      for (let pass = 0; pass < PASSES; pass++) this.#mix(pass, false);
      let first = 0;
      while (first < count - 1 && moduli[first] === 1) first++;
      words[first] = ((words[first] as number) + 1) % (moduli[first] as number);
      for (let pass = PASSES - 1; pass >= 0; pass--) this.#mix(pass, true);
    }
    this.#scatter(letters);
  }

  /** Packs characters into words. Which go together depends on the format alone. */
  #gather({ count, sizes, indexes }: Letters): void {
    if (count > this.#words.length) {
      this.#words = new Int32Array(2 * count);
      this.#moduli = new Int32Array(2 * count);
    }
    const [words, moduli] = [this.#words, this.#moduli];
    let filled = 0;
    let word = 0;
    let modulus = 1;
    for (let which = 0; which < count; which++) {
      const size = sizes[which] as number;
      if (modulus * size > WORD) {
        words[filled] = word;
        moduli[filled++] = modulus;
        word = 0;
        modulus = 1;
      }
      word += (indexes[which] as number) * modulus;
      modulus *= size;
    }
    words[filled] = word;
    moduli[filled] = modulus;
    this.#count = count === 0 ? 0 : filled + 1;
  }

  #scatter(letters: Letters): void {
    const [words, { count, sizes }] = [this.#words, letters];
    let at = 0;
    let word = words[0] as number;
    let modulus = 1;
    for (let which = 0; which < count; which++) {
      const size = sizes[which] as number;
      if (modulus * size > WORD) {
        word = words[++at] as number;
        modulus = 1;
      }
      const rest = (word / size) | 0;
      letters.put(which, word - rest * size);
      word = rest;
      modulus *= size;
    }
  }

  /** Adds to each word a keyed hash of those before it, or takes it back. Without divisions, which cost most of the time. */
  #mix(pass: number, isBack: boolean): void {
    const [words, moduli, count] = [this.#words, this.#moduli, this.#count];
    const hash = this.#hashes[pass] as HalfSip;
    const way = pass % 2 === 0 ? 1 : -1;
    hash.begin();
    for (let each = 0, at = way === 1 ? 0 : count - 1; each < count; each++, at += way) {
      const word = words[at] as number;
      const modulus = moduli[at] as number;
      const part = fraction(hash.sum, modulus);
      const mixed = below(modulus, isBack ? word - part + modulus : word + part);
      words[at] = mixed;
      hash.add(isBack ? word : mixed);
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

/** A number below the modulus, which is at most WORD: that share of it which the sum is of 2 ** 32. */
function fraction(sum: number, modulus: number): number {
  return (Math.imul(sum >>> 16, modulus) + (Math.imul(sum & 0xffff, modulus) >>> 16)) >>> 16;
}

/** The number modulo the modulus, of which it is less than twice. Without a branch: which way it would go is random. */
function below(modulus: number, number: number): number {
  const less = (number - modulus) | 0;
  return less + (modulus & (less >> 31));
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
