/**
 * Rows of one side that wait for the row of the same id on the other side. Both bundles have nearly the same rows in nearly
 * the same order, so few wait at a time; where many do, they wait in a SQLite file and memory stays flat.
 */
import type Database from 'better-sqlite3';
import type { Line } from './zip-tables.js';

/** How many wait in memory. */
const MOST_IN_MEMORY = 50_000;
/** How many are read back at a time. */
const ROWS_PER_PAGE = 1_000;

export interface Waiting extends Line {
  /** The place of the row in its file. */
  readonly at: number;
}

export class Pending {
  readonly #inMemory = new Map<string, Waiting>();
  readonly #side: number;
  readonly #insert: Database.Statement;
  readonly #find: Database.Statement;
  readonly #drop: Database.Statement;
  readonly #rest: Database.Statement;
  readonly #clear: Database.Statement;
  #onDisk = 0;

  constructor(
    database: Database.Database,
    side: 0 | 1,
    readonly limit = MOST_IN_MEMORY,
  ) {
    this.#side = side;
    database.exec(
      'CREATE TABLE IF NOT EXISTS pending (side INTEGER, id TEXT, at INTEGER, line TEXT, PRIMARY KEY (side, id)) WITHOUT ROWID',
    );
    this.#insert = database.prepare('INSERT OR REPLACE INTO pending VALUES (?, ?, ?, ?)');
    this.#find = database.prepare(
      'SELECT id AS sourcedId, at, line AS text FROM pending WHERE side = ? AND id = ?',
    );
    this.#drop = database.prepare('DELETE FROM pending WHERE side = ? AND id = ?');
    this.#rest = database.prepare(
      `SELECT id AS sourcedId, at, line AS text FROM pending WHERE side = ? AND id > ? ORDER BY id LIMIT ${ROWS_PER_PAGE}`,
    );
    this.#clear = database.prepare('DELETE FROM pending WHERE side = ?');
  }

  add(row: Waiting): void {
    if (this.#inMemory.size >= this.limit) this.#spill();
    this.#inMemory.set(row.sourcedId, row);
  }

  /** The row of this id, which waits no longer. */
  take(sourcedId: string): Waiting | undefined {
    const known = this.#inMemory.get(sourcedId);
    if (known !== undefined) {
      this.#inMemory.delete(sourcedId);
      return known;
    }
    if (this.#onDisk === 0) return undefined;
    const spilled = this.#find.get(this.#side, sourcedId) as Waiting | undefined;
    if (spilled !== undefined) {
      this.#drop.run(this.#side, sourcedId);
      this.#onDisk -= 1;
    }
    return spilled;
  }

  /** Those that found no partner, in no order. By pages: the caller writes to the same database in between. */
  *rest(): Generator<Waiting> {
    yield* this.#inMemory.values();
    for (let last: string | undefined = ''; this.#onDisk > 0 && last !== undefined;) {
      const page = this.#rest.all(this.#side, last) as Waiting[];
      yield* page;
      last = page.at(-1)?.sourcedId;
    }
  }

  clear(): void {
    this.#inMemory.clear();
    this.#clear.run(this.#side);
    this.#onDisk = 0;
  }

  #spill(): void {
    for (const { sourcedId, at, text } of this.#inMemory.values()) {
      this.#insert.run(this.#side, sourcedId, at, text);
      this.#onDisk += 1;
    }
    this.#inMemory.clear();
  }
}
