/** Birth dates: another day of the same year, and faulty ones as faulty as before. */
import { dayOf } from '../verify/cells/cell-bytes.js';
import { FAULTY } from '../verify/memory/known.js';

/** How dates are written by mistake: a year, and a month and a day before or behind it; maybe with a time. */
const DATE_LIKE =
  /^\s*(?:(?:19|20)\d\d([-/.]?)\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:(?:19|20)\d\d|\d\d))(?:[ T]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?(?: ?[AP]M)?(?:Z|[+-]\d\d:?\d\d)?)?\s*$/i;

export const looksLikeDate = (text: string): boolean => DATE_LIKE.test(text);

const ZERO = 0x30;
const isDigit = (byte: number): boolean => byte >= ZERO && byte <= ZERO + 9;

function write(bytes: Buffer, at: number, text: string): void {
  bytes.write(text, at, 'latin1');
}

/** Moves the date by a number of days that is not 0, within its year. */
function shiftDay(bytes: Buffer, start: number, secret: number): void {
  const year = Number(bytes.toString('latin1', start, start + 4));
  const first = Date.UTC(2000, 0, 1);
  // A year that the calendar repeats after 400: Date would take 0 to 99 for other ones.
  const base = new Date(first);
  base.setUTCFullYear(2000 + (year % 400));
  const next = new Date(first);
  next.setUTCFullYear(2001 + (year % 400));
  const days = Math.round((next.getTime() - base.getTime()) / DAY);
  const [month, day] = [start + 5, start + 8].map((at) => Number(bytes.toString('latin1', at, at + 2)));
  const old = Math.round((Date.UTC(base.getUTCFullYear(), (month ?? 1) - 1, day) - base.getTime()) / DAY);
  const moved = (old + 1 + (secret % (days - 1))) % days;
  write(bytes, start + 5, new Date(base.getTime() + moved * DAY).toISOString().slice(5, 10));
}

const DAY = 86_400_000;

/** Ranges in which a month or day of a faulty date moves, so that it is as long as before and as possible. */
const RANGES = [
  [1, 9],
  [10, 12],
  [13, 28],
] as const;

function movedPart(text: string, secret: number): string {
  const value = Number(text);
  const range = RANGES.find(([from, to]) => value >= from && value <= to);
  if (!range) return text;
  const [from, to] = range;
  const size = to - from + 1;
  const moved = from + ((value - from + 1 + (secret % (size - 1))) % size);
  return String(moved).padStart(text.length, '0');
}

function moveParts(bytes: Buffer, start: number, end: number, secret: number): void {
  let salt = secret;
  let parts = 0;
  for (let at = start; at < end && parts < 3; at++) {
    if (!isDigit(bytes[at] as number)) continue;
    let to = at;
    while (to < end && isDigit(bytes[to] as number)) to++;
    parts++;
    const text = bytes.toString('latin1', at, to);
    if (text.length === 8)
      write(bytes, at + 4, movedPart(text.slice(4, 6), salt) + movedPart(text.slice(6), salt >>> 5));
    else if (text.length <= 2) write(bytes, at, movedPart(text, salt));
    salt = (salt >>> 5) | (salt << 27);
    at = to;
  }
}

const TRIES = 8;

/** In place; `secret` is that of the person. False if it is neither a date nor like one. */
export function moveBirthDate(bytes: Buffer, start: number, end: number, secret: number): boolean {
  if (dayOf(bytes, start, end) !== FAULTY) {
    shiftDay(bytes, start, secret);
    return true;
  }
  const text = bytes.toString('latin1', start, end);
  if (!looksLikeDate(text)) return false;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    moveParts(bytes, start, end, Math.imul(secret, 2 * attempt + 1) >>> 0);
    if (dayOf(bytes, start, end) === FAULTY) return true;
    write(bytes, start, text); // 30 February has no neighbor that is as faulty
  }
  return true;
}
