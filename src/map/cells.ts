/** Small pieces of text that cells are made of. */
import type { LocalDate } from '../model/values.js';
import { nextDay } from '../model/values.js';

export const blank = (): string => '';

export const yesNo = (value: boolean): string => (value ? 'true' : 'false');

/** Items of a list cell: no comma inside an item, no spaces around it, no empty items. */
export function list(items: readonly (string | null)[]): string {
  let text = '';
  for (const item of items) {
    const clean = withoutCommas(item);
    if (clean !== null) text = text === '' ? clean : `${text},${clean}`;
  }
  return text;
}

/** A comma separates the items of a list, so inside an item it becomes a space. */
export function withoutCommas(text: string | null): string | null {
  if (text === null) return null;
  return (text.includes(',') ? text.replaceAll(',', ' ') : text).trim() || null;
}

/** In the order of their bytes, independent of the locale. Ids are ASCII. */
export function inByteOrder(ids: readonly string[]): readonly string[] {
  if (isInOrder(ids)) return ids; // as most are
  return [...new Set(ids)].sort((a, b) => (a === b ? 0 : a < b ? -1 : 1));
}

function isInOrder(ids: readonly string[]): boolean {
  for (let at = 1; at < ids.length; at += 1) {
    if ((ids[at - 1] ?? '') >= (ids[at] ?? '')) return false;
  }
  return true;
}

/** End dates are sent as stored, or exclusive as in the standard: the first day after. */
export function endDates(exclusive: boolean): (day: LocalDate | null) => string {
  const known = new Map<LocalDate, LocalDate>();
  return (day) => {
    if (day === null) return '';
    if (!exclusive) return day;
    const after = known.get(day) ?? nextDay(day);
    known.set(day, after);
    return after;
  };
}
