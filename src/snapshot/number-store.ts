/** Numbers of people and sections by id, eight bytes each: all but a few are up to fifteen digits, with or without leading zeros. */
import { NumberMap } from './id-map.js';

const DIGITS = /^\d{1,15}$/;

export class NumberStore {
  /** With a 1 before the digits, which keeps leading zeros and makes no number 0. */
  readonly #usual = new NumberMap();
  readonly #unusual = new Map<number, string>();

  set(id: number, text: string | null): void {
    if (text === null || text === '') return;
    const isUsual = DIGITS.test(text);
    this.#usual.set(id, isUsual ? Number(`1${text}`) : 0);
    if (!isUsual) this.#unusual.set(id, text);
  }

  /** Empty where there is none. */
  get(id: number): string {
    const usual = this.#usual.get(id);
    return usual === 0 ? (this.#unusual.get(id) ?? '') : String(usual).slice(1);
  }
}
