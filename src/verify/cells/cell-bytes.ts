/** The value formats of the binding, read from bytes: nearly all cells are right, and then none of them has to become text. */
import { FAULTY } from '../memory/known.js';

const GUID = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9A-Za-z._/@-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
const LONGEST_GUID = 255;

export function isGuid(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > LONGEST_GUID) return false;
  for (let at = start; at < end; at++) if (GUID[bytes[at] as number] === 0) return false;
  return true;
}

/** True for ids that are right by the standard and still refused by some. */
export function isWideId(bytes: Buffer, start: number, end: number): boolean {
  if (end - start > 100) return true;
  for (let at = start; at < end; at++) if (bytes[at] === 0x2f || bytes[at] === 0x40) return true;
  return false;
}

export function isOnlyBlanks(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] !== 0x20) return false;
  return true;
}

function isWord(word: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== word.length) return false;
  for (let at = 0; at < word.length; at++) if (bytes[start + at] !== word[at]) return false;
  return true;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');

export const isTrue = (bytes: Buffer, start: number, end: number): boolean => isWord(TRUE, bytes, start, end);
export const isFalse = (bytes: Buffer, start: number, end: number): boolean =>
  isWord(FALSE, bytes, start, end);

/** Finds the position of a token in a vocabulary, or -1. */
export function tokenFinder(
  tokens: readonly string[],
): (bytes: Buffer, start: number, end: number) => number {
  const byLength: { readonly word: Buffer; readonly position: number }[][] = [];
  tokens.forEach((token, position) => {
    const word = Buffer.from(token);
    (byLength[word.length] ??= []).push({ word, position });
  });
  return (bytes, start, end) => {
    const candidates = byLength[end - start];
    if (!candidates) return -1;
    for (const { word, position } of candidates) if (isWord(word, bytes, start, end)) return position;
    return -1;
  };
}

/** The number that `count` digits make, or -1. */
function digits(bytes: Buffer, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const DASH = 0x2d;
const DAYS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A real day as the number yyyymmdd. */
export function dayOf(bytes: Buffer, start: number, end: number): number {
  if (end - start !== 10 || bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return FAULTY;
  const year = digits(bytes, start, 4);
  const month = digits(bytes, start + 5, 2);
  const day = digits(bytes, start + 8, 2);
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > (DAYS[month] ?? 0)) return FAULTY;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2 && day === 29 && !isLeap) return FAULTY;
  return year * 10000 + month * 100 + day;
}

export function yearOf(bytes: Buffer, start: number, end: number): number {
  if (end - start !== 4) return FAULTY;
  const year = digits(bytes, start, 4);
  return year < 0 ? FAULTY : year;
}

/** Whether the value is an instant in UTC, and whether it has the three fraction digits that all readers take. */
export function instantOf(bytes: Buffer, start: number, end: number): 'usual' | 'unusual' | 'faulty' {
  const time = /^T(\d\d):(\d\d):(\d\d)(\.\d+)?Z$/.exec(bytes.toString('latin1', start + 10, end));
  if (end - start < 20 || dayOf(bytes, start, start + 10) === FAULTY || !time) return 'faulty';
  if (Number(time[1]) > 23 || Number(time[2]) > 59 || Number(time[3]) > 59) return 'faulty';
  return time[4]?.length === 4 ? 'usual' : 'unusual';
}
