/**
 * How fast is a refresh compared with a hand-written alternative? Makes a district of the asked size with the demo's generator
 * (kept in var/bench), runs the baseline (bench-baseline.sql through the sqlite3 shell, then `zip -6`) and ours in turn, and prints
 * medians, paired ratios with their spread, and the peak memory of the whole process with its threads.
 *
 *     npm run bench -- [--size 100000] [--pairs 5] [--only one,made,three,sharing,validate,anonymize,explain,preflight,forecast,commands,help] [--json]
 *
 * `--size 1200 --only one,two,commands,help` is what a small run costs, whatever it reads.
 *
 * Needs the Debian packages sqlite3, zip and time.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { DEMO_AS_OF, DEMO_SEED } from '../src/demo/days.js';
import { CEDS_GRADES } from '../src/oneroster/table.js';
import { writeDistrict } from '../src/demo/load.js';

const ROOT = join(import.meta.dirname, '../..');
const CLI = join(ROOT, 'dist/cli.js');
const BASELINE = join(ROOT, 'scripts/bench-baseline.sql');

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '100000' },
    pairs: { type: 'string', default: '5' },
    only: {
      type: 'string',
      default: 'one,made,three,sharing,validate,anonymize,explain,preflight,forecast,commands,help',
    },
    json: { type: 'boolean', default: false },
  },
});
const students = Number(values.size);
const cases = values.only.split(',');
const folder = join(ROOT, 'var/bench');
const district = join(folder, `district-${students}.sqlite`);

interface Usage {
  readonly wall: number;
  readonly cpu: number;
  /** MB of the process with all its threads; of several processes after each other the largest. */
  readonly peak: number;
}

interface Line {
  readonly name: string;
  readonly goal: string;
  readonly ours: Usage;
  readonly baseline?: Usage;
  /** Median of the paired ratios, and the lowest and highest of them. */
  readonly wallRatio?: readonly [number, number, number];
  readonly cpuRatio?: readonly [number, number, number];
}

/** Runs a command under /usr/bin/time, which counts all its threads. */
function measure(command: readonly string[], where: string, input?: string, exitCode = 0): Usage {
  const { status, stderr } = spawnSync('/usr/bin/time', ['-f', '\n%e %U %S %M', ...command], {
    cwd: where,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    ...(input !== undefined && { input }),
  });
  const [wall = NaN, user = NaN, system = NaN, peak = NaN] = (stderr.trimEnd().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  if (status !== exitCode) throw new Error(`${command.join(' ')} left with ${String(status)}: ${stderr}`);
  return { wall, cpu: user + system, peak: peak / 1024 };
}

const sum = (one: Usage, other: Usage): Usage => ({
  wall: one.wall + other.wall,
  cpu: one.cpu + other.cpu,
  peak: Math.max(one.peak, other.peak),
});

function fresh(name: string): string {
  const path = join(folder, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

function baseline(): Usage {
  const dump = fresh('baseline');
  const sql = readFileSync(BASELINE, 'utf8');
  const dumped = measure(['sqlite3', '-readonly', district], dump, sql);
  const files = readdirSync(dump).filter((file) => file.endsWith('.csv'));
  return sum(dumped, measure(['zip', '-q', '-6', 'bundle.zip', ...files], dump));
}

type Connection = readonly [name: string, version: string, more?: string];
const ONE: readonly Connection[] = [['lms', '1.2']];
const TWO: readonly Connection[] = [
  ['library', '1.1'],
  ['lms', '1.2'],
];
const THREE: readonly Connection[] = [...TWO, ['school', '1.2', `, schools: ["${aSchool()}"]`]];

const WITHOUT_FORECAST = 'forecast: { days: 0 }';

/** Four extension columns and three filters that keep everything, so that as much is written as without. */
const SHARING: readonly Connection[] = [
  [
    'lms',
    '1.2',
    `, only: { students: { grades: [${CEDS_GRADES.map((grade) => `"${grade}"`).join(', ')}], enrollmentTypes: ["*", P, S, N] }, sections: { courses: ["*"] } }` +
      ', metadata: { users: { route: { table: BusRider, key: personID, column: routeName, where: { active: 1 } }, ' +
      'stop: { table: BusRider, key: personID, column: stopName, where: { active: 1 } }, ' +
      'lunch: { table: Meal, key: enrollmentID, column: code, map: { F: free, R: reduced, default: "" } } }, ' +
      'demographics: { locker: { table: BusRider, key: personID, column: locker } } }',
  ],
];

/** Tables that Campus does not have: a row for each student, and for each enrollment. */
function addSharingTables(): void {
  const database = new Database(district);
  database.exec(`
    CREATE TABLE IF NOT EXISTS BusRider AS SELECT DISTINCT personID, 'Route ' || (personID % 97) AS routeName,
      'Stop ' || (personID % 1013) AS stopName, 1 AS active, 'L' || personID AS locker FROM Enrollment ORDER BY personID;
    CREATE TABLE IF NOT EXISTS Meal AS SELECT enrollmentID, substr('FRPP', 1 + enrollmentID % 4, 1) AS code FROM Enrollment;`);
  database.close();
}

function sharing(): Line {
  addSharingTables();
  return compare(
    'refresh with metadata and filters, beside one without',
    'CPU <= 1.15',
    () => refresh(SHARING),
    () => refresh(ONE),
  );
}

function aSchool(): string {
  if (!existsSync(district)) makeDistrict();
  const database = new Database(district, { readonly: true });
  const number = database
    .prepare('SELECT number FROM School ORDER BY schoolID LIMIT 1 OFFSET 1')
    .pluck()
    .get();
  database.close();
  return String(number);
}

function writeConfig(home: string, connections: readonly Connection[], ...more: readonly string[]): string {
  const path = join(home, 'config.yaml');
  const lines = connections.map(
    ([name, version, more = '']) => `  - { name: ${name}, version: "${version}"${more} }`,
  );
  writeFileSync(
    path,
    [
      'timezone: America/Chicago',
      `home: ${home}/home`,
      `source: { client: better-sqlite3, connection: { filename: ${district} } }`,
      'connections:',
      ...lines,
      ...more,
    ].join('\n'),
  );
  return path;
}

/** A first night: without a last good bundle there is nothing to compare with, as the baseline does not compare either. */
function refresh(connections: readonly Connection[], ...more: readonly string[]): Usage {
  const home = fresh('refresh');
  const config = writeConfig(home, connections, ...more);
  return measure(
    [process.execPath, CLI, 'refresh', '--config', config, '--as-of', DEMO_AS_OF, '--no-deliver', '--json'],
    home,
  );
}

function bundle(): string {
  const path = join(folder, `bundle-${students}.zip`);
  if (existsSync(path)) return path;
  refresh(ONE);
  renameSync(join(folder, 'refresh/home/bundles/lms', newest()), path);
  return path;
}

const newest = (): string =>
  readdirSync(join(folder, 'refresh/home/bundles/lms')).find((file) => file.endsWith('-bulk.zip')) ?? '';

const validate = (): Usage => measure([process.execPath, CLI, 'validate', bundle()], folder);

function anonymize(): Usage {
  const zip = bundle();
  return measure([process.execPath, CLI, 'anonymize', zip, '--out', 'anonymized.zip'], fresh('anonymize'));
}

function preflight(): Usage {
  const home = fresh('preflight');
  const config = writeConfig(home, ONE);
  return measure(
    [process.execPath, CLI, 'preflight', '--config', config, '--as-of', DEMO_AS_OF, '--json'],
    home,
  );
}

function explain(): Usage {
  const home = fresh('explain');
  const database = new Database(district, { readonly: true });
  const person = database.prepare('SELECT personID FROM Enrollment LIMIT 1 OFFSET 1000').pluck().get();
  database.close();
  const config = writeConfig(home, ONE);
  return measure(
    [process.execPath, CLI, 'explain', 'person', String(person), '--config', config, '--as-of', DEMO_AS_OF],
    home,
  );
}

/** The wall time is that of one judged day; CPU time and memory are those of the whole command with its reading. */
function forecast(): Usage {
  const config = writeConfig(fresh('forecast'), ONE);
  const out = join(folder, 'forecast/days.json');
  const script = join(import.meta.dirname, 'bench-forecast.js');
  const usage = measure([process.execPath, script, config, out], folder);
  const { secondsPerDay } = JSON.parse(readFileSync(out, 'utf8')) as { readonly secondsPerDay: number };
  return { ...usage, wall: secondsPerDay };
}

/** Of commands that read the state; there is nothing to release, which takes as long to find as a bundle on hold. */
function commands(): readonly Line[] {
  refresh(ONE);
  const config = join(folder, 'refresh/config.yaml');
  const line = (exitCode: number, name: string, ...args: readonly string[]): Line => {
    const command = [process.execPath, CLI, name, ...args, '--config', config];
    return compare(
      `${name}, beside node -e 0`,
      '',
      () => measure(command, folder, undefined, exitCode),
      bareNode,
    );
  };
  return [line(0, 'status'), line(0, 'history'), line(2, 'release', 'lms', '--reason', 'benchmark')];
}

const help = (): Usage => measure([process.execPath, CLI, '--help'], folder);
const bareNode = (): Usage => measure([process.execPath, '-e', '0'], folder);

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;

const medianUsage = (runs: readonly Usage[]): Usage => ({
  wall: median(runs.map(({ wall }) => wall)),
  cpu: median(runs.map(({ cpu }) => cpu)),
  peak: Math.max(...runs.map(({ peak }) => peak)),
});

function spread(ratios: readonly number[]): readonly [number, number, number] {
  return [median(ratios), Math.min(...ratios), Math.max(...ratios)];
}

/** `times`: how many baselines a run of ours stands against. */
function compare(name: string, goal: string, ours: () => Usage, theirs: () => Usage, times = 1): Line {
  const pairs = Array.from({ length: Number(values.pairs) }, (_, at) => {
    process.stderr.write(`${name}, pair ${at + 1}\n`);
    const other = theirs();
    return { theirs: { ...other, wall: other.wall * times, cpu: other.cpu * times }, ours: ours() };
  });
  return {
    name,
    goal,
    ours: medianUsage(pairs.map((pair) => pair.ours)),
    baseline: medianUsage(pairs.map((pair) => pair.theirs)),
    wallRatio: spread(pairs.map((pair) => pair.ours.wall / pair.theirs.wall)),
    cpuRatio: spread(pairs.map((pair) => pair.ours.cpu / pair.theirs.cpu)),
  };
}

function alone(name: string, goal: string, run: () => Usage): Line {
  return { name, goal, ours: medianUsage(Array.from({ length: Number(values.pairs) }, run)) };
}

const CASES: Readonly<Record<string, () => Line | readonly Line[]>> = {
  one: () =>
    compare('refresh, one connection', 'wall <= 1.2, CPU <= 1.8, <= 200 MB', () => refresh(ONE), baseline),
  // Up to the published bundle: "Coming up" judges the next 30 days when all is published.
  made: () => compare('the same without the next days', '', () => refresh(ONE, WITHOUT_FORECAST), baseline),
  two: () => compare('refresh, two connections, beside node -e 0', '', () => refresh(TWO), bareNode),
  three: () =>
    compare('refresh, three connections', 'wall <= 0.6, <= 280 MB', () => refresh(THREE), baseline, 3),
  sharing,
  validate: () => compare('validate', 'wall <= 0.7, <= 250 MB', validate, baseline),
  anonymize: () => compare('anonymize, beside validate', 'CPU <= 2.0, <= 250 MB', anonymize, validate),
  preflight: () => compare('preflight, beside a refresh', 'CPU <= 1.2', preflight, () => refresh(ONE)),
  explain: () => alone('explain', 'wall < 2 s', explain),
  forecast: () => alone('forecast, wall per judged day', 'wall <= 1.5 s', forecast),
  commands,
  help: () => compare('--help, beside node -e 0', 'wall <= 80 ms more', help, bareNode),
};

const ratio = (of: readonly [number, number, number] | undefined): string =>
  of === undefined ? '' : `${of[0].toFixed(2)} (${of[1].toFixed(2)}-${of[2].toFixed(2)})`;

function table(lines: readonly Line[]): string {
  const rows = lines.map(({ name, goal, ours, baseline: other, wallRatio, cpuRatio }) =>
    [
      name,
      ours.wall.toFixed(2),
      ours.cpu.toFixed(2),
      other?.wall.toFixed(2) ?? '',
      other?.cpu.toFixed(2) ?? '',
      ratio(wallRatio),
      ratio(cpuRatio),
      ours.peak.toFixed(0),
      goal,
    ].join(' | '),
  );
  return [
    '| case | wall s | CPU s | baseline wall s | baseline CPU s | wall ratio | CPU ratio | peak MB | goal |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

function makeDistrict(): void {
  mkdirSync(folder, { recursive: true });
  process.stderr.write(`making a district of ${students} students\n`);
  rmSync(`${district}.part`, { force: true });
  writeDistrict(`${district}.part`, { seed: DEMO_SEED, students });
  renameSync(`${district}.part`, district);
}

if (!existsSync(district)) makeDistrict();
const lines = cases.flatMap((name) => CASES[name]?.() ?? []);
const machine = `${cpus().length} x ${cpus()[0]?.model ?? ''}, Node ${process.version}`;
if (values.json) {
  const when = new Date().toISOString();
  console.log(JSON.stringify({ when, machine, students, pairs: Number(values.pairs), lines }, undefined, 2));
} else console.log(`${students} students, ${values.pairs} pairs, ${machine}\n\n${table(lines)}`);
