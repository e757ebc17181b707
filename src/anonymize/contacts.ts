/** E-mail addresses and phone numbers that do not exist: a domain and numbers that are reserved for examples. */
import type { Secret } from './secret.js';

const AT = 0x40;
const DOT = 0x2e;
const SEPARATORS: ReadonlySet<number> = new Set([0x20, 0x22, 0x2c, 0x3b, 0x3c, 0x3e, 0x09, 0x0a, 0x0d]);
/** Reserved by RFC 2606; behind the domain, which stays one to one, because two domains must not become one. */
const RESERVED = Buffer.from('.example');
const LONGEST_TEXT = 255;

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** A cell with addresses, or with a name like the part before the @; the new content if it is longer. */
export function replaceAddresses(
  secret: Secret,
  bytes: Buffer,
  start: number,
  end: number,
): Buffer | undefined {
  const pieces: Buffer[] = [];
  let copied = start;
  for (let from = start; from < end;) {
    let to = from;
    while (to < end && !SEPARATORS.has(bytes[to] as number)) to++;
    if (replaceAddress(secret, bytes, from, to)) {
      pieces.push(bytes.subarray(copied, to), RESERVED);
      copied = to;
    }
    from = to + 1;
  }
  if (pieces.length === 0) return undefined;
  return withinLength(Buffer.concat([...pieces, bytes.subarray(copied, end)]), end - start);
}

/** True if it has a domain to which mail could go. */
function replaceAddress(secret: Secret, bytes: Buffer, start: number, end: number): boolean {
  let at = end - 1;
  while (at >= start && bytes[at] !== AT) at--;
  if (at < start) {
    secret.replace(bytes, start, end);
    return false;
  }
  secret.replace(bytes, start, at);
  secret.replace(bytes, at + 1, end);
  return bytes.subarray(at + 1, end).includes(DOT);
}

/** A value that was within the limit stays so. Of such a long address, what is cut is no more than noise. */
function withinLength(replaced: Buffer, length: number): Buffer {
  const over = replaced.length - LONGEST_TEXT;
  if (length > LONGEST_TEXT || over <= 0) return replaced;
  const text = replaced.toString('latin1');
  const longest = (text.match(/[A-Za-z0-9]+/g) ?? []).reduce((a, b) => (b.length > a.length ? b : a), '');
  return Buffer.from(text.replace(longest, longest.slice(0, Math.max(1, longest.length - over))), 'latin1');
}

/** 555-0100 to 555-0199 are never assigned in North America; the area code 555 has no place. */
const NUMBER = '5555550100';
const LONGEST_COUNTRY_CODE = 3;

/** Digits in place, everything between them stays. */
export function replacePhone(secret: Secret, bytes: Buffer, start: number, end: number): void {
  const places: number[] = [];
  for (let at = start; at < end; at++) if (isDigit(bytes[at] as number)) places.push(at);
  const old = places.map((at) => bytes[at]);
  const random = secret.digest(bytes, start, end);
  secret.replace(bytes, start, end); // letters, such as a name in front of the number
  const text = numberOf(old, random);
  places.forEach((at, which) => (bytes[at] = text.charCodeAt(which)));
}

function numberOf(old: readonly (number | undefined)[], random: number): string {
  const count = old.length;
  const written = String.fromCharCode(...old.slice(0, MOST_DIGITS).map((byte) => byte ?? 0x30));
  const country = count - NUMBER.length;
  const prefix =
    country <= 0 ? '' : country <= LONGEST_COUNTRY_CODE ? written.slice(0, country) : '5'.repeat(country);
  const line = String(random % 100).padStart(2, '0');
  const whole = prefix + (NUMBER.slice(0, -2) + line).slice(-count);
  const first = written.startsWith('0') ? '0' : whole.startsWith('0') ? '1' : whole.slice(0, 1);
  const number = count === 0 ? '' : first + whole.slice(1);
  if (number !== written || count < 2) return number;
  return number.slice(0, -1) + String((Number(number.slice(-1)) + 1) % 10);
}

/** More are no number, and the rest of them becomes 5. */
const MOST_DIGITS = 40;
