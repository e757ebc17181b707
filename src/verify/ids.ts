/**
 * The ids of a table, each once, in the order of their first row.
 *
 * Exact: a hash only says where to look, the bytes themselves are kept and compared, so that no collision can call two ids the
 * same. About 16 bytes and the id itself per row, outside the JavaScript heap.
 */
const BLOCK = 1 << 20;
/** Longer ids are faulty anyhow and are not remembered. */
const LONGEST = 4096;

export class IdIndex {
  size = 0;

  #slots = new Int32Array(1024);
  #hashes = new Int32Array(512);
  #places = new Float64Array(512);
  readonly #blocks: Buffer[] = [];
  #used = BLOCK;

  /** The number of the id's row: a new one, or, when the id is known, the bitwise complement of the old one. */
  add(bytes: Buffer, start: number, end: number): number {
    if (end - start > LONGEST) return this.#append(0, bytes, start, start);
    const hash = hashOf(bytes, start, end);
    const known = this.#lookUp(hash, bytes, start, end);
    if (known >= 0) return ~known;
    if (this.size * 2 >= this.#slots.length) this.#rehash();
    const id = this.#append(hash, bytes, start, end);
    this.#settle(hash, id);
    return id;
  }

  /** The number of the id's row, or -1. */
  find(bytes: Buffer, start: number, end: number): number {
    return end - start > LONGEST ? -1 : this.#lookUp(hashOf(bytes, start, end), bytes, start, end);
  }

  /** The row number here of an id that another index holds, or -1. */
  findIn(other: IdIndex, id: number): number {
    const place = other.#places[id] ?? 0;
    const block = other.#blocks[Math.floor(place / BLOCK)];
    if (!block) return -1;
    const at = (place % BLOCK) + 2;
    const length = block.readUInt16LE(at - 2);
    return length === 0 ? -1 : this.find(block, at, at + length);
  }

  text(id: number): string {
    const place = this.#places[id] ?? 0;
    const block = this.#blocks[Math.floor(place / BLOCK)];
    const at = place % BLOCK;
    return block ? block.toString('utf8', at + 2, at + 2 + block.readUInt16LE(at)) : '';
  }

  #lookUp(hash: number, bytes: Buffer, start: number, end: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (this.#slots[slot] ?? 0) - 1;
      if (id < 0) return -1;
      if (this.#hashes[id] === hash && this.#holds(id, bytes, start, end)) return id;
    }
  }

  #holds(id: number, bytes: Buffer, start: number, end: number): boolean {
    const place = this.#places[id] ?? 0;
    const block = this.#blocks[Math.floor(place / BLOCK)];
    if (!block) return false;
    const at = place % BLOCK;
    const length = (block[at] ?? 0) | ((block[at + 1] ?? 0) << 8);
    if (length !== end - start) return false;
    for (let each = 0; each < length; each++) {
      if (block[at + 2 + each] !== bytes[start + each]) return false;
    }
    return true;
  }

  #append(hash: number, bytes: Buffer, start: number, end: number): number {
    const id = this.size++;
    if (id >= this.#hashes.length) this.#grow();
    const length = end - start;
    if (this.#used + length + 2 > BLOCK) {
      this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK));
      this.#used = 0;
    }
    const block = this.#blocks[this.#blocks.length - 1];
    if (block) {
      block.writeUInt16LE(length, this.#used);
      bytes.copy(block, this.#used + 2, start, end);
    }
    this.#hashes[id] = hash;
    this.#places[id] = (this.#blocks.length - 1) * BLOCK + this.#used;
    this.#used += length + 2;
    return id;
  }

  #settle(hash: number, id: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = id + 1;
  }

  #rehash(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (const entry of old) if (entry !== 0) this.#settle(this.#hashes[entry - 1] ?? 0, entry - 1);
  }

  #grow(): void {
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const places = new Float64Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
  }
}

/** Seeded anew in each process, so that no file can be made to fill one slot. */
const SEED = Math.floor(Math.random() * 0x7fffffff) | 1;

function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = SEED;
  for (let at = start; at < end; at++) {
    hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

/** Numbers by row number, as many as come; unset ones are `fallback`. */
export class NumberColumn {
  #values: Float64Array;

  constructor(readonly fallback: number) {
    this.#values = new Float64Array(256).fill(fallback);
  }

  get(id: number): number {
    return this.#values[id] ?? this.fallback;
  }

  set(id: number, value: number): void {
    if (id >= this.#values.length) {
      const values = new Float64Array(Math.max(id + 1, this.#values.length * 2)).fill(this.fallback);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[id] = value;
  }
}

/** A set of pairs of row numbers, each with a small number that says what is known of it. */
export class PairMap {
  size = 0;

  #keys = new Float64Array(1024).fill(-1);
  #values = new Uint8Array(1024);

  get(a: number, b: number): number {
    return this.#values[this.#slot(keyOf(a, b))] ?? 0;
  }

  set(a: number, b: number, value: number): void {
    if (this.size * 2 >= this.#keys.length) this.#grow();
    const key = keyOf(a, b);
    const slot = this.#slot(key);
    if (this.#keys[slot] === -1) {
      this.#keys[slot] = key;
      this.size++;
    }
    this.#values[slot] = value;
  }

  *entries(): Generator<readonly [a: number, b: number, value: number]> {
    for (let slot = 0; slot < this.#keys.length; slot++) {
      const key = this.#keys[slot] ?? -1;
      if (key >= 0) yield [Math.floor(key / SIDE), key % SIDE, this.#values[slot] ?? 0];
    }
  }

  #slot(key: number): number {
    const mask = this.#keys.length - 1;
    let hash =
      Math.imul((key % 4294967296) | 0, 0x9e3779b1) ^ Math.imul(Math.floor(key / 4294967296), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    while (this.#keys[slot] !== -1 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Float64Array(keys.length * 2).fill(-1);
    this.#values = new Uint8Array(keys.length * 2);
    for (let each = 0; each < keys.length; each++) {
      const key = keys[each] ?? -1;
      if (key < 0) continue;
      const slot = this.#slot(key);
      this.#keys[slot] = key;
      this.#values[slot] = values[each] ?? 0;
    }
  }
}

/** Row numbers stay below this, so that two of them make one exact number. */
const SIDE = 2 ** 26;

function keyOf(a: number, b: number): number {
  return a * SIDE + b;
}
