/** Amounts as people read them. */

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** In three significant digits: `77.1 GB`, `129 kB`; below 1,000 as they are. */
export function bytesInWords(bytes: number): string {
  let [value, at] = [bytes, 0];
  // 999.5 would be shown as 1000.
  while (value >= (at === 0 ? 1_000 : 999.5) && at < UNITS.length - 1) {
    value /= 1_000;
    at += 1;
  }
  const digits = at === 0 ? 0 : value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[at] ?? ''}`;
}

export function secondsInWords(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
}

export const count = (value: number): string => value.toLocaleString('en-US');

export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
