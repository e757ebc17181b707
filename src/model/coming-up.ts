/** The coming days of one connection, as a refresh forecasts them for its report and its notices. In counts: no ids, no rows. */
import type { HoldReason } from './hold-reason.js';
import type { DayRange } from './settings.js';
import type { LocalDate } from './values.js';

export const COMING_TABLES = ['users', 'classes', 'enrollments'] as const;
export type ComingTable = (typeof COMING_TABLES)[number];

export interface ComingDay {
  readonly asOf: LocalDate;
  /** What falls on the day: "enrollments end", and how many. */
  readonly boundaries: Readonly<Record<string, number>>;
  /** Against the last judged day that would not be on hold. */
  readonly tables: Readonly<Record<ComingTable, { readonly leave: number; readonly join: number }>>;
  readonly holds: readonly HoldReason[];
  /** What to do about them. */
  readonly advice: readonly string[];
}

export interface ComingDays {
  readonly until: LocalDate;
  /** Only days on which a date boundary falls; in order. */
  readonly days: readonly ComingDay[];
  /** Days without any class whose terms include the day. */
  readonly withoutClasses: readonly DayRange[];
}

/** `failed`: why they could not be forecast. */
export type ComingUp = ComingDays | { readonly failed: string };

/** Reasons that come from the data; the others are ranges of days that the config holds on purpose. */
export const isDoubt = ({ code }: HoldReason): boolean =>
  code.startsWith('threshold-') || code === 'ids-changed';
