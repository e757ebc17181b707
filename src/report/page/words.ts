/** Numbers, days and times as people read them. */
import { formatterOf, offsetOf } from '../../model/local-time.js';

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

export const number = (value: number): string => value.toLocaleString('en-US');

export function signed(value: number): string {
  if (value === 0) return '0';
  return value > 0 ? `+${number(value)}` : `−${number(-value)}`;
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const share = (part / whole) * 100;
  return share > 0 && share < 0.05 ? 'under 0.1 %' : `${share.toFixed(1)} %`;
}

export function size(bytes: number): string {
  const [divisor, unit] = bytes < 1_000_000 ? [1_000, 'kB'] : [1_000_000, 'MB'];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

const days = formatterOf({ weekday: 'short', year: 'numeric', month: 'short', day: 'numeric' });
const shortDays = formatterOf({ month: 'short', day: 'numeric' });
const times = formatterOf({
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
});

/** `Thu, Oct 15, 2026`, of a day that no zone can move. */
export const day = (localDate: string): string => days('UTC').format(new Date(`${localDate}T00:00:00Z`));

/** `Oct 15`. */
export const shortDay = (localDate: string): string =>
  shortDays('UTC').format(new Date(`${localDate}T00:00:00Z`));

/** `Thu, Oct 15, 2026, 3:15 AM CDT (-05:00)`, in the district's zone; zones without a short name have the offset alone. */
export function time(instant: string, timezone: string): string {
  const text = times(timezone).format(new Date(instant)).replaceAll('\u202f', ' ');
  const offset = offsetOf(timezone, instant);
  return /GMT|UTC/.test(text) ? text.replace(/(GMT|UTC)\S*$/, offset) : `${text} (${offset})`;
}
