/**
 * What a report is about, as one plain value: no paths of the machine, no secrets, no personal data. It is kept as JSON beside
 * the page, so that the page can be rewritten after a decision on the bundle, and so that programs can read it.
 */
import type { ComingUp } from '../../model/coming-up.js';
import type { VanishedRecord } from '../../model/vanished.js';

/** `released`: it was on hold and then released. */
export type ReportOutcome = 'published' | 'unchanged' | 'held' | 'refused' | 'released';

export interface ReportSubject {
  /** Version of the program that wrote it. */
  readonly program: string;
  readonly connection: ReportConnection;
  /** Address of the console, where the config has one. */
  readonly consoleUrl?: string;
  /** IANA zone in which times are shown. */
  readonly timezone: string;
  readonly startedAt: string;
  readonly asOf: string;
  readonly year?: { readonly endYear: number; readonly start: string; readonly end: string };
  readonly outcome: ReportOutcome;
  /** Why it was let pass: of a released bundle, and of one that was released beforehand. */
  readonly reason?: string;
  /** Who let it pass and when, where it was on hold. */
  readonly releasedBy?: string;
  readonly releasedAt?: string;
  readonly bundle: { readonly name: string; readonly bytes: number; readonly sha256: string };
  /** The good bundle before this one. */
  readonly lastGood?: { readonly name: string; readonly at: string; readonly asOf: string };
  /** The reports of the nights beside this one, where there are any. */
  readonly previous?: NeighborNight;
  readonly next?: NeighborNight;
  readonly tables: readonly TableLine[];
  readonly schools: readonly SchoolLine[];
  /** Largest share in % that may vanish at one school. */
  readonly schoolLimit?: number;
  /** Largest share in % that may vanish of one file. */
  readonly limits?: Readonly<Record<SchoolTable, number>>;
  /** Largest share in % of any file that may be new or changed. */
  readonly growth?: {
    readonly new: number | 'off';
    readonly changed: number | 'off';
    readonly newFrom: number;
  };
  readonly rules: readonly RuleLine[];
  /** Excluded records that do not belong to one school. */
  readonly withoutSchool: number;
  readonly holds: readonly { readonly code: string; readonly says: string }[];
  /** Of a bundle that was put on hold: who vanished since the last good one. */
  readonly vanished?: VanishedLines;
  /** Absent where `forecast.days` is 0, and in reports of earlier versions. */
  readonly coming?: ComingUp;
  readonly findings: readonly FindingLine[];
  readonly notices: readonly NoticeLine[];
  /** Oldest first, one for each as-of day. */
  readonly nights: readonly Night[];
  readonly delivery: DeliveryLine;
  readonly timings: readonly { readonly step: string; readonly seconds: number }[];
}

export interface NeighborNight {
  readonly asOf: string;
  /** Of its page, relative to this one. */
  readonly href: string;
}

export interface ReportConnection {
  readonly name: string;
  readonly version: string;
  readonly mode: 'bulk' | 'delta';
  readonly profile: string;
  readonly ids: string;
}

/** One CSV file: of a delta `rows` is what it sends, `full` what the receiver has then. */
export interface TableLine {
  readonly table: string;
  readonly rows: number;
  readonly full: number;
  readonly change?: {
    readonly before: number;
    readonly added: number;
    readonly changed: number;
    readonly removed: number;
  };
}

export const SCHOOL_TABLES = ['users', 'classes', 'enrollments'] as const;
export type SchoolTable = (typeof SCHOOL_TABLES)[number];

export interface SchoolLine {
  readonly name: string;
  readonly number: string;
  readonly sourcedId: string;
  readonly tables: Readonly<
    Record<SchoolTable, { readonly rows: number; readonly before?: number; readonly removed?: number }>
  >;
  readonly excluded: number;
  /** The rules that left most of them out. */
  readonly topRules: readonly { readonly code: string; readonly count: number }[];
  /** Users of this school, night by night; null where it is not known. */
  readonly users: readonly (number | null)[];
  readonly left: readonly (number | null)[];
}

/**
 * The cause: `data` is fixed in Campus, `expected` is right as it is in most cases, `follows` depends on another excluded record,
 * `choice` comes from the connection's settings.
 */
export type RuleCause = 'data' | 'expected' | 'follows' | 'choice';

export interface RuleLine {
  readonly code: string;
  readonly count: number;
  /** In the last good bundle, where there is one. */
  readonly before?: number;
  readonly says: string;
  readonly fixIn: string;
  readonly cause: RuleCause;
  readonly nights: readonly (number | null)[];
}

/** Vanished records by file. */
export type VanishedCounts = Readonly<Record<SchoolTable | 'others', number>>;

export interface VanishedLines {
  /** Most users first. `says`: what the rule found. */
  readonly rules: readonly {
    readonly code: string;
    readonly says: string;
    readonly counts: VanishedCounts;
  }[];
  /** By number; empty for records of no school. */
  readonly schools: readonly { readonly number: string; readonly counts: VanishedCounts }[];
  /** The first ones. */
  readonly records: readonly VanishedRecord[];
  readonly total: number;
}

export interface FindingLine {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly says: string;
  readonly place: string;
  readonly count: number;
  readonly examples: readonly string[];
}

export interface NoticeLine {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly count: number;
}

export interface Night {
  readonly asOf: string;
  readonly isGood: boolean;
  /** Null where nothing was made. */
  readonly rows: Readonly<Record<SchoolTable, number>> | null;
  readonly excluded: number | null;
}

export type DeliveryLine =
  /** The connection has no delivery: the bundle is fetched from the folder. */
  | { readonly state: 'none' }
  /** There is a delivery, but this bundle was not sent. */
  | { readonly state: 'not-sent' }
  | {
      readonly state: 'delivered' | 'failed' | 'delivering' | 'unknown';
      readonly target: string;
      readonly at: string;
      readonly message?: string;
      /** What the receiver's server confirmed. */
      readonly receipt: readonly { readonly name: string; readonly value: string }[];
    };
