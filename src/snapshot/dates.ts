/** How the dates of a row are read: an empty one is open, an end date is inclusive. */
import type { LocalDate } from '../model/values.js';
import type { ActiveYear } from './snapshot.js';

/** Dates of a row that overlap the school year; an empty date is open. */
export function overlapsYear(
  { startDate, endDate }: { readonly startDate: LocalDate | null; readonly endDate: LocalDate | null },
  { start, end }: Pick<ActiveYear, 'start' | 'end'>,
): boolean {
  return (startDate === null || startDate <= end) && (endDate === null || endDate >= start);
}

/** An end date is inclusive; an empty one is open. */
export function hasEnded(row: { readonly endDate: LocalDate | null }, asOf: LocalDate): boolean {
  return row.endDate !== null && row.endDate < asOf;
}
