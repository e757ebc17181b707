/** The columns that are read from a database, and the SQL Server script that grants these and nothing else. */
import type { ColumnFilter, MappedTable, MetadataRead, TableMapping } from '../model/settings.js';
import { isConstant } from './mapping.js';
import { isRead, sisTables, type SisColumn, type SisTable } from './tables.js';

/** A table or view under its own name; `schema`: undefined for the usual one. */
export interface ReadableTable {
  readonly schema?: string;
  readonly name: string;
  /** It may be missing. */
  readonly isOptional: boolean;
  readonly columns: readonly ReadableColumn[];
}

export interface ReadableColumn {
  readonly name: string;
  /** It may be missing: a grant of a missing column fails as a whole. */
  readonly isOptional: boolean;
}

/** In declared order, under the names of this database; then tables that only extension columns are read from. */
export function readableTables(
  mapping?: TableMapping,
  metadata: readonly MetadataRead[] = [],
  filters?: readonly ColumnFilter[],
): readonly ReadableTable[] {
  const declared = (sisTables as readonly SisTable[]).map((table) => {
    const mapped = mapping?.[table.name];
    const columns = table.columns
      .filter((column) => isRead(column, filters))
      .flatMap((column) => columnsOf(column, mapped?.columns[column.name]));
    return {
      ...placeOf(mapped?.table ?? table.name),
      isOptional: table.without !== undefined,
      columns: withMetadata(columns, metadata, table.name, mapped),
    };
  });
  const names = new Set(sisTables.map(({ name }): string => name));
  const others = [...new Set(metadata.map(({ table }) => table))].filter((name) => !names.has(name));
  return [
    ...declared,
    ...others.map((name) => ({
      ...placeOf(mapping?.[name]?.table ?? name),
      isOptional: false,
      columns: withMetadata([], metadata, name, mapping?.[name]),
    })),
  ];
}

/** With the columns of the table that extension columns need, each once. */
function withMetadata(
  columns: readonly ReadableColumn[],
  metadata: readonly MetadataRead[],
  table: string,
  mapped: MappedTable | undefined,
): readonly ReadableColumn[] {
  const reads = metadata.filter((read) => read.table === table);
  const named = reads.flatMap((read) => [read.key, ...Object.keys(read.where), ...read.columns]);
  const real = named.flatMap((name) => {
    const to = mapped?.columns[name];
    return isConstant(to) ? [] : [to ?? name];
  });
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  for (const name of real) byName.set(name.toLowerCase(), { name, isOptional: false });
  return [...byName.values()];
}

/** `schema.table`, or a table of the usual schema. */
export function placeOf(written: string): Pick<ReadableTable, 'schema' | 'name'> {
  const [first = '', second] = written.split('.');
  return second === undefined ? { name: first } : { schema: first, name: second };
}

function columnsOf(
  { name, alias, without }: SisColumn,
  to: TableMapping[string]['columns'][string] | undefined,
): readonly ReadableColumn[] {
  if (isConstant(to)) return [];
  const isOptional = without !== undefined;
  if (to !== undefined) return [{ name: to, isOptional }];
  return [name, ...(alias === undefined ? [] : [alias])].map((each) => ({ name: each, isOptional }));
}

const ROLE = 'oneroster_export';

/** Names of the example command in the head of the script. */
export interface GrantNames {
  readonly server: string;
  readonly database: string;
  readonly login: string;
  readonly schema: string;
}

export const STANDARD_NAMES: GrantNames = {
  server: 'sis-db',
  database: 'campus',
  login: 'oneroster_ro',
  schema: 'dbo',
};

/** For sqlcmd, after a first line of comment. */
export function grantsSql(
  made: string,
  tables: readonly ReadableTable[],
  { server, database, login, schema }: GrantNames = STANDARD_NAMES,
): string {
  return `${made}
--
-- The least privileges that the export requires: a login, its user in the Campus database, and a role that can read only the columns that
-- are read. No social security number and no password is among them. An administrator runs it once, and again after an
-- upgrade of the export:
--
--   sqlcmd -S ${server} -d ${database} -b -i grants.sql -v Login="${login}" Schema="${schema}"
--
-- The password of the new login comes from the environment variable Password, so it does not show in the process list.
-- An existing login keeps its password, but sqlcmd still requires the variable. For a Windows login, first run CREATE LOGIN [DOMAIN\\name] FROM WINDOWS; on
-- Azure SQL Database, first run CREATE USER [name] FROM EXTERNAL PROVIDER.
--
-- To read all tables as of one moment, allow it in the database once:
--
--   ALTER DATABASE ${quoted(database)} SET ALLOW_SNAPSHOT_ISOLATION ON;

IF SUSER_ID(N'$(Login)') IS NULL AND DATABASE_PRINCIPAL_ID(N'$(Login)') IS NULL
  CREATE LOGIN [$(Login)] WITH PASSWORD = N'$(Password)', CHECK_POLICY = ON;
GO
IF DATABASE_PRINCIPAL_ID(N'$(Login)') IS NULL
  CREATE USER [$(Login)] FOR LOGIN [$(Login)];
GO
IF DATABASE_PRINCIPAL_ID(N'${ROLE}') IS NULL
  CREATE ROLE [${ROLE}];
GO
ALTER ROLE [${ROLE}] ADD MEMBER [$(Login)];
GO
${tables.map(tableGrants).join('')}`;
}

function tableGrants({ schema, name, isOptional, columns }: ReadableTable): string {
  const on = `${schema === undefined ? '[$(Schema)]' : quoted(schema)}.${quoted(name)}`;
  const grant = (names: readonly string[]): string =>
    `GRANT SELECT ON ${on} (${names.map(quoted).join(', ')}) TO [${ROLE}];`;
  const namesWhere = (optional: boolean): readonly string[] => [
    ...new Set(columns.filter((column) => column.isOptional === optional).map((column) => column.name)),
  ];
  const needed = namesWhere(false);
  const condition = isOptional ? `IF OBJECT_ID(${literal(on)}) IS NOT NULL\n  ` : '';
  return [
    needed.length === 0 ? '\n' : `\n${condition}${grant(needed)}\nGO\n`,
    ...namesWhere(true).map(
      (column) => `IF COL_LENGTH(${literal(on)}, ${literal(column)}) IS NOT NULL\n  ${grant([column])}\nGO\n`,
    ),
  ].join('');
}

const quoted = (name: string): string => `[${name.replaceAll(']', ']]')}]`;
const literal = (text: string): string => `N'${text.replaceAll("'", "''")}'`;
