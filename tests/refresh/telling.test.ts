/** Who is told what, night after night, by a real mail server and a real web server; and that telling never changes a result. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { exitCodeOf, type RefreshResult } from '../../src/refresh/refresh.js';
import type { NoticeSettings } from '../../src/model/settings.js';
import { takeLock } from '../../src/home/lock.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection, day, type Wants } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import {
  closedPort,
  startMailServer,
  startWebServer,
  type MailServer,
  type WebServer,
} from '../notify/servers.js';
import { AS_OF, change, makeSmallDistrict } from './small-district.js';

afterAll(removeFolders);

let mails: MailServer;
let hooks: WebServer;
let signs: WebServer;
let folder: string;
let nights: number;

beforeEach(async () => {
  mails = await startMailServer();
  hooks = await startWebServer();
  signs = await startWebServer();
  folder = makeFolder();
  nights = 0;
  makeSmallDistrict(join(folder, 'district.sqlite'));
});
afterEach(async () => {
  await Promise.all([mails.close(), hooks.close(), signs.close()]);
});

const notices = (more: Partial<NoticeSettings> = {}): NoticeSettings => ({
  when: 'change',
  email: {
    host: '127.0.0.1',
    port: mails.port,
    tls: 'none',
    from: 'exporter@district.example',
    to: ['it@district.example'],
  },
  webhook: { url: hooks.url, format: 'json' },
  healthcheck: { url: `${signs.url}/abc` },
  ...more,
});

const warnings: string[] = [];

async function night(
  wants: Wants = {},
  settings = notices(),
  more: { readonly signal?: AbortSignal; readonly only?: readonly string[] } = {},
): Promise<RefreshResult> {
  nights += 1;
  const filename = join(folder, 'district.sqlite');
  return await refreshHere({
    config: { ...aConfig(join(folder, 'home'), filename, [aConnection(wants)]), notices: settings },
    source: sqliteSource({ client: 'better-sqlite3', filename }),
    asOf: day(AS_OF),
    startedAt: new Date(Date.UTC(2026, 9, 15 + nights, 8)),
    program: '9.9.9',
    onWarning: (message) => warnings.push(message),
    ...more,
  });
}

const subjects = (): readonly string[] =>
  mails.mails.map(({ subject }) => subject.replace('oneroster-export: ', ''));
const events = (): readonly unknown[] => hooks.calls.map(({ body }) => body['event']);
const paths = (): readonly string[] => signs.calls.map(({ path }) => path);

const blackout = { blackout: [{ from: day(AS_OF), to: day(AS_OF) }] };

describe('people', () => {
  it('are told of a change of state, by each channel, and not every night', async () => {
    await night();
    expect([subjects(), events()]).toEqual([[], []]);
    expect(exitCodeOf(await night(blackout))).toBe(3);
    await night(blackout);
    await night(blackout);
    expect(subjects()).toEqual(['library is on hold (release or discard it)']);
    await night();
    await night();
    expect(subjects().slice(1)).toEqual(['library works again (nothing to do)']);
    expect(events()).toEqual(['hold', 'recovery']);
    expect(hooks.calls[1]?.body).toMatchObject({
      exitCode: 0,
      connections: [{ name: 'library', changed: true }],
    });
  });

  it('are told that the SIS cannot be read, once, and when it can be again', async () => {
    await night();
    const filename = join(folder, 'district.sqlite');
    rmSync(filename);
    await night();
    await night();
    expect(subjects()).toEqual(['the refresh could not read the SIS (run preflight)']);
    expect(mails.mails[0]?.raw).toMatch(/exit code 4/);
    makeSmallDistrict(filename);
    await night();
    expect(subjects().slice(1)).toEqual(['the refresh works again (nothing to do)']);
  });

  it('are told where another refresh is in the way, whose healthcheck it leaves alone', async () => {
    await night();
    const before = paths().length;
    const lock = takeLock(join(folder, 'home/lock.db'), new Date());
    await expect(night()).rejects.toMatchObject({ code: 'already-running' });
    await expect(night()).rejects.toMatchObject({ code: 'already-running' });
    lock.release();
    expect(subjects()).toEqual(['the refresh found another refresh still running (check whether it hangs)']);
    expect(paths()).toHaveLength(before);
    await night();
    expect(subjects()).toHaveLength(2);
  });

  it('are told every night where they want that', async () => {
    await night({}, notices({ when: 'always' }));
    await night({}, notices({ when: 'always' }));
    expect(subjects()).toEqual(Array(2).fill('all is well, nothing to do'));
  });

  it('are told of the end of sharing, once', async () => {
    await night({ sharingEnds: day('2026-10-15') });
    await night({ sharingEnds: day('2026-10-15') });
    expect(subjects()).toEqual([
      'library gets no more data: its sharing has ended (take it out of the config)',
    ]);
  });

  it('are not sent for what the user at the terminal did', async () => {
    await expect(night({}, notices(), { only: ['nowhere'] })).rejects.toMatchObject({ code: 'usage' });
    const stop = new AbortController();
    stop.abort(new Error('stop'));
    await expect(night({}, notices(), { signal: stop.signal })).rejects.toThrow('stop');
    expect([subjects(), events(), paths()]).toEqual([[], [], []]);
  });

  it('hear everything where nothing can be remembered', async () => {
    await night();
    const state = join(folder, 'home/state.db');
    for (const file of [state, `${state}-wal`, `${state}-shm`]) rmSync(file, { force: true });
    writeFileSync(state, 'not a database'.repeat(500));
    await expect(night()).rejects.toMatchObject({ code: 'home' });
    await expect(night()).rejects.toMatchObject({ code: 'home' });
    expect(subjects()).toEqual(
      Array(2).fill('the refresh cannot use the home folder (check the disk and its permissions)'),
    );
  });
});

describe('a notice that cannot be sent', () => {
  it('is a warning, changes nothing else, and is sent the next night, by the channel that did not have it', async () => {
    warnings.length = 0;
    const broken = notices();
    const port = await closedPort();
    const down = { ...broken, email: { ...broken.email, port } } as NoticeSettings;
    await night({}, down);
    const result = await night(blackout, down);
    expect(exitCodeOf(result)).toBe(3);
    expect(warnings).toEqual([
      expect.stringMatching(/^A notice by email: 127\.0\.0\.1:\d+ cannot be reached/),
    ]);
    expect(result.connections[0]?.notices).toContainEqual({
      code: 'notice-not-sent',
      severity: 'warning',
      message: warnings[0],
      count: 1,
    });
    expect(events()).toEqual(['hold']);
    await night(blackout);
    expect([subjects().length, events().length]).toEqual([1, 1]);
  });
});

describe('the healthcheck', () => {
  it('hears the start and how it ended', async () => {
    await night();
    await night(blackout);
    change(join(folder, 'district.sqlite'), 'UPDATE SchoolYear SET active = 0');
    await night();
    expect(paths()).toEqual(['/abc/start', '/abc', '/abc/start', '/abc/fail', '/abc/start', '/abc/fail']);
    expect(signs.calls[3]?.body).toMatchObject({
      program: 'oneroster-export',
      sign: 'fail',
      exitCode: 3,
      connections: { library: 'withheld' },
    });
  });
});
