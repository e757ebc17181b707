/**
 * Small facts by id for a whole district: one byte, two or eight per id in pages of 4,096. A million people take 1 MB instead of
 * the 40 MB of a Map, so memory hardly grows with the district. An id that was never set reads as 0.
 */
import { PAGE_SIZE, Pages, placeInPage } from './pages.js';

class PagedMap<Page extends Uint8Array | Uint16Array | Float64Array> {
  readonly #pages: Pages<Page>;

  constructor(makePage: () => Page) {
    this.#pages = new Pages(makePage);
  }

  get(id: number): number {
    return this.#pages.of(id)?.[placeInPage(id)] ?? 0;
  }

  set(id: number, value: number): void {
    this.#pages.made(id)[placeInPage(id)] = value;
  }

  /** Each id whose value is not 0, in growing order. */
  *ids(): Generator<number> {
    for (const [first, page] of this.#pages.entries())
      for (let at = 0; at < PAGE_SIZE; at += 1) if (page[at] !== 0) yield first + at;
  }
}

/** 0..255 by id. */
export class ByteMap extends PagedMap<Uint8Array> {
  constructor() {
    super(() => new Uint8Array(PAGE_SIZE));
  }

  /** Sets the bits of `mask` beside those that are set already. */
  add(id: number, mask: number): void {
    this.set(id, this.get(id) | mask);
  }

  has(id: number, mask: number): boolean {
    return (this.get(id) & mask) !== 0;
  }
}

/** 0..65535 by id. */
export class WordMap extends PagedMap<Uint16Array> {
  constructor() {
    super(() => new Uint16Array(PAGE_SIZE));
  }
}

/** Each id that one of the maps holds, once; in no order. */
export function* idsOfEither(one: ByteMap, other: ByteMap): Generator<number> {
  yield* one.ids();
  for (const id of other.ids()) if (one.get(id) === 0) yield id;
}

/** Any number by id. */
export class NumberMap extends PagedMap<Float64Array> {
  constructor() {
    super(() => new Float64Array(PAGE_SIZE));
  }
}

export class IdSet {
  readonly #marks = new ByteMap();

  add(id: number): void {
    this.#marks.set(id, 1);
  }

  delete(id: number): void {
    this.#marks.set(id, 0);
  }

  has(id: number): boolean {
    return this.#marks.get(id) === 1;
  }

  /** In growing order. */
  ids(): Iterable<number> {
    return this.#marks.ids();
  }
}
