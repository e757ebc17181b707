/**
 * A program for tests: sends through each channel, and logs in to SQL Server, in an environment in which Node checks no
 * certificate. Its argument has the servers, as JSON; its output has the outcome of each, as JSON.
 */
import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { sqlServerSource } from '../../src/extract/sqlserver/sqlserver.js';
import type { EmailSettings, MssqlSourceSettings, NoticeSettings } from '../../src/model/settings.js';
import type { Pace } from '../../src/notify/attempts.js';
import { ping } from '../../src/notify/healthcheck.js';
import { notifyTest } from '../../src/notify/notify.js';
import { plainMail } from './servers.js';

export interface Servers {
  readonly url: string;
  readonly startTlsPort: number;
  readonly implicitPort: number;
  /** Its certificate, as PEM. */
  readonly ca: string;
  readonly sqlServer: MssqlSourceSettings;
}

/** `sent`, or why not. */
export interface Outcomes {
  /** By Node's own client, which trusts every certificate in this environment: shows that the variable has an effect. */
  readonly node: string;
  readonly webhook: string;
  readonly healthcheck: string;
  readonly startTls: string;
  readonly implicit: string;
  readonly startTlsWithCa: string;
  readonly implicitWithCa: string;
  readonly sqlServer: string;
}

const PACE: Pace = { attempts: 1, firstWaitMs: 1, longestWaitMs: 1, attemptMs: 20_000, deadlineMs: 20_000 };
const AT = '2026-10-16T08:15:00.000Z';
const occasion = {
  version: '9.9.9',
  host: 'exporter',
  asOf: '2026-10-16',
  at: AT,
  exitCode: 3,
  timezone: 'America/Chicago',
};

async function byNode(url: string): Promise<string> {
  const options: RequestOptions = { method: 'POST', agent: false };
  const asked = request(url, options).end('{}');
  const [{ statusCode }] = (await once(asked, 'response')) as [IncomingMessage];
  asked.destroy();
  return statusCode === 200 ? 'sent' : `status ${statusCode ?? 0}`;
}

async function notice(settings: Omit<NoticeSettings, 'when'>): Promise<string> {
  const [notified] = await notifyTest({ settings: { when: 'change', ...settings }, occasion, pace: PACE });
  return notified?.message ?? notified?.outcome ?? 'nothing';
}

const mail = (port: number, tls: EmailSettings['tls'], ca?: string): Promise<string> =>
  notice({ email: { ...plainMail(port, tls), ...(ca !== undefined && { ca }) } });

async function outcomesWith(servers: Servers): Promise<Outcomes> {
  const { url, startTlsPort, implicitPort, ca, sqlServer } = servers;
  return {
    node: await byNode(url),
    webhook: await notice({ webhook: { url, authorization: 'Bearer secret', format: 'json' } }),
    healthcheck: (await ping(url, { sign: 'start', body: {} }, undefined, PACE)) ?? 'sent',
    startTls: await mail(startTlsPort, 'starttls'),
    implicit: await mail(implicitPort, 'implicit'),
    startTlsWithCa: await mail(startTlsPort, 'starttls', ca),
    implicitWithCa: await mail(implicitPort, 'implicit', ca),
    sqlServer: await sqlServerSource(sqlServer)
      .inspect()
      .then(() => 'sent')
      .catch((error: unknown) => String(error)),
  };
}

const [, , given] = process.argv;
if (given !== undefined)
  process.stdout.write(JSON.stringify(await outcomesWith(JSON.parse(given) as Servers)));
