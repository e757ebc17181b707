/** Holds the database's tables and columns against the declaration. */
import { sisTables, type SisColumn, type SisTable } from '../campus/tables.js';
import { ExportError, type Problem } from '../model/errors.js';
import type { Notices } from '../model/notices.js';
import { foundColumn, type Names } from './queries.js';

/** Notes each optional part that is switched off. Throws ExportError `source` with every table and column that is missing. */
export function checkSchema(names: Names, label: string, notices: Notices): void {
  const problems = (sisTables as readonly SisTable[]).flatMap((table) => missingParts(names, table, notices));
  if (problems.length === 0) return;
  throw new ExportError(
    'source',
    `${label} lacks ${problems.length} of the Campus tables and columns that the export needs.`,
    problems,
  );
}

function missingParts(names: Names, table: SisTable, notices: Notices): Problem[] {
  if (!names.schema.has(table.name.toLowerCase())) {
    if (table.without === undefined) return [{ path: table.name, message: 'table is missing' }];
    notices.add('optional-part-missing', 'info', `${table.name} is not in the SIS: ${table.without}.`);
    return [];
  }
  return table.columns.flatMap((column) => {
    if (foundColumn(names, table.name, column) !== undefined) return [];
    const path = `${table.name}.${column.name}`;
    if (!mayBeMissing(names, column)) return [{ path, message: 'column is missing' }];
    notices.add('optional-part-missing', 'info', `${path} is not in the SIS: ${column.without ?? ''}.`);
    return [];
  });
}

function mayBeMissing(names: Names, column: SisColumn): boolean {
  if (column.without === undefined) return false;
  return column.insteadOf === undefined || names.schema.has(column.insteadOf.toLowerCase());
}
