/**
 * A night of a whole fleet: districts of several sizes, workers that are killed at random, a server that restarts. Gives all that is
 * wrong afterwards. Used by a test with a few districts and by `scripts/fleet-soak.ts` with many.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { randomFor } from '../../src/demo/random.js';
import { writeDistrict } from '../../src/demo/load.js';
import type { State } from '../../src/state/state.js';
import { lookAtState } from '../../src/state/open.js';
import { run, start, type Ended, type Running } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import type { PostgresServer } from '../support/postgres.js';

export interface FleetNight {
  /** Empty, or with the districts of an earlier night, which are used again. */
  readonly folder: string;
  readonly server: PostgresServer;
  readonly districts: number;
  /** Students of the smallest and the largest. */
  readonly students: readonly [number, number];
  readonly hosts: number;
  readonly workers: number;
  readonly concurrency: number;
  /** Only while districts are refreshed. */
  readonly killEverySeconds: number;
  /** On a slow machine more would only start the same districts anew. */
  readonly mostKills?: number;
  /** The server is stopped when this share of the districts is done: `SIGINT` in turn with `SIGQUIT`. */
  readonly restartsAt: readonly number[];
  readonly seed: number;
  /** Instead of a minute. */
  readonly leaseSeconds?: number;
  readonly say: (line: string) => void;
}

export interface FleetNightResult {
  /** Nothing where all is well. */
  readonly wrong: readonly string[];
  readonly seconds: number;
  readonly kills: number;
  readonly restarts: number;
  /** Times that `fleet status` was compared with the runs. */
  readonly statusLooks: number;
  readonly takeovers: number;
  /** Refreshes of one host that were seen at the same time. */
  readonly mostAtOnce: number;
}

const MAX_PER_HOST = 2;
const LOOKS_PER_STATUS = 10;
const DATABASE = 'fleet';

interface Site {
  readonly root: string;
  readonly homes: string;
  readonly received: string;
  readonly names: readonly string[];
}

export async function fleetNight(night: FleetNight): Promise<FleetNightResult> {
  const site = makeSite(night);
  const expected = await plainBundles(night, site);
  night.say(`${site.names.length} districts were refreshed without a fleet`);
  await made(runHere(['fleet', 'init', '--fleet', site.root]));
  await made(runHere(['fleet', 'apply', site.root, '--yes']));
  // As if they had been there before the night began.
  night.server.query(DATABASE, `update "fleetDistrict" set "appliedAt" = '2026-01-01T00:00:00.000Z'`);
  const since = performance.now();
  const course = await runNight(night, site);
  const seconds = Math.round((performance.now() - since) / 1_000);
  const wrong = [...course.wrong, ...(await faultsAfter(night, site, expected))];
  return { ...course, wrong, seconds };
}

function makeSite({ folder, server, districts, students, hosts, seed, say }: FleetNight): Site {
  const random = randomFor(seed, 0);
  const root = join(folder, 'fleet');
  const names = Array.from(
    { length: districts },
    (_, place) => `district-${String(place + 1).padStart(3, '0')}`,
  );
  const { connection } = server.state(DATABASE);
  const fleet = {
    database: connection,
    home: join(folder, 'homes'),
    defaults: { forecast: { days: 0 } },
    schedule: { start: '00:00', timezone: 'UTC', windowMinutes: 0 },
    maxPerHost: MAX_PER_HOST,
    districts: Object.fromEntries(names.map((name, place) => [name, { host: `sql-${(place % hosts) + 1}` }])),
  };
  for (const old of [fleet.home, join(folder, 'received')]) rmSync(old, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'fleet.yaml'), JSON.stringify(fleet), { mode: 0o600 });
  const [least, most] = students;
  let sum = 0;
  for (const [place, name] of names.entries()) {
    const count = least + random.below(most - least + 1);
    sum += count;
    mkdirSync(join(root, name), { recursive: true });
    mkdirSync(join(folder, 'received', name), { recursive: true });
    const sis = join(root, name, 'sis.sqlite');
    if (!existsSync(sis)) writeDistrict(sis, { seed: seed + place, students: count });
    writeFileSync(join(root, name, 'oneroster.yaml'), JSON.stringify(configOf(folder, name)), {
      mode: 0o600,
    });
  }
  say(`${districts} districts with ${sum} students`);
  return { root, homes: fleet.home, received: join(folder, 'received'), names };
}

const configOf = (folder: string, name: string): object => ({
  timezone: 'America/New_York',
  source: { client: 'better-sqlite3', connection: { filename: './sis.sqlite' } },
  connections: [
    {
      name: 'library',
      version: '1.2',
      schools: 'all',
      delivery: { folder: { path: join(folder, 'received', name) } },
    },
  ],
});

/** SHA-256 of the bundle of each district, as the program makes it by itself. */
async function plainBundles(
  { folder }: FleetNight,
  { root, names }: Site,
): Promise<ReadonlyMap<string, string>> {
  const bundles = new Map<string, string>();
  for (const name of names) {
    const home = join(folder, 'plain', name);
    const config = join(folder, `plain-${name}.json`);
    const own = JSON.parse(readFileSync(join(root, name, 'oneroster.yaml'), 'utf8')) as Record<
      string,
      unknown
    >;
    const source = { client: 'better-sqlite3', connection: { filename: join(root, name, 'sis.sqlite') } };
    writeFileSync(config, JSON.stringify({ ...own, source, home, forecast: { days: 0 } }), { mode: 0o600 });
    const latest = join(home, 'bundles', 'library', 'latest.zip');
    if (!existsSync(latest)) await made(runHere(['refresh', '--config', config, '--no-deliver', '--quiet']));
    bundles.set(name, hashOf(latest));
  }
  return bundles;
}

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

async function made(ended: Promise<Ended>): Promise<Ended> {
  const result = await ended;
  if (result.code !== 0) throw new Error(`exit code ${result.code ?? ''}: ${result.stdout} ${result.stderr}`);
  return result;
}

type Course = Omit<FleetNightResult, 'seconds'>;

async function runNight(night: FleetNight, site: Site): Promise<Course> {
  const {
    server,
    workers: count,
    concurrency,
    killEverySeconds,
    mostKills = Infinity,
    restartsAt,
    seed,
    say,
    leaseSeconds,
  } = night;
  const random = randomFor(seed, 1);
  const launch = (): Running =>
    start(['fleet', 'worker', '--fleet', site.root, '--concurrency', String(concurrency)], {
      env: leaseSeconds === undefined ? {} : { ONEROSTER_EXPORT_LEASE_SECONDS: String(leaseSeconds) },
    });
  const workers = Array.from({ length: count }, launch);
  const wrong: string[] = [];
  const outputs: string[] = [];
  let [kills, restarts, looks, statusLooks, mostAtOnce] = [0, 0, 0, 0, 0];
  let nextKill = performance.now() + killEverySeconds * 1_000;
  const load = setInterval(() => {
    const atOnce = childrenPerHost(night, site);
    mostAtOnce = Math.max(mostAtOnce, ...atOnce.values());
  }, 200);
  for (;;) {
    await setTimeout(1_000);
    if (performance.now() > nextKill && kills < mostKills && childrenPerHost(night, site).size > 0) {
      kills += 1;
      const place = random.below(workers.length);
      const killed = workers[place];
      killed?.child.kill('SIGKILL');
      workers[place] = launch();
      outputs.push((await killed?.ended)?.stdout ?? '');
      nextKill = performance.now() + killEverySeconds * 1_000;
    }
    const looked = look(night, site);
    looks += 1;
    wrong.push(...looked.wrong);
    if (looks % LOOKS_PER_STATUS === 0) {
      wrong.push(...(await lookAtStatus(night, site)));
      statusLooks += 1;
      say(`${looked.done} of ${site.names.length} are done, ${kills} workers were killed`);
    }
    const share = restartsAt[restarts];
    if (share !== undefined && looked.done / site.names.length >= share) {
      await server.down(restarts % 2 === 0 ? 'SIGINT' : 'SIGQUIT');
      await setTimeout(1_500);
      await server.up();
      restarts += 1;
    }
    if (looked.isOver) break;
  }
  clearInterval(load);
  for (const { child } of workers) child.kill('SIGTERM');
  for (const { ended } of workers) {
    const { code, signal, stdout, stderr } = await ended;
    outputs.push(stdout);
    // One that was started last may not listen to signals yet.
    if (code !== 0 && signal !== 'SIGTERM')
      wrong.push(`a worker left with ${code ?? 'a signal'}: ${stderr.slice(-500)}`);
  }
  const takeovers = outputs.join('').match(/its worker is gone/g)?.length ?? 0;
  return { wrong, kills, restarts, statusLooks, takeovers, mostAtOnce };
}

/** Refreshes of each SQL host that run now, by the command lines of all processes. */
function childrenPerHost({ hosts }: FleetNight, { root, names }: Site): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const pid of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    const line = commandLine(pid);
    if (!line.includes('\0refresh\0') || !line.includes(`\0${root}/`)) continue;
    const place = names.findIndex((name) => line.includes(`${root}/${name}/`));
    const host = `sql-${(place % hosts) + 1}`;
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return counts;
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

interface Look {
  readonly wrong: readonly string[];
  readonly done: number;
  /** All districts have had their night. */
  readonly isOver: boolean;
}

/** What `fleet status` shows must be what the runs were before it looked, or after. */
async function lookAtStatus(night: FleetNight, { root, names }: Site): Promise<readonly string[]> {
  const before = runsNow(night);
  const { code, stdout, stderr } = await run(['fleet', 'status', '--fleet', root, '--json']);
  const after = runsNow(night);
  if (before === undefined || after === undefined) return []; // the server restarts
  if (code !== 0) return [`fleet status left with ${code ?? ''}: ${stderr}`];
  const { districts } = JSON.parse(stdout) as { readonly districts: readonly StatusLine[] };
  const wrong = districts.flatMap(({ district, newestRun }) => {
    const shown = newestRun?.state;
    const had = [before.get(district), after.get(district)];
    const isPassing = shown === 'running' && had[0] !== had[1];
    return had.includes(shown) || isPassing
      ? []
      : [`fleet status shows ${district} as ${shown ?? 'unsent'}: it was ${had.join()}`];
  });
  return districts.length === names.length ? wrong : [`fleet status has ${districts.length} districts`];
}

interface StatusLine {
  readonly district: string;
  readonly newestRun: { readonly state: string } | null;
}

/** State by district; undefined while the server is away. */
function runsNow({ server }: FleetNight): ReadonlyMap<string, string> | undefined {
  try {
    const printed = server.query(DATABASE, 'select district, state from "fleetRun"');
    const rows = printed === '' ? [] : printed.split('\n').map((line) => line.split('|'));
    return new Map(rows.map(([district = '', state = '']) => [district, state]));
  } catch {
    return undefined;
  }
}

/** What is done must be published, and nothing may have failed. */
function look(night: FleetNight, { homes, names }: Site): Look {
  const runs = runsNow(night);
  if (runs === undefined) return { wrong: [], done: 0, isOver: false };
  const inState = (state: string) => [...runs].filter(([, is]) => is === state).map(([name]) => name);
  const done = inState('done');
  const wrong = [
    ...inState('failed').map((name) => `${name} has failed`),
    ...done
      .filter((name) => zipsOf(homes, name).length !== 1)
      .map((name) => `${name} is done and has ${zipsOf(homes, name).length} bundles`),
  ];
  return { wrong, done: done.length, isOver: done.length === names.length };
}

const zipsOf = (homes: string, name: string): readonly string[] =>
  namesIn(join(homes, name, 'bundles', 'library')).filter((file) => file.endsWith('-bulk.zip'));

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The state, the files and what the receivers got, district by district. */
async function faultsAfter(
  { server }: FleetNight,
  { homes, received, names }: Site,
  expected: ReadonlyMap<string, string>,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const name of names) {
    const state = await lookAtState({ settings: server.state(DATABASE, name), file: '' });
    if (state === undefined) wrong.push(`${name} has no state`);
    else {
      const found = await faultsOf(state, join(homes, name, 'bundles', 'library'), expected.get(name) ?? '');
      wrong.push(...found.map((fault) => `${name}: ${fault}`));
      await state.close();
    }
    const got = namesIn(join(received, name)).filter((file) => file.endsWith('.zip'));
    const hashes = new Set(got.map((file) => hashOf(join(received, name, file))));
    if (hashes.size !== 1 || !hashes.has(expected.get(name) ?? ''))
      wrong.push(`${name}: the receiver has ${got.length} files of ${hashes.size} contents`);
  }
  return wrong;
}

async function faultsOf(state: State, folder: string, expected: string): Promise<readonly string[]> {
  const wrong: string[] = [];
  const published = await state.bundles('library', 'published');
  const [bundle] = published;
  if (bundle === undefined || published.length !== 1) return [`${published.length} bundles are published`];
  if (bundle.sha256 !== expected) wrong.push('the bundle is not that of a refresh without a fleet');
  const zips = namesIn(folder).filter((file) => file.endsWith('-bulk.zip'));
  if (zips.join() !== `${bundle.name ?? ''}.zip`) wrong.push(`the folder has ${zips.join()}`);
  else if (hashOf(join(folder, zips[0] ?? '')) !== bundle.sha256) wrong.push('the file has other bytes');
  if (basename(readlinkSync(join(folder, 'latest.zip'))) !== zips[0])
    wrong.push('latest.zip is another bundle');
  if ((await state.checkAudit()).firstBroken !== null) wrong.push('the audit trail is broken');
  const open = await state.bundles('library', 'verified', 'releasing', 'held');
  if (open.length > 0) wrong.push(`${open.length} bundles are half done`);
  const deliveries = await state.deliveries(bundle.id);
  if (!deliveries.some(({ state: outcome }) => outcome === 'delivered')) wrong.push('it is not delivered');
  return wrong;
}
