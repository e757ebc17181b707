/** E-mail addresses and phone numbers that do not exist: a domain and numbers that are reserved for examples. */
import { Content } from './content.js';
import type { Secret } from './secret.js';

const AT = 0x40;
const DOT = 0x2e;
const SEPARATORS = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number([0x20, 0x22, 0x2c, 0x3b, 0x3c, 0x3e, 0x09, 0x0a, 0x0d].includes(byte)),
);
/** Reserved by RFC 2606; behind the domain, which stays one to one, because two domains must not become one. */
const RESERVED = Buffer.from('.example');
const LONGEST_TEXT = 255;

const ZERO = 0x30;
const isDigit = (byte: number): boolean => byte >= ZERO && byte <= 0x39;

export class Addresses {
  readonly #secret: Secret;
  readonly #longer = new Content();

  constructor(secret: Secret) {
    this.#secret = secret;
  }

  /** A cell with addresses, or with a name like the part before the @; the new content if it is longer, valid until the next. */
  replace(bytes: Buffer, start: number, end: number): Content | undefined {
    const longer = this.#longer;
    let copied = start;
    for (let from = start; from < end;) {
      let to = from;
      while (to < end && SEPARATORS[bytes[to] as number] === 0) to++;
      if (this.#replaceOne(bytes, from, to)) {
        if (copied === start) longer.clear();
        longer.append(bytes, copied, to);
        longer.append(RESERVED, 0, RESERVED.length);
        copied = to;
      }
      from = to + 1;
    }
    if (copied === start) return undefined;
    longer.append(bytes, copied, end);
    if (longer.length > LONGEST_TEXT && end - start <= LONGEST_TEXT) shorten(longer);
    return longer;
  }

  /** True if it has a domain to which mail could go. */
  #replaceOne(bytes: Buffer, start: number, end: number): boolean {
    let at = end - 1;
    while (at >= start && bytes[at] !== AT) at--;
    if (at < start) {
      this.#secret.replace(bytes, start, end);
      return false;
    }
    this.#secret.replace(bytes, start, at);
    this.#secret.replace(bytes, at + 1, end);
    for (let each = at + 1; each < end; each++) if (bytes[each] === DOT) return true;
    return false;
  }
}

/** A value that was within the limit stays so. Of such a long address, what is cut is no more than noise. */
function shorten(content: Content): void {
  const text = content.bytes.toString('latin1', 0, content.length);
  const longest = (text.match(/[A-Za-z0-9]+/g) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  const left = longest.slice(0, Math.max(1, longest.length - (text.length - LONGEST_TEXT)));
  const short = Buffer.from(text.replace(longest, left), 'latin1');
  content.clear();
  content.append(short, 0, short.length);
}

/** 555-0100 to 555-0199 are never assigned in North America; the area code 555 has no place. */
const NUMBER = Buffer.from('55555501');
const LINES = 100;
const DIGITS = NUMBER.length + 2;
const LONGEST_COUNTRY_CODE = 3;
const FIVE = 0x35;
/** More are no number, and the rest of them becomes 5. */
const MOST_DIGITS = 40;

/** Digits in place, everything between them stays. */
export function replacePhone(secret: Secret, bytes: Buffer, start: number, end: number): void {
  const written = new Uint8Array(MOST_DIGITS);
  let count = 0;
  let hasLetters = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (isDigit(byte))
      written[count++] = byte; // what is beyond the end of the array is lost
    else hasLetters ||= byte > 0x40;
  }
  const line = secret.digest(bytes, start, end) % LINES;
  if (hasLetters) secret.replace(bytes, start, end); // such as a name in front of the number
  let which = 0;
  let isOther = count > MOST_DIGITS;
  let last = start;
  for (let at = start; which < count; at++) {
    if (!isDigit(bytes[at] as number)) continue;
    const digit = digitOf(which, count, written, line);
    isOther ||= digit !== written[which];
    bytes[at] = digit;
    last = at;
    which++;
  }
  if (!isOther && count > 1) bytes[last] = ZERO + (((bytes[last] as number) - ZERO + 1) % 10);
}

/** Of the new number, which is as long as the one that was written. */
function digitOf(which: number, count: number, written: Uint8Array, line: number): number {
  const digit = reservedDigit(which, count, written, line);
  if (which > 0) return digit;
  return written[0] === ZERO ? ZERO : digit === ZERO ? ZERO + 1 : digit;
}

function reservedDigit(which: number, count: number, written: Uint8Array, line: number): number {
  const at = which + DIGITS - count;
  if (at < 0) return count - DIGITS <= LONGEST_COUNTRY_CODE ? (written[which] as number) : FIVE;
  const tens = Math.floor(line / 10);
  return NUMBER[at] ?? ZERO + (at === NUMBER.length ? tens : line - 10 * tens);
}
