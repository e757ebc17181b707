/** What a refresh asks of a student information system: one consistent view, and rows in order. */
import type { Knex } from 'knex';

/** A column as the database itself spells and types it. */
export interface FoundColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

export interface FoundTable {
  /** The name to use in queries, with its schema where the database has schemas. */
  readonly name: string;
  /** By lower-case name: table and column names compare case-insensitively. */
  readonly columns: ReadonlyMap<string, FoundColumn>;
}

/** The tables that exist, by lower-case name. */
export type FoundSchema = ReadonlyMap<string, FoundTable>;

export type RawRow = readonly unknown[];

/** The SIS as it stood at one moment. All reads of a view see the same state, whatever others write meanwhile. */
export interface SisView {
  readonly knex: Knex;
  schema(): Promise<FoundSchema>;
  /** The rows of a query as arrays in select order, batch by batch; no more than a batch is held. */
  read(query: Knex.QueryBuilder): AsyncIterable<readonly RawRow[]>;
  count(query: Knex.QueryBuilder): Promise<number>;
}

export interface SisSource {
  /** Names the database for people: a file, or host and database. Never a secret. */
  readonly label: string;
  /**
   * Runs `work` on one consistent view and closes it, whatever happens. Throws ExportError `source` in words that a
   * district's database administrator can act on.
   */
  withView<T>(work: (view: SisView) => Promise<T>): Promise<T>;
}
