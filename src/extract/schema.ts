/** Holds the database's tables and columns against the declaration. */
import { sisTables, type SisColumn, type SisTable, type SisType } from '../campus/tables.js';
import type { Problem } from '../model/errors.js';
import type { Notices } from '../model/notices.js';
import { foundColumn } from './queries.js';
import { SourceFault } from './source-fault.js';
import type { FoundColumn, FoundSchema, SisSource } from './source.js';

/**
 * `present`: it can be read, though its type may differ in length or name. `left-out`: it is not there, and the export does
 * without. `missing`, `unreadable`: the export cannot do without it, or without values of its kind.
 */
export type ColumnState = 'present' | 'left-out' | 'missing' | 'unreadable';

export interface ColumnFinding {
  readonly table: string;
  readonly column: string;
  readonly state: ColumnState;
  readonly expected: { readonly type: string; readonly nullable: boolean };
  readonly found: FoundColumn | undefined;
  /** What its absence means, or how it differs. */
  readonly remark: string | undefined;
}

export function compareSchema(schema: FoundSchema): readonly ColumnFinding[] {
  return (sisTables as readonly SisTable[]).flatMap((table) =>
    table.columns.map((column) => {
      const expected = { type: column.sql, nullable: column.nullable };
      const found = findColumn(schema, table, column);
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
  { label, grantOf }: Pick<SisSource, 'label' | 'grantOf'>,
  notices: Notices,
): void {
  const problems: Problem[] = [];
  const missing = (what: 'table' | 'column', table: string, column?: string): Problem => {
    const path = column === undefined ? table : `${table}.${column}`;
    const hidden = grantOf && `, or hidden from the login: ${grantOf(table, column)}`;
    return { path, message: `${what} is missing${hidden ?? ''}` };
  };
  for (const table of sisTables as readonly SisTable[]) {
    if (schema.has(table.name.toLowerCase())) continue;
    if (table.without === undefined) problems.push(missing('table', table.name));
    else notices.add('optional-part-missing', 'info', `${table.name} is not in the SIS: ${table.without}.`);
  }
  for (const { table, column, state, expected, found, remark = '' } of compareSchema(schema)) {
    const path = `${table}.${column}`;
    if (!schema.has(table.toLowerCase())) continue;
    if (state === 'missing') problems.push(missing('column', table, column));
    if (state === 'unreadable')
      problems.push({ path, message: `column is ${found?.type ?? ''}, expected ${expected.type}` });
    if (state === 'left-out')
      notices.add('optional-part-missing', 'info', `${path} is not in the SIS: ${remark}.`);
  }
  if (problems.length === 0) return;
  throw new SourceFault(
    `${label} lacks ${problems.length} of the Campus tables and columns that the export needs, or the login may not see them.`,
    { problems },
  );
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

function findColumn(schema: FoundSchema, table: SisTable, column: SisColumn): FoundColumn | undefined {
  const name = foundColumn({ schema }, table.name, column);
  return name === undefined
    ? undefined
    : schema.get(table.name.toLowerCase())?.columns.get(name.toLowerCase());
}

function mayBeMissing(schema: FoundSchema, column: SisColumn): boolean {
  if (column.without === undefined) return false;
  return column.insteadOf === undefined || schema.has(column.insteadOf.toLowerCase());
}

type Kind = 'number' | 'text' | 'day' | 'guid' | 'bytes';

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...[
    'bit',
    'tinyint',
    'smallint',
    'int',
    'integer',
    'bigint',
    'decimal',
    'numeric',
    'float',
    'real',
    'money',
  ].map((name): [string, Kind] => [name, 'number']),
  ...['char', 'varchar', 'nchar', 'nvarchar', 'text', 'ntext'].map((name): [string, Kind] => [name, 'text']),
  ...['date', 'datetime', 'datetime2', 'smalldatetime', 'datetimeoffset'].map((name): [string, Kind] => [
    name,
    'day',
  ]),
  ['uniqueidentifier', 'guid'],
  ...['binary', 'varbinary', 'image', 'xml', 'time', 'timestamp', 'rowversion', 'geography', 'geometry'].map(
    (name): [string, Kind] => [name, 'bytes'],
  ),
]);

const READABLE: Readonly<Record<SisType, readonly Kind[]>> = {
  id: ['number', 'text'],
  integer: ['number', 'text'],
  flag: ['number', 'text'],
  day: ['day', 'text'],
  guid: ['guid', 'text'],
  text: ['text', 'number', 'guid'],
};

/** A type that nobody knows, as in the views of SQLite, gets the benefit of the doubt. */
function isReadable(type: SisType, found: string): boolean {
  const kind = kindOf(found);
  return kind === undefined || READABLE[type].includes(kind);
}

function kindOf(type: string): Kind | undefined {
  return KINDS.get(type.toLowerCase().replace(/\s*\(.*$/, ''));
}

/** The types of SQLite, which stand for many of SQL Server's. */
const COARSE: ReadonlySet<string> = new Set(['integer', 'text', 'real', 'numeric', 'blob', '']);

function difference(column: SisColumn, found: FoundColumn): string | undefined {
  const type = found.type.toLowerCase();
  const differs = !COARSE.has(type) && type !== column.sql;
  const parts = [
    ...(found.name.toLowerCase() === column.name.toLowerCase() ? [] : [`is named ${found.name}`]),
    ...(differs ? [`is ${type}, expected ${column.sql}`] : []),
    ...(found.nullable && !column.nullable ? ['may be null, expected never to be'] : []),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}
