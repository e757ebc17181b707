/** What `npm run test:windows` proves. Each case has folders of its own and may run beside another. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { loadDemoDistrict } from '../../src/demo/load.js';
import { configText, TWO_CONNECTIONS } from '../../tests/refresh/small-district.js';
import type { Conditions } from './conditions.js';
import { windowsPath, type Ended, type Wine, type WindowsShell } from './wine.js';

export interface Site {
  readonly wine: Wine;
  /** For command lines that need no process of their own. */
  readonly shell: WindowsShell;
  /** Empty, of this case alone. */
  readonly folder: string;
  /** The demo district. */
  readonly district: string;
  /** sha256 of the bundles that Linux makes of it, by connection. */
  readonly golden: Readonly<Record<string, string>>;
}

export interface Case {
  readonly name: string;
  readonly prove: (site: Site) => Promise<void>;
}

const CONNECTIONS = ['library', 'lms'];
const built = (path: string): string => join(import.meta.dirname, path);

export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Bundles made on this machine. */
export function makeGolden(folder: string): Pick<Site, 'district' | 'golden'> {
  const district = join(folder, 'district.sqlite');
  mkdirSync(folder);
  loadDemoDistrict(built('../../../fixtures/demo'), district);
  const config = join(folder, 'oneroster.yaml');
  writeFileSync(config, configText(join(folder, 'home'), district, TWO_CONNECTIONS));
  const cli = built('../../../dist/cli.js');
  const args = [cli, 'refresh', '--config', config, '--as-of', DEMO_AS_OF];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return { district, golden: latestIn(join(folder, 'home')) };
}

const latestPath = (home: string, connection: string): string =>
  join(home, 'bundles', connection, 'latest.zip');

function latestIn(home: string): Readonly<Record<string, string>> {
  return Object.fromEntries(CONNECTIONS.map((name) => [name, sha256(latestPath(home, name))]));
}

const bundlesIn = (home: string, connection: string): readonly string[] =>
  readdirSync(join(home, 'bundles', connection)).filter((name) => /^\d.*\.zip$/.test(name));

function expectEnd(end: Ended, code: number, said?: RegExp): void {
  assert.equal(end.code, code, `exit code ${String(end.code)}: ${end.stderr}${end.stdout.slice(-2_000)}`);
  assert.doesNotMatch(end.stderr, /^\s+at .+:\d+:\d+\)?$/m);
  if (said !== undefined) assert.match(end.stdout + end.stderr, said);
}

interface Night {
  readonly home: string;
  readonly config: string;
  readonly refresh: readonly string[];
}

/** A config written with Windows paths. */
function nightIn({ folder, district }: Site, connections = TWO_CONNECTIONS): Night {
  const home = join(folder, 'home');
  const config = join(folder, 'oneroster.yaml');
  writeFileSync(config, configText(windowsPath(home), windowsPath(district), connections));
  return { home, config, refresh: ['refresh', '--config', windowsPath(config), '--as-of', DEMO_AS_OF] };
}

/** Does something while a Windows program holds a file open, or the lock. */
async function whileHeld(wine: Wine, what: 'open' | 'lock', path: string, work: () => Promise<void>) {
  const ready = `${path}.held`;
  const args = [what, windowsPath(path), windowsPath(ready)];
  const holder = wine.startScript(join(wine.tree, 'build/scripts/windows/hold.js'), args);
  await until(() => existsSync(ready) || holder.child.exitCode !== null);
  try {
    assert.ok(existsSync(ready), 'the holder did not start');
    await work();
  } finally {
    rmSync(ready, { force: true });
    expectEnd(await holder.ended, 0);
  }
}

async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await setTimeout(5);
}

const stagedSnapshot = (home: string): boolean =>
  existsSync(join(home, 'staging')) &&
  readdirSync(join(home, 'staging'), { recursive: true, encoding: 'utf8' }).some((file) =>
    file.endsWith('snapshot.sqlite'),
  );

async function demoTwice({ wine, shell, folder, golden }: Site): Promise<void> {
  const home = join(folder, `The Demo of the Sch\u00fclerverwaltung ${'x'.repeat(60)}`);
  for (const nights of [1, 2]) {
    const slashes = nights === 1 ? windowsPath(home) : windowsPath(home).replaceAll('\\', '/');
    expectEnd(await (nights === 1 ? wine : shell).run(['demo', '--home', slashes]), 0);
    assert.deepEqual(latestIn(home), golden);
    for (const name of CONNECTIONS) {
      assert.equal(lstatSync(latestPath(home, name)).isSymbolicLink(), false);
      assert.equal(bundlesIn(home, name).length, nights);
    }
  }
}

async function longPath(site: Site): Promise<void> {
  const short = site.folder.length + '/home/bundles/library/20261015T000000Z-1.1-bulk-exclusions.csv'.length;
  const folder = join(site.folder, 'p'.repeat(Math.max(1, 200 - short)));
  mkdirSync(folder);
  const { home, refresh } = nightIn({ ...site, folder });
  expectEnd(await site.shell.run(refresh, { isWithoutLinks: true }), 0);
  assert.deepEqual(latestIn(home), site.golden);
}

async function folderDelivery(site: Site): Promise<void> {
  const { wine, shell, folder, golden } = site;
  const out = join(folder, 'in coming');
  mkdirSync(out);
  const delivery = `{ folder: { path: ${JSON.stringify(windowsPath(out))}, name: "{connection}.zip" }, retryMinutes: 0 }`;
  const connections = CONNECTIONS.map(
    (name) => `  - { name: ${name}, version: ${name === 'lms' ? '1.2' : '1.1'}, delivery: ${delivery} }\n`,
  ).join('');
  const { home, config, refresh } = nightIn(site, connections);
  expectEnd(await shell.run(refresh), 0);
  for (const name of CONNECTIONS) assert.equal(sha256(join(out, `${name}.zip`)), golden[name]);
  const kept = 'what the receiver reads';
  writeFileSync(join(out, 'lms.zip'), kept);
  await whileHeld(wine, 'open', join(out, 'lms.zip'), async () => {
    expectEnd(await shell.run(refresh), 5, /in use by another program/);
    assert.equal(readFileSync(join(out, 'lms.zip'), 'utf8'), kept);
  });
  expectEnd(await shell.run(['deliver', 'lms', '--config', windowsPath(config)]), 0);
  assert.equal(sha256(join(out, 'lms.zip')), golden['lms']);
  assert.deepEqual(readdirSync(out).sort(), ['library.zip', 'lms.zip']);
  assert.equal(stagedSnapshot(home), false);
}

async function latestHeldOpen(site: Site): Promise<void> {
  const { wine, shell, golden } = site;
  const { home, refresh } = nightIn(site);
  const latest = latestPath(home, 'lms');

  expectEnd(await shell.run(refresh), 0);
  writeFileSync(latest, 'of another night');
  await whileHeld(wine, 'open', latest, async () => {
    const end = await shell.run([...refresh, '--json']);
    expectEnd(end, 0);
    assert.match(end.stdout, /"latest-not-replaced"/);
    assert.equal(readFileSync(latest, 'utf8'), 'of another night');
    assert.equal(bundlesIn(home, 'lms').length, 2);
  });
  expectEnd(await shell.run(refresh), 0);
  assert.deepEqual(latestIn(home), golden);
}

async function oneAtATime(site: Site): Promise<void> {
  const { home, refresh } = nightIn(site);
  expectEnd(await site.shell.run(refresh), 0);
  await whileHeld(site.wine, 'lock', join(home, 'lock.db'), async () => {
    expectEnd(await site.shell.run(refresh), 6, /A refresh is already running: process \d+ on/);
  });
}

async function hardKill(site: Site): Promise<void> {
  const { home, refresh } = nightIn(site);
  const { child, ended } = site.wine.start(refresh);
  await until(() => stagedSnapshot(home) || child.exitCode !== null);
  child.kill('SIGKILL');
  await ended;
  assert.ok(stagedSnapshot(home), 'it was killed too late');
  expectEnd(await site.shell.run(refresh), 0);
  assert.equal(stagedSnapshot(home), false);
  assert.deepEqual(latestIn(home), site.golden);
}

const stops = (['SIGINT', 'SIGBREAK', 'SIGHUP'] as const).map((signal): Case => ({
  name: `${signal} while the SIS is read ends the refresh and removes the snapshot`,
  prove: async (site) => {
    const { home, refresh } = nightIn(site);
    const raise = { signal, when: 'snapshot.sqlite', below: windowsPath(join(home, 'staging')) };
    const preload = [join(site.wine.tree, 'build/scripts/windows/preload.js')];
    // One of them ends a process of its own.
    const end = await (signal === 'SIGINT'
      ? site.wine.run(refresh, {
          preload,
          env: { CONDITIONS: JSON.stringify({ raise } satisfies Conditions) },
        })
      : site.shell.run(refresh, { raise }));
    expectEnd(end, signal === 'SIGHUP' ? 143 : 130, new RegExp(`Stopped by ${signal}`));
    assert.equal(stagedSnapshot(home), false);
    assert.equal(existsSync(join(home, 'bundles')), false);
  },
}));

async function otherCommands(site: Site): Promise<void> {
  const { shell, folder } = site;
  const { home, config, refresh } = nightIn(site);
  const given = ['--config', windowsPath(config)];
  const zip = (name: string): string => windowsPath(latestPath(home, name));
  expectEnd(await shell.run(refresh), 0);
  expectEnd(await shell.run(['validate', zip('lms')]), 0);
  expectEnd(await shell.run(['diff', zip('lms'), zip('lms'), '--records']), 0);
  expectEnd(await shell.run(['diff', zip('lms'), windowsPath(config)]), 2, /oneroster\.yaml/);
  expectEnd(await shell.run(['status', ...given]), 0, /library/);
  expectEnd(await shell.run(['history', ...given]), 0, /done/);
  expectEnd(await shell.run(['explain', 'person', '900301', ...given, '--as-of', DEMO_AS_OF]), 0);
  const starter = join(folder, 'The Config', 'oneroster.yaml');
  const answers = ['--client', 'better-sqlite3', '--file', windowsPath(site.district)];
  const init = await shell.run(['init', '--config', windowsPath(starter), ...answers]);
  expectEnd(init, 0, /preflight --config "Z:.*The Config\\oneroster\.yaml"/);
  expectEnd(await shell.run(['preflight', '--schema-only', '--config', windowsPath(starter)]), 0, /Ready/);
}

const TEST_FILES = [
  'home/lock',
  'state/audit',
  'config/references',
  'snapshot/snapshot',
  'platform/platform',
];

/** One process for all of them. */
async function testFiles({ wine, folder }: Site): Promise<void> {
  const files = TEST_FILES.map((name) => windowsPath(join(wine.tree, 'build/tests', `${name}.test.js`)));
  const { ended } = wine.startScript(join(wine.tree, 'build/scripts/windows/tests.js'), files, {
    preload: [join(wine.tree, 'build/scripts/windows/register-jest.js')],
    env: { TMP: windowsPath(folder), TEMP: windowsPath(folder) },
  });
  const end = await ended;
  assert.equal(end.code, 0, end.stdout + end.stderr);
  assert.match(end.stdout, /^# pass [1-9]|^\u2139 pass [1-9]/m);
}

export const cases: readonly Case[] = [
  { name: 'demo, twice: the bundles are equal to those of Linux, byte for byte', prove: demoTwice },
  { name: 'a delivery to a folder, also when a program has the old file open', prove: folderDelivery },
  {
    name: 'latest.zip that a program has open is a notice, and the next night replaces it',
    prove: latestHeldOpen,
  },
  { name: 'one refresh at a time', prove: oneAtATime },
  { name: 'a hard kill, and a clean next start', prove: hardKill },
  ...stops,
  { name: 'a path of 200 characters, and no symbolic links allowed', prove: longPath },
  { name: 'validate, diff, status, history, explain, init, preflight', prove: otherCommands },
  { name: `tests of ${TEST_FILES.join(', ')}`, prove: testFiles },
];
