/**
 * Asked to stop at several moments of a refresh, as systemd, Kubernetes and people with Ctrl-C do: it ends at the next safe
 * point with 143 or 130, leaves nothing half done, and the next refresh comes to the same bytes as an undisturbed one.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDemoDistrict } from '../../src/demo/load.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { takeLock } from '../../src/home/lock.js';
import { State } from '../../src/state/state.js';
import { configText } from '../refresh/small-district.js';
import { openAllVisible, walk } from '../refresh/visible.js';
import { makeFolder, removeFolders, run, STACK_TRACE, start, until, type Ended } from '../support/cli.js';
import { auditTrail } from '../support/audit-trail.js';
import { runHere } from '../support/cli-here.js';
import { turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';

afterAll(removeFolders);

let district: string;
let golden: Readonly<Record<string, string>>;
const homes = (): string => join(makeFolder(), 'home');

beforeAll(async () => {
  const folder = makeFolder();
  district = join(folder, 'district.sqlite');
  loadDemoDistrict('fixtures/demo', district);
  const home = join(folder, 'home');
  await runHere(refreshOf(home));
  golden = hashes(home);
  expect(Object.keys(golden)).toHaveLength(2);
}, 120_000);

/** Bundles are made side by side and settled in the order of the config; the small one is long done before the large one. */
const SMALL =
  '  - { name: library, version: 1.1, schools: ["0010"], include: { guardians: false, relatives: false } }\n';
const LARGE = '  - { name: lms, version: 1.2 }\n';

function refreshOf(home: string, connections = SMALL + LARGE): readonly string[] {
  const config = join(home, '../oneroster.yaml');
  writeFileSync(config, configText(home, district, connections));
  return ['refresh', '--config', config, '--as-of', DEMO_AS_OF];
}

/** The bytes that each receiver would fetch. */
function hashes(home: string): Readonly<Record<string, string>> {
  const connections = foldersIn(join(home, 'bundles'));
  return Object.fromEntries(
    connections.map((name) => {
      const bytes = readFileSync(join(home, 'bundles', name, 'latest.zip'));
      return [name, createHash('sha256').update(bytes).digest('hex')];
    }),
  );
}

const foldersIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

const hasBegun = (folder: string, name: RegExp): boolean =>
  existsSync(folder) &&
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).some((file) => name.test(file));

interface Moment {
  readonly when: string;
  readonly hasCome: (home: string) => boolean;
  readonly connections?: string;
  /** What is published all the same. */
  readonly published: readonly string[];
}

const MOMENTS: readonly Moment[] = [
  { when: 'at the start', hasCome: (home) => existsSync(join(home, 'lock.db')), published: [] },
  {
    when: 'while the SIS is read',
    hasCome: (home) => hasBegun(join(home, 'staging'), /snapshot\.sqlite$/),
    published: [],
  },
  {
    when: 'while bundles are made',
    hasCome: (home) => hasBegun(join(home, 'staging'), /lms.*\.csv$/),
    // The small one is ready, and waits for its turn.
    connections: LARGE + SMALL,
    published: [],
  },
  {
    when: 'between the connections',
    hasCome: (home) => hasBegun(join(home, 'bundles/library'), /bulk\.zip$/),
    published: ['library'],
  },
];

function expectTidy(home: string, { stdout, stderr }: Ended): void {
  expect(stdout + stderr).not.toMatch(STACK_TRACE);
  expect(walk(join(home, 'staging'))).toEqual([]);
  takeLock(join(home, 'lock.db'), new Date()).release();
}

const SIGNALS = [
  ...MOMENTS.map((moment) => ({ ...moment, signal: 'SIGTERM', code: 143 }) as const),
  ...MOMENTS.slice(1, 2).map((moment) => ({ ...moment, signal: 'SIGINT', code: 130 }) as const),
];

describe('a signal', () => {
  const tried = turnsOf('signals at moments', SIGNALS);
  it.each(tried)('$signal $when ends the refresh cleanly', async (moment) => {
    const { signal, code, hasCome, connections, published } = moment;
    const home = homes();
    const refresh = refreshOf(home, connections);
    const { child, ended } = start(refresh);
    await until(() => hasCome(home) || child.exitCode !== null);
    child.kill(signal);
    const end = await ended;
    expect(end).toMatchObject({ code, signal: null });
    expect(end.stderr).toMatch(new RegExp(`${signal}: stopping at the next safe point`));
    expect(end.stderr).toMatch(new RegExp(`Stopped by ${signal}`));
    expectTidy(home, end);
    expect(foldersIn(join(home, 'bundles'))).toEqual(published);

    const state = await State.look(join(home, 'state.db'));
    expect(await state?.lastRefresh()).toMatchObject({ outcome: 'interrupted', exitCode: code });
    expect((await auditTrail(state)).map(({ what }) => what)).toEqual([
      ...published.map(() => 'published'),
      'interrupted',
    ]);
    expect((await state?.checkAudit())?.firstBroken).toBeNull();
    await state?.close();
    const history = await runHere(['history', '--config', refresh[2] ?? '']);
    expect(history.stdout).toMatch(new RegExp(`interrupted, exit code ${code}`));

    const again = await runHere([...refresh, '--json']);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(hashes(home)).toEqual(golden);
    await openAllVisible(home);
  });
});

describe('a refresh that is asked to stop', () => {
  const { it: itInTurn } = inTurns('refreshes that are asked to stop', 3);

  itInTurn('keeps the last good bundle current, and reports the outcome of each connection', async () => {
    const home = homes();
    const refresh = refreshOf(home);
    await runHere(refresh);
    const { child, ended } = start([...refresh, '--json']);
    const zips = (): number =>
      foldersIn(join(home, 'bundles/library')).filter((name) => /bulk\.zip$/.test(name)).length;
    await until(() => zips() === 2 || child.exitCode !== null);
    child.kill('SIGTERM');
    const end = await ended;
    const { connections } = JSON.parse(end.stdout) as {
      connections: { outcome: string; error?: { code: string } }[];
    };
    expect(connections.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['published', undefined],
      ['failed', 'terminated'],
    ]);
    expect(end.code).toBe(143);
    expect(hashes(home)).toEqual(golden);
    expectTidy(home, end);
  });

  itInTurn('stops at once on a second signal, and the next one repairs what is left', async () => {
    const home = homes();
    const refresh = refreshOf(home);
    const { child, pid, ended } = start(refresh);
    await until(() => hasBegun(join(home, 'staging'), /snapshot\.sqlite$/));
    // Both are waiting when it goes on.
    process.kill(pid, 'SIGSTOP');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    process.kill(pid, 'SIGCONT');
    const { code } = await ended;
    expect([130, 143]).toContain(code);
    expect(await runHere(refresh)).toMatchObject({ code: 0 });
    expect(hashes(home)).toEqual(golden);
    const history = await runHere(['history', '--config', refresh[2] ?? '']);
    expect(history.stdout).toMatch(/interrupted/);
  });

  itInTurn('uses no terminal that it does not have: no input, no colors, no progress', async () => {
    const home = homes();
    mkdirSync(home);
    const { stdout, stderr, code } = await run(refreshOf(home), { under: ['setsid', '--wait'] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toMatch(/\u001b|\r/);
  });
});
