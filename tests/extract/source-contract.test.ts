/**
 * The contract of sources, on SQLite, on the stand-in for SQL Server, and on a real one when ONEROSTER_TEST_MSSQL names it, in
 * one of three forms:
 *
 *   mssql://sa:…@localhost:1433/campus?encrypt=true&trustServerCertificate=true
 *   Server=localhost,1433;Database=campus;User Id=sa;Password=…;Encrypt=true;TrustServerCertificate=true
 *   {"server":"localhost","port":1433,"database":"campus","user":"sa","password":"…","trustServerCertificate":true}
 *
 * The last has the keys of `source.connection`. The database has to exist, and the login to be allowed to make a schema and
 * tables in it; the suite works in a schema of its own, fills it, and drops it. Where the database does not allow snapshot
 * isolation, the suite switches it on for as long as it runs, or says that it may not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import type { ConnectionPool } from 'mssql';
import { sqlServerNamed } from '../../scripts/sqlserver-address.js';
import { dropDistrict, loadDistrictIntoSqlServer, openPool } from '../../scripts/sqlserver-district.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { sqlServerSource } from '../../src/extract/sqlserver/sqlserver.js';
import type { MssqlSourceSettings } from '../../src/model/settings.js';
import { sourceContract, type ContractDatabase } from './source-contract.js';
import { standInSettings, startTdsServer, type TdsServer } from './sqlserver/tds-server.js';
import { DEMO_CSV, demoDistrict } from '../support/demo-district.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'contract-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Prepared {
  readonly database: ContractDatabase;
  readonly remove: () => Promise<void>;
}

function describeContract(name: string, prepare: () => Promise<Prepared>): void {
  describe(name, () => {
    let prepared: Prepared | undefined;
    beforeAll(async () => {
      prepared = await prepare();
    }, 300_000);
    afterAll(() => prepared?.remove(), 60_000);
    test.each(sourceContract)(
      '$name',
      async ({ run }) => {
        if (prepared === undefined) throw new Error('the database could not be prepared');
        await run(prepared.database, folder);
      },
      300_000,
    );
  });
}

describeContract('SQLite', () => {
  const filename = join(folder, 'district.sqlite');
  demoDistrict(filename);
  const writer = new Database(filename);
  writer.pragma('journal_mode = WAL'); // as a copy that is being written has it: readers and a writer at once
  const database: ContractDatabase = {
    source: sqliteSource({ client: 'better-sqlite3', filename }),
    isOneMoment: true,
    table: (name) => `"${name}"`,
    text: (value) => `'${value.replaceAll("'", "''")}'`,
    execute: (sql) => {
      writer.exec(sql);
      return Promise.resolve();
    },
  };
  return Promise.resolve({
    database,
    remove: () => {
      writer.close();
      return Promise.resolve();
    },
  });
});

describeContract('the stand-in for SQL Server', async () => {
  const server: TdsServer = await startTdsServer({ folder: join(folder, 'stand-in') });
  const { database, remove } = await prepareSqlServer(standInSettings(server));
  return {
    database,
    remove: async () => {
      await remove();
      expect(server.statements.filter(({ sql }) => /nolock/i.test(sql))).toEqual([]);
      await server.close();
    },
  };
});

const named = process.env['ONEROSTER_TEST_MSSQL'];
if (named === undefined || named === '') {
  process.stderr.write(
    `${sourceContract.length} tests of the source contract are skipped: ONEROSTER_TEST_MSSQL names no SQL Server.\n`,
  );
  describe('SQL Server', () => {
    test.skip.each(sourceContract)('$name', () => undefined);
  });
} else {
  describeContract('SQL Server', () => prepareSqlServer(sqlServerNamed(named)));
}

async function prepareSqlServer(settings: MssqlSourceSettings): Promise<Prepared> {
  const schema = `oneroster_test_${process.pid}_${Date.now().toString(36)}`;
  const pool = await openPool(settings.connection);
  const execute = async (sql: string): Promise<void> => {
    await pool.request().batch(sql);
  };
  const snapshots = await allowSnapshots(pool, execute);
  const remove = async (): Promise<void> => {
    await dropDistrict(pool, schema);
    await snapshots.undo();
    await pool.close();
  };
  try {
    await loadDistrictIntoSqlServer(pool, schema, DEMO_CSV);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    database: {
      source: sqlServerSource({
        ...settings,
        schema,
        consistency: snapshots.isAllowed ? 'snapshot' : 'statement',
      }),
      isOneMoment: snapshots.isAllowed,
      table: (name) => `[${schema}].[${name}]`,
      text: (value) => `N'${value.replaceAll("'", "''")}'`,
      execute,
    },
    remove,
  };
}

interface Allowance {
  readonly isAllowed: boolean;
  readonly undo: () => Promise<void>;
}

/** Switches snapshot isolation on where it is not; where that is refused, tables are read as of their own moments. */
async function allowSnapshots(
  pool: ConnectionPool,
  execute: (sql: string) => Promise<void>,
): Promise<Allowance> {
  const { recordset } = await pool
    .request()
    .query<{ state: number }>(
      'select [snapshot_isolation_state] as [state] from [sys].[databases] where [database_id] = db_id()',
    );
  if (recordset[0]?.state === 1) return { isAllowed: true, undo: () => Promise.resolve() };
  try {
    await execute('ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON');
  } catch {
    process.stderr.write(
      '1 test of the source contract is skipped: this database does not allow snapshot isolation, and this login may not change that.\n',
    );
    return { isAllowed: false, undo: () => Promise.resolve() };
  }
  return {
    isAllowed: true,
    undo: () => execute('ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION OFF'),
  };
}
