/**
 * What preflight looks for, as data: a finding is a named state of the district that should be fixed, or noted,
 * before the next refresh. Findings never exclude records; rules do.
 */
import type { Config, ConnectionSettings } from '../../model/settings.js';
import type { ActiveTrials } from '../../model/trials.js';
import type { LocalDate } from '../../model/values.js';
import type { KeptClass, KeptEnrollment, KeptPerson, RoleName } from '../../roster/roster.js';
import type { ActiveYear, Snapshot } from '../../snapshot/snapshot.js';

/** `error`: records will be missing or wrong. `warning`: probably a mistake. `info`: good to know. */
export type FindingSeverity = 'error' | 'warning' | 'info';

type Fact = string | number | boolean | null;
export type FoundFacts = Readonly<Record<string, Fact>>;

/** One record that a finding is about: ids, numbers, codes and dates, never a name. */
export interface Found {
  readonly kind: string;
  /** Its key in Campus. */
  readonly id: number | string;
  /** The person it is about, for the lists that people work through. */
  readonly personID?: number;
  readonly schoolID?: number | null;
  readonly facts?: FoundFacts;
}

export interface Finder {
  found(record: Found): void;
  /** What an exclude mark excludes, by kind of record. */
  takesOut(kind: string): void;
}

interface FindingText {
  /** `<subject>.<what is found>`; a promise to those who read reports. */
  readonly code: string;
  readonly severity: FindingSeverity;
  /** One sentence that states what is found. */
  readonly says: string;
  /** The Campus screen and field. */
  readonly fixIn: string;
  /** Its source. */
  readonly source: string;
}

/** The same for every connection: looked for once. */
export interface DistrictFinding extends FindingText {
  readonly scope: 'district';
  readonly look: (survey: DistrictSurvey, finder: Finder) => void;
}

/** Depends on what a connection sends: watches its records go by. */
export interface ConnectionFinding extends FindingText {
  readonly scope: 'connection';
  readonly watch: (survey: ConnectionSurvey, finder: Finder) => Watcher;
}

export type Finding = DistrictFinding | ConnectionFinding;

export interface DistrictSurvey {
  readonly snapshot: Snapshot;
  readonly year: ActiveYear;
  readonly asOf: LocalDate;
  readonly lastYear: LastYear;
}

export interface ConnectionSurvey extends DistrictSurvey {
  readonly settings: ConnectionSettings;
  readonly grades: Config['grades'];
  /** Of the last good bundle, where they are known. */
  readonly lastTrials?: ActiveTrials;
  /** schoolIDs that the connection covers. */
  readonly isInScope: (schoolID: number | null) => boolean;
  /** Known after the people were decided on, so only to those who are called later. */
  readonly isSent: (personID: number, role: RoleName) => boolean;
}

/** By schoolID: how many students there were, and how many of them had a roster row. */
export type LastYear = ReadonlyMap<number, { readonly students: number; readonly scheduled: number }>;

export interface LeftOut {
  readonly code: string;
  readonly facts: FoundFacts;
}

/** Receives the records of one connection in this order; memory stays flat, so keep only small facts by id. */
export interface Watcher {
  leftOut?(kind: string, id: number | string, exclusion: LeftOut): void;
  enrollment?(row: KeptEnrollment): void;
  class?(kept: KeptClass): void;
  person?(kept: KeptPerson): void;
  end?(): void;
}
