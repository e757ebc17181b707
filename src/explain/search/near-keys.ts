/** Numbers similar to one that does not exist: a digit wrong, missing, extra, or two swapped. Never names. */
import type { SisTableName } from '../../campus/tables.js';
import type { SubjectKind } from './subject.js';
import type { Lookup } from './lookup.js';

/** The columns whose numbers may be shown. Usernames contain names, so they are not included. */
const NUMBERS: Readonly<Partial<Record<SubjectKind, readonly (readonly [SisTableName, string])[]>>> = {
  person: [
    ['Person', 'studentNumber'],
    ['Person', 'staffNumber'],
  ],
  course: [['Course', 'number']],
  school: [['School', 'number']],
};
const LONGEST_KEY = 15;

export async function nearKeys(lookup: Lookup, kind: SubjectKind, key: string): Promise<readonly string[]> {
  if (kind === 'section') return await nearSections(lookup, key);
  if (!/\d/.test(key) || key.length > LONGEST_KEY) return [];
  const found: string[] = [];
  for (const [table, column] of NUMBERS[kind] ?? []) {
    const near = await lookup.texts(table, column, similarKeys(key));
    found.push(...near.map((number) => `${kind === 'person' ? column : 'number'} ${number}`));
  }
  return found;
}

async function nearSections(lookup: Lookup, key: string): Promise<readonly string[]> {
  const [, course] = /^(.+)-([^-]+)$/.exec(key) ?? [];
  if (course === undefined) return [];
  const sections = await lookup.sectionNumbers(course);
  if (sections.length > 0) return sections.map((section) => `${course}-${section}`);
  return (await nearKeys(lookup, 'course', course)).map((number) => `course ${number}`);
}

/** Texts that are one typo away: a digit replaced, added or left out, two neighbors swapped, leading zeros. */
export function similarKeys(key: string): readonly string[] {
  const digits = Array.from({ length: 10 }, (_, digit) => String(digit));
  const near = new Set<string>();
  for (let at = 0; at <= key.length; at += 1) {
    const [before, here, after] = [key.slice(0, at), key.slice(at, at + 1), key.slice(at + 1)];
    for (const digit of digits) near.add(before + digit + here + after);
    if (here === '') continue;
    near.add(before + after);
    if (/\d/.test(here)) for (const digit of digits) near.add(before + digit + after);
    if (after !== '') near.add(before + after.slice(0, 1) + here + after.slice(1));
  }
  for (let zeros = '0'; zeros.length + key.length <= LONGEST_KEY; zeros += '0') near.add(zeros + key);
  near.add(key.replace(/^0+/, ''));
  near.delete(key);
  near.delete('');
  return [...near];
}
