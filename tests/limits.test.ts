/**
 * Each limit and deadline of the documentation has a proof: here, or in the test that is named. A row without one does not
 * compile. What takes longer than a test may is measured with a clock that this test moves.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import Database from 'better-sqlite3';
import { deliver, DeliveryFault, HostTurns, systemClock } from '../src/deliver/deliver.js';
import { folderTarget } from '../src/deliver/folder.js';
import { stoppedFacts } from '../src/deliver/sftp/faults.js';
import { within, type Stopped } from '../src/deliver/sftp/stall.js';
import { signIn } from '../src/deliver/sftp/login.js';
import {
  breachInWords,
  CONFIG_LIMITS,
  DELIVERY_LIMITS,
  inMs,
  LIMITS,
  PROGRAM_LIMITS,
  type Limit,
} from '../src/model/limits.js';
import type { FolderSettings, MssqlConnectionSettings, SftpSettings } from '../src/model/settings.js';
import { tediousConfig } from '../src/extract/sqlserver/login.js';
import { openToWrite as openPostgres } from '../src/state/postgres.js';
import { openToWrite } from '../src/state/sqlite.js';
import { writeZip } from '../src/write/zip.js';
import { startFaultServer } from './deliver/fault-server.js';
import { aFile, aParcel, PLACE, SERVER, toTarget } from './deliver/parcels.js';
import { makeKey, pinOf } from './deliver/ssh-server.js';
import { makeFolder, removeFolders } from './support/cli.js';
import { sourceOfTest } from './support/suites.js';

const ROOT = join(import.meta.dirname, '../..');
const closing: (() => void)[] = [];
afterEach(() => {
  jest.useRealTimers();
  for (const close of closing.splice(0)) close();
});
afterAll(removeFolders);

/** A title in a file of tests, or the proof itself. */
type Proof = readonly [file: string, title: string] | (() => Promise<void>);
type Proofs = {
  readonly [Group in keyof typeof LIMITS]: {
    readonly [Row in keyof (typeof LIMITS)[Group]['limits']]: Proof;
  };
};

const CHECKS = ['verify/checks', '$code: its smallest fault is found, and nothing else'] as const;
const STALLS = ['notify/stalls', '%s fails in time, and lets go of the server'] as const;

const PROOFS: Proofs = {
  config: {
    fileBytes: ['config/hostile', 'a huge file is not read'],
    referenceBytes: ['config/references', 'which is larger than 65536 bytes'],
    levels: ['config/hostile', 'nested %s'],
    aliases: ['config/hostile', 'aliases'],
    values: ['config/hostile', 'aliases of long lists, which a small file makes into millions of values'],
    nameLetters: ['config/hostile', 'a name that no file could have'],
    authorityBytes: hugeAuthority,
    knownHostsBytes: hugeKnownHosts,
  },
  source: {
    connect: ['extract/sqlserver/away', '%s is given up in time'],
    silence: ['night/sqlserver-faults', 'a server that falls silent %s is not waited for'],
    retry: ['extract/sqlserver/away', 'waits for the whole of source.retryMinutes, and no longer'],
    retryWait: [
      'model/retry',
      'counts the time for all attempts from the first fault, and ends with an attempt at its end',
    ],
    reads: [
      'extract/sqlserver/away',
      'that cannot read although the server answers gives up after five reads',
    ],
    moved: ['night/sqlserver-faults', 'leave counts that differ: a second pass, and no third'],
    unreadableCells: ['extract/unreadable', '6 of 20'],
    unreadableShare: ['extract/unreadable', '8 of 700'],
  },
  delivery: {
    connect: () => endsAtLimit(DELIVERY_LIMITS.connect, fullServer),
    signIn: () => endsAtLimit(DELIVERY_LIMITS.signIn, silentServer),
    stall: ['night/sftp-quirks', '%s is given up, and a signal ends the wait at once'],
    folderStall: silentFolder,
    end: farewellWithoutAnswer,
    retry: ['deliver/retries', 'ends with the deadline, at which the last attempt is made'],
    retryWait: ['deliver/retries', 'in passing is tried again, with waits that double up to five minutes'],
    lookAhead: ['deliver/retries', 'too far ahead is for another refresh'],
    whole: wholeDelivery,
  },
  notices: {
    attempt: STALLS,
    attempts: [
      'notify/channels',
      'gives up on a closed port after a few attempts, and on a silent server after its deadline',
    ],
    whole: [
      'notify/channels',
      'gives up on a closed port after a few attempts, and on a silent server after its deadline',
    ],
    close: STALLS,
    signAttempt: ['notify/stalls', 'a healthcheck that never answers is given up in time'],
    signWhole: ['notify/stalls', 'a healthcheck that never answers is given up in time'],
  },
  program: {
    stop: ['cli/transport', 'SIGTERM within two seconds ends'],
    closeRead: ['refresh/read-sis', 'ends with the reason of the stop once the snapshot is closed'],
    zipStall: zipWithoutProgress,
    stateBusy: busyState,
    stateConnect: silentState,
    stateAnswer: ['night/state-server', 'a server that hangs is given up in time'],
    stateIdle: ['night/state-server', 'a transaction that pauses is ended by the server'],
    lease: ['state/lease', 'without being renewed it lives for a minute'],
    lock: ['home/lock', 'is given once, names its holder to the next, and is free when it is released'],
  },
  reading: {
    entries: CHECKS,
    unpackedBytes: CHECKS,
    ratio: CHECKS,
    columns: CHECKS,
    headerBytes: CHECKS,
    cellBytes: CHECKS,
    rowBytes: CHECKS,
  },
};

interface Row {
  readonly row: string;
  readonly limit: Limit;
  readonly proof: Proof | undefined;
}

const rows: readonly Row[] = Object.entries(LIMITS).flatMap(([group, { limits }]) =>
  Object.entries(limits as Readonly<Record<string, Limit>>).map(([name, limit]) => ({
    row: `${group}.${name}`,
    limit,
    proof: (PROOFS as Readonly<Record<string, Readonly<Record<string, Proof>>>>)[group]?.[name],
  })),
);

describe('each limit', () => {
  it.each(rows)(
    '$row holds',
    async ({ proof }) => {
      if (typeof proof === 'function') {
        await proof();
        return;
      }
      const [file = '', title = ''] = proof ?? [];
      expect(readFileSync(sourceOfTest(file), 'utf8')).toContain(title);
    },
    20_000,
  );

  it.each(rows)('$row is documented with what it bounds and what a breach leads to', ({ limit }) => {
    expect(limit.says).toMatch(/^\S.*[^.]$/);
    expect(breachInWords(limit)).not.toBe('');
  });

  it.each(rows.filter(({ limit }) => limit.key !== undefined))(
    '$row has the default of its key',
    ({ limit }) => {
      const [, , cell] =
        new RegExp(`^\\| \`${(limit.key ?? '').replace(/[[\]]/g, '\\$&')}\` \\|(.*?)\\|(.*?)\\|`, 'm').exec(
          readFileSync(join(ROOT, 'config/README.md'), 'utf8'),
        ) ?? [];
      expect(cell?.trim()).toBe(String(limit.most));
    },
  );
});

/** The clock of timers stands still until it is moved; sockets and files go on. */
function stopTimers(): void {
  jest.useFakeTimers({
    doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate'],
  });
}

/** Some turns of the event loop, without a timer. */
async function turns(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) await new Promise((resolve) => setImmediate(resolve));
}

/** The work is still under way shortly before the limit, and over shortly after it; gives what it threw. */
async function measured(limit: Parameters<typeof inMs>[0], work: Promise<unknown>): Promise<unknown> {
  let error: unknown;
  const isOver = work.then(
    () => (error = new Error('it succeeded')),
    (thrown: unknown) => (error = thrown),
  );
  await turns(400);
  jest.advanceTimersByTime(inMs(limit) * 0.95);
  await turns(100);
  expect(error).toBeUndefined();
  jest.advanceTimersByTime(inMs(limit) * 0.1);
  await isOver;
  return error;
}

function sftp(port: number, more: Partial<SftpSettings> = {}): SftpSettings {
  const login = { user: 'u', password: 'p', hostKeys: [`SHA256:${'A'.repeat(43)}`], path: 'incoming' };
  return { kind: 'sftp', host: '127.0.0.1', port, ...login, ...SERVER, stalledAfterSeconds: 3_000, ...more };
}

async function endsAtLimit(limit: Parameters<typeof inMs>[0], server: () => Promise<number>): Promise<void> {
  const settings = sftp(await server());
  stopTimers();
  const fault = await measured(limit, signIn({ address: 'a', settings, isInspection: false }));
  expect(fault).toBeInstanceOf(DeliveryFault);
  expect(fault).toMatchObject({ facts: { step: 'connect', kind: 'lost' } });
}

/** Accepts and says nothing. */
async function silentServer(): Promise<number> {
  const sockets = new Set<Socket>();
  return await listening(
    createServer((socket) => sockets.add(socket.on('error', () => undefined))),
    () => sockets.forEach((socket) => socket.destroy()),
  );
}

async function listening(server: Server, close: () => void): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    close();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Takes no connection any more: it stands still, and its queue is full. */
async function fullServer(): Promise<number> {
  const program = `const s = require('net').createServer().listen(0, '127.0.0.1', 1, () => console.log(s.address().port))`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  child.kill('SIGSTOP');
  const port = Number(line.toString());
  for (let filled = 0; filled < 4; filled += 1) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    closing.push(() => socket.destroy());
    await Promise.race([once(socket, 'connect'), turns(100)]);
  }
  return port;
}

/** A pipe in the place of the bundle keeps a copy from moving. */
async function silentFolder(): Promise<void> {
  const root = makeFolder();
  const settings: FolderSettings = { kind: 'folder', path: join(root, 'incoming'), ...PLACE };
  mkdirSync(settings.path);
  const file = { ...aFile(root), local: pipeIn(root) };
  stopTimers();
  const sending = folderTarget(toTarget(settings), settings, { label: 'the folder' }).send(aParcel(file));
  const fault = await measured(DELIVERY_LIMITS.folderStall, sending);
  expect(fault).toMatchObject({ facts: { step: 'upload', kind: 'lost' } });
  expect((fault as Error).message).toContain('did not answer for 60 seconds');
}

/** Without a writer; a reader that waits for one is released at the end of the test. */
function pipeIn(folder: string): string {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  closing.push(() => closeSync(openSync(path, 'r+')));
  return path;
}

async function zipWithoutProgress(): Promise<void> {
  const root = makeFolder();
  const path = pipeIn(root);
  stopTimers();
  let error: unknown;
  const writing = writeZip(join(root, 'a.zip'), [{ name: 'a.csv', path }], 3).catch(
    (thrown: unknown) => (error = thrown),
  );
  await turns(100);
  jest.advanceTimersByTime(inMs(PROGRAM_LIMITS.zipStall) * 0.95);
  await turns(100);
  expect(error).toBeUndefined();
  // The first look only notes where the writer is.
  jest.advanceTimersByTime(inMs(PROGRAM_LIMITS.zipStall) * 1.1);
  await writing;
  expect((error as Error).message).toBe('writing the zip made no progress');
}

/** A proxy that passes everything on but the end of the connection. */
async function farewellWithoutAnswer(): Promise<void> {
  const root = makeFolder();
  makeKey(join(root, 'host'), 'ed25519');
  const server = await startFaultServer({ folder: root, hostKey: join(root, 'host') });
  const proxy = createServer({ allowHalfOpen: true }, (socket) => {
    const behind = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    closing.push(() => (socket.destroy(), behind.destroy()));
    for (const each of [socket, behind]) each.on('error', () => undefined);
    socket.pipe(behind, { end: false });
    behind.pipe(socket, { end: false });
  });
  const port = await listening(proxy, () => void server.close());
  const settings = sftp(port, { password: server.password, hostKeys: [pinOf(join(root, 'host'))] });
  const login = await signIn({ address: 'a', settings, isInspection: false });
  const began = performance.now();
  await login.end();
  const took = performance.now() - began;
  expect(took).toBeGreaterThan(inMs(DELIVERY_LIMITS.end) - 100);
  expect(took).toBeLessThan(inMs(DELIVERY_LIMITS.end) + 1_000);
}

async function wholeDelivery(): Promise<void> {
  const untilStopped = (_parcel: unknown, signal?: AbortSignal): Promise<never> =>
    within<never>({ stallMs: 2 ** 31 - 1, signal }, () => new Promise(() => undefined)).catch(
      (error: unknown) => {
        throw new DeliveryFault('a', stoppedFacts('upload', error as Stopped));
      },
    );
  const inspect = (): Promise<never> => Promise.reject(new Error('not here'));
  const target = { address: 'a', label: 'a', host: 'h', send: untilStopped, look: untilStopped, inspect };
  stopTimers();
  const fault = await measured(
    DELIVERY_LIMITS.whole,
    deliver({
      target,
      parcel: { files: [], namesLike: '', stale: [] },
      lastAttemptBy: new Date(8_640_000_000_000_000),
      maxMinutes: DELIVERY_LIMITS.whole.most,
      turns: new HostTurns(),
      clock: systemClock,
      onAttempt: () => Promise.resolve(() => Promise.resolve()),
    }),
  );
  expect((fault as Error).message).toMatch(/maxMinutes/);
}

const LOGIN: MssqlConnectionSettings = {
  ...{ server: 'sis-db', port: 1433, database: 'campus', authentication: 'sql', encrypt: true },
  ...{ trustServerCertificate: false, readOnlyIntent: true, requestTimeoutMinutes: 30 },
};

async function hugeAuthority(): Promise<void> {
  const ca = join(makeFolder(), 'ca.pem');
  writeFileSync(ca, Buffer.alloc(CONFIG_LIMITS.authorityBytes.most + 1, '#'));
  await expect(tediousConfig({ ...LOGIN, ca })).rejects.toThrow(
    `The file ${ca} of source.connection.ca is larger than ${CONFIG_LIMITS.authorityBytes.most} bytes.`,
  );
  const pipe = pipeIn(makeFolder());
  await expect(tediousConfig({ ...LOGIN, ca: pipe })).rejects.toThrow('is a named pipe, not a file');
}

async function hugeKnownHosts(): Promise<void> {
  const knownHosts = join(makeFolder(), 'known_hosts');
  writeFileSync(knownHosts, Buffer.alloc(CONFIG_LIMITS.knownHostsBytes.most + 1, '#'));
  const signing = signIn({ address: 'a', settings: sftp(1, { knownHosts }), isInspection: false });
  await expect(signing).rejects.toThrow(`is larger than ${CONFIG_LIMITS.knownHostsBytes.most} bytes`);
}

async function silentState(): Promise<void> {
  const port = await silentServer();
  const login = { host: '127.0.0.1', port, database: 'a', user: 'u', encrypt: false };
  const settings = { client: 'pg', district: 'a', connection: login } as const;
  stopTimers();
  const fault = await measured(PROGRAM_LIMITS.stateConnect, openPostgres(settings));
  expect(fault).toMatchObject({
    code: 'home',
    message: expect.stringMatching(/did not answer in time/) as unknown,
  });
}

async function busyState(): Promise<void> {
  const path = join(makeFolder(), 'state.db');
  const store = await openToWrite(path);
  await store.close();
  const other = new Database(path);
  other.pragma('locking_mode = exclusive');
  other.exec('BEGIN EXCLUSIVE');
  const began = performance.now();
  try {
    await expect(openToWrite(path)).rejects.toThrow(/another program uses it/);
  } finally {
    other.close();
  }
  const took = performance.now() - began;
  expect(took).toBeGreaterThan(inMs(PROGRAM_LIMITS.stateBusy) - 500);
  expect(took).toBeLessThan(inMs(PROGRAM_LIMITS.stateBusy) + 3_000);
}
