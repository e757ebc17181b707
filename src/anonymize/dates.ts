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

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
/** Days of the year before each month. */
const MONTHS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const LEAP_MONTHS = MONTHS.map((days, month) => (month < 2 ? days : days + 1));

const numberAt = (bytes: Buffer, at: number): number =>
  ((bytes[at] as number) - ZERO) * 10 + ((bytes[at + 1] as number) - ZERO);

function writeNumber(bytes: Buffer, at: number, number: number): void {
  const tens = Math.floor(number / 10);
  bytes[at] = ZERO + tens;
  bytes[at + 1] = ZERO + number - 10 * tens;
}

/** Moves the date by a number of days that is not 0, within its year. */
function shiftDay(bytes: Buffer, start: number, secret: number): void {
  const leaps = isLeap(numberAt(bytes, start) * 100 + numberAt(bytes, start + 2));
  const [months, days] = leaps ? [LEAP_MONTHS, 366] : [MONTHS, 365];
  const old = (months[numberAt(bytes, start + 5) - 1] as number) + numberAt(bytes, start + 8) - 1;
  const moved = (old + 1 + (secret % (days - 1))) % days;
  let month = 11;
  while ((months[month] as number) > moved) month--;
  writeNumber(bytes, start + 5, month + 1);
  writeNumber(bytes, start + 8, moved - (months[month] as number) + 1);
}

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
