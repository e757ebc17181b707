/** Compares the database's tables and columns with the declaration. */
import { inSis } from '../campus/mapping.js';
import { isRead, sisTables, type SisColumn, type SisTable } from '../campus/tables.js';
import type { Problem } from '../model/errors.js';
import type { Notices } from '../model/notices.js';
import type { ColumnFilter } from '../model/settings.js';
import { isComparedAsNumber, isDeclaredNumeric, isReadable, kindOf } from './column-types.js';
import { compareMetadata } from './metadata-schema.js';
import { foundColumnOf } from './names.js';
import { SourceFault } from './source-fault.js';
import type { ColumnFinding } from './column-finding.js';
import type { FoundColumn, FoundSchema, SisSource } from './source.js';

/** Of the columns that are read where connections have these filters. */
export function compareSchema(
  schema: FoundSchema,
  filters?: readonly ColumnFilter[],
): readonly ColumnFinding[] {
  return (sisTables as readonly SisTable[]).flatMap((table) =>
    table.columns
      .filter((column) => isRead(column, filters))
      .map((column) => {
        const expected = { type: column.sql, nullable: column.nullable };
        const found = foundColumnOf({ schema }, table.name, column);
        return {
          table: table.name,
          column: column.name,
          expected,
          found,
          ...judge(schema, table, column, found),
        };
      }),
  );
}

/** Notes each optional part that is switched off. Throws SourceFault with every table and column that is missing. */
export function checkSchema(
  schema: FoundSchema,
  source: Pick<SisSource, 'label' | 'grantOf' | 'tables' | 'metadata' | 'filters'>,
  notices: Notices,
): void {
  const { label, grantOf, tables: mapping, metadata, filters } = source;
  const problems: Problem[] = [];
  const missing = (what: 'table' | 'column', table: string, column?: string): Problem => {
    const hidden = grantOf && `, or hidden from the login: ${grantOf(table, column)}`;
    return { path: inSis(mapping, table, column), message: `${what} is missing${hidden ?? ''}` };
  };
  for (const table of sisTables as readonly SisTable[]) {
    if (schema.has(table.name.toLowerCase())) continue;
    if (table.without === undefined) problems.push(missing('table', table.name));
    else
      notices.add(
        'optional-part-missing',
        'info',
        `${inSis(mapping, table.name)} is not in the SIS: ${table.without}.`,
      );
  }
  for (const { table, column, state, expected, found, remark = '' } of compareSchema(schema, filters)) {
    const path = inSis(mapping, table, column);
    if (!schema.has(table.toLowerCase())) continue;
    if (state === 'missing') problems.push(missing('column', table, column));
    if (state === 'unreadable')
      problems.push({ path, message: `column is ${found?.type ?? ''}, expected ${expected.type}` });
    if (state === 'left-out')
      notices.add('optional-part-missing', 'info', `${path} is not in the SIS: ${remark}.`);
  }
  const declared = problems.length;
  for (const { table, column, state, remark = '' } of compareMetadata(schema, metadata, mapping)) {
    const message = state === 'missing' ? `column is missing: ${remark}` : `column ${remark}`;
    const path = inSis(mapping, table, column);
    if (state !== 'present' && !problems.some((each) => each.path === path)) problems.push({ path, message });
  }
  if (problems.length === 0) return;
  if (declared === 0) throw unfitMetadata(label, problems);
  throw new SourceFault(
    `${label} is missing ${problems.length} of the Campus tables and columns that the export requires, or the login cannot see them. If they have other names here, preflight prints a mapping for source.tables.`,
    { problems },
  );
}

function unfitMetadata(label: string, problems: readonly Problem[]): SourceFault {
  const parts = problems.length === 1 ? 'one column' : `${problems.length} columns`;
  return new SourceFault(
    `${label} does not have ${parts} that metadata or values need, or the login cannot see them. Fix these keys in the config, or remove them from the connection.`,
    { problems },
  );
}

/** Without the columns that no connection needs: a query selects null for them. */
export function withoutUnread(schema: FoundSchema, filters?: readonly ColumnFilter[]): FoundSchema {
  const read = new Map(schema);
  for (const { name, columns } of sisTables as readonly SisTable[]) {
    const unread = columns.filter((column) => !isRead(column, filters));
    const found = schema.get(name.toLowerCase());
    if (unread.length === 0 || found === undefined) continue;
    const left = new Map(found.columns);
    for (const column of unread) left.delete(column.name.toLowerCase());
    read.set(name.toLowerCase(), { ...found, columns: left });
  }
  return read;
}

function judge(
  schema: FoundSchema,
  table: SisTable,
  column: SisColumn,
  found: FoundColumn | undefined,
): Pick<ColumnFinding, 'state' | 'remark'> {
  if (found !== undefined) {
    return {
      state: isReadable(column.type, found.type) ? 'present' : 'unreadable',
      remark: difference(column, found),
    };
  }
  if (!schema.has(table.name.toLowerCase()))
    return { state: table.without === undefined ? 'missing' : 'left-out', remark: table.without };
  return { state: mayBeMissing(schema, column) ? 'left-out' : 'missing', remark: column.without };
}

function mayBeMissing(schema: FoundSchema, column: SisColumn): boolean {
  if (column.without === undefined) return false;
  return column.insteadOf === undefined || schema.has(column.insteadOf.toLowerCase());
}

/** The types of SQLite, which stand for many of SQL Server's. */
const COARSE: ReadonlySet<string> = new Set(['integer', 'text', 'real', 'numeric', 'blob', '']);

function difference(column: SisColumn, found: FoundColumn): string | undefined {
  if (found.constant !== undefined) return `is the constant ${found.constant} of source.tables`;
  const type = found.type.toLowerCase();
  const treatment = treatmentOf(column, found);
  const differs = treatment !== undefined || (!COARSE.has(type) && type !== column.sql);
  const typeInWords = type === '' ? 'has no type' : `is ${type}`;
  const parts = [
    ...(found.name.toLowerCase() === column.name.toLowerCase() ? [] : [`is named ${found.name}`]),
    ...(differs
      ? [`${typeInWords}, expected ${column.sql}${treatment === undefined ? '' : `: ${treatment}`}`]
      : []),
    ...(found.stored === undefined ? [] : [found.stored]),
    ...(found.nullable && !column.nullable ? ['nullable, expected not null'] : []),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** What a refresh does about a type of another kind than the declared one. */
function treatmentOf(column: SisColumn, { type, isNumeric }: FoundColumn): string | undefined {
  const kind = kindOf(type);
  if (isComparedAsNumber(column)) {
    const isNumber = kind === 'number' || isNumeric === true;
    return isNumber ? undefined : 'read and sorted as numbers; any other value stops the refresh';
  }
  if (column.type === 'text') {
    if ((kind !== 'number' && isNumeric !== true) || isDeclaredNumeric(column)) return undefined;
    return 'numbers in it stop the refresh, because leading zeros are lost in such a column';
  }
  return kind === 'text' && type.toLowerCase() !== 'text'
    ? `texts are read as ${column.type === 'day' ? 'dates' : 'GUIDs'}`
    : undefined;
}
