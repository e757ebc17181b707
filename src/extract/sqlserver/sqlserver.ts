/**
 * The source of production: a Microsoft SQL Server that runs Campus, or a copy or replica of it. Knex writes the T-SQL; one
 * connection of its driver, tedious, runs it, inside one transaction at snapshot isolation unless the settings say
 * otherwise. Knex's own execution is left out: it hides the number of a refused login, keeps the waiting requests of all
 * its instances in one list, and the server decides whether its connections are encrypted.
 */
import knexModule, { type Knex } from 'knex';
import type { ConnectionConfiguration } from 'tedious';
import type { MssqlSourceSettings } from '../../model/settings.js';
import { kindOf } from '../column-types.js';
import { mapSchema, otherSchemas } from '../mapping.js';
import { columnsOfRows } from '../raw-columns.js';
import type {
  FoundColumn,
  FoundSchema,
  FoundTable,
  RawRow,
  SelectForms,
  SisSource,
  SisView,
} from '../source.js';
import { connectSqlServer, type SqlServerConnection, type Statement } from './connection.js';
import { explainSqlServer, grantSelect, isDatabaseRefused, type Whereabouts } from './errors.js';
import { databaseState } from './state.js';
import { noCampusTables, readFacts } from './facts.js';
import { loginRemarks, silenceMs, tediousConfig, whereabouts } from './login.js';

const { knex: makeKnex } = knexModule;

/**
 * Days as text, or a driver in another time zone moves them; GUIDs as the server prints them, in upper case. A text that is not a
 * number becomes null, where a plain comparison would end the query with an error that holds the text.
 */
export const SQL_SERVER_FORMS: SelectForms = {
  day: 'convert(char(10), ??, 23)',
  guid: 'convert(char(36), ??)',
  numberOfText: "try_convert(bigint, nullif(ltrim(rtrim(??)), ''))",
  longText: 'substring(??, 1, 4000)',
  flagOfText:
    "case when lower(ltrim(rtrim(??))) in ('1', 'true', 'y', 't') then 1 when lower(ltrim(rtrim(??))) in ('0', 'false', 'n', 'f') then 0 end",
};

export function sqlServerSource(settings: MssqlSourceSettings): SisSource {
  const where = whereabouts(settings);
  const isOneMoment = settings.consistency === 'snapshot';
  return {
    label: `${where.server}, database ${where.database}`,
    remarks: loginRemarks(settings),
    ...(settings.tables !== undefined && { tables: settings.tables }),
    ...(settings.metadata !== undefined && { metadata: settings.metadata }),
    ...(settings.filters !== undefined && { filters: settings.filters }),
    grantOf: (table, column) => grantSelect(where, table, column),
    withView: (work) =>
      connected(settings, where, async (connection, knex) => {
        if (isOneMoment) await inWords(where, () => connection.beginSnapshot());
        else await yieldToOthers(connection);
        return await work(sqlServerView(connection, knex, where, isOneMoment));
      }),
    inspect: () =>
      connected(settings, where, async (connection, knex) => {
        const view = sqlServerView(connection, knex, where, false);
        const existing = await view.existing();
        const schema = mapSchema(existing, where, where.schema);
        return { facts: await readFacts({ connection, knex, settings, where, schema }), schema, existing };
      }),
  };
}

/** The connection is always closed, which ends its transaction. */
async function connected<T>(
  settings: MssqlSourceSettings,
  where: Whereabouts,
  work: (connection: SqlServerConnection, knex: Knex) => Promise<T>,
): Promise<T> {
  const config = await tediousConfig(settings.connection);
  const knex = makeKnex({ client: 'mssql', compileSqlOnError: false });
  const connection = await connect(config, settings, where);
  try {
    return await work(connection, knex);
  } finally {
    await connection.close();
  }
}

async function connect(
  config: ConnectionConfiguration,
  { connection }: MssqlSourceSettings,
  where: Whereabouts,
): Promise<SqlServerConnection> {
  const attempt = (): Promise<SqlServerConnection> => connectSqlServer(config, silenceMs(connection));
  try {
    return await attempt();
  } catch (error) {
    const state = isDatabaseRefused(error) ? await databaseState(config, where.database) : undefined;
    if (state !== 'ONLINE') throw explainSqlServer(error, where, state) ?? error;
    // It may have come up between the two questions.
    return await attempt().catch((again: unknown) => {
      throw explainSqlServer(again, where, state) ?? again;
    });
  }
}

function sqlServerView(
  connection: SqlServerConnection,
  knex: Knex,
  where: Whereabouts,
  isOneMoment: boolean,
): SisView {
  const read = (query: Knex.QueryBuilder): AsyncIterable<readonly RawRow[]> =>
    rowsInWords(connection, compiled(query), where);
  const readColumns: SisView['readColumns'] = async function* (query) {
    for await (const batch of read(query)) yield columnsOfRows(batch);
  };
  const existing = (): Promise<FoundSchema> => readSchema(read, knex, where);
  const schema = async (): Promise<FoundSchema> => {
    const found = mapSchema(await existing(), where, where.schema);
    const fault = noCampusTables(found, where);
    if (fault !== undefined) throw fault;
    return found;
  };
  return { knex, forms: SQL_SERVER_FORMS, isOneMoment, read, readColumns, schema, existing };
}

function compiled(query: Knex.QueryBuilder): Statement {
  const { sql, bindings } = query.toSQL().toNative();
  return { sql, bindings };
}

/** The columns that the login may see, of tables and views. Upper case, because some databases tell names apart by case. */
export function columnsQuery(knex: Knex, schema: string): Knex.QueryBuilder {
  return knex('INFORMATION_SCHEMA.COLUMNS')
    .where('TABLE_SCHEMA', schema)
    .select([
      'TABLE_NAME as tableName',
      'COLUMN_NAME as columnName',
      'DATA_TYPE as dataType',
      'CHARACTER_MAXIMUM_LENGTH as textLength',
      'IS_NULLABLE as isNullable',
    ]);
}

/** The tables of the usual schema, and those of other schemas that a mapping names. */
async function readSchema(read: SisView['read'], knex: Knex, where: Whereabouts): Promise<FoundSchema> {
  const own = await readTables(read, knex, where.schema);
  const others: (readonly [string, FoundTable])[] = [];
  for (const schema of otherSchemas(where, where.schema))
    for (const table of (await readTables(read, knex, schema)).values())
      others.push([table.name.toLowerCase(), table]);
  return new Map([...own, ...others]);
}

async function readTables(read: SisView['read'], knex: Knex, schema: string): Promise<FoundSchema> {
  const tables = new Map<string, FoundTable & { readonly columns: Map<string, FoundColumn> }>();
  for await (const batch of read(columnsQuery(knex, schema))) {
    for (const [table, name, type, length, isNullable] of batch as readonly ColumnRow[]) {
      const found = tables.get(table.toLowerCase()) ?? { name: `${schema}.${table}`, columns: new Map() };
      tables.set(table.toLowerCase(), found);
      found.columns.set(name.toLowerCase(), {
        name,
        type: length === null ? type : `${type}(${length < 0 ? 'max' : length})`,
        nullable: isNullable !== 'NO',
        isNumeric: kindOf(type) === 'number',
      });
    }
  }
  return tables;
}

type ColumnRow = readonly [
  table: string,
  name: string,
  type: string,
  length: number | null,
  isNullable: string,
];

/** Without snapshots we do take locks: when they meet those of the SIS's users, it is our read that gives way. */
async function yieldToOthers(connection: SqlServerConnection): Promise<void> {
  const statement = { sql: 'set deadlock_priority low', bindings: [] };
  try {
    await connection.rows(statement).next();
  } catch {
    // A courtesy: a server that does not know it can be read all the same.
  }
}

async function* rowsInWords(
  connection: SqlServerConnection,
  statement: Statement,
  where: Whereabouts,
): AsyncGenerator<readonly RawRow[], void, undefined> {
  const rows = connection.rows(statement);
  try {
    for (;;) {
      const next = await inWords(where, () => rows.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await rows.return(undefined);
  }
}

async function inWords<T>(where: Whereabouts, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw explainSqlServer(error, where) ?? error;
  }
}
