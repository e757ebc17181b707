/** Values as text: calendar days, which compare as strings and which no time zone can move; GUIDs; names of time zones. */
import { addDays } from 'date-fns/addDays';
import { formatISO } from 'date-fns/formatISO';
import { isValid } from 'date-fns/isValid';
import { parseISO } from 'date-fns/parseISO';

declare const localDate: unique symbol;

/** A day as `YYYY-MM-DD`, in the district's own calendar. */
export type LocalDate = string & { readonly [localDate]: true };

/** The date in `text`, or undefined if it is not a valid date (YYYY-MM-DD). */
export function asLocalDate(text: string): LocalDate | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isValid(parseISO(text)) ? (text as LocalDate) : undefined;
}

export function nextDay(day: LocalDate): LocalDate {
  return formatISO(addDays(parseISO(day), 1), { representation: 'date' }) as LocalDate;
}

export function previousDay(day: LocalDate): LocalDate {
  return formatISO(addDays(parseISO(day), -1), { representation: 'date' }) as LocalDate;
}

/** Whether this is an IANA time zone, such as America/Chicago. */
export function isTimezone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    // Offsets such as +05:00 pass in newer runtimes, but they have no daylight saving time.
    return /^[A-Za-z]/.test(zone);
  } catch {
    return false;
  }
}

/** The day that it is at `instant` in an IANA time zone. */
export function dayIn(timezone: string, instant: Date): LocalDate {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(instant);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}` as LocalDate;
}

/** The time of day `HH:MM` that clocks of an IANA time zone show. */
export function clockTime(timezone: string, instant: Date): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(instant);
}

/** `20261123T231904Z`, the form in which bundle names carry the time of their refresh. */
export function compactInstant(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** A GUID as SQL Server prints it. */
export const USUAL_GUID = /^[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}$/;
