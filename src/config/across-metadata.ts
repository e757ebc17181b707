/** Problems of `connections[].metadata`: whether the table is sent, the name fits a header, and the key finds the rows. */
import { didYouMean } from '../model/nearest.js';
import {
  EXTENSION_NAME,
  extendedTable,
  rowIds,
  type EntityId,
  type Extension,
} from '../oneroster/extensions.js';
import type { Table } from '../oneroster/table.js';
import type { VersionName } from '../oneroster/versions.js';
import { profileNamed } from '../profiles/index.js';
import { sendableTables } from '../profiles/least-data.js';
import { demandsFor, demandsOf, type Profile } from '../profiles/profile.js';
import { entityOf, isSecretColumn } from './metadata.js';
import { findingAt, formatPath, keysAt, type Finding, type Places, type Segment } from './places.js';

export interface Asked {
  readonly at: readonly Segment[];
  readonly version: VersionName;
  readonly profile: Profile | undefined;
  readonly sendsDemographics: boolean;
}

export function unfitMetadata(places: Places): readonly Finding[] {
  return metadataIn(places).flatMap(({ connection, at }) => {
    const asked = askedAt(places, connection, at);
    if (asked === undefined) return [];
    const { profile, version } = asked;
    const refusal = demandsOf(demandsFor(profile, version), 'no-metadata')[0];
    if (profile !== undefined && refusal !== undefined)
      return [
        findingAt(
          places,
          at,
          `cannot be sent: ${profile.title} accepts no extension columns (${refusal.source})`,
        ),
      ];
    return keysAt(places, at).flatMap((table) => unfitTable(places, asked, table));
  });
}

/** What decides on the keys at `at`; undefined without a version, which is reported as its own problem. */
export function askedAt(
  places: Places,
  connection: readonly Segment[],
  at: readonly Segment[],
): Asked | undefined {
  const here = (...keys: readonly string[]): unknown =>
    places.get(formatPath([...connection, ...keys]))?.value;
  const version = here('version');
  if (version !== '1.1' && version !== '1.2') return undefined;
  const written = here('profile');
  const profile = typeof written === 'string' ? profileNamed(written) : undefined;
  return { at, version, profile, sendsDemographics: here('include', 'demographics') !== false };
}

/** The extension columns of a connection, as far as they are written. */
export function extensionsAt(places: Places, connection: readonly Segment[]): readonly Extension[] {
  const at = [...connection, 'metadata'];
  return keysAt(places, at).flatMap((table) =>
    keysAt(places, [...at, table]).map((name) => ({ table, name })),
  );
}

/** The tables of a connection with its extension columns. */
export function tablesWithExtensions(
  version: VersionName,
  extensions: readonly Extension[],
): readonly Table[] {
  return sendableTables(version).map((table) => extendedTable(table, extensions));
}

/** Tables and columns of the SIS that extension columns of any connection name. */
export function metadataSources(places: Places): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { at } of metadataIn(places)) {
    for (const table of keysAt(places, at)) {
      for (const name of keysAt(places, [...at, table])) {
        const entry = [...at, table, name];
        const textAt = (key: string): readonly string[] => {
          const value = places.get(formatPath([...entry, key]))?.value;
          return typeof value === 'string' ? [value] : [];
        };
        const [source] = textAt('table');
        if (source === undefined) continue;
        const columns = found.get(source) ?? new Set();
        found.set(source, columns);
        for (const column of [...textAt('key'), ...textAt('column'), ...keysAt(places, [...entry, 'where'])])
          columns.add(column);
      }
    }
  }
  return found;
}

function metadataIn(
  places: Places,
): readonly { readonly connection: readonly Segment[]; readonly at: readonly Segment[] }[] {
  return [...places.keys()].flatMap((path) => {
    const at = /^connections\[(\d+)\]\.metadata$/.exec(path)?.[1];
    if (at === undefined) return [];
    const connection = ['connections', Number(at)];
    return [{ connection, at: [...connection, 'metadata'] }];
  });
}

function unfitTable(places: Places, asked: Asked, name: string): readonly Finding[] {
  const here = [...asked.at, name];
  const problem = whyNotSent(asked, name);
  if (problem !== undefined) return [findingAt(places, here, problem)];
  const ids = rowIds[name as keyof typeof rowIds];
  const columns = keysAt(places, here);
  return columns.flatMap((column, at) => [
    ...unfitName(places, [...here, column], columns.slice(0, at)),
    ...unfitKey(places, [...here, column], name, ids),
    ...unfitSource(places, [...here, column]),
    ...unfitMap(places, [...here, column, 'map']),
  ]);
}

export function whyNotSent({ version, profile, sendsDemographics }: Asked, name: string): string | undefined {
  const tables = sendableTables(version).flatMap((each) => (each.name in rowIds ? [each.name] : []));
  if (!tables.includes(name))
    return `is not a table that is sent in OneRoster ${version}${didYouMean(name, tables) ?? `; tables are ${tables.join(', ')}`}`;
  const allowed = demandsOf(demandsFor(profile, version), 'files-allowed')[0];
  if (allowed !== undefined && !allowed.tables.includes(name))
    return `is not sent: ${profile?.title ?? ''} accepts ${allowed.tables.join(', ')} only`;
  return name === 'demographics' && !sendsDemographics
    ? 'is not sent: include.demographics is false'
    : undefined;
}

function unfitName(places: Places, here: readonly Segment[], before: readonly string[]): readonly Finding[] {
  const name = String(here.at(-1));
  const problem = (message: string): readonly Finding[] => [findingAt(places, here, message)];
  if (/^metadata\./i.test(name))
    return problem('must be without `metadata.`: the prefix is added to each name');
  if (!EXTENSION_NAME.test(name))
    return problem(
      'must begin with a letter and have only letters, digits, _, - and dots, at most 60 in all',
    );
  const same = before.find((each) => each.toLowerCase() === name.toLowerCase());
  return same === undefined
    ? []
    : problem(`differs from \`${same}\` only in case: receivers may take them for one column`);
}

function unfitKey(
  places: Places,
  here: readonly Segment[],
  table: string,
  ids: readonly EntityId[],
): readonly Finding[] {
  const [key, holds] = ['key', 'holds'].map((each) => places.get(formatPath([...here, each]))?.value);
  if (typeof key !== 'string') return [];
  const at = [...here, typeof holds === 'string' ? 'holds' : 'key'];
  const entity = entityOf({ key, holds: typeof holds === 'string' ? holds : undefined });
  if (entity !== undefined && ids.includes(entity)) return [];
  const possible = ids.join(ids.length === 2 ? ' or ' : ', ');
  return [
    findingAt(
      places,
      at,
      entity === undefined
        ? `does not show which id it holds: rows of ${table} are found by ${possible}${typeof holds === 'string' ? '' : '; if the column has another name, set holds to the id'}`
        : `cannot find rows of ${table}: possible keys are ${possible}`,
    ),
  ];
}

function unfitSource(places: Places, here: readonly Segment[]): readonly Finding[] {
  const value = (key: string): unknown => places.get(formatPath([...here, key]))?.value;
  const [table, column] = [value('table'), value('column')];
  return [
    ...(typeof table === 'string' && /^[^.]+\./.test(table) && isSqlite(places)
      ? [findingAt(places, [...here, 'table'], 'must have no schema: SQLite has none')]
      : []),
    ...(typeof column === 'string' && isSecretColumn(column)
      ? [
          findingAt(
            places,
            [...here, 'column'],
            'is never read: passwords and social security numbers are not sent',
          ),
        ]
      : []),
  ];
}

function unfitMap(places: Places, here: readonly Segment[]): readonly Finding[] {
  const keys = keysAt(places, here);
  return keys.flatMap((key, at) => {
    const same = keys.slice(0, at).find((each) => valueKey(each) === valueKey(key));
    return same === undefined
      ? []
      : [findingAt(places, [...here, key], `is the same value as \`${same}\`: case is ignored`)];
  });
}

const valueKey = (value: string): string => value.trim().toLowerCase();
const isSqlite = (places: Places): boolean => places.get('source.client')?.value === 'better-sqlite3';
