/** Numbers kept by row number, and by pairs of row numbers. They grow page by page, so that nothing is copied meanwhile. */
import { mix, SEED, Slots, spread } from './slots.js';

type Page = Int8Array | Int16Array | Int32Array | Float64Array;

const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;

/** Numbers by row number, as many as come; unset ones are `fallback`. A page is as wide as its widest number: 1, 2, 4 or 8 bytes. */
export class NumberColumn {
  readonly #pages: (Page | undefined)[] = [];

  constructor(readonly fallback: number) {}

  get(id: number): number {
    const page = this.#pages[id >> PAGE_BITS];
    return page === undefined ? this.fallback : (page[id & (PAGE - 1)] as number);
  }

  set(id: number, value: number): void {
    const at = id & (PAGE - 1);
    let page = this.#pages[id >> PAGE_BITS];
    if (page === undefined) page = this.#open(id, newPage(this.fallback).fill(this.fallback));
    page[at] = value;
    if (page[at] === value || page instanceof Float64Array) return;
    this.#open(id, widened(page, value))[at] = value;
  }

  #open(id: number, page: Page): Page {
    const number = id >> PAGE_BITS;
    // Pages in between stay unset, and the list of pages without holes.
    while (this.#pages.length < number) this.#pages.push(undefined);
    this.#pages[number] = page;
    return page;
  }
}

/** An empty page that can hold the value; NaN, as anything that is no small number, takes the widest. */
function newPage(value: number): Page {
  if ((value << 24) >> 24 === value) return new Int8Array(PAGE);
  if ((value << 16) >> 16 === value) return new Int16Array(PAGE);
  return (value | 0) === value ? new Int32Array(PAGE) : new Float64Array(PAGE);
}

function widened(page: Page, value: number): Page {
  // A number that does not fit into the page asks for a wider one, which holds all that fitted before.
  const wider = newPage(value);
  wider.set(page);
  return wider;
}

/** Row numbers stay below this, so that two of them make one exact number. */
export const SIDE = 2 ** 26;

/** A set of pairs of row numbers, each with a small number that says what is known of it: about 17 bytes a pair. */
export class PairMap {
  size = 0;

  readonly #keys = new NumberColumn(-1);
  readonly #values = new NumberColumn(0);
  readonly #slots = new Slots((entry) => hashOf(this.#keys.get(entry)));

  get(a: number, b: number): number {
    const entry = this.#find(a * SIDE + b);
    return entry < 0 ? 0 : this.#values.get(entry);
  }

  set(a: number, b: number, value: number): void {
    const key = a * SIDE + b;
    let entry = this.#find(key);
    if (entry < 0) {
      entry = this.size++;
      this.#keys.set(entry, key);
      this.#slots.put(entry);
    }
    this.#values.set(entry, value);
  }

  /** In the order in which the pairs came. */
  *entries(): Generator<readonly [a: number, b: number, value: number]> {
    for (let entry = 0; entry < this.size; entry++) {
      const key = this.#keys.get(entry);
      yield [Math.floor(key / SIDE), key % SIDE, this.#values.get(entry)];
    }
  }

  #find(key: number): number {
    let entry = this.#slots.first(hashOf(key));
    while (entry >= 0 && this.#keys.get(entry) !== key) entry = this.#slots.next();
    return entry;
  }
}

/**
 * A PairMap for first numbers that mostly come with one and the same second, such as users with their org: that one takes 2 or 3
 * bytes for each first number, only pairs beyond take those of a PairMap.
 */
export class HomeMap {
  /** The second number that came first with each first one; its place in `beyond` stays empty. */
  readonly #homes = new NumberColumn(-1);
  readonly #values = new NumberColumn(0);
  readonly #beyond = new PairMap();
  #end = 0;

  get(a: number, b: number): number {
    const home = this.#homes.get(a);
    if (home === b) return this.#values.get(a);
    return home < 0 ? 0 : this.#beyond.get(a, b);
  }

  set(a: number, b: number, value: number): void {
    const home = this.#homes.get(a);
    if (home >= 0 && home !== b) {
      this.#beyond.set(a, b, value);
      return;
    }
    if (home < 0) this.#homes.set(a, b);
    this.#values.set(a, value);
    if (a >= this.#end) this.#end = a + 1;
  }

  /** By the first number, then those beyond in the order in which they came. */
  *entries(): Generator<readonly [a: number, b: number, value: number]> {
    for (let a = 0; a < this.#end; a++) {
      const home = this.#homes.get(a);
      if (home >= 0) yield [a, home, this.#values.get(a)];
    }
    yield* this.#beyond.entries();
  }
}

function hashOf(key: number): number {
  const upper = Math.floor(key / SIDE);
  return spread(mix(mix(SEED, upper), key - upper * SIDE));
}
