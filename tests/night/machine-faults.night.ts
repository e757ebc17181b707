/**
 * Nights on which the machine fails: a full disk, a home that cannot be written, a clock that was set back, a damaged state,
 * two starts at once. Each time a clear message, the exit code of the contract, and nothing that was good is lost.
 */
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { openHome } from '../../src/home/home.js';
import { makeSite, TWO_CONNECTIONS, type Site } from '../refresh/small-district.js';
import { contents, openAllVisible, sha256, walk } from '../refresh/visible.js';
import {
  isRoot,
  makeFolder,
  removeFolders,
  run,
  STACK_TRACE,
  start,
  until,
  type Ended,
} from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { firstNight } from '../support/first-night.js';
import { itWhere, itWith } from '../support/needs.js';
import { namedTurnsOf, turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';
import {
  callsOn,
  canInject,
  canPoke,
  fullDiskFrom,
  ON_NETWORK_DISK,
  ONE_THREAD,
  tracingPaths,
} from '../support/strace.js';

const mounts: string[] = [];
afterEach(() => {
  for (const mount of mounts.splice(0)) spawnSync('umount', ['-l', mount]);
});
afterAll(removeFolders);

function site(connections?: string): Site {
  return makeSite(join(makeFolder(), 'site'), connections);
}

const published = (home: string): object =>
  Object.fromEntries(Object.entries(contents(home)).filter(([path]) => path.startsWith('bundles/')));

/** The words an administrator gets, and nothing of the program's inside. */
function expectWords(ended: Ended, code: number, says: RegExp): void {
  expect({ code: ended.code, said: ended.stderr + ended.stdout }).toEqual({
    code,
    said: expect.stringMatching(says),
  });
  expect(ended.stderr + ended.stdout).not.toMatch(STACK_TRACE);
  expect(ended.stderr + ended.stdout).not.toMatch(/unexpected error/i);
}

const disk = (size: string): readonly string[] => ['-t', 'tmpfs', '-o', `mode=0700,size=${size}`, 'tmpfs'];

function mount(folder: string, options: readonly string[]): boolean {
  mkdirSync(folder, { recursive: true });
  const { status } = spawnSync('mount', [...options, folder]);
  if (status === 0) mounts.push(folder);
  return status === 0;
}

/** A small disk of its own. */
function mountDisk(folder: string, size: string): void {
  expect(mount(folder, disk(size))).toBe(true);
}

function mayMount(): boolean {
  if (!isRoot) return false;
  const folder = makeFolder();
  if (!mount(folder, disk('2m'))) return false;
  for (const each of mounts.splice(0)) spawnSync('umount', [each]);
  return true;
}

const { it: itInTurn, inTurn } = inTurns('faults of the machine', 3);
const itWhoseTurnItIs =
  (whoMay: typeof it.skip) =>
  (title: string, body: () => Promise<void>): void =>
    inTurn(whoMay)(title, body, 60_000);

const onOwnDisk = itWhoseTurnItIs(itWhere(mayMount(), 'mount a disk'));
const withStrace = itWith(canInject, 'strace that may inject faults');
const withPoke = itWhoseTurnItIs(itWith(canPoke(), 'strace of version 5.11 or later that may inject faults'));
const asRoot = itWhoseTurnItIs(itWhere(isRoot, 'give a folder to another user'));

/** Each is one place at which the disk is full. */
const placesOf = (list: string, ...places: readonly number[]): readonly { name: string; n: number }[] =>
  namedTurnsOf(
    list,
    places.map((n) => ({ name: `${list}, ${n}`, n })),
  );

describe('a full disk', () => {
  onOwnDisk('is noticed before the work, says how much is needed, and loses nothing', async () => {
    const place = site();
    mountDisk(place.home, '120m');
    await firstNight(place);
    const before = published(place.home);
    const filler = join(place.home, 'filler');
    writeFileSync(filler, Buffer.alloc(70_000_000));
    expectWords(
      await runHere(place.refresh),
      1,
      /The disk of .* has \d+ MB free, and a refresh may require \d+ MB\. Free some space/,
    );
    expect(published(place.home)).toEqual(before);
    expect((await runHere(['history', '--config', place.config])).stdout).toMatch(/failed, exit code 1/);
    writeFileSync(filler, '');
    expect(await runHere(place.refresh)).toMatchObject({ code: 0 });
  });

  onOwnDisk('is told in words also where there is no room for anything at all', async () => {
    const place = site();
    mountDisk(place.home, '2m');
    openHome(place.home);
    writeFileSync(join(place.home, 'filler'), Buffer.alloc(2 * 1024 * 1024 - 16_384));
    expectWords(await runHere(place.refresh), 1, /disk/);
  });

  withStrace(
    'of the state database alone fails the night, and the next one is whole',
    async () => {
      const place = site();
      await firstNight(place);
      const files = ['state.db', 'state.db-wal'].flatMap((name) => ['-P', join(place.home, name)]);
      const codes = new Set<number | null>();
      // From the first write to the last ones: it runs out at another step each time.
      const tried = placesOf('full disk of the state', 1, 2, 4, 8, 12, 16);
      for (const { n } of tried) {
        const ended = await run(place.refresh, { under: [...fullDiskFrom(['pwrite64'], n), ...files] });
        codes.add(ended.code);
        if (ended.code !== 0) expectWords(ended, 1, /the disk is full/);
        await openAllVisible(place.home);
        expect(await runHere(['history', '--verify', '--config', place.config])).toMatchObject({ code: 0 });
        await firstNight(place);
      }
      expect(codes.has(1)).toBe(true);
    },
    240_000,
  );

  withStrace(
    'at any write of a refresh fails the night, and the next one is whole',
    async () => {
      const place = site(TWO_CONNECTIONS);
      await firstNight(place);
      const bytes = sha256(join(place.home, 'bundles/library/latest.zip'));
      const tried = placesOf('full disk at any write', 1, 3, 6, 12, 25, 60, 120, 200);
      let failed = 0;
      for (const { n } of tried) {
        const ended = await run(place.refresh, {
          under: fullDiskFrom(['pwrite64', 'write'], n),
          env: ONE_THREAD,
        });
        // What a full disk does to the program's own words cannot be judged: they are writes as well.
        if (ended.code !== 0) failed += 1;
        await openAllVisible(place.home);
        await firstNight(place);
        expect(sha256(join(place.home, 'bundles/library/latest.zip'))).toBe(bytes);
        expect(walk(join(place.home, 'staging'))).toEqual([]);
      }
      expect(failed).toBeGreaterThan(tried.length * 0.65);
    },
    240_000,
  );

  withStrace(
    'while the snapshot is written fails the night in words, and leaves nothing behind',
    async () => {
      const place = site();
      await firstNight(place);
      const trace = join(makeFolder(), 'trace');
      // The snapshot and the state are written by pwrite64, all that is said by write.
      await run(place.refresh, { under: tracingPaths(trace, 'pwrite64'), env: ONE_THREAD });
      const writes = callsOn(trace, 'snapshot.sqlite');
      const before = published(place.home);
      for (const { n: share } of placesOf('full disk of the snapshot', 0.2, 0.8)) {
        const n = writes[Math.floor(writes.length * share)] ?? 0;
        const ended = await run(place.refresh, { under: fullDiskFrom(['pwrite64'], n), env: ONE_THREAD });
        expectWords(ended, 1, /the disk is full/);
        expect(published(place.home)).toEqual(before);
        expect(walk(join(place.home, 'staging'))).toEqual([]);
      }
      expect(await runHere(place.refresh)).toMatchObject({ code: 0 });
    },
    120_000,
  );
});

describe('a home folder', () => {
  asRoot('that is read-only fails the night, and can still be looked at', async () => {
    const place = site();
    const otherUser = 65_534;
    for (const { path } of [{ path: place.folder }, ...walk(place.folder)])
      chownSync(path, otherUser, otherUser);
    expect(await run(place.refresh, { uid: otherUser })).toMatchObject({ code: 0 });
    const before = published(place.home);
    for (const { path, stats } of [{ path: place.home, stats: statSync(place.home) }, ...walk(place.home)]) {
      if (stats.isSymbolicLink()) continue;
      chownSync(path, 0, 0);
      chmodSync(path, stats.isDirectory() ? 0o755 : 0o644);
    }
    expectWords(
      await run(place.refresh, { uid: otherUser }),
      1,
      /Cannot write to .*home\/lock\.db: this user has no permission to write there/,
    );
    expect(published(place.home)).toEqual(before);
    for (const command of ['status', 'history']) {
      const ended = await run([command, '--config', place.config], { uid: otherUser });
      expect({ command, code: ended.code, stderr: ended.stderr }).toEqual({ command, code: 0, stderr: '' });
    }
  });

  onOwnDisk('on a read-only file system fails the night, and can still be looked at', async () => {
    const place = site();
    await firstNight(place);
    const before = published(place.home);
    expect(mount(place.home, ['--bind', place.home])).toBe(true);
    spawnSync('mount', ['-o', 'remount,bind,ro', place.home]);
    expectWords(await runHere(place.refresh), 1, /Cannot write to .*home: the file system is read-only/);
    expect(published(place.home)).toEqual(before);
    expect(await runHere(['status', '--config', place.config])).toMatchObject({ code: 0, stderr: '' });
  });

  withPoke('on a network disk is refused before anything is made there', async () => {
    const place = site();
    const ended = await run(place.refresh, { under: ON_NETWORK_DISK });
    expectWords(
      ended,
      1,
      /The home folder .* is on a network drive \(NFS\), where locks are not reliable\. Set home to a folder on a local disk, or keep the state in PostgreSQL\./,
    );
    expect(walk(place.home)).toEqual([]);
  });
});

describe('a clock', () => {
  const hasFaketime = spawnSync('faketime', ['-f', '@2026-10-20 12:00:00', 'true']).status === 0;
  const withFaketime = itWith(hasFaketime, 'faketime');
  const at = (time: string): readonly string[] => ['faketime', '-f', `@${time}`];

  itWhoseTurnItIs(withFaketime)(
    'that was set back stops the night; a day that was asked for goes',
    async () => {
      const place = site();
      const refresh = ['refresh', '--config', place.config];
      expect(await run(refresh, { under: at('2026-10-20 12:00:00') })).toMatchObject({ code: 0 });
      const before = published(place.home);
      const ended = await run(refresh, { under: at('2026-10-19 12:00:00') });
      expectWords(
        ended,
        1,
        /The clock is behind the last refresh, which started at 2026-10-20T.*--as-of 2026-10-19/,
      );
      expect(published(place.home)).toEqual(before);
      const asked = await run([...refresh, '--as-of', '2026-10-20'], { under: at('2026-10-19 12:00:00') });
      expect(asked).toMatchObject({ code: 0 });
      // A clock that is right again is no worse off.
      expect(await run(refresh, { under: at('2026-10-21 12:00:00') })).toMatchObject({ code: 0 });
    },
  );

  withFaketime(
    'at both changes of the hour, at New Year and on leap day moves no day',
    async () => {
      const place = site();
      // Two in the morning comes twice, or not at all; the last is UTC's next day.
      const times = [
        { time: '2026-11-01 06:30:00', day: '2026-11-01' },
        { time: '2026-11-01 07:30:00', day: '2026-11-01' },
        { time: '2027-01-01 05:50:00', day: '2026-12-31' },
        { time: '2027-01-01 06:00:00', day: '2027-01-01' },
        { time: '2027-03-14 08:00:00', day: '2027-03-14' },
      ].map((each) => ({ ...each, name: each.time }));
      for (const { time, day } of namedTurnsOf('changes of the clock', times)) {
        const ended = await run(['refresh', '--config', place.config, '--json'], {
          under: at(time),
          env: { TZ: 'UTC' },
        });
        expect({ time, day: (JSON.parse(ended.stdout) as { asOf: string }).asOf }).toEqual({ time, day });
      }
    },
    60_000,
  );
});

describe('a state database', () => {
  const damages: readonly (readonly [string, (path: string) => void])[] = [
    ['is no database any more', (path: string) => writeFileSync(path, 'x'.repeat(20_000))],
    [
      'has bad pages',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes.fill(0xff, 4096, bytes.length - 100);
        writeFileSync(path, bytes);
      },
    ],
    ['is cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 9_000))],
  ];
  it.each(turnsOf('damages of the state', damages))(
    'that %s is told by every command, and nothing is lost',
    async (_what, damage) => {
      const place = site();
      await firstNight(place);
      const before = published(place.home);
      const path = join(place.home, 'state.db');
      damage(path);
      const config = ['--config', place.config];
      const commands = [
        place.refresh,
        ['status', ...config],
        ['history', ...config],
        ['release', 'library', '--reason', 'x', ...config],
      ];
      for (const args of commands)
        expectWords(
          await runHere(args),
          1,
          /The state database .*state\.db is damaged .*Restore it from a backup, or move it away/,
        );
      expect(published(place.home)).toEqual(before);
      renameSync(path, `${path}.damaged`);
      expect(await runHere(place.refresh)).toMatchObject({ code: 0 });
    },
    60_000,
  );

  itInTurn('of a newer version is left alone', async () => {
    const place = site();
    await firstNight(place);
    const { default: Database } = await import('better-sqlite3');
    const database = new Database(join(place.home, 'state.db'));
    database.pragma('user_version = 999');
    database.close();
    for (const args of [place.refresh, ['status', '--config', place.config]]) {
      expectWords(await runHere(args), 1, /state database was written by a newer version/);
    }
  });
});

describe('two starts at once', () => {
  it('one works, the other exits with code 6 and names it', async () => {
    const place = site();
    await firstNight(place);
    const times = Array.from({ length: 20 }, (_, time) => time);
    const { length } = turnsOf('two starts at once', times);
    for (let time = 0; time < length; time += 1) {
      const both = [start(place.refresh), start(place.refresh)];
      const ended = await Promise.all(both.map(({ ended: each }) => each));
      const codes = ended.map(({ code }) => code);
      // Either may be so late that the other is done.
      expect([...codes].sort()).toEqual(codes.includes(6) ? [0, 6] : [0, 0]);
      const refused = codes.indexOf(6);
      if (refused >= 0) {
        expect(ended[refused]?.stderr).toMatch(
          `A refresh is already running: process ${both[1 - refused]?.pid ?? ''} on `,
        );
      }
    }
    await openAllVisible(place.home);
    expect(await runHere(['history', '--verify', '--config', place.config])).toMatchObject({ code: 0 });
  }, 240_000);

  itInTurn(
    'a holder that stands still keeps the lock; a dead one frees it at once',
    async () => {
      const place = site();
      await firstNight(place);
      const holder = start(place.refresh);
      await until(() => existsSync(join(place.home, 'staging')));
      holder.child.kill('SIGSTOP');
      for (const args of [place.refresh, ['release', 'library', '--reason', 'x', '--config', place.config]]) {
        expectWords(await runHere(args), 6, new RegExp(`already running: process ${holder.pid} on `));
      }
      // To look is allowed meanwhile.
      expect(await runHere(['status', '--config', place.config])).toMatchObject({ code: 0 });
      holder.child.kill('SIGKILL');
      await holder.ended;
      expect(await runHere(place.refresh)).toMatchObject({ code: 0 });
    },
    60_000,
  );
});
