/**
 * How much does judging cost beside plainly reading the same zip with csv-parse? Makes a bundle of the wanted size, runs both in
 * turn in processes of their own, and prints the medians of CPU time, their paired ratio, and the highest memory.
 *
 * node build/scripts/bench-validate.js [--users 250000] [--enrollments 1000000] [--runs 5]
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pipeline } from 'node:stream/promises';
import { ZipArchive } from 'archiver';
import { parse } from 'csv-parse';
import yauzl from 'yauzl';
import { v1p2 } from '../src/oneroster/v1p2.js';
import { judge } from '../src/verify/judge.js';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '250000' },
    enrollments: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    worker: { type: 'string' },
    zip: { type: 'string' },
  },
});

interface Usage {
  readonly cpu: number;
  readonly wall: number;
  readonly peak: number;
  readonly note: string;
}

const guid = (kind: number, number: number): string =>
  `${kind.toString(16).padStart(8, '0')}-0000-4000-8000-${number.toString(16).padStart(12, '0')}`.toUpperCase();

function* table(name: string, rows: Iterable<Readonly<Record<string, string>>>): Generator<Buffer> {
  const columns = v1p2.tables.find((each) => each.name === name)?.columns.map((column) => column.name) ?? [];
  let text = `${columns.join(',')}\r\n`;
  for (const row of rows) {
    text += `${columns.map((column) => quote(row[column] ?? '')).join(',')}\r\n`;
    if (text.length < 1 << 20) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

const quote = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

function* times<T>(count: number, make: (number: number) => T): Generator<T> {
  for (let number = 0; number < count; number++) yield make(number);
}

/** Every fifth user is a guardian of the student before; one in 25 is a teacher. */
const kindOf = (number: number): 'student' | 'teacher' | 'guardian' =>
  number % 25 === 24 ? 'teacher' : number % 5 === 1 ? 'guardian' : 'student';

async function makeBundle(path: string, users: number, enrollments: number): Promise<void> {
  const schools = Math.max(1, Math.floor(users / 2500));
  const classes = Math.max(1, Math.floor(users / 10));
  const school = (number: number): string => guid(1, number % schools);
  const user = (number: number): string => guid(2, number % users);
  const files: Readonly<Record<string, Iterable<Readonly<Record<string, string>>>>> = {
    orgs: times(schools + 1, (n) =>
      n === schools
        ? { sourcedId: guid(9, 0), name: 'District', type: 'district' }
        : {
            sourcedId: school(n),
            name: `School, ${n}`,
            type: 'school',
            identifier: String(n),
            parentSourcedId: guid(9, 0),
          },
    ),
    academicSessions: times(schools * 2, (n) =>
      n % 2 === 0
        ? {
            sourcedId: `y${n}`,
            title: '2025-2026',
            type: 'schoolYear',
            startDate: '2025-08-01',
            endDate: '2026-06-30',
            schoolYear: '2026',
          }
        : {
            sourcedId: `t${n}`,
            title: 'Fall',
            type: 'term',
            startDate: '2025-08-01',
            endDate: '2025-12-20',
            parentSourcedId: `y${n - 1}`,
            schoolYear: '2026',
          },
    ),
    users: times(users, (n) => ({
      sourcedId: user(n),
      enabledUser: 'true',
      username: `user.${n}`,
      userIds: kindOf(n) === 'student' ? `{stateID:${n}}` : '',
      givenName: n % 3 === 0 ? 'Zoë' : 'Alexander',
      familyName: `Family-${n % 5000}`,
      identifier: String(100000 + n),
      email: `user.${n}@district.example.org`,
      grades: kindOf(n) === 'student' ? '08' : '',
      agentSourcedIds:
        n % 5 === 0 && n + 1 < users && kindOf(n + 1) === 'guardian'
          ? user(n + 1)
          : n % 5 === 1
            ? user(n - 1)
            : '',
      primaryOrgSourcedId: school(n),
    })),
    roles: times(users, (n) => ({
      sourcedId: `${user(n)}.r`,
      userSourcedId: user(n),
      roleType: 'primary',
      role: kindOf(n),
      beginDate: '2025-08-01',
      orgSourcedId: school(n),
    })),
    courses: times(2000, (n) => ({
      sourcedId: `c${n}`,
      title: `Course ${n}`,
      courseCode: String(n),
      orgSourcedId: school(n),
    })),
    classes: times(classes, (n) => ({
      sourcedId: `k${n}`,
      title: `Course ${n % 2000} ${n}`,
      courseSourcedId: `c${n % 2000}`,
      classCode: `${n % 2000}-${n}`,
      classType: 'scheduled',
      location: `Room ${n % 90}`,
      schoolSourcedId: school(n),
      termSourcedIds: `t${(n % schools) * 2 + 1}`,
      periods: '1,2',
    })),
    enrollments: times(enrollments, (n) => ({
      sourcedId: `s${n + 10000000}`,
      classSourcedId: `k${n % classes}`,
      schoolSourcedId: school(n % classes),
      userSourcedId: user(n * 7),
      role: n % 25 === 24 ? 'teacher' : 'student',
      primary: n % 25 === 24 ? 'false' : '',
      beginDate: '2025-08-11',
      endDate: n % 4 === 0 ? '2025-12-19' : '',
    })),
    demographics: times(users, (n) => ({
      sourcedId: user(n),
      birthDate: '2012-02-29',
      sex: n % 2 === 0 ? 'female' : 'male',
      white: 'true',
    })),
  };
  const folder = await mkdtemp(join(tmpdir(), 'bench-validate-'));
  const zip = new ZipArchive({ zlib: { level: 6 } });
  const done = pipeline(zip, createWriteStream(path));
  for (const [name, rows] of Object.entries(files)) {
    await pipeline(table(name, rows), createWriteStream(join(folder, `${name}.csv`)));
    zip.file(join(folder, `${name}.csv`), { name: `${name}.csv` });
  }
  const rows = ['propertyName,value', 'manifest.version,1.0', 'oneroster.version,1.2'];
  for (const { name } of v1p2.tables) rows.push(`file.${name},${files[name] ? 'bulk' : 'absent'}`);
  zip.append(Buffer.from(rows.map((row) => `${row}\r\n`).join('')), { name: 'manifest.csv' });
  await zip.finalize();
  await done;
  await rm(folder, { recursive: true });
}

/** What a user would type who only wants the rows. */
async function readPlainly(path: string): Promise<string> {
  const zip = await yauzl.openPromise(path, { autoClose: false });
  let rows = 0;
  for await (const entry of zip.eachEntry()) {
    const stream = await zip.openReadStreamPromise(entry);
    const parser = stream.pipe(parse());
    parser.on('data', () => (rows += 1));
    await new Promise((resolve, reject) => parser.on('end', resolve).on('error', reject));
  }
  zip.close();
  return `${rows} rows`;
}

async function work(kind: string, path: string): Promise<void> {
  const started = process.hrtime.bigint();
  let note: string;
  if (kind === 'judge') {
    const { errors, warnings, infos, findings } = await judge(path);
    note = `${errors} errors, ${warnings} warnings, ${infos} infos ${findings.map(({ code }) => code).join(' ')}`;
  } else note = await readPlainly(path);
  const wall = Number(process.hrtime.bigint() - started) / 1e9;
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage: Usage = { cpu: (userCPUTime + systemCPUTime) / 1e6, wall, peak: maxRSS / 1024, note };
  process.stdout.write(JSON.stringify(usage));
}

function measure(kind: string, zip: string): Usage {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), '--worker', kind, '--zip', zip],
    {
      encoding: 'utf8',
    },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Usage;
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;

async function main(): Promise<void> {
  const zip =
    values.zip ?? join(tmpdir(), `bench-validate-${values.users}-${values.enrollments}-${process.pid}.zip`);
  if (values.zip === undefined) await makeBundle(zip, Number(values.users), Number(values.enrollments));
  console.log(
    `${values.users} users, ${values.enrollments} enrollments, zip of ${((await stat(zip)).size / 2 ** 20).toFixed(1)} MiB`,
  );
  const pairs = Array.from({ length: Number(values.runs) }, () => ({
    ours: measure('judge', zip),
    plain: measure('read', zip),
  }));
  for (const kind of ['plain', 'ours'] as const) {
    const runs = pairs.map((pair) => pair[kind]);
    console.log(
      `${kind.padEnd(5)} CPU ${median(runs.map(({ cpu }) => cpu)).toFixed(2)} s, wall ${median(runs.map(({ wall }) => wall)).toFixed(2)} s, peak ${Math.max(...runs.map(({ peak }) => peak)).toFixed(0)} MB (${runs[0]?.note ?? ''})`,
    );
  }
  console.log(
    `ratio of CPU, median of pairs: ${median(pairs.map(({ ours, plain }) => ours.cpu / plain.cpu)).toFixed(2)}`,
  );
  if (values.zip === undefined) await rm(zip);
}

if (values.worker !== undefined && values.zip !== undefined) await work(values.worker, values.zip);
else await main();
