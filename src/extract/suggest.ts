/** For declared tables and columns that are missing: the names in the database that are nearest, and a mapping made of them. */
import { sisTables, type SisTable } from '../campus/tables.js';
import type { ColumnFilter, MappedColumn, MappedTable, TableMapping } from '../model/settings.js';
import { likeness } from '../model/likeness.js';
import { isReadable } from './column-types.js';
import { existingKey } from './mapping.js';
import type { ColumnFinding } from './column-finding.js';
import { compareSchema } from './schema.js';
import type { FoundSchema, FoundTable } from './source.js';

export interface Suggestion {
  readonly table: string;
  /** Absent: the whole table is missing. */
  readonly column?: string;
  /** Names that exist, the nearest first. */
  readonly near: readonly string[];
  /** Of a column without any: some of those that nothing is read from. */
  readonly others?: readonly string[];
}

export interface Advice {
  readonly suggestions: readonly Suggestion[];
  /** The given mapping with the nearest name of each missing part: to be checked by a person. */
  readonly mapping: TableMapping;
}

export interface Compared {
  readonly schema: FoundSchema;
  readonly existing: FoundSchema;
  readonly mapping?: TableMapping | undefined;
  readonly filters?: readonly ColumnFilter[] | undefined;
  /** The usual schema of a SQL Server. */
  readonly usual?: string;
}

const MOST_NAMES = 3;
const MOST_OTHERS = 8;
/** How much alike two names must be: 1 is equal. Of a column there are few others to choose from. */
const ALIKE = 0.5;
const COLUMNS_ALIKE = 0.35;
/** The share of its columns that a table must have to be taken for the missing one. */
const MOST_COLUMNS = 0.6;

export function adviseMapping(compared: Compared): Advice {
  const missing = compareSchema(compared.schema, compared.filters).filter(({ state }) => state === 'missing');
  const parts = (sisTables as readonly SisTable[]).map((table) =>
    compared.schema.has(table.name.toLowerCase())
      ? adviseColumns(compared, table, missing)
      : adviseTable(compared, table),
  );
  const mapped = parts.flatMap(({ mapping }) => (mapping === undefined ? [] : [mapping]));
  return {
    suggestions: parts.flatMap(({ suggestions }) => suggestions),
    mapping: { ...compared.mapping, ...Object.fromEntries(mapped) },
  };
}

interface Part {
  readonly suggestions: readonly Suggestion[];
  readonly mapping?: readonly [table: string, mapped: MappedTable];
}

function adviseTable(compared: Compared, table: SisTable): Part {
  const near = nearTables(compared, table);
  const suggestion = { table: table.name, near: near.map(({ name }) => name) };
  const [place] = near;
  // A table that may be missing is not one that must be found.
  if (place === undefined) return { suggestions: table.without === undefined ? [suggestion] : [] };
  const every = table.columns.map(({ name }) => name);
  const columns = nearColumns(table, place.found, every);
  return {
    suggestions: [suggestion, ...columns],
    mapping: [table.name, mappedTo(columns, compared.mapping?.[table.name], place.name)],
  };
}

function adviseColumns(compared: Compared, table: SisTable, missing: readonly ColumnFinding[]): Part {
  const wanted = missing.filter((finding) => finding.table === table.name).map(({ column }) => column);
  const place = placeOf(compared, table);
  if (wanted.length === 0 || place === undefined) return { suggestions: [] };
  const columns = nearColumns(table, place.found, wanted);
  if (columns.every(({ near }) => near.length === 0)) return { suggestions: columns };
  return { suggestions: columns, mapping: [table.name, mappedTo(columns, compared.mapping?.[table.name])] };
}

function mappedTo(
  suggestions: readonly Suggestion[],
  known: MappedTable | undefined,
  table = known?.table,
): MappedTable {
  const columns = suggestions.flatMap(({ column = '', near: [name] }): [string, MappedColumn][] =>
    name === undefined ? [] : [[column, name]],
  );
  return {
    ...(table !== undefined && { table }),
    columns: { ...known?.columns, ...Object.fromEntries(columns) },
  };
}

interface Place {
  /** As a config names it. */
  readonly name: string;
  readonly found: FoundTable;
}

function placeOf({ existing, mapping, usual }: Compared, { name }: SisTable): Place | undefined {
  const mapped = mapping?.[name]?.table ?? name;
  const found = existing.get(existingKey(mapped, usual));
  return found === undefined ? undefined : { name: mapped, found };
}

/** By name, or by having most of the columns; never a table that is read under its own name. */
function nearTables({ existing, schema, usual }: Compared, table: SisTable): readonly Place[] {
  const taken = new Set([...schema.values()].map(({ name }) => name));
  return [...existing.values()]
    .filter(({ name }) => !taken.has(name) || !isDeclared(name))
    .map((found) => {
      const name = nameInConfig(found.name, usual);
      const share = shareOf(table, found);
      return { name, found, share, alike: likeness(table.name, name.replace(/^.*\./, '')) };
    })
    .filter(({ share, alike }) => share >= MOST_COLUMNS || (alike >= ALIKE && share > 0))
    .sort((a, b) => b.share + b.alike - (a.share + a.alike) || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NAMES);
}

const DECLARED: ReadonlySet<string> = new Set(sisTables.map(({ name }) => name.toLowerCase()));
const isDeclared = (name: string): boolean => DECLARED.has(name.toLowerCase().replace(/^.*\./, ''));

function nameInConfig(name: string, usual: string | undefined): string {
  return usual !== undefined && name.toLowerCase().startsWith(`${usual.toLowerCase()}.`)
    ? name.slice(usual.length + 1)
    : name;
}

function shareOf({ columns }: SisTable, { columns: found }: FoundTable): number {
  return columns.filter(({ name }) => found.has(name.toLowerCase())).length / columns.length;
}

/** Those of the wanted columns that the table does not have, each with what is nearest among the columns that no other one is read from. */
function nearColumns(
  table: SisTable,
  { columns: found }: FoundTable,
  wanted: readonly string[],
): readonly Suggestion[] {
  const free = [...found.values()].filter(
    ({ name }) => !table.columns.some((declared) => declared.name.toLowerCase() === name.toLowerCase()),
  );
  return table.columns
    .filter(
      ({ name, without }) => wanted.includes(name) && without === undefined && !found.has(name.toLowerCase()),
    )
    .map(({ name: column, type }) => {
      const near = free
        .filter((each) => isReadable(type, each.type))
        .map(({ name }) => ({ name, alike: likeness(column, name) }))
        .filter(({ alike }) => alike >= COLUMNS_ALIKE)
        .sort((a, b) => b.alike - a.alike || (a.name < b.name ? -1 : 1));
      const others = free.slice(0, MOST_OTHERS).map(({ name }) => name);
      return {
        table: table.name,
        column,
        near: near.slice(0, MOST_NAMES).map(({ name }) => name),
        ...(near.length === 0 && { others }),
      };
    });
}
