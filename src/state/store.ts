/** The database behind a state: which one it is, is known here and in `sqlite.ts` alone. */
import type { Knex } from 'knex';

export interface Store {
  readonly knex: Knex;
  /** Its rows are those of this state. */
  readonly district: string;
  /** Of the lease without which nothing is written; a file has its lock instead. */
  readonly token?: number;
  /** One transaction at a time in this process. Throws what `work` threw; then nothing of it is in the database. */
  transaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Knex reports a failed ROLLBACK in place of the error that caused it. */
export async function inTransaction<T>(knex: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  let first: { readonly cause: unknown } | undefined;
  try {
    return await knex.transaction(async (trx) => {
      try {
        return await work(trx);
      } catch (cause) {
        first = { cause };
        throw cause;
      }
    });
  } catch (error) {
    throw first === undefined ? error : first.cause;
  }
}

/** Knex prints warnings, some with a stack trace; what matters reaches the caller as an error. */
export const SILENT: Knex.Logger = {
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
  deprecate: () => undefined,
};
