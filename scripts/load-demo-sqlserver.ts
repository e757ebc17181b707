/**
 * Puts the demo district into a SQL Server: `node build/scripts/load-demo-sqlserver.js [--config FILE] [--csv DIR]
 * [--schema NAME]`. The server is the `source` of the config, or the one that ONEROSTER_TEST_MSSQL names; its login has to be
 * allowed to make tables there. A schema that already holds a Campus table is left alone.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/load.js';
import { ExportError } from '../src/model/errors.js';
import type { MssqlSourceSettings } from '../src/model/settings.js';
import { sqlServerNamed } from './sqlserver-address.js';
import { loadDistrictIntoSqlServer, openPool } from './sqlserver-district.js';

process.exitCode = 1;

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    csv: { type: 'string', default: join(import.meta.dirname, '../../fixtures/demo') },
    schema: { type: 'string' },
  },
});

async function server(): Promise<MssqlSourceSettings> {
  const named = process.env['ONEROSTER_TEST_MSSQL'];
  if (values.config === undefined && named !== undefined) return sqlServerNamed(named);
  if (values.config === undefined)
    throw new ExportError('usage', 'Name the server with --config FILE or ONEROSTER_TEST_MSSQL.');
  const { source } = await loadConfig(values.config, process.env);
  if (source.client !== 'mssql')
    throw new ExportError('usage', 'The source of this config is no SQL Server.');
  return source;
}

try {
  const { connection, schema } = await server();
  const pool = await openPool(connection);
  try {
    await loadDistrictIntoSqlServer(pool, values.schema ?? schema, values.csv, (table, rows) => {
      console.log(`${table}: ${rows} rows`);
    });
  } finally {
    await pool.close();
  }
  process.exitCode = 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The district could not be loaded.');
  if (error instanceof ExportError)
    for (const { path, message } of error.problems) console.error(`  ${path}: ${message}`);
}
