/** How a school is named to people: by name, with number and id, because many districts have two schools of one name. */
import { printable } from './printable.js';

export interface SchoolNames {
  readonly name: string | null;
  readonly number: string | null;
  readonly sourcedId: string | null;
}

/** `Adams High School (number 0014, id 0F3C…)`; parts that are unknown are left out. Never has a semicolon. */
export function schoolLabel({ name, number, sourcedId }: SchoolNames): string {
  const keys = [part('number', number), part('id', sourcedId)].filter((each) => each !== '').join(', ');
  const shown = plain(name);
  if (shown === '') return keys === '' ? '(unknown)' : keys;
  return keys === '' ? shown : `${shown} (${keys})`;
}

/** Schools by sourcedId. Where one is in several lists, the first list names it. */
export function schoolsById(...lists: readonly (readonly SchoolNames[])[]): ReadonlyMap<string, SchoolNames> {
  const schools = new Map<string, SchoolNames>();
  for (const { name, number, sourcedId } of lists.flat())
    if (sourcedId !== null && !schools.has(sourcedId)) schools.set(sourcedId, { name, number, sourcedId });
  return schools;
}

const part = (what: string, value: string | null): string =>
  plain(value) === '' ? '' : `${what} ${plain(value)}`;

/** Reasons of a hold are kept joined by semicolons. */
const plain = (text: string | null): string =>
  printable(text ?? '')
    .replaceAll(';', ',')
    .trim();
