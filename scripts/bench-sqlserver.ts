/**
 * How fast, and in how much memory, is a district read from SQL Server? `npm run bench-sqlserver -- [--students 12700,50800]
 * [--pairs 5] [--ways] [--json]`
 *
 * For each size: our extraction, down to the stored snapshot, in turn with the bare driver, which reads the same columns of the
 * same rows and throws them away. Each reading is a process of its own; prints medians of rows per second, of the paired
 * ratios, and the highest memory that /usr/bin/time saw. `--ways` compares ways to read one big table instead.
 *
 * The server is the one that ONEROSTER_TEST_MSSQL names, in a schema that is made and dropped again; without it the stand-in of
 * the tests, in a process of its own, with its answers ready made: then it is the client that is measured.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { sisTables } from '../src/campus/tables.js';
import { writeDistrictCsv } from '../src/demo/csv.js';
import { DEMO_SEED } from '../src/demo/days.js';
import { writeDistrict } from '../src/demo/load.js';
import { createIndexesSql, createTablesSql } from '../src/demo/schema.js';
import type { MssqlSourceSettings } from '../src/model/settings.js';
import { STAND_IN } from '../tests/extract/sqlserver/tds-server.js';
import { sqlServerNamed } from './sqlserver-address.js';
import { dropDistrict, loadDistrictIntoSqlServer, openPool } from './sqlserver-district.js';
import type { Reading } from './sqlserver-reading.js';

const { values } = parseArgs({
  options: {
    students: { type: 'string', default: '12700,50800' }, // some 100,000 and 400,000 roster rows
    pairs: { type: 'string', default: '5' },
    ways: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const pairs = Number(values.pairs);
const folder = mkdtempSync(join(tmpdir(), 'bench-sqlserver-'));
const named = process.env['ONEROSTER_TEST_MSSQL'];

interface Prepared {
  readonly settings: MssqlSourceSettings;
  readonly remove: () => Promise<void>;
}

interface Measured extends Reading {
  readonly peakMegabytes: number;
}

const say = (text: string): unknown => process.stderr.write(`${text}\n`);

/** A SQLite file whose columns have the declared types of SQL Server, which the stand-in sends them as. */
async function prepareStandIn(students: number): Promise<Prepared> {
  const served = join(folder, `served-${students}`);
  mkdirSync(served);
  const district = join(folder, 'district.sqlite');
  writeDistrict(district, { seed: DEMO_SEED, students });
  const database = new Database(join(served, 'dbo.sqlite'));
  for (const statement of createTablesSql('mssql')) database.exec(statement);
  database.exec(`ATTACH '${district}' AS district`);
  for (const { name } of sisTables)
    database.exec(`INSERT INTO main.[${name}] SELECT * FROM district.[${name}]`);
  for (const statement of createIndexesSql('mssql')) database.exec(statement);
  database.close();
  const server: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'sqlserver-standin.js'), served],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [port] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const settings = sqlServerNamed(
    JSON.stringify({ server: '127.0.0.1', port: Number(port), encrypt: false, ...STAND_IN }),
  );
  const remove = async (): Promise<void> => {
    server.stdin?.end();
    await once(server, 'exit');
    rmSync(served, { recursive: true });
  };
  return { settings, remove };
}

async function prepareServer(text: string, students: number): Promise<Prepared> {
  const csv = join(folder, `csv-${students}`);
  mkdirSync(csv);
  writeDistrictCsv(csv, { seed: DEMO_SEED, students });
  const schema = `oneroster_bench_${process.pid}_${students}`;
  const settings = { ...sqlServerNamed(text), schema };
  const pool = await openPool(settings.connection);
  const remove = async (): Promise<void> => {
    await dropDistrict(pool, schema);
    await pool.close();
  };
  try {
    await loadDistrictIntoSqlServer(pool, schema, csv);
  } catch (error) {
    await remove();
    throw error;
  }
  return { settings, remove };
}

function measure(settings: MssqlSourceSettings, ...args: readonly string[]): Measured {
  const report = join(folder, 'time.txt');
  const reading = [process.execPath, join(import.meta.dirname, 'sqlserver-reading.js'), ...args];
  const time = existsSync('/usr/bin/time') ? ['/usr/bin/time', '-v', '-o', report] : [];
  const [program = '', ...rest] = [...time, ...reading];
  const { status, stdout, stderr } = spawnSync(program, rest, {
    env: { ...process.env, BENCH_SOURCE: JSON.stringify(settings) },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`reading by ${args[0] ?? ''} failed:\n${stderr}`);
  const [, kilobytes = 'NaN'] =
    time.length === 0
      ? []
      : (/Maximum resident set size \(kbytes\): (\d+)/.exec(readFileSync(report, 'utf8')) ?? []);
  return { ...(JSON.parse(stdout) as Reading), peakMegabytes: Number(kilobytes) / 1024 };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

const speed = ({ rows, seconds }: Reading): number => rows / seconds;
const highest = (runs: readonly Measured[]): number => Math.max(...runs.map((run) => run.peakMegabytes));

interface Line {
  readonly what: string;
  readonly rows: number;
  readonly rosterRows: number | undefined;
  readonly rowsPerSecond: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  /** To the bare driver, run beside it: median, lowest, highest. */
  readonly ratio?: readonly [number, number, number];
}

function lineOf(what: string, runs: readonly Measured[], beside?: readonly Measured[]): Line {
  const [first] = runs;
  const ratios = runs.map((run, at) => speed(run) / speed(beside?.[at] ?? run));
  return {
    what,
    rows: first?.rows ?? 0,
    rosterRows: first?.rosterRows,
    rowsPerSecond: median(runs.map(speed)),
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    peakMegabytes: highest(runs),
    ...(beside && { ratio: [median(ratios), Math.min(...ratios), Math.max(...ratios)] }),
  };
}

/** All ways once without being counted, then in turn, every other round the other way about. */
function inTurn(
  settings: MssqlSourceSettings,
  ways: readonly string[],
  ...more: readonly string[]
): Map<string, Measured[]> {
  const runs = new Map(ways.map((way): [string, Measured[]] => [way, []]));
  for (const way of ways) measure(settings, way, ...more);
  for (let round = 1; round <= pairs; round += 1) {
    for (const way of round % 2 === 0 ? ways.toReversed() : ways)
      runs.get(way)?.push(measure(settings, way, ...more));
    say(`  round ${round} of ${pairs}`);
  }
  return runs;
}

function benchmark({ settings }: Prepared): readonly Line[] {
  const statements = join(folder, 'statements.json');
  measure(settings, 'extract', statements); // writes the statements, and has the stand-in make its answers
  const runsOf = values.ways
    ? inTurn(settings, ['driver', 'rows', 'mssql', 'pages'], statements, '[Roster] as [t]')
    : inTurn(settings, ['driver', 'extract'], statements);
  const driver = runsOf.get('driver') ?? [];
  return [...runsOf].map(([way, runs]) =>
    lineOf(NAMES[way] ?? way, runs, way === 'driver' ? undefined : driver),
  );
}

const NAMES: Readonly<Record<string, string>> = {
  driver: 'tedious alone, rows thrown away',
  extract: 'our extraction, into the snapshot',
  rows: 'our stream, rows thrown away',
  mssql: 'mssql, readable stream',
  pages: 'Knex, pages of 5,000 by key',
};

function table(lines: readonly Line[]): string {
  const head = ['', 'rows', 'roster rows', 'rows/s', 'ratio (lowest-highest)', 'CPU s', 'peak MB'];
  const body = lines.map(({ what, rows, rosterRows, rowsPerSecond, ratio, cpuSeconds, peakMegabytes }) => [
    what,
    String(rows),
    rosterRows === undefined ? '' : String(rosterRows),
    rowsPerSecond.toFixed(0),
    ratio === undefined ? '1' : `${ratio[0].toFixed(2)} (${ratio[1].toFixed(2)}-${ratio[2].toFixed(2)})`,
    cpuSeconds.toFixed(2),
    peakMegabytes.toFixed(0),
  ]);
  const written = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return (
    written(head) + written(head.map((_, at) => (at === 0 ? '---' : '---:'))) + body.map(written).join('')
  );
}

const lines: Line[] = [];
try {
  for (const students of values.students.split(',').map(Number)) {
    say(`${students} students`);
    const prepared =
      named === undefined || named === ''
        ? await prepareStandIn(students)
        : await prepareServer(named, students);
    try {
      lines.push(...benchmark(prepared));
    } finally {
      await prepared.remove();
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
const server = named === undefined || named === '' ? 'stand-in, answers ready made' : 'ONEROSTER_TEST_MSSQL';
process.stdout.write(
  values.json
    ? `${JSON.stringify({ machine, server, pairs, lines }, undefined, 2)}\n`
    : `${machine}; server: ${server}; medians of ${pairs} rounds\n\n${table(lines)}`,
);
