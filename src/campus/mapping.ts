/** Tables and columns that an installation has under other names than the declared ones. */
import type { MappedColumn, TableMapping } from '../model/settings.js';

export const isConstant = (column: MappedColumn | undefined): column is Exclude<MappedColumn, string> =>
  typeof column === 'object';

/** A declared table or column for messages; where it is mapped, with the name in the database. */
export function inSis(mapping: TableMapping | undefined, table: string, column?: string): string {
  const mapped = mapping?.[table];
  const declared = column === undefined ? table : `${table}.${column}`;
  if (mapped === undefined) return declared;
  const real = column === undefined ? undefined : mapped.columns[column];
  if (isConstant(real)) return `${declared} (a constant)`;
  if (mapped.table === undefined && real === undefined) return declared;
  const place = mapped.table ?? table;
  return `${declared} (${column === undefined ? place : `${place}.${real ?? column}`})`;
}
