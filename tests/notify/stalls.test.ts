/** Servers that accept and then say nothing, at each step of each channel: the notice fails in time, and its socket is closed. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EmailSettings, NoticeSettings } from '../../src/model/settings.js';
import type { Pace } from '../../src/notify/attempts.js';
import { ping } from '../../src/notify/healthcheck.js';
import { notifyTest, type Notified } from '../../src/notify/notify.js';
import { plainMail } from './servers.js';

/** The answers to the commands of a client, in their order; after the last one it is silent. */
type Script = readonly string[];

interface StallingServer {
  readonly port: number;
  readonly isLeft: () => Promise<boolean>;
  readonly close: () => void;
}

const servers: StallingServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The first answer needs no command. `drips`: a letter every so often, without an end. */
async function stallingServer(script: Script, drips = false): Promise<StallingServer> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    const left = [...script];
    const answer = (): void => {
      const next = left.shift();
      if (next !== undefined) socket.write(`${next}\r\n`);
    };
    const drip = drips ? setInterval(() => socket.write('x'), 20) : undefined;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(drip);
      sockets.delete(socket);
    });
    socket.on('data', answer);
    if (script.length > 0) answer();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const server: StallingServer = {
    port: (listener.address() as AddressInfo).port,
    isLeft: async () => {
      for (let tries = 0; tries < 100 && sockets.size > 0; tries += 1) await pause(20);
      return sockets.size === 0;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
    },
  };
  servers.push(server);
  return server;
}

const occasion = {
  version: '9.9.9',
  host: 'exporter',
  asOf: '2026-10-16',
  at: '2026-10-16T08:15:00.000Z',
  exitCode: 3,
  timezone: 'America/Chicago',
};
const QUICK: Pace = { attempts: 1, firstWaitMs: 1, longestWaitMs: 1, attemptMs: 300, deadlineMs: 1_000 };
const PATIENT: Pace = { ...QUICK, attempts: 9, attemptMs: 600_000, deadlineMs: 600_000 };

type Channel = (port: number) => NoticeSettings;

const mail =
  (tls: EmailSettings['tls']): Channel =>
  (port) => ({ when: 'change', email: plainMail(port, tls) });
const hook =
  (scheme: 'http' | 'https'): Channel =>
  (port) => ({ when: 'change', webhook: { url: `${scheme}://127.0.0.1:${port}/x`, format: 'json' } });

async function tell(
  settings: NoticeSettings,
  pace: Pace,
  signal?: AbortSignal,
): Promise<Notified | undefined> {
  const [notified] = await notifyTest({ settings, occasion, pace, ...(signal && { signal }) });
  return notified;
}

const HELLO = '220 mail.example';
const EHLO = '250-mail.example\r\n250 STARTTLS';

const stalls: readonly (readonly [where: string, channel: Channel, script: Script, drips: boolean])[] = [
  ['a mail server before its greeting', mail('none'), [], false],
  ['a mail server after its greeting', mail('none'), [HELLO], false],
  ['a mail server at the start of TLS', mail('starttls'), [HELLO, EHLO, '220 go ahead'], false],
  ['a mail server that begins with TLS', mail('implicit'), [], false],
  ['a mail server after the sender', mail('none'), [HELLO, '250 mail.example'], false],
  ['a mail server after the recipient', mail('none'), [HELLO, '250 mail.example', '250 ok'], false],
  ['a mail server at the text', mail('none'), [HELLO, '250 mail.example', '250 ok', '250 ok'], false],
  [
    'a mail server after the text',
    mail('none'),
    [HELLO, '250 mail.example', '250 ok', '250 ok', '354 go on'],
    false,
  ],
  ['a mail server whose greeting never ends', mail('none'), [], true],
  ['a webhook before its answer', hook('http'), [], false],
  ['a webhook at the start of TLS', hook('https'), [], false],
  ['a webhook whose answer never ends', hook('http'), [], true],
];

describe('a notice to', () => {
  it.each(stalls)('%s fails in time, and lets go of the server', async (_where, channel, script, drips) => {
    const server = await stallingServer(script, drips);
    const began = performance.now();
    const notified = await tell(channel(server.port), QUICK);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(notified).toMatchObject({ outcome: 'failed' });
    expect(notified?.message).toMatch(/^127\.0\.0\.1:\d+ (did not answer in time|cannot be reached)/);
    expect(await server.isLeft()).toBe(true);
  });

  it.each(stalls)(
    '%s ends with the program that is asked to stop',
    async (_where, channel, script, drips) => {
      const server = await stallingServer(script, drips);
      const stop = new AbortController();
      setTimeout(() => stop.abort(new Error('stop')), 200);
      const began = performance.now();
      expect(await tell(channel(server.port), PATIENT, stop.signal)).toMatchObject({ outcome: 'failed' });
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(await server.isLeft()).toBe(true);
    },
  );
});

it('the wait before another attempt ends with the program that is asked to stop', async () => {
  const server = await stallingServer(['500 no']);
  server.close();
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error('stop')), 200);
  const slow = { ...PATIENT, firstWaitMs: 600_000, longestWaitMs: 600_000 };
  const began = performance.now();
  const notified = await tell(hook('http')(server.port), slow, stop.signal);
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(notified?.message).toMatch(/cannot be reached \(ECONNREFUSED\)/);
});

it('a healthcheck that never answers is given up in time', async () => {
  const server = await stallingServer([]);
  const began = performance.now();
  expect(
    await ping(`http://127.0.0.1:${server.port}/x`, { sign: 'start', body: {} }, undefined, QUICK),
  ).toMatch(/did not answer in time/);
  expect(performance.now() - began).toBeLessThan(2_000);
  expect(await server.isLeft()).toBe(true);
});
