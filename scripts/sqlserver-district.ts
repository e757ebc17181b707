/** A district of CSV files in a schema of SQL Server: its tables made, filled by the bulk API of `mssql`, and dropped again. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import mssql, { type ConnectionPool } from 'mssql';
import { sisTables, type SisColumn, type SisTable } from '../src/campus/tables.js';
import { createIndexesSql, createTablesSql } from '../src/demo/schema.js';
import { tediousConfig } from '../src/extract/sqlserver/login.js';
import type { MssqlConnectionSettings } from '../src/model/settings.js';
import { isCodePage1252 } from './code-page-1252.js';

const ROWS_PER_BULK = 5_000;

const tables: readonly SisTable[] = sisTables;

export async function openPool(settings: MssqlConnectionSettings): Promise<ConnectionPool> {
  const { server, authentication, options } = await tediousConfig(settings);
  const pool = new mssql.ConnectionPool({
    server,
    ...(options?.port !== undefined && { port: options.port }),
    authentication,
    options,
    pool: { min: 0, max: 1 },
    validateConnection: false,
  } as mssql.config);
  pool.on('error', () => undefined); // told to the request under way as well
  return await pool.connect();
}

/** Makes the database of the settings where there is none, and lets it be read as of one moment. */
export async function createDatabase(settings: MssqlConnectionSettings): Promise<void> {
  const name = `[${settings.database.replaceAll(']', ']]')}]`;
  const pool = await openPool({ ...settings, database: 'master' });
  try {
    const { recordset } = await pool
      .request()
      .input('name', mssql.NVarChar(128), settings.database)
      .query<{ id: number | null }>('select db_id(@name) as [id]');
    if (typeof recordset[0]?.id !== 'number') await pool.request().batch(`CREATE DATABASE ${name}`);
    await pool.request().batch(`ALTER DATABASE ${name} SET ALLOW_SNAPSHOT_ISOLATION ON`);
  } finally {
    await pool.close();
  }
}

/** Makes the schema where there is none. Refuses one that holds any Campus table: nothing is ever overwritten. */
export async function loadDistrictIntoSqlServer(
  pool: ConnectionPool,
  schema: string,
  csvFolder: string,
  onTable: (table: string, rows: number) => void = () => undefined,
): Promise<void> {
  const present = await tablesIn(pool, schema);
  if (present.length > 0)
    throw new Error(`Schema ${schema} already holds ${present.join(', ')}: use another one.`);
  if (!(await hasSchema(pool, schema))) await pool.request().batch(`CREATE SCHEMA [${schema}]`);
  const anyText = await columnsOfAnyText(csvFolder);
  for (const statement of createTablesSql('mssql', { schema, anyText }))
    await pool.request().batch(statement);
  for (const table of tables) onTable(table.name, await loadTable(pool, schema, table, csvFolder, anyText));
  for (const statement of createIndexesSql('mssql', { schema })) await pool.request().batch(statement);
}

/** For schemas that tests made: the Campus tables in it, and the schema itself. */
export async function dropDistrict(pool: ConnectionPool, schema: string): Promise<void> {
  for (const table of await tablesIn(pool, schema))
    await pool.request().batch(`DROP TABLE [${schema}].[${table}]`);
  if (await hasSchema(pool, schema)) await pool.request().batch(`DROP SCHEMA [${schema}]`);
}

async function tablesIn(pool: ConnectionPool, schema: string): Promise<readonly string[]> {
  const { recordset } = await pool
    .request()
    .input('schema', mssql.NVarChar(128), schema)
    .query<{ name: string }>(
      'select [TABLE_NAME] as [name] from [INFORMATION_SCHEMA].[TABLES] where [TABLE_SCHEMA] = @schema',
    );
  const declared = new Set(tables.map(({ name }) => name.toLowerCase()));
  return recordset.map(({ name }) => name).filter((name) => declared.has(name.toLowerCase()));
}

async function hasSchema(pool: ConnectionPool, schema: string): Promise<boolean> {
  const { recordset } = await pool
    .request()
    .input('schema', mssql.NVarChar(128), schema)
    .query(
      'select [SCHEMA_NAME] as [name] from [INFORMATION_SCHEMA].[SCHEMATA] where [SCHEMA_NAME] = @schema',
    );
  return recordset.length > 0;
}

async function loadTable(
  pool: ConnectionPool,
  schema: string,
  table: SisTable,
  csvFolder: string,
  anyText: ReadonlySet<string>,
): Promise<number> {
  const loaders = table.columns.map((column) =>
    loaderOf(column, anyText.has(`${table.name}.${column.name}`)),
  );
  const emptyBulk = (): mssql.Table => {
    const bulk = new mssql.Table(`[${schema}].[${table.name}]`);
    table.columns.forEach((column, at) => {
      const isKey = table.key.length === 1 && table.key[0] === column.name;
      bulk.columns.add(column.name, loaders[at]?.type() ?? mssql.Int(), {
        nullable: column.nullable && !isKey,
      });
    });
    return bulk;
  };
  let bulk = emptyBulk();
  let rows = 0;
  const send = async (): Promise<void> => {
    if (bulk.rows.length > 0) await pool.request().bulk(bulk, { keepNulls: true });
    rows += bulk.rows.length;
    bulk = emptyBulk();
  };
  for await (const record of recordsOf(csvFolder, table)) {
    bulk.rows.add(...record.map((cell, at) => (cell === '' ? null : (loaders[at]?.value(cell) ?? null))));
    if (bulk.rows.length >= ROWS_PER_BULK) await send();
  }
  await send();
  return rows;
}

interface Loader {
  readonly type: () => mssql.ISqlType;
  readonly value: (cell: string) => string | number | boolean | Date;
}

function loaderOf({ name, sql }: SisColumn, isAnyText: boolean): Loader {
  const [, base = '', length = '1'] = /^(\w+)(?:\((\d+)\))?$/.exec(sql) ?? [];
  const asText = (cell: string): string => cell;
  switch (base) {
    case 'int':
      return { type: () => mssql.Int(), value: Number };
    case 'smallint':
      return { type: () => mssql.SmallInt(), value: Number };
    case 'tinyint':
      return { type: () => mssql.TinyInt(), value: Number };
    case 'bit':
      return { type: () => mssql.Bit(), value: (cell) => cell === '1' };
    case 'smalldatetime':
      // The driver writes the UTC parts of a Date.
      return { type: () => mssql.SmallDateTime(), value: (cell) => new Date(`${cell.replace(' ', 'T')}Z`) };
    case 'uniqueidentifier':
      return { type: () => mssql.UniqueIdentifier(), value: asText };
    case 'char':
      return { type: () => (isAnyText ? mssql.NChar : mssql.Char)(Number(length)), value: asText };
    case 'varchar':
      return { type: () => (isAnyText ? mssql.NVarChar : mssql.VarChar)(Number(length)), value: asText };
    case 'nvarchar':
      return { type: () => mssql.NVarChar(Number(length)), value: asText };
    default:
      throw new Error(`no way to load ${sql} of column ${name}`);
  }
}

/** Columns of one-byte text in which the CSV files have more than code page 1252 holds. */
async function columnsOfAnyText(csvFolder: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const table of tables) {
    const narrow = table.columns.map(({ sql }) => /^(var)?char\(/.test(sql));
    for await (const record of recordsOf(csvFolder, table)) {
      record.forEach((cell, at) => {
        if (narrow[at] === true && !isCodePage1252(cell))
          found.add(`${table.name}.${table.columns[at]?.name ?? ''}`);
      });
    }
  }
  return found;
}

async function* recordsOf(csvFolder: string, table: SisTable): AsyncGenerator<readonly string[]> {
  const file = join(csvFolder, `${table.name}.csv`);
  const declared = table.columns.map(({ name }) => name).join();
  let header: string | undefined;
  const parser = createReadStream(file).pipe(parse({ bom: true })) as AsyncIterable<readonly string[]>;
  for await (const record of parser) {
    if (header !== undefined) {
      yield record;
      continue;
    }
    header = record.join();
    if (header !== declared) throw new Error(`${file}: the header is not the declared one: ${declared}`);
  }
}
