/** The tables that a database has, under the declared names: from here on the mapping of `source.tables` is in the schema itself. */
import { isConstant } from '../campus/mapping.js';
import { sisTables, type SisTable } from '../campus/tables.js';
import type { MappedTable, MetadataRead, TableMapping } from '../model/settings.js';
import type { FoundColumn, FoundSchema, FoundTable } from './source.js';

/** What the settings say about names: of declared tables, and of those that metadata is read from. */
export interface SourceNames {
  readonly tables?: TableMapping | undefined;
  readonly metadata?: readonly MetadataRead[] | undefined;
}

/**
 * `existing`: by lowercase name, as the database has them; tables outside of `schema` with that of their own. A mapped table or column that
 * does not exist is absent from the result, even if there is one with the declared name.
 */
export function mapSchema(
  existing: FoundSchema,
  { tables = {}, metadata = [] }: SourceNames,
  schema?: string,
): FoundSchema {
  const found = new Map(existing);
  for (const [name, mapped] of Object.entries(tables)) {
    const real = existing.get(existingKey(mapped.table ?? name, schema));
    if (real === undefined) found.delete(name.toLowerCase());
    else found.set(name.toLowerCase(), mapTable(name, real, mapped));
  }
  for (const { table } of metadata) {
    const real =
      tables[table] === undefined ? existing.get(existingKey(table, schema)) : found.get(table.toLowerCase());
    if (real !== undefined) found.set(metadataKey(table), real);
  }
  return found;
}

/** The key of a table for extension columns: under its own key SQLite may have a copy that lacks columns that are not declared. */
export const metadataKey = (table: string): string => `metadata of ${table.toLowerCase()}`;

/** The key of a table or view among the existing ones. */
export function existingKey(name: string, schema?: string): string {
  const key = name.toLowerCase();
  const own = `${schema?.toLowerCase() ?? 'main'}.`;
  return key.startsWith(own) ? key.slice(own.length) : key;
}

/** Schemas in addition to the usual one in which tables are. */
export function otherSchemas({ tables = {}, metadata = [] }: SourceNames, schema: string): readonly string[] {
  const written = [
    ...Object.values(tables).map(({ table = '' }) => table),
    ...metadata.map(({ table }) => table),
  ];
  const named = written.flatMap((table) => (table.includes('.') ? [table.replace(/\..*$/, '')] : []));
  const others = named.filter((name) => name.toLowerCase() !== schema.toLowerCase());
  return [...new Map(others.map((name) => [name.toLowerCase(), name])).values()];
}

function mapTable(name: string, real: FoundTable, { columns: mapped }: MappedTable): FoundTable {
  const declared = (sisTables as readonly SisTable[]).find((table) => table.name === name)?.columns ?? [];
  const columns = new Map(real.columns);
  for (const [column, to] of Object.entries(mapped)) {
    const { alias } = declared.find((each) => each.name === column) ?? {};
    columns.delete(column.toLowerCase());
    if (alias !== undefined) columns.delete(alias.toLowerCase());
    const found = isConstant(to) ? constantColumn(column, to.value) : real.columns.get(to.toLowerCase());
    if (found !== undefined) columns.set(column.toLowerCase(), found);
  }
  return { ...real, columns };
}

function constantColumn(name: string, value: string | number): FoundColumn {
  const type = typeof value === 'number' ? 'int' : 'nvarchar(255)';
  return {
    name: `${name}_constant`,
    type,
    nullable: false,
    isNumeric: typeof value === 'number',
    constant: value,
  };
}
