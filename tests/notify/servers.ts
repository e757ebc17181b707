/** A mail server and a web server on loopback that keep what they get. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createEncryptedServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { EmailSettings } from '../../src/model/settings.js';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and text as they came. */
  readonly raw: string;
  readonly subject: string;
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  /** How many connections were begun. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    // Without a certificate of our own it would come with one that everybody knows.
    ...(options.key === undefined && { disabledCommands: ['STARTTLS'] }),
    ...options,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onData: (stream, session, done) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts).toString('utf8');
        mails.push({
          from: (session.envelope.mailFrom || { address: '' }).address,
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw,
          subject: headerOf(raw, 'Subject'),
          isEncrypted: session.secure,
          user: session.user as string | undefined,
        });
        done();
      });
    },
  });
  server.on('error', () => undefined); // clients that do not trust it leave in the middle
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Unfolded. */
function headerOf(raw: string, name: string): string {
  const head = raw.split('\r\n\r\n', 1)[0]?.replace(/\r\n[ \t]+/g, ' ') ?? '';
  return new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1]?.trim() ?? '';
}

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
}

export interface WebServer {
  readonly url: string;
  readonly calls: readonly Call[];
  readonly close: () => Promise<void>;
}

/** `answer`: the status for the call of this number, from 1 on; undefined never answers. `tls`: for an `https:` address. */
export async function startWebServer(
  answer: (call: number) => number | undefined = () => 200,
  tls?: Pick<Certificate, 'key' | 'cert'>,
): Promise<WebServer> {
  const calls: Call[] = [];
  const listener: RequestListener = (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<string, unknown>;
      const { method = '', url = '', headers } = request;
      calls.push({ method, path: url, headers, body });
      const status = answer(calls.length);
      if (status === undefined) return;
      if (status >= 300 && status < 400) response.setHeader('location', 'http://127.0.0.1:9/');
      response.writeHead(status).end('thank you');
    });
  };
  const server: Server =
    tls === undefined ? createServer(listener) : createEncryptedServer({ ...tls }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Of a mail server on this machine, with the least that a notice needs. */
export const plainMail = (port: number, tls: EmailSettings['tls']): EmailSettings => ({
  host: '127.0.0.1',
  port,
  tls,
  from: 'oneroster@district.example',
  to: ['it@district.example'],
});

/** A closed port. */
export async function closedPort(): Promise<number> {
  const server = await startWebServer();
  await server.close();
  return Number(new URL(server.url).port);
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** Of the certificate, as PEM. */
  readonly path: string;
}

const folders: string[] = [];

/** For 127.0.0.1; undefined where there is no openssl. */
export function makeCertificate(): Certificate | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'mail-'));
  folders.push(folder);
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words =
    'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1,DNS:localhost';
  try {
    execFileSync('openssl', [...words.split(' '), '-keyout', key, '-out', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(path, 'utf8'), path };
}

/** For `afterAll`. */
export function removeCertificates(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}
