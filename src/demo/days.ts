/** The days around which the demo district is built. */
import type { LocalDate } from '../model/values.js';

/** The day on which the demo district is judged: autumn, with school well under way. */
export const DEMO_AS_OF = '2026-10-15' as LocalDate;

/** The seed of the committed demo district. */
export const DEMO_SEED = 20261015;

export const DEMO_STUDENTS = 1000;

/** A day as the database stores it: SQLite has no date type, so the text that SQL Server would print. */
export function stored(day: string): string {
  return `${day} 00:00:00`;
}

interface Year {
  readonly endYear: number;
  readonly label: string;
  readonly start: string;
  readonly end: string;
  readonly active: 0 | 1;
  readonly calendarStart: string;
  readonly calendarEnd: string;
}

export const thisYear: Year = {
  endYear: 2027,
  label: '26-27',
  start: stored('2026-07-01'),
  end: stored('2027-06-30'),
  active: 1,
  calendarStart: stored('2026-08-17'),
  calendarEnd: stored('2027-05-28'),
};

export const lastYear: Year = {
  endYear: 2026,
  label: '25-26',
  start: stored('2025-07-01'),
  end: stored('2026-06-30'),
  active: 0,
  calendarStart: stored('2025-08-18'),
  calendarEnd: stored('2026-05-29'),
};
