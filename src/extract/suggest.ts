/** For declared tables and columns that are missing: the names in the database that are nearest, and a mapping made of them. */
import { sisTables, type SisTable } from '../campus/tables.js';
import type { MappedColumn, MappedTable, TableMapping } from '../model/settings.js';
import { likeness } from '../model/likeness.js';
import { isReadable } from './column-types.js';
import { existingKey } from './mapping.js';
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
  const suggestions: Suggestion[] = [];
  const mapping = new Map<string, MappedTable>(Object.entries(compared.mapping ?? {}));
  const findings = compareSchema(compared.schema).filter(({ state }) => state === 'missing');
  for (const table of sisTables as readonly SisTable[]) {
    const missing = findings.filter((finding) => finding.table === table.name);
    const isWhole = !compared.schema.has(table.name.toLowerCase());
    const near = isWhole ? nearTables(compared, table) : [];
    // A table that may be missing is not one that must be found.
    if (missing.length === 0 && near.length === 0) continue;
    if (isWhole) suggestions.push({ table: table.name, near: near.map(({ name }) => name) });
    const [first] = near;
    const place = isWhole ? first : placeOf(compared, table);
    if (place === undefined) continue;
    const columns = nearColumns(
      table,
      place.found,
      isWhole ? table.columns.map(({ name }) => name) : missing.map(({ column }) => column),
    );
    suggestions.push(...columns);
    const known = mapping.get(table.name);
    const found = columns.flatMap(({ column = '', near: [name] }): [string, MappedColumn][] =>
      name === undefined ? [] : [[column, name]],
    );
    if (!isWhole && found.length === 0) continue;
    mapping.set(table.name, {
      ...known,
      ...(isWhole && { table: place.name }),
      columns: { ...known?.columns, ...Object.fromEntries(found) },
    });
  }
  return { suggestions, mapping: Object.fromEntries(mapping) };
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
