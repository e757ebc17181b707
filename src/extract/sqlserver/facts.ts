/** Facts about a SQL Server and the login, for `preflight`. A refused query ends nothing. */
import type { Knex } from 'knex';
import { sisTables, type SisTable } from '../../campus/tables.js';
import type { MssqlSourceSettings } from '../../model/settings.js';
import { metadataKey } from '../mapping.js';
import { foundColumnOf } from '../names.js';
import { compareSchema } from '../schema.js';
import { SourceFault } from '../source-fault.js';
import type { FoundColumn, FoundSchema, FoundTable, RawRow, SourceFact } from '../source.js';
import type { SqlServerConnection } from './connection.js';
import { explainSqlServer, grantsScript, type Whereabouts } from './errors.js';

export interface Inspected {
  readonly connection: SqlServerConnection;
  readonly knex: Knex;
  readonly settings: MssqlSourceSettings;
  readonly where: Whereabouts;
  readonly schema: FoundSchema;
}

/** Undefined where the login sees at least one of the tables. */
export function noCampusTables(
  schema: FoundSchema,
  where: Pick<Whereabouts, 'schema' | 'database' | 'tables'>,
): SourceFault | undefined {
  if (sisTables.some(({ name }) => schema.has(name.toLowerCase()))) return undefined;
  return new SourceFault(
    `No Campus table in schema ${where.schema} of database ${where.database}. Check source.schema and source.connection.database, or run ${grantsScript(where)}.`,
  );
}

export async function readFacts(inspected: Inspected): Promise<readonly SourceFact[]> {
  const nothing = noCampusTables(inspected.schema, inspected.where);
  const facts = [
    await versionFact(inspected),
    encryptionFact(inspected),
    ...(nothing === undefined
      ? [...(await accessFacts(inspected)), ...hiddenFacts(inspected)]
      : [{ code: 'access', severity: 'error', says: nothing.message } as const]),
    await writingFact(inspected),
  ];
  // Last, because a transaction that fails takes the connection's later questions with it.
  return [...facts, await isolationFact(inspected)];
}

const YEARS: ReadonlyMap<number, string> = new Map([
  [13, '2016'],
  [14, '2017'],
  [15, '2019'],
  [16, '2022'],
  [17, '2025'],
]);
const AZURE_SQL_DATABASE = 5;

async function versionFact({ connection }: Inspected): Promise<SourceFact> {
  const row = await firstRow(
    connection,
    `select cast(serverproperty('ProductVersion') as nvarchar(128)) as [version],
  cast(serverproperty('EngineEdition') as int) as [engine]`,
  );
  const version = text(row?.[0]);
  if (version === undefined) {
    return { code: 'version', severity: 'info', says: 'The server does not report its version.' };
  }
  if (row?.[1] === AZURE_SQL_DATABASE) {
    return { code: 'version', severity: 'ok', says: `Azure SQL Database (${version})` };
  }
  const major = Number.parseInt(version, 10);
  const year = YEARS.get(major);
  return major < 13
    ? {
        code: 'version',
        severity: 'warning',
        says: `SQL Server ${version} is older than 2016, the oldest supported.`,
      }
    : {
        code: 'version',
        severity: 'ok',
        says: `SQL Server ${year === undefined ? version : `${year} (${version})`}`,
      };
}

function encryptionFact({ connection, settings }: Inspected): SourceFact {
  if (!connection.isEncrypted)
    return {
      code: 'encryption',
      severity: 'warning',
      says: 'The connection is not encrypted. Set source.connection.encrypt: true.',
    };
  return settings.connection.trustServerCertificate
    ? {
        code: 'encryption',
        severity: 'warning',
        says: 'The connection is encrypted, but any certificate is accepted. Set source.connection.ca instead.',
      }
    : {
        code: 'encryption',
        severity: 'ok',
        says: 'The connection is encrypted, and the certificate is trusted.',
      };
}

/** Asks for the declared columns of each table and for no row: what is refused here is refused in a refresh. */
async function accessFacts({ connection, knex, where, schema }: Inspected): Promise<readonly SourceFact[]> {
  const refusals: SourceFact[] = [];
  let read = 0;
  for (const { name, columns } of wantedColumns(schema, where)) {
    const { sql } = knex(name).select(columns).whereRaw('1 = 0').toSQL().toNative();
    try {
      await firstRow(connection, sql, 'throw');
      read += 1;
    } catch (error) {
      const fault = explainSqlServer(error, where);
      if (fault === undefined) throw error;
      refusals.push({ code: 'access', severity: 'error', says: fault.message });
    }
  }
  return refusals.length > 0
    ? refusals
    : [
        {
          code: 'access',
          severity: 'ok',
          says: `The login can read the ${read} Campus tables that it sees.`,
        },
      ];
}

/** What is read of each table that exists, under the names of the database. */
function wantedColumns(
  schema: FoundSchema,
  { metadata = [] }: Whereabouts,
): readonly { readonly name: string; readonly columns: readonly string[] }[] {
  const wanted = (found: FoundTable | undefined, columns: readonly (FoundColumn | undefined)[]) => {
    const names = columns.flatMap((seen) =>
      seen === undefined || seen.constant !== undefined ? [] : [seen.name],
    );
    return found === undefined || names.length === 0
      ? []
      : [{ name: found.name, columns: [...new Set(names)] }];
  };
  return [
    ...(sisTables as readonly SisTable[]).flatMap(({ name, columns }) =>
      wanted(
        schema.get(name.toLowerCase()),
        columns.map((column) => foundColumnOf({ schema }, name, column)),
      ),
    ),
    ...metadata.flatMap((read) => {
      const found = schema.get(metadataKey(read.table));
      const columns = [read.key, ...read.columns, ...Object.keys(read.where)];
      return wanted(
        found,
        columns.map((column) => found?.columns.get(column.toLowerCase())),
      );
    }),
  ];
}

/** SQL Server lists just what a login may read: the rest looks missing. */
function hiddenFacts({ schema, settings, where }: Inspected): readonly SourceFact[] {
  const missing = compareSchema(schema, settings.filters).filter(({ state }) => state === 'missing').length;
  if (missing === 0) return [];
  const says = `Columns that the login ${where.login} cannot read also look missing. Run ${grantsScript(where)} for it, then run preflight again.`;
  return [{ code: 'hidden', severity: 'info', says }];
}

async function writingFact({ connection, settings, where }: Inspected): Promise<SourceFact> {
  const right = (name: string): string =>
    `has_perms_by_name(quotename(TABLE_SCHEMA) + '.' + quotename(TABLE_NAME), 'OBJECT', '${name}') = 1`;
  const row = await firstRow(
    connection,
    `select count(*) as [tables] from [INFORMATION_SCHEMA].[TABLES]
  where TABLE_SCHEMA = '${settings.schema.replaceAll("'", "''")}'
  and (${['INSERT', 'UPDATE', 'DELETE', 'ALTER'].map(right).join(' or ')})`,
  );
  const tables = row?.[0];
  if (typeof tables !== 'number')
    return {
      code: 'rights',
      severity: 'info',
      says: 'The server does not report the permissions of the login.',
    };
  return tables === 0
    ? { code: 'rights', severity: 'ok', says: 'The login cannot write.' }
    : {
        code: 'rights',
        severity: 'warning',
        says: `The login ${where.login} can write to ${tables} tables. The export only reads: use a login created by ${grantsScript(where)}.`,
      };
}

async function isolationFact({ connection, knex, settings, where, schema }: Inspected): Promise<SourceFact> {
  const row = await firstRow(
    connection,
    `select cast(is_read_committed_snapshot_on as int) as [versioned] from [sys].[databases] where database_id = db_id()`,
  );
  const wantsSnapshot = settings.consistency === 'snapshot';
  const years = schema.get('schoolyear');
  try {
    await connection.beginSnapshot();
    // The transaction meets the database, and its refusal, at its first read.
    const endYear = years?.columns.get('endyear');
    if (years !== undefined && endYear !== undefined && endYear.constant === undefined) {
      const { sql } = knex(years.name).select(endYear.name).toSQL().toNative();
      await firstRow(connection, sql, 'throw');
    }
  } catch (error) {
    const fault = explainSqlServer(error, where);
    if (fault === undefined) throw error;
    const versioned =
      row?.[0] === 1 ? ' Each statement reads as of one moment (READ_COMMITTED_SNAPSHOT).' : '';
    return wantsSnapshot
      ? { code: 'isolation', severity: 'error', says: fault.message }
      : {
          code: 'isolation',
          severity: 'info',
          says: `No snapshot isolation; the tables are read one after the other (consistency: statement).${versioned}`,
        };
  }
  return wantsSnapshot
    ? { code: 'isolation', severity: 'ok', says: 'Snapshot isolation: all tables are read as of one moment.' }
    : {
        code: 'isolation',
        severity: 'warning',
        says: 'Snapshot isolation is available: set source.consistency: snapshot.',
      };
}

async function firstRow(
  connection: SqlServerConnection,
  sql: string,
  onError: 'throw' | 'undefined' = 'undefined',
): Promise<RawRow | undefined> {
  let first: RawRow | undefined;
  try {
    for await (const batch of connection.rows({ sql, bindings: [] })) first ??= batch[0];
  } catch (error) {
    if (onError === 'throw') throw error;
  }
  return first;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
