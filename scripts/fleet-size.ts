/**
 * How large the state in PostgreSQL becomes: two real nights of the demo district on a server of its own, the second with changed rows,
 * whose rows are then repeated as if there had been a thousand nights. Prints bytes per table: `node build/scripts/fleet-size.js`.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { writeDistrict } from '../src/demo/load.js';
import { run } from '../tests/support/cli.js';
import { PostgresServer } from '../tests/support/postgres.js';

const NIGHTS = 1_000;
/** As many as the state keeps. */
const NIGHTS_WITH_SCHOOLS = 150;
const DATABASE = 'sizes';

/** The numbers of a row that differ from night to night. */
const COUNTED: Readonly<Record<string, readonly string[]>> = {
  refresh: ['id'],
  bundle: ['id', 'refreshId'],
  bundleSchools: ['bundleId'],
  publication: ['bundleId'],
  delivery: ['id', 'bundleId'],
  audit: ['seq'],
};

const folder = mkdtempSync(join(tmpdir(), 'fleet-size-'));
const server = await PostgresServer.started();
try {
  await twoNights();
  for (const [table, counted] of Object.entries(COUNTED)) repeat(table, counted);
  server.query(DATABASE, 'vacuum full analyze');
  const sizes = Object.keys(COUNTED).map((table) => ({ table, bytes: bytesOf(table) }));
  for (const { table, bytes } of sizes) process.stdout.write(`${table}: ${bytes} bytes\n`);
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  process.stdout.write(
    `${NIGHTS} nights of one district with one connection: ${(all / 1e6).toFixed(1)} MB, ${Math.round(all / NIGHTS)} bytes a night\n`,
  );
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function twoNights(): Promise<void> {
  const sis = join(folder, 'sis.sqlite');
  writeDistrict(sis, { seed: 1, students: 1_600 });
  mkdirSync(join(folder, 'received'));
  const config = join(folder, 'oneroster.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      home: join(folder, 'home'),
      timezone: 'America/New_York',
      source: { client: 'better-sqlite3', connection: { filename: sis } },
      state: server.state(DATABASE),
      forecast: { days: 0 },
      connections: [
        {
          ...{ name: 'library', version: '1.2', schools: 'all' },
          delivery: { folder: { path: join(folder, 'received') } },
        },
      ],
    }),
    { mode: 0o600 },
  );
  await night(config);
  const changed = new Database(sis);
  changed.exec(`UPDATE Identity SET lastName = lastName || 'x' WHERE personID % 40 = 0`);
  changed.close();
  await night(config);
}

async function night(config: string): Promise<void> {
  const { code, stderr } = await run(['refresh', '--config', config, '--quiet']);
  if (code !== 0) throw new Error(`exit code ${code ?? ''}: ${stderr}`);
}

/** The rows of the second night, with the numbers of as many later ones. */
function repeat(table: string, counted: readonly string[]): void {
  const [key = ''] = counted;
  const of = table === 'audit' ? `seq > (select max(seq) / 2 from audit)` : `"${key}" = 2`;
  const columns = server
    .query(DATABASE, `select column_name from information_schema.columns where table_name = '${table}'`)
    .split('\n');
  const step = table === 'audit' ? '(select count(*) from audit) * later' : 'later';
  const values = columns.map((column) =>
    counted.includes(column) ? `"${column}" + ${step}` : `"${column}"`,
  );
  const nights = table === 'bundleSchools' ? NIGHTS_WITH_SCHOOLS : NIGHTS;
  const names = columns.map((column) => `"${column}"`).join();
  server.query(
    DATABASE,
    `insert into "${table}" (${names}) select ${values.join()} from "${table}", generate_series(1, ${nights - 2}) later where ${of}`,
  );
}

function bytesOf(table: string): number {
  return Number(server.query(DATABASE, `select pg_total_relation_size('"${table}"')`));
}
