/** The rows of one district, inside a transaction or outside of one. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';
import { checkLease } from './lease.js';
import type { Store } from './store.js';
import { COLUMNS, type TableName } from './tables.js';

type Row = Record<string, unknown>;

export type Query = Knex.QueryBuilder<Row, Row[]>;

/** The store whose transaction runs here. */
const within = new AsyncLocalStorage<Store>();

export class Scope {
  private constructor(
    readonly store: Store,
    private readonly trx?: Knex.Transaction,
  ) {}

  static over(store: Store): Scope {
    return new Scope(store);
  }

  /** Begins with the lock of the district's lease, so that no two transactions decide on the same past. Throws LeaseLost. */
  async transaction<T>(work: (inside: Scope) => Promise<T>): Promise<T> {
    if (this.trx !== undefined) return await work(this);
    this.#refuseWithin();
    const { store } = this;
    return await store.transaction(
      async (trx) =>
        await within.run(store, async () => {
          const inside = new Scope(store, trx);
          await checkLease(trx, store);
          return await work(inside);
        }),
    );
  }

  /** Of this district alone. */
  rows(table: TableName): Query {
    return this.#knex<Row, Row[]>(table).where(`${table}.district`, this.store.district);
  }

  /** With the columns of the records. */
  select(table: TableName): Query {
    return this.rows(table).select(COLUMNS[table].map((column) => `${table}.${column}`));
  }

  insert(table: TableName, ...rows: readonly object[]): Knex.QueryBuilder<Row, number[]> {
    const { district } = this.store;
    return this.#knex<Row>(table).insert(rows.map((row) => storable({ ...row, district })));
  }

  /** Gives how many rows have changed. */
  async update(table: TableName, which: object, change: object): Promise<number> {
    return await this.rows(table).where(which).update(storable(change));
  }

  /** The number after the largest: only in a transaction, whose lock keeps others from taking it too. */
  async next(table: TableName, column: string): Promise<number> {
    const last = (await this.rows(table).max({ last: column }).first()) as
      { last: number | null } | undefined;
    return (last?.last ?? 0) + 1;
  }

  async close(): Promise<void> {
    await this.store.close();
  }

  get #knex(): Knex {
    if (this.trx !== undefined) return this.trx;
    this.#refuseWithin();
    return this.store.knex;
  }

  /** It would wait for the transaction, which waits for it. */
  #refuseWithin(): void {
    if (within.getStore() === this.store)
      throw new Error('Inside a transaction, use the state that it hands over.');
  }
}

/** PostgreSQL refuses a NUL in a text, which a message of another program may have. */
const storable = (row: object): Row =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]: [string, unknown]) => [
      column,
      typeof value === 'string' ? value.replaceAll('\0', '\ufffd') : value,
    ]),
  );
