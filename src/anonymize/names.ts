/** Names of people become made-up words of the same length and case; letters with accents stay letters with accents. */
import { Letters } from './letters.js';
import { LONGEST_WORD, wordsOf } from './words.js';

const FIRST_LETTER = 0x61;

/** A small step of a random number; what is secret comes in with the number it begins with. */
function mix(sum: number, value: number): number {
  const mixed = Math.imul(sum ^ value, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) | 0;
}

export class Names {
  readonly #letters = new Letters();

  /** In place. The same name of the same `person` becomes the same, in each of the columns; that of another person does not. */
  replace(bytes: Buffer, start: number, end: number, person: number): void {
    const letters = this.#letters;
    letters.read(bytes, start, end);
    for (let from = 0; from < letters.count;) {
      let to = from + 1;
      while (to < letters.count && letters.continues(to)) to++;
      this.#replaceWord(from, to, person);
      from = to;
    }
  }

  #replaceWord(from: number, to: number, person: number): void {
    const letters = this.#letters;
    let sum = mix(person, to - from);
    for (let at = from; at < to; at++) sum = mix(sum, letters.indexes[at] as number);
    for (let at = from; at < to;) {
      const rest = to - at;
      // No single letter is left over.
      const length = rest === LONGEST_WORD + 1 ? LONGEST_WORD - 1 : Math.min(rest, LONGEST_WORD);
      sum = mix(sum, at);
      this.#put(at, length, sum >>> 0);
      at += length;
    }
  }

  #put(from: number, length: number, random: number): void {
    const letters = this.#letters;
    const words = wordsOf(length);
    const start = words.length === 0 ? 0 : random % words.length;
    const word = this.#isWord(from, words[start]) ? words[(start + 1) % words.length] : words[start];
    for (let at = 0; at < length; at++) {
      const isPlain = word !== undefined && letters.isPlain(from + at);
      letters.put(
        from + at,
        isPlain ? word.charCodeAt(at) - FIRST_LETTER : this.#other(from + at, random + at),
      );
    }
  }

  #isWord(from: number, word = ''): boolean {
    for (let at = 0; at < word.length; at++)
      if (word.charCodeAt(at) - FIRST_LETTER !== this.#letters.indexes[from + at]) return false;
    return true;
  }

  #other(at: number, random: number): number {
    const size = this.#letters.sizes[at] as number;
    return size < 2 ? 0 : ((this.#letters.indexes[at] as number) + 1 + (random % (size - 1))) % size;
  }
}
