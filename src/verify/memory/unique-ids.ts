/**
 * The ids of a table to which no other refers, such as enrollments and roles: all that matters is whether one comes twice.
 *
 * Exact as IdIndex is, and far smaller for the forms that these ids have in practice: each form names the id by numbers from
 * which nothing but this id can be made again, and any other id goes to an IdIndex.
 */
import { IdIndex, type IdKeeper } from './ids.js';
import { HomeMap, PairMap, SIDE } from './numbers.js';

/** Tables whose ids stand in the ids of this one, if there are such. */
export interface KnownParts {
  /** The table whose rows have the same ids: the demographics of a user have the id of the user. */
  readonly whole?: IdIndex | undefined;
  /** The id of a role may be made of `<user>.<role>.<org>`. */
  readonly first?: IdIndex | undefined;
  readonly last?: IdIndex | undefined;
}

export class UniqueIds implements IdKeeper {
  readonly #parts: KnownParts;
  readonly #whole = new Bits();
  readonly #numbered = new NumberedIds();
  readonly #joint: JointIds | undefined;
  readonly #others = new IdIndex();
  #size = 0;

  constructor(parts: KnownParts = {}) {
    this.#parts = parts;
    if (parts.first && parts.last) this.#joint = new JointIds(parts.first, parts.last);
  }

  /** The row number of a new id, -1 for one that came before. */
  add(bytes: Buffer, start: number, end: number): number {
    return this.#isNew(bytes, start, end) ? this.#size++ : -1;
  }

  #isNew(bytes: Buffer, start: number, end: number): boolean {
    const row = this.#parts.whole?.find(bytes, start, end) ?? -1;
    if (row >= 0) return this.#whole.add(row);
    return (
      this.#joint?.add(bytes, start, end) ??
      this.#numbered.add(bytes, start, end, this.#others) ??
      this.#others.add(bytes, start, end) >= 0
    );
  }
}

const DIGIT_0 = 0x30;
const DOT = 0x2e;
/** So many digits make a number below 2^30. */
const MOST_DIGITS = 9;
const MOST_PREFIXES = 1024;
const LONGEST_PREFIX = 15;

/**
 * Ids that are a text and a number without leading zeros, such as s123 or 123: a bit for each number, by text. A page of bits
 * takes 2 KB, so that ids far apart would waste much; they go to `others` once pages would take more than 32 bytes an id.
 */
class NumberedIds {
  readonly #prefixes = new IdIndex();
  readonly #bits: Bits[] = [];
  #size = 0;
  #pages = 0;
  /** Whether an id of this form ever went to the others. */
  #hasStrays = false;

  /** Whether the id is new; undefined when it is not of this form. */
  add(bytes: Buffer, start: number, end: number, others: IdIndex): boolean | undefined {
    let from = end;
    while (from > start && end - from < MOST_DIGITS && isDigit(bytes[from - 1] as number)) from--;
    while (from < end && bytes[from] === DIGIT_0) from++;
    if (from === end || from - start > LONGEST_PREFIX) return undefined;
    const bits = this.#bitsOf(bytes, start, from);
    if (!bits) return undefined;
    let number = 0;
    for (let at = from; at < end; at++) number = number * 10 + (bytes[at] as number) - DIGIT_0;
    if (!bits.hasPage(number) && !this.#mayOpenPage()) {
      this.#hasStrays = true;
      return others.add(bytes, start, end) >= 0;
    }
    if (this.#hasStrays && !bits.has(number) && others.find(bytes, start, end) >= 0) return false;
    const before = bits.pages;
    const isNew = bits.add(number);
    this.#pages += bits.pages - before;
    if (isNew) this.#size++;
    return isNew;
  }

  #bitsOf(bytes: Buffer, start: number, end: number): Bits | undefined {
    let prefix = this.#prefixes.find(bytes, start, end);
    if (prefix < 0) {
      if (this.#prefixes.size >= MOST_PREFIXES) return undefined;
      prefix = this.#prefixes.add(bytes, start, end);
    }
    return (this.#bits[prefix] ??= new Bits());
  }

  #mayOpenPage(): boolean {
    return this.#pages * PAGE_BYTES < FREE_BYTES + this.#size * BYTES_PER_ID;
  }
}

const FREE_BYTES = 4 * 2 ** 20;
const BYTES_PER_ID = 32;

function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte < DIGIT_0 + 10;
}

const MOST_MIDDLES = 256;
/** So many of them have a bit each; more would make the numbers of a HomeMap wider. */
const MIDDLES_WITH_BIT = 15;

/**
 * Ids that begin with the id of one table and end with that of another, with dots between: a bit for what stands between, by
 * both row numbers. The 256,635 roles of 100,000 students take 5 bytes each, where a PairMap of row numbers takes 17.
 */
class JointIds {
  readonly #middles = new IdIndex();
  readonly #bits = new HomeMap();
  /** Ids whose middle has no bit. */
  readonly #others = new PairMap();

  constructor(
    readonly first: IdIndex,
    readonly last: IdIndex,
  ) {}

  /** Whether the id is new; undefined when it is not of this form. */
  add(bytes: Buffer, start: number, end: number): boolean | undefined {
    let head = start;
    while (head < end && bytes[head] !== DOT) head++;
    let tail = end;
    while (tail > head && bytes[tail - 1] !== DOT) tail--;
    if (tail <= head) return undefined;
    const first = this.first.find(bytes, start, head);
    const last = first < 0 ? -1 : this.last.find(bytes, tail, end);
    const middle = last < 0 ? -1 : this.#middle(bytes, head, tail);
    if (middle < 0 || last * MOST_MIDDLES >= SIDE) return undefined;
    return middle < MIDDLES_WITH_BIT
      ? isNewIn(this.#bits, first, last, 1 << middle)
      : isNewIn(this.#others, first, last * MOST_MIDDLES + middle, 1);
  }

  #middle(bytes: Buffer, start: number, end: number): number {
    const known = this.#middles.find(bytes, start, end);
    if (known >= 0 || this.#middles.size >= MOST_MIDDLES) return known;
    return this.#middles.add(bytes, start, end);
  }
}

/** Sets the bit; false when it was set. */
function isNewIn(pairs: HomeMap | PairMap, first: number, second: number, bit: number): boolean {
  const before = pairs.get(first, second);
  if ((before & bit) !== 0) return false;
  pairs.set(first, second, before | bit);
  return true;
}

const BITS_IN_PAGE = 14;
const PAGE_BYTES = 2 ** BITS_IN_PAGE / 8;

/** A set of numbers below 2^30, a bit each, in pages that are there only where there are numbers. */
class Bits {
  pages = 0;
  readonly #pages = new Map<number, Uint32Array>();
  #lastKey = -1;
  #last: Uint32Array | undefined;

  hasPage(number: number): boolean {
    return this.#page(number) !== undefined;
  }

  has(number: number): boolean {
    const word = this.#page(number)?.[wordOf(number)] ?? 0;
    return (word & (1 << (number & 31))) !== 0;
  }

  /** False when the number was there. */
  add(number: number): boolean {
    const page = this.#page(number) ?? this.#open(number);
    const at = wordOf(number);
    const before = page[at] as number;
    const bit = 1 << (number & 31);
    if ((before & bit) !== 0) return false;
    page[at] = before | bit;
    return true;
  }

  #page(number: number): Uint32Array | undefined {
    const key = number >> BITS_IN_PAGE;
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#last = this.#pages.get(key);
    }
    return this.#last;
  }

  #open(number: number): Uint32Array {
    const page = new Uint32Array(PAGE_BYTES / 4);
    this.pages++;
    this.#lastKey = number >> BITS_IN_PAGE;
    this.#last = page;
    this.#pages.set(this.#lastKey, page);
    return page;
  }
}

function wordOf(number: number): number {
  return (number & (2 ** BITS_IN_PAGE - 1)) >> 5;
}
