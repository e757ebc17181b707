/** What a refresh requires of a student information system: one consistent view, and ordered rows. */
import type { Knex } from 'knex';
import type { SisType } from '../campus/tables.js';
import type { ColumnFilter, MetadataRead, TableMapping } from '../model/settings.js';

/** A column as the database itself spells and types it. */
export interface FoundColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  /** The type makes numbers of the texts that look like one. */
  readonly isNumeric?: boolean;
  /** What its cells were found to hold, where that is not what the type says: for `preflight`. */
  readonly stored?: string;
  /** No column of the table: this value stands in every row. */
  readonly constant?: string | number;
}

export interface FoundTable {
  /** The name to use in queries, with its schema where the database has schemas. */
  readonly name: string;
  /** By lower-case name: table and column names compare case-insensitively. */
  readonly columns: ReadonlyMap<string, FoundColumn>;
}

/** Tables by lower-case name: of a view those with the declared names, wherever they are read from, and those of extension columns. */
export type FoundSchema = ReadonlyMap<string, FoundTable>;

export type RawRow = readonly unknown[];

/** A column of a part of a query's rows. */
export interface RawColumn {
  /** In row order. */
  values(): readonly unknown[];
  /** The same as the text of a JSON array, where the database made it; it holds no other blanks than those of the values. */
  readonly json?: string;
}

/** A part of a query's rows, column by column in select order. */
export interface RawColumns {
  readonly count: number;
  readonly columns: readonly RawColumn[];
}

/** How a database selects a column of a type, with `??` for its name. A type that is not here is taken as it comes. */
export type SelectForms = Readonly<Partial<Record<SisType, string>>> & {
  /** How it makes numbers of a text column that is declared as one of numbers. Absent: the source hands over numbers. */
  readonly numberOfText?: string;
  /** The same for flags: 1, 0 or null. */
  readonly flagOfText?: string;
  /** The beginning of a text of any length, as much of it as could be sent. */
  readonly longText?: string;
  /** How it compares a text with a parameter, ignoring case; a day. Absent: the selected form with the parameter. */
  readonly sameText?: string;
  readonly sameDay?: string;
  /** How rows are sorted by a text column that holds ids. Absent: by `numberOfText`. */
  readonly orderOfText?: string;
};

export interface SisView {
  readonly knex: Knex;
  readonly forms: SelectForms;
  /** All reads of this view see the same state, regardless of other writers; otherwise each one sees its own. */
  readonly isOneMoment: boolean;
  schema(): Promise<FoundSchema>;
  /** Under the names that the database has, without the mapping of the settings. */
  existing(): Promise<FoundSchema>;
  /** The rows of a query as arrays in select order, batch by batch; no more than a batch is held. */
  read(query: Knex.QueryBuilder): AsyncIterable<readonly RawRow[]>;
  /** The same rows by columns, the way for large tables: a cell costs a fraction of its cost in a row array. */
  readColumns(query: Knex.QueryBuilder): AsyncIterable<RawColumns>;
}

/** A remark about the connection or the settings that every refresh shows. */
export interface SourceRemark {
  readonly code: string;
  readonly severity: 'info' | 'warning';
  readonly message: string;
}

/** One fact about the database. */
export interface SourceFact {
  readonly code: string;
  readonly severity: 'ok' | 'info' | 'warning' | 'error';
  readonly says: string;
}

export interface SourceInspection {
  readonly facts: readonly SourceFact[];
  readonly schema: FoundSchema;
  /** As `SisView.existing`. */
  readonly existing: FoundSchema;
}

export interface SisSource {
  /** The database in words: a file, or host and database. Never a secret. */
  readonly label: string;
  readonly remarks: readonly SourceRemark[];
  /** Which declared tables and columns have other names here. */
  readonly tables?: TableMapping;
  /** Values that are read in addition to the declared tables. */
  readonly metadata?: readonly MetadataRead[];
  /** Decide which columns are read. */
  readonly filters?: readonly ColumnFilter[];
  /** Where a login sees just what it may read: the statement that shows it what looks missing. */
  readonly grantOf?: (table: string, column?: string) => string;
  /**
   * Runs `work` on one view and always closes it. Throws SourceFault in words that a district's database
   * administrator can act on.
   */
  withView<T>(work: (view: SisView) => Promise<T>): Promise<T>;
  /** Connects and checks, for `preflight`: a problem is a fact, not an error. */
  inspect(): Promise<SourceInspection>;
}
