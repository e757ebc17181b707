/**
 * Puts the demo district into a SQL Server: `npm run load-demo-sqlserver -- [--config FILE] [--create-database]
 * [--schema NAME] [--csv DIR | --students N]`. The server is the `source` of the config, or the one that ONEROSTER_TEST_MSSQL
 * names; its login has to be allowed to make tables there. `--create-database` makes the database where there is none, with
 * snapshot isolation allowed; `--students` makes a district of another size. A schema that already holds a Campus table is
 * left alone.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/load.js';
import { writeDistrictCsv } from '../src/demo/csv.js';
import { DEMO_SEED } from '../src/demo/days.js';
import { ExportError } from '../src/model/errors.js';
import type { MssqlSourceSettings } from '../src/model/settings.js';
import { sqlServerNamed } from './sqlserver-address.js';
import { createDatabase, loadDistrictIntoSqlServer, openPool } from './sqlserver-district.js';

process.exitCode = 1;

const { values } = parseArgs({
  options: {
    config: { type: 'string' },
    csv: { type: 'string', default: join(import.meta.dirname, '../../fixtures/demo') },
    schema: { type: 'string' },
    students: { type: 'string' },
    'create-database': { type: 'boolean', default: false },
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

/** The folder of the CSV files, and what removes it where it was made for this. */
function district(): { readonly folder: string; readonly remove: () => void } {
  if (values.students === undefined) return { folder: values.csv, remove: () => undefined };
  const students = Number(values.students);
  if (!Number.isInteger(students) || students < 1)
    throw new ExportError('usage', `--students must be a whole number, not ${values.students}.`);
  const folder = mkdtempSync(join(tmpdir(), 'district-'));
  writeDistrictCsv(folder, { seed: DEMO_SEED, students });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

async function load(): Promise<void> {
  const { connection, schema: usual } = await server();
  const schema = values.schema ?? usual;
  const { folder, remove } = district();
  try {
    if (values['create-database']) await createDatabase(connection);
    const pool = await openPool(connection);
    try {
      await loadDistrictIntoSqlServer(pool, schema, folder, (table, rows) => {
        console.log(`${table}: ${rows} rows`);
      });
    } finally {
      await pool.close();
    }
    console.log(
      `The district is in ${connection.server}, database ${connection.database}, schema ${schema}.`,
    );
  } finally {
    remove();
  }
}

try {
  await load();
  process.exitCode = 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : 'The district could not be loaded.');
  if (error instanceof ExportError)
    for (const { path, message } of error.problems) console.error(`  ${path}: ${message}`);
}
