/** The as-of date of the rules: the given one, or today in the district's time zone. */
import { ExportError } from '../model/errors.js';
import { asLocalDate, dayIn, type LocalDate } from '../model/values.js';

export function asOfDay(written: string | undefined, timezone: string, now: Date): LocalDate {
  if (written === undefined) return dayIn(timezone, now);
  const day = asLocalDate(written);
  if (day === undefined) throw new ExportError('usage', '--as-of must be a date (YYYY-MM-DD).');
  return day;
}
