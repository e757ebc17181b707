/** What changed from one full bundle to the next, in counts: per table, and per school where a row names one. */

export interface Change {
  readonly before: number;
  readonly after: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export interface SchoolChange {
  readonly before: number;
  readonly removed: number;
  /** Rows that name the school now; records of earlier releases do not have these two. */
  readonly added?: number;
  readonly changed?: number;
}

export interface Difference {
  readonly tables: Readonly<Record<string, Change>>;
  /** By sourcedId of the school, then by table: users, classes and enrollments. */
  readonly schools: Readonly<Record<string, Readonly<Record<string, SchoolChange>>>>;
}
