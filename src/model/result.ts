/** What one refresh made of one connection. */
import type { KeptBundle } from './bundle.js';
import type { ComingUp } from './coming-up.js';
import type { Difference } from './difference.js';
import type { ExportError } from './errors.js';
import type { Finding } from './finding.js';
import type { HoldReason } from './hold-reason.js';
import type { Notice } from './notices.js';
import type { BundleMode, ConnectionSettings } from './settings.js';
import type { Timing } from './timing.js';
import type { Vanished } from './vanished.js';

const BETWEEN_REASONS = '; ';

/** As the state and the history keep the reasons of one hold; no reason has the characters between them in it. */
export const joinReasons = (holds: readonly HoldReason[]): string =>
  holds.map(({ says }) => says).join(BETWEEN_REASONS);

export const splitReasons = (kept: string | null): readonly string[] =>
  kept === null ? [] : kept.split(BETWEEN_REASONS);

/** What one school has in a bundle, and how many of its records were left out by which rule. */
export interface SchoolCount {
  readonly schoolID: number;
  /** Null where the school has none and is not sent. */
  readonly sourcedId: string | null;
  readonly number: string | null;
  readonly name: string | null;
  /** Of the full content behind the bundle, by table: users, classes and enrollments. */
  readonly rows: Readonly<Record<string, number>>;
  readonly excluded: Readonly<Record<string, number>>;
}

/** `ended`: the connection's sharing has ended. */
export type Outcome = 'published' | 'withheld' | 'failed' | 'unchanged' | 'ended';

export interface ConnectionResult {
  readonly settings: ConnectionSettings;
  /** What was made: a first delta is a bulk bundle. */
  readonly mode: BundleMode;
  readonly outcome: Outcome;
  /** Absent when the refresh failed before there was one. */
  readonly bundle?: KeptBundle;
  /** Excluded records by rule code. */
  readonly exclusions: ReadonlyMap<string, number>;
  readonly notices: readonly Notice[];
  /** What verification found; with an error among them the bundle is withheld. */
  readonly findings: readonly Finding[];
  /** Why a verified bundle is on hold. */
  readonly holds: readonly HoldReason[];
  /** Against the last good bundle, where there is one. */
  readonly difference?: Difference;
  /** Of a bundle on hold that was compared: who vanished, for the decision. */
  readonly vanished?: Vanished;
  /** What each school has in the full content, and what was left out of it. */
  readonly schools?: readonly SchoolCount[];
  readonly timings?: readonly Timing[];
  /** Where they were forecast: the days after this one. */
  readonly coming?: ComingUp;
  /** Path of the page for people. */
  readonly report?: string;
  readonly error?: ExportError;
  readonly seconds: number;
}
