/** Who vanished since the last good bundle, and by which rule. Ids, numbers and codes; no names. */

/** By file, rule and school. */
export interface VanishedCount {
  readonly file: string;
  readonly rule: string;
  /** Its number; empty where the record names none, the GUID where the school has no number. */
  readonly school: string;
  readonly count: number;
}

export interface VanishedRecord {
  readonly file: string;
  readonly sourcedId: string;
  readonly rule: string;
  readonly number: string;
  readonly school: string;
  /** As it was sent; of users only. */
  readonly grade: string;
}

export interface Vanished {
  readonly counts: readonly VanishedCount[];
  /** The first ones for people to read: users, then classes, then enrollments. */
  readonly first: readonly VanishedRecord[];
}

/** What stands in the place of a rule where none leaves the record out. */
export const NO_RULE = {
  NOT_IN_CAMPUS: 'Campus no longer has the record in the active year.',
  STILL_IN_CAMPUS: 'The record is there, but this connection sends it under another id or not at all.',
} as const;
