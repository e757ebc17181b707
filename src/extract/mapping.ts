/** The tables that a database has, under the declared names: from here on the mapping of `source.tables` is in the schema itself. */
import { isConstant } from '../campus/mapping.js';
import { sisTables, type SisColumn, type SisTable } from '../campus/tables.js';
import type { MappedTable, TableMapping } from '../model/settings.js';
import type { FoundColumn, FoundSchema, FoundTable } from './source.js';

/**
 * `existing`: by lowercase name, as the database has them; tables outside of `schema` with that of their own. A mapped table or column that
 * does not exist is absent from the result, even if there is one with the declared name.
 */
export function mapSchema(
  existing: FoundSchema,
  mapping: TableMapping | undefined,
  schema?: string,
): FoundSchema {
  if (mapping === undefined) return existing;
  const found = new Map(existing);
  for (const table of sisTables as readonly SisTable[]) {
    const mapped = mapping[table.name];
    if (mapped === undefined) continue;
    const real = existing.get(existingKey(mapped.table ?? table.name, schema));
    if (real === undefined) found.delete(table.name.toLowerCase());
    else found.set(table.name.toLowerCase(), mapTable(table, real, mapped));
  }
  return found;
}

/** The key of a table or view among the existing ones. */
export function existingKey(name: string, schema?: string): string {
  const key = name.toLowerCase();
  const own = `${schema?.toLowerCase() ?? 'main'}.`;
  return key.startsWith(own) ? key.slice(own.length) : key;
}

/** Schemas in addition to the usual one in which mapped tables are. */
export function otherSchemas(mapping: TableMapping | undefined, schema: string): readonly string[] {
  const named = Object.values(mapping ?? {}).flatMap(({ table = '' }) =>
    table.includes('.') ? [table.replace(/\..*$/, '')] : [],
  );
  const others = named.filter((name) => name.toLowerCase() !== schema.toLowerCase());
  return [...new Map(others.map((name) => [name.toLowerCase(), name])).values()];
}

function mapTable(table: SisTable, real: FoundTable, { columns: mapped }: MappedTable): FoundTable {
  const columns = new Map(real.columns);
  for (const declared of table.columns) {
    const to = mapped[declared.name];
    if (to === undefined) continue;
    columns.delete(declared.name.toLowerCase());
    if (declared.alias !== undefined) columns.delete(declared.alias.toLowerCase());
    const column = isConstant(to) ? constantColumn(declared, to.value) : real.columns.get(to.toLowerCase());
    if (column !== undefined) columns.set(declared.name.toLowerCase(), column);
  }
  return { ...real, columns };
}

function constantColumn({ name }: SisColumn, value: string | number): FoundColumn {
  const type = typeof value === 'number' ? 'int' : 'nvarchar(255)';
  return {
    name: `${name}_constant`,
    type,
    nullable: false,
    isNumeric: typeof value === 'number',
    constant: value,
  };
}
