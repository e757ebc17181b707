/** Problems of `connections[].fields`: whether a table and a column exist, and whether the receiver can do without them. */
import { whyNotDropped, whyNotMasked } from '../profiles/least-data.js';
import { profileNamed } from '../profiles/index.js';
import type { Table } from '../oneroster/table.js';
import type { VersionName } from '../oneroster/versions.js';
import { didYouMean } from '../model/nearest.js';
import { extensionsAt, tablesWithExtensions } from './across-metadata.js';
import { findingAt, formatPath, keysAt, type Finding, type Places } from './places.js';

interface Asked {
  readonly tables: readonly Table[];
  readonly at: readonly (string | number)[];
  readonly version: VersionName;
  readonly profile: unknown;
}

export function unfitFields(places: Places): readonly Finding[] {
  return [...places.keys()].flatMap((path) => {
    const at = /^connections\[(\d+)\]\.fields$/.exec(path)?.[1];
    if (at === undefined) return [];
    const sibling = (key: string): unknown => places.get(`connections[${at}].${key}`)?.value;
    const version = sibling('version');
    if (version !== '1.1' && version !== '1.2') return []; // reported as its own problem; without it nothing can be checked
    const extensions = extensionsAt(places, ['connections', Number(at)]);
    const asked = {
      tables: tablesWithExtensions(version, extensions),
      at: ['connections', Number(at), 'fields'],
      version,
      profile: sibling('profile'),
    } as const;
    return keysAt(places, asked.at).flatMap((table) => unfitTable(places, asked, table));
  });
}

function unfitTable(places: Places, asked: Asked, name: string): readonly Finding[] {
  const { at, version, tables } = asked;
  const table = tables.find((each) => each.name === name);
  const here = [...at, name];
  if (table === undefined) {
    const known = tables.map((each) => each.name);
    const remark = didYouMean(name, known) ?? `; tables are ${known.join(', ')}`;
    return [findingAt(places, here, `is not a table that is sent in OneRoster ${version}${remark}`)];
  }
  const columns = keysAt(places, here);
  return columns.flatMap((column) => {
    const message =
      unfitColumn(table, column, places.get(formatPath([...here, column]))?.value, asked) ??
      unfitPair(table, column, columns);
    return message === undefined ? [] : [findingAt(places, [...here, column], message)];
  });
}

function unfitColumn(table: Table, name: string, choice: unknown, asked: Asked): string | undefined {
  const { version } = asked;
  const column = table.columns.find((each) => each.name === name);
  if (column === undefined) {
    const known = table.columns.map((each) => each.name);
    return `is not a column of ${table.file} in OneRoster ${version}${didYouMean(name, known) ?? ''}`;
  }
  const profile = typeof asked.profile === 'string' ? profileNamed(asked.profile) : undefined;
  const subject = { version, profile, table, column };
  if (choice === 'drop') {
    const obstacle = whyNotDropped(subject);
    const canMask = obstacle !== undefined && whyNotMasked(subject) === undefined;
    return canMask ? `${obstacle}; it can be masked` : obstacle;
  }
  return choice === 'mask' ? whyNotMasked(subject) : undefined;
}

/** The standard pairs the two lists by position; one without the other is an error at the receiver. */
const PAIR = ['subjects', 'subjectCodes'];

function unfitPair(table: Table, name: string, columns: readonly string[]): string | undefined {
  if (!PAIR.includes(name) || !PAIR.every((each) => table.columns.some((column) => column.name === each)))
    return undefined;
  const missing = PAIR.find((each) => !columns.includes(each));
  return missing && `belongs together with ${missing}: drop both, or neither`;
}
