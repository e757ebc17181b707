/** The channels against a real mail server and a real web server: what arrives, what is tried again, and what is said when it does not. */
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { EmailSettings, NoticeSettings } from '../../src/model/settings.js';
import type { Pace } from '../../src/notify/attempts.js';
import type { Condition } from '../../src/notify/condition.js';
import { addressOf, ping } from '../../src/notify/healthcheck.js';
import { notify, notifyTest, type Notified } from '../../src/notify/notify.js';
import { itWith } from '../support/needs.js';
import {
  closedPort,
  makeCertificate,
  removeCertificates,
  startMailServer,
  startWebServer,
  type MailServer,
  type WebServer,
} from './servers.js';

const servers: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(removeCertificates);

async function mailServer(options?: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer(options);
  servers.push(server);
  return server;
}

async function webServer(answer?: (call: number) => number | undefined): Promise<WebServer> {
  const server = await startWebServer(answer);
  servers.push(server);
  return server;
}

/** As the real one, without the waits. */
const PACE: Pace = { attempts: 3, firstWaitMs: 5, longestWaitMs: 5, attemptMs: 2_000, deadlineMs: 10_000 };
const AT = '2026-10-16T08:15:00.000Z';
const occasion = {
  version: '9.9.9',
  host: 'exporter',
  asOf: '2026-10-16',
  at: AT,
  exitCode: 3,
  timezone: 'America/Chicago',
};
const held: Condition = {
  about: 'library',
  state: 'held',
  codes: ['threshold-users'],
  says: ['9 of 10 users vanished'],
};

const mail = (port: number, more: Partial<EmailSettings> = {}): NoticeSettings => ({
  when: 'change',
  email: {
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'oneroster@district.example',
    to: ['it@district.example', 'data@district.example'],
    ...more,
  },
});

async function tell(
  settings: NoticeSettings,
  signal?: AbortSignal,
  pace = PACE,
): Promise<readonly Notified[]> {
  return await notify({
    settings,
    conditions: [held],
    occasion,
    told: () => Promise.resolve(new Map()),
    pace,
    ...(signal && { signal }),
  });
}

const certificate = makeCertificate();
const encrypted = itWith(certificate !== undefined, 'openssl');

it('a webhook gets what its service reads', async () => {
  const server = await webServer();
  const webhook = { url: server.url, format: 'slack' } as const;
  expect(await tell({ when: 'change', webhook })).toMatchObject([{ channel: 'webhook', outcome: 'sent' }]);
  expect(server.calls[0]?.body).toMatchObject({ blocks: [{ type: 'section' }, {}] });
});

describe('email', () => {
  it('arrives at everybody, as text that no holiday note answers', async () => {
    const server = await mailServer();
    expect(await tell(mail(server.port))).toEqual([
      {
        channel: 'email',
        outcome: 'sent',
        told: new Map([['library', { condition: 'held threshold-users', since: AT }]]),
      },
    ]);
    expect(server.mails).toHaveLength(1);
    const [{ from, to, subject, raw } = { from: '', to: [], subject: '', raw: '' }] = server.mails;
    expect({ from, to, subject }).toEqual({
      from: 'oneroster@district.example',
      to: ['it@district.example', 'data@district.example'],
      subject: 'oneroster-export: library is on hold (release or discard it)',
    });
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(raw).toMatch(/9 of 10 users vanished/);
    expect(raw).toMatch(/release library --reason TEXT/);
    expect(raw).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(raw).toMatch(/^Content-Type: text\/plain; charset=utf-8\r$/m);
    expect(raw).toMatch(/^Content-Type: text\/html; charset=utf-8\r$/m);
  });

  encrypted('is encrypted after STARTTLS, with the authority that is named', async () => {
    const server = await mailServer({ key: certificate?.key, cert: certificate?.cert });
    expect(await tell(mail(server.port, { tls: 'starttls', ca: certificate?.path ?? '' }))).toMatchObject([
      { outcome: 'sent' },
    ]);
    expect(server.mails).toMatchObject([{ isEncrypted: true }]);
  });

  encrypted('is encrypted from the first byte', async () => {
    const server = await mailServer({ secure: true, key: certificate?.key, cert: certificate?.cert });
    expect(await tell(mail(server.port, { tls: 'implicit', ca: certificate?.path ?? '' }))).toMatchObject([
      { outcome: 'sent' },
    ]);
    expect(server.mails).toMatchObject([{ isEncrypted: true }]);
  });

  encrypted('is not sent to a server whose certificate is not trusted', async () => {
    const server = await mailServer({ key: certificate?.key, cert: certificate?.cert });
    const [notified] = await tell(mail(server.port, { tls: 'starttls' }));
    expect(notified).toMatchObject({ outcome: 'failed' });
    expect(notified?.message).toMatch(/check .*tls and ca|encryption/);
    expect(server.mails).toEqual([]);
  });

  encrypted('signs in, and is not tried again with a password that is refused', async () => {
    const server = await mailServer({
      authOptional: false,
      key: certificate?.key,
      cert: certificate?.cert,
      onAuth: ({ username, password }, _session, done) =>
        password === 'right' ? done(null, { user: username }) : done(new Error(`no ${String(password)}`)),
    });
    const settings = (password: string): NoticeSettings =>
      mail(server.port, { tls: 'starttls', ca: certificate?.path ?? '', user: 'exporter', password });
    expect(await tell(settings('right'))).toMatchObject([{ outcome: 'sent' }]);
    expect(server.mails).toMatchObject([{ user: 'exporter' }]);
    const before = server.connections();
    const [refused] = await tell(settings('a secret'));
    expect(refused?.message).toMatch(
      /refused the user and password: check notices\.email\.user and password \(EAUTH 535\)/,
    );
    expect(refused?.message).not.toMatch(/a secret/);
    expect(server.connections() - before).toBe(1);
  });

  it('never goes unencrypted where encryption is asked for', async () => {
    const server = await mailServer({ disabledCommands: ['STARTTLS'] });
    const [notified] = await tell(mail(server.port, { tls: 'starttls' }));
    expect(notified).toMatchObject({ outcome: 'failed' });
    expect(notified?.message).toMatch(/encryption|ETLS/);
    expect(server.mails).toEqual([]);
  });

  it('is tried again after a fault that passes, and not after one that stays', async () => {
    const answers = [451, 250];
    const passing = await mailServer({
      onRcptTo: (_address, _session, done) => {
        const code = answers.shift() ?? 250;
        done(code === 250 ? null : Object.assign(new Error('busy'), { responseCode: code }));
      },
    });
    const one = { to: ['it@district.example'] };
    expect(await tell(mail(passing.port, one))).toMatchObject([{ outcome: 'sent' }]);
    expect(passing.connections()).toBe(2);
    const staying = await mailServer({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error('unknown it@district.example'), { responseCode: 550 })),
    });
    const [notified] = await tell(mail(staying.port, one));
    expect(notified?.message).toMatch(
      /refused the sender or every address: check notices\.email\.from and to \(EENVELOPE 550\)/,
    );
    expect(notified?.message).not.toMatch(/it@district/);
    expect(staying.connections()).toBe(1);
  });

  it('is sent although one of the addresses is refused, and that is said', async () => {
    const server = await mailServer({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('data') ? Object.assign(new Error('no'), { responseCode: 550 }) : null),
    });
    expect(await tell(mail(server.port))).toMatchObject([
      { outcome: 'sent', message: '1 of 2 addresses were refused' },
    ]);
  });

  it('gives up on a closed port after a few attempts, and on a silent server after its deadline', async () => {
    const [closed] = await tell(mail(await closedPort()));
    expect(closed).toMatchObject({ outcome: 'failed' });
    expect(closed?.message).toMatch(/^127\.0\.0\.1:\d+ cannot be reached/);
    const silent = await mailServer({ onConnect: () => undefined });
    const quick = { ...PACE, attempts: 2, attemptMs: 100, deadlineMs: 300 };
    const [notified] = await tell(mail(silent.port), undefined, quick);
    expect(notified).toMatchObject({ outcome: 'failed', message: expect.stringMatching(/in time/) });
  });

  it('does not keep a program that is asked to stop', async () => {
    const stop = new AbortController();
    const web = await webServer(() => undefined);
    const silent = await mailServer({
      onRcptTo: () => stop.abort(new Error('stop')),
    });
    const settings = { ...mail(silent.port), webhook: { url: web.url, format: 'json' as const } };
    const long = {
      ...PACE,
      firstWaitMs: 600_000,
      longestWaitMs: 600_000,
      attemptMs: 600_000,
      deadlineMs: 600_000,
    };
    expect((await tell(settings, stop.signal, long)).map(({ outcome }) => outcome)).toEqual([
      'failed',
      'failed',
    ]);
  });
});

describe('the webhook', () => {
  const hook = (url: string, authorization?: string): NoticeSettings => ({
    when: 'change',
    webhook: { url, format: 'json', ...(authorization !== undefined && { authorization }) },
  });

  it('is posted to, with the header that is asked for', async () => {
    const web = await webServer();
    expect(await tell(hook(`${web.url}/hooks/1?key=2`, 'Bearer abc'))).toMatchObject([{ outcome: 'sent' }]);
    expect(web.calls).toMatchObject([
      {
        method: 'POST',
        path: '/hooks/1?key=2',
        headers: { 'content-type': 'application/json', authorization: 'Bearer abc' },
        body: { event: 'hold', connections: [{ name: 'library', state: 'held', changed: true }] },
      },
    ]);
  });

  it.each([
    ['busy', 503, 2, 'sent'],
    ['asked too often', 429, 2, 'sent'],
    ['not there', 404, 1, 'failed'],
    ['moved', 302, 1, 'failed'],
  ])('that is %s', async (_what, status, calls, outcome) => {
    const web = await webServer((call) => (call === 1 ? status : 200));
    const [notified] = await tell(hook(`${web.url}/secret-path`));
    expect(web.calls).toHaveLength(calls);
    expect(notified).toMatchObject({ outcome });
    expect(notified?.message ?? '').not.toMatch(/secret-path/);
  });

  it('that no server answers ends in time', async () => {
    const web = await webServer(() => undefined);
    const quick = { ...PACE, attempts: 2, attemptMs: 1_000, deadlineMs: 30_000 };
    const [notified] = await tell(hook(web.url), undefined, quick);
    expect(notified).toMatchObject({
      outcome: 'failed',
      message: expect.stringMatching(/did not answer in time/),
    });
    expect(web.calls).toHaveLength(2);
  });
});

describe('the test message', () => {
  it('goes through every channel and says that there is nothing to do', async () => {
    const [server, web] = [await mailServer(), await webServer()];
    const settings = { ...mail(server.port), webhook: { url: web.url, format: 'json' as const } };
    const notified = await notifyTest({ settings, occasion, pace: PACE });
    expect(notified.map(({ channel, outcome }) => [channel, outcome])).toEqual([
      ['email', 'sent'],
      ['webhook', 'sent'],
    ]);
    expect(server.mails[0]?.subject).toBe('oneroster-export: a test, nothing to do');
    expect(web.calls[0]?.body).toMatchObject({ event: 'test', refresh: null, connections: [] });
  });
});

describe('a healthcheck', () => {
  it.each([
    ['https://hc.example/abc', 'start', 'https://hc.example/abc/start'],
    ['https://hc.example/abc/', 'fail', 'https://hc.example/abc/fail'],
    ['https://hc.example/abc?rid=1', 'fail', 'https://hc.example/abc/fail?rid=1'],
    ['https://hc.example/abc', 'success', 'https://hc.example/abc'],
  ] as const)('at %s is told of %s', (url, sign, address) => {
    expect(addressOf(url, sign)).toBe(address);
  });

  it('is posted to', async () => {
    const web = await webServer();
    expect(
      await ping(`${web.url}/abc`, { sign: 'fail', body: { exitCode: 3 } }, undefined, PACE),
    ).toBeUndefined();
    expect(web.calls).toMatchObject([{ method: 'POST', path: '/abc/fail', body: { exitCode: 3 } }]);
  });

  it('that cannot be reached is no more than a remark', async () => {
    const port = await closedPort();
    expect(
      await ping(`http://127.0.0.1:${port}/secret`, { sign: 'start', body: {} }, undefined, PACE),
    ).toMatch(/^127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)$/);
  });
});
