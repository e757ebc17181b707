/** Instants and the clocks of the district. Programs get UTC; people get this. */
import type { LocalDate } from './values.js';

const MINUTE_MS = 60_000;

/** One formatter for each time zone: making one takes a hundred times longer than using it, and long lists have many times. */
export function formatterOf(options: Intl.DateTimeFormatOptions): (timezone: string) => Intl.DateTimeFormat {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (timezone) => {
    const formatter =
      made.get(timezone) ?? new Intl.DateTimeFormat('en-US', { ...options, timeZone: timezone });
    made.set(timezone, formatter);
    return formatter;
  };
}

const clocks = formatterOf({
  calendar: 'gregory',
  numberingSystem: 'latn',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'longOffset',
});

/** The parts of an instant on the clocks of a time zone, each with all its digits; the offset as `GMT-05:00`. */
export function clockParts(timezone: string, instant: Date): (type: Intl.DateTimeFormatPartTypes) => string {
  const parts = clocks(timezone).formatToParts(instant);
  return (type) => parts.find((each) => each.type === type)?.value ?? '';
}

/** `2026-10-15 06:00 -05:00`: sorts within one offset, and leaves no doubt about the zone. `instant`: ISO 8601. */
export function localTime(timezone: string, instant: string | Date): string {
  const part = clockParts(timezone, new Date(instant));
  const day = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  return `${day} ${part('hour')}:${part('minute')} ${part('timeZoneName').slice('GMT'.length) || '+00:00'}`;
}

/** `-05:00`, or `+00:00`, of an IANA time zone at an instant. */
export const offsetOf = (timezone: string, instant: string | Date): string =>
  localTime(timezone, instant).slice('YYYY-MM-DD hh:mm '.length);

/** In the hour that spring skips, the instant an hour later; in the one that autumn doubles, the first. */
export function atLocal(day: LocalDate, time: string, timezone: string): Date {
  const asUtc = Date.parse(`${day}T${time}:00Z`);
  const guess = asUtc - offsetMs(timezone, new Date(asUtc));
  const before = asUtc - offsetMs(timezone, new Date(guess - 3 * 60 * MINUTE_MS));
  const after = asUtc - offsetMs(timezone, new Date(guess + 3 * 60 * MINUTE_MS));
  const isRight = (instant: number): boolean => instant + offsetMs(timezone, new Date(instant)) === asUtc;
  return new Date([before, after].find(isRight) ?? before);
}

function offsetMs(timezone: string, instant: Date): number {
  const part = clockParts(timezone, instant);
  const of = (type: Intl.DateTimeFormatPartTypes): number => Number(part(type));
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'));
  return local - Math.floor(instant.getTime() / MINUTE_MS) * MINUTE_MS;
}
