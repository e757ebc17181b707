/**
 * The built program as cron and people meet it: exit codes, what stands on stdout and stderr, and what a fault leaves. Each command
 * and each exit code is proved once by a process of its own (`run`); where only the output matters, it runs in this one (`runHere`).
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import {
  AS_OF,
  change,
  makeSite,
  ONE_CONNECTION,
  TWO_CONNECTIONS,
  type Site,
} from '../refresh/small-district.js';
import { contents, openAllVisible, walk } from '../refresh/visible.js';
import { makeFolder, removeFolders, run, STACK_TRACE, start, until, type Ended } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { firstNight } from '../support/first-night.js';

afterAll(removeFolders);

let sites = 0;
function site(connections = ONE_CONNECTION): Site {
  sites += 1;
  return makeSite(join(makeFolder(), String(sites)), connections);
}

const json = ({ stdout }: Ended): Record<string, unknown> => JSON.parse(stdout) as Record<string, unknown>;

/** A fault that a user can cause: the code of the contract, words and no stack trace, and the last good bundle untouched. */
async function expectFault(
  place: Site,
  code: number,
  says: RegExp,
  work = () => runHere(place.refresh),
): Promise<Ended> {
  const before = contents(place.home);
  const ended = await work();
  expect({
    code: ended.code,
    says: says.test(ended.stderr + ended.stdout) ? 'it' : ended.stderr + ended.stdout,
  }).toEqual({
    code,
    says: 'it',
  });
  expect(ended.stderr + ended.stdout).not.toMatch(STACK_TRACE);
  const bundles = (all: Readonly<Record<string, string>>): object =>
    Object.fromEntries(Object.entries(all).filter(([path]) => path.startsWith('bundles/')));
  expect(bundles(contents(place.home))).toEqual(bundles(before));
  expect(walk(join(place.home, 'staging'))).toEqual([]);
  return ended;
}

describe('refresh', () => {
  let first: Site;
  let ended: Ended;
  beforeAll(async () => {
    first = site(TWO_CONNECTIONS);
    ended = await run([...first.refresh, '--json'], {
      env: { TZ: 'Pacific/Kiritimati' },
      under: ['sh', '-c', 'umask 000; exec "$0" "$@"'],
    });
  });

  it('publishes a bundle for each connection and says so in one JSON document', async () => {
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(json(ended)).toMatchObject({
      asOf: AS_OF,
      year: { endYear: 2027, start: '2026-07-01', end: '2027-06-30' },
      connections: [
        { name: 'library', version: '1.1', mode: 'bulk', outcome: 'published', exclusions: {} },
        { name: 'lms', version: '1.2', mode: 'bulk', outcome: 'published' },
      ],
    });
    const [library] = json(ended)['connections'] as {
      bundle: { path: string; bytes: number; files: object };
    }[];
    expect(library?.bundle.files).toMatchObject({
      users: { rows: 6 },
      enrollments: { rows: 4 },
      classes: { rows: 1 },
    });
    expect(statSync(library?.bundle.path ?? '').size).toBe(library?.bundle.bytes);
    expect(await openAllVisible(first.home)).toBe(4);
  });

  it('prints a summary for people on stdout, and no progress without a terminal', async () => {
    const ended = await runHere(site().refresh);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('library: OneRoster 1.1 bulk, published');
  });

  it('keeps everything for its owner, whatever the umask of its parent', () => {
    const open = walk(first.home).filter(
      ({ stats }) => !stats.isSymbolicLink() && (stats.mode & 0o077) !== 0,
    );
    expect(open.map(({ path }) => path)).toEqual([]);
    expect(statSync(first.home).mode & 0o777).toBe(0o700);
  });

  it('gives the same bytes twice and in every time zone', async () => {
    const hashesOf = (said: Ended): readonly string[] =>
      (json(said)['connections'] as { bundle: { sha256: string } }[]).map(({ bundle }) => bundle.sha256);
    for (const TZ of ['UTC', 'America/Chicago']) {
      const again = await runHere([...first.refresh, '--json'], { env: { TZ } });
      expect(hashesOf(again)).toEqual(hashesOf(ended));
    }
  });

  it('refreshes only the connections that are named, and knows when there is none', async () => {
    const place = site(TWO_CONNECTIONS);
    const ended = await runHere([...place.refresh, 'lms', '--json']);
    expect((json(ended)['connections'] as object[]).length).toBe(1);
    await expectFault(place, 2, /has no connection nowhere.*library, lms/, () =>
      runHere([...place.refresh, 'nowhere']),
    );
  });

  it('exits with code 2 for mistakes on the command line or in the config', async () => {
    const place = site();
    await firstNight(place);
    const given = ['refresh', '--config', place.config];
    await expectFault(place, 2, /YYYY-MM-DD/, () => runHere([...given, '--as-of', '2026-02-30']));
    await expectFault(place, 2, /unknown option/, () => runHere([...place.refresh, '--nonsense']));
    const none = ['refresh', '--config', join(place.folder, 'none.yaml')];
    await expectFault(place, 2, /does not exist/, () => runHere(none));
    writeFileSync(place.config, 'timezone: Nowhere\nhomes: 1\n');
    const ended = await expectFault(place, 2, /timezone/);
    expect(ended.stderr).toMatch(/homes/);
  });

  it.each([
    ['is missing', ({ district }: Site) => rmSync(district), /does not exist.*source\.connection\.filename/],
    ['is empty', ({ district }: Site) => truncateSync(district), /is missing \d+ of the Campus tables/],
    [
      'is no database',
      ({ district }: Site) => writeFileSync(district, 'x'.repeat(5_000)),
      /is not a SQLite database/,
    ],
    [
      'lacks tables and columns',
      ({ district }: Site) =>
        change(
          district,
          'DROP TABLE Roster',
          'ALTER TABLE Term RENAME COLUMN endDate TO finished',
          'DROP TABLE Room',
        ),
      /(?=[^]*Roster: table is missing)(?=[^]*Term\.endDate: column is missing)(?=[^]*Room: table is missing)/,
    ],
    [
      'has no active year',
      ({ district }: Site) => change(district, 'UPDATE SchoolYear SET active = 0'),
      /no school year is marked active/,
    ],
    [
      'has two active years',
      ({ district }: Site) => change(district, 'UPDATE SchoolYear SET active = 1'),
      /2 school years are marked active/,
    ],
  ])('exits with code 4 if the database %s, and loses nothing', async (_what, spoil, says) => {
    const place = site();
    await firstNight(place);
    spoil(place);
    await expectFault(place, 4, says);
  });

  it('exits with code 4 if another program has locked the database', async () => {
    const place = site();
    const other = new Database(place.district);
    other.exec('BEGIN EXCLUSIVE');
    try {
      await expectFault(place, 4, /is locked by another program/);
    } finally {
      other.close();
    }
  }, 30_000);

  it.each([
    ['users are left', 'DELETE FROM Identity', /The bundle has no users/],
    ['classes are left', 'DELETE FROM SectionPlacement', /The bundle has no classes/],
    [
      'enrollments are left',
      'DELETE FROM Roster; DELETE FROM SectionStaffHistory',
      /The bundle has no enrollments/,
    ],
  ])('exits with code 3 and keeps the last good bundle if no %s', async (_what, sql, says) => {
    const place = site();
    await firstNight(place);
    change(place.district, sql);
    await expectFault(place, 3, says);
    const aside = walk(join(place.home, 'withheld/library')).map(({ path }) => path);
    expect(aside.some((path) => path.endsWith('-1.1-bulk.zip'))).toBe(true);
  });

  it('withholds what verification refuses, and says file, line and id', async () => {
    const place = site('  - { name: library, version: 1.1, profile: moodle }\n');
    await firstNight(place);
    change(place.district, `UPDATE Term SET name = 'T1 (new)'`);
    await expectFault(place, 3, /academicSessions\.csv/);
  });

  it('exits with code 1 and a hint if the home folder cannot be', async () => {
    const place = site();
    writeFileSync(place.home, '');
    const ended = await runHere(place.refresh);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/Cannot write to .*home/);
    expect(ended.stderr).not.toMatch(STACK_TRACE);
  });

  it('exits with code 6 beside another refresh and names it; a dead holder never blocks', async () => {
    const place = site();
    mkdirSync(place.home);
    const holder = start(place.refresh, { node: ['--import', stopBeforeExtract()] });
    await until(() => existsSync(join(place.home, 'staging')));
    holder.child.kill('SIGSTOP');
    const ended = await run(place.refresh);
    expect(ended.code).toBe(6);
    expect(ended.stderr).toContain(`process ${holder.pid} on `);
    holder.child.kill('SIGKILL');
    await holder.ended;
    expect(await runHere(place.refresh)).toMatchObject({ code: 0 });
  }, 30_000);
});

/** Stops as soon as there is a staging folder, so that it keeps the lock. */
function stopBeforeExtract(): string {
  return `data:text/javascript,${encodeURIComponent(
    "import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module'; const made = fs.mkdirSync; fs.mkdirSync = (path, ...rest) => { const done = made(path, ...rest); if (String(path).includes('staging')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20000); return done; }; syncBuiltinESMExports();",
  )}`;
}

describe('the other commands', () => {
  it('demo builds a district and two bundles, and builds its home again', async () => {
    const home = join(makeFolder(), 'demo');
    const ended = await run(['demo', '--home', home, '--json']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect((json(ended)['connections'] as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual([
      'published',
      'published',
    ]);
    const latest = join(home, 'bundles/lms/latest.zip');
    expect(await runHere(['validate', latest])).toMatchObject({ code: 0 });
    expect(await run(['validate', latest, '--profile', 'clever'])).toMatchObject({ code: 3 });
    expect(await runHere(['validate', join(home, 'district.sqlite')])).toMatchObject({ code: 2 });
    const same = await runHere(['diff', latest, latest, '--json']);
    expect(json(same)).toMatchObject({ tables: { users: { added: 0, changed: 0, removed: 0 } } });
    expect(await runHere(['demo', '--home', home, '--json'])).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(latest)).toBe(true);
  }, 60_000);

  it.each([
    [['rules'], /NO_SHOW {2}\(student/, run],
    [['rules', '--checks'], /package\.name/, runHere],
    [['profiles'], /clever/, run],
    [['--version'], /^\d+\.\d+\.\d+\n$/, run],
    [['--help'], /Exit codes:/, runHere],
    [['refresh', '--help'], /--as-of/, runHere],
  ])('%j prints what it promises', async (args, says, runs) => {
    const ended = await runs(args);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(says);
  });

  it.each([['rules'], ['profiles']])('%s --json is one JSON document', async (command) => {
    expect(Object.keys(json(await runHere([command, '--json']))).length).toBeGreaterThan(0);
  });

  it('explain, status, history and preflight answer about a district', async () => {
    const place = site();
    await firstNight(place);
    const config = ['--config', place.config];
    const explained = await run(['explain', 'person', '11', ...config, '--as-of', AS_OF]);
    expect(explained).toMatchObject({ code: 0 });
    expect(explained.stdout).toContain('as student: exported');
    expect(await runHere(['explain', 'person', '4711', ...config])).toMatchObject({ code: 1 });
    expect(await run(['status', ...config])).toMatchObject({ code: 0 });
    expect(await runHere(['status', ...config, '--max-age', '0.0000001'])).toMatchObject({ code: 1 });
    expect((await run(['history', ...config])).stdout).toMatch(/library +bulk +published/);
    expect(await runHere(['history', ...config, '--verify'])).toMatchObject({ code: 0 });
    expect(await runHere(['preflight', ...config])).toMatchObject({ code: 0 });
    change(place.district, 'DROP TABLE Room');
    expect(await run(['preflight', ...config])).toMatchObject({ code: 4 });
    chmodSync(place.home, 0o700);
  }, 60_000);
});

it('an event loop that runs dry is no success', async () => {
  const place = site();
  const dry = `data:text/javascript,${encodeURIComponent("import { EventEmitter } from 'node:events'; EventEmitter.prototype.emit = () => false;")}`;
  const ended = await run(place.refresh, { node: ['--import', dry] });
  expect(ended.code).not.toBe(0);
});
