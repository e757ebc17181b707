/** What a forecast reports, in counts: no rows, and no personal data. */
import type { HoldReason } from '../model/hold-reason.js';
import type { LocalDate } from '../model/values.js';

/** Every file of a bundle; what moves is listed by rule and school for the first four, the others follow them. */
export const FORECAST_TABLES = [
  'users',
  'classes',
  'enrollments',
  'courses',
  'orgs',
  'academicSessions',
  'demographics',
  'roles',
] as const;
export type ForecastTable = (typeof FORECAST_TABLES)[number];
export type TableCounts = Record<ForecastTable, number>;

/** A value for each of them. */
export const perTable = <T>(of: (table: ForecastTable) => T): Record<ForecastTable, T> =>
  Object.fromEntries(FORECAST_TABLES.map((table) => [table, of(table)])) as Record<ForecastTable, T>;

export const noCounts = (): TableCounts => perTable(() => 0);

/** Against the last judged day that would not be on hold. */
export interface Outlook {
  readonly before: number;
  readonly after: number;
  readonly leave: number;
  readonly join: number;
}

export interface Movement {
  readonly table: ForecastTable;
  readonly kind: 'leave' | 'join';
  /** The rule that drops them now, or that dropped them until then; empty where that is not known. */
  readonly rule: string;
  /** Its number; empty where the record names no school. */
  readonly school: string;
  readonly count: number;
}

export interface DayForecast {
  readonly asOf: LocalDate;
  /** By its end year: the one that is judged as active. */
  readonly schoolYear: number;
  /** What falls on the day: "enrollments end", and how many. */
  readonly boundaries: Readonly<Record<string, number>>;
  readonly tables: Readonly<Record<ForecastTable, Outlook>>;
  /** Most records first. */
  readonly moves: readonly Movement[];
  readonly holds: readonly HoldReason[];
  /** What to do about them. */
  readonly advice: readonly string[];
}

export interface EarlyEndCount {
  readonly school: string;
  readonly endDate: LocalDate;
  readonly calendarEnd: LocalDate;
  readonly students: number;
}

export interface ConnectionForecast {
  readonly name: string;
  readonly version: '1.1' | '1.2';
  /** As of today: what the others are compared with. */
  readonly today: Readonly<Record<ForecastTable, number>>;
  readonly days: readonly DayForecast[];
  /** Days without any class whose terms include the day. */
  readonly withoutClasses: readonly { readonly from: LocalDate; readonly to: LocalDate }[];
  readonly earlyEnds: readonly EarlyEndCount[];
}

export interface Forecast {
  readonly asOf: LocalDate;
  readonly until: LocalDate;
  readonly connections: readonly ConnectionForecast[];
}
