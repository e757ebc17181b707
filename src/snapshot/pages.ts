/**
 * What is kept for ids, in pages of 4,096 that are made where they are needed. Rules look up ids tens of millions of times in a
 * refresh, so pages of the ids that a SIS has stand in a list; only those of ids far beyond are looked up in a Map.
 */
export const PAGE_SIZE = 4_096;
const PAGE_BITS = 12;

/** At this id the list would hold 65,536 places. */
const FAR = PAGE_SIZE * 65_536;

/** The place of an id in its page. */
export const placeInPage = (id: number): number => id & (PAGE_SIZE - 1);

export class Pages<Page> {
  readonly #near: (Page | undefined)[] = [];
  readonly #far = new Map<number, Page>();

  constructor(private readonly makePage: () => Page) {}

  /** The page of an id, unless nothing was put there. */
  of(id: number): Page | undefined {
    return id >= 0 && id < FAR ? this.#near[id >> PAGE_BITS] : this.#far.get(Math.floor(id / PAGE_SIZE));
  }

  /** The page of an id, made where it is the first of it. */
  made(id: number): Page {
    return this.of(id) ?? this.#add(Math.floor(id / PAGE_SIZE));
  }

  /** By growing ids: the first id of each page. */
  *entries(): Generator<readonly [first: number, page: Page]> {
    const far = [...this.#far].sort(([one], [other]) => one - other);
    for (const [key, page] of far) if (key < 0) yield [key * PAGE_SIZE, page];
    for (const [key, page] of this.#near.entries()) if (page !== undefined) yield [key * PAGE_SIZE, page];
    for (const [key, page] of far) if (key >= 0) yield [key * PAGE_SIZE, page];
  }

  #add(key: number): Page {
    const page = this.makePage();
    if (key < 0 || key * PAGE_SIZE >= FAR) this.#far.set(key, page);
    else {
      // Without holes, which V8 would look up in a table again.
      while (this.#near.length <= key) this.#near.push(undefined);
      this.#near[key] = page;
    }
    return page;
  }
}
