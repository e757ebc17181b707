/** A console as a server: it listens, people sign in, and it stops. What its pages show is the caller's. */
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import type { Hono } from 'hono';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportError } from '../model/errors.js';
import { asListening } from '../model/listening.js';
import { PlainFileFault, readPlainFileSync } from '../model/plain-file.js';
import type { ConsoleSettings } from '../model/settings.js';
import { perMinute } from './counters.js';
import type { Env, FrontDesk } from './desk.js';
import { Sessions } from './sessions.js';
import { oneTimeLink } from './sign-in/one-time-link.js';
import type { SignIn } from './sign-in/sign-in.js';
import { trustedProxy } from './sign-in/trusted-proxy.js';

export interface Serving {
  readonly console: ConsoleSettings;
  readonly version: string;
  /** IP address and port. */
  readonly listen: string;
  /** Who has the terminal, where people sign in by a link on it. */
  readonly login: string;
  readonly now: () => Date;
  readonly showLink: (link: string) => void;
  readonly log: (line: object) => void;
}

/** What people see. */
export interface Shown {
  readonly app: (desk: FrontDesk, signIn: SignIn) => Hono<Env>;
  /** Ends what the pages have started, at its next safe point. */
  readonly stop: () => Promise<void>;
}

export interface RunningConsole {
  readonly url: string;
  /** No new requests; those at work are finished, programs reach their safe point. */
  readonly stop: () => Promise<void>;
}

/** Requests that are at work when it stops get this long. */
const STOP_MS = 5_000;
const LOOK_MS = 50;
const MOST_PEM = 1024 * 1024;
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 1_000 };
const PER_MINUTE = { signIn: 10, search: 30, start: 12 };

/** Throws ExportError `usage` where nothing can listen there, `config` where a certificate cannot be used. */
export async function serve(serving: Serving, shown: Shown): Promise<RunningConsole> {
  const { console: settings, listen } = serving;
  const at = asListening(listen);
  if (at === undefined)
    throw new ExportError('usage', `--listen ${listen} must be an IP address and a port.`);
  const gate: { handle?: (request: Request, env: object) => Response | Promise<Response> } = {};
  const server = serverOf(
    settings,
    (incoming, env) => gate.handle?.(incoming, env) ?? new Response(null, { status: 503 }),
  );
  const port = await listenOn(server, at);
  const desk = deskOf(serving, port);
  const signIn = await signInOf(serving, desk);
  const app = shown.app(desk, signIn);
  gate.handle = (incoming, env) => app.fetch(incoming, env);
  if ('offer' in signIn) (signIn as ReturnType<typeof oneTimeLink>).offer();
  return { url: desk.publicUrl.href, stop: () => stop(server, desk, shown) };
}

function serverOf(
  settings: ConsoleSettings,
  fetch: (request: Request, env: object) => Response | Promise<Response>,
): ServerType {
  if (settings.tls === undefined) return createAdaptorServer({ fetch, serverOptions: TIMEOUTS });
  const { certificate, key } = settings.tls;
  try {
    const files = { cert: pemIn(certificate), key: pemIn(key), minVersion: 'TLSv1.2' as const };
    return createAdaptorServer({
      fetch,
      createServer: createTlsServer,
      serverOptions: { ...TIMEOUTS, ...files },
    });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown };
    const why = error instanceof PlainFileFault ? message : code;
    throw new ExportError(
      'config',
      `console.tls: the certificate ${certificate} and the key ${key} cannot be used (${String(why)}). Give two PEM files that belong together.`,
    );
  }
}

const pemIn = (path: string): Buffer => readPlainFileSync(path, { mostBytes: MOST_PEM }).bytes;

async function listenOn(
  server: ServerType,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint =
        error.code === 'EADDRINUSE'
          ? 'Another program listens there. Choose another port with --listen.'
          : 'Choose another address with --listen.';
      reject(
        new ExportError(
          'usage',
          `The console cannot listen on ${host}:${port} (${error.code ?? ''}). ${hint}`,
        ),
      );
    });
    server.listen(port, host, () => resolve((server.address() as { port: number }).port));
  });
}

function deskOf({ console: settings, version, listen, now, log }: Serving, port: number): FrontDesk {
  const { publicUrl, tls, sessionHours } = settings;
  const host = asListening(listen)?.host ?? '';
  const own = `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const clock = (): number => now().getTime();
  return {
    console: settings,
    version,
    publicUrl: new URL(publicUrl ?? own),
    sessions: new Sessions({ hours: sessionHours, now: clock }),
    limits: {
      signIn: perMinute(PER_MINUTE.signIn, clock),
      search: perMinute(PER_MINUTE.search, clock),
      start: perMinute(PER_MINUTE.start, clock),
    },
    now,
    log: (line) => log({ at: now().toISOString(), ...line }),
    lists: mkdtempSync(join(tmpdir(), 'oneroster-console-')),
    streams: new Set(),
  };
}

/** OpenID Connect takes a while to load, so only a console that uses it does. */
async function signInOf({ console: settings, login, showLink }: Serving, desk: FrontDesk): Promise<SignIn> {
  const { auth, access } = settings;
  if (auth === undefined) return oneTimeLink({ desk, login, show: showLink });
  if ('proxy' in auth) return trustedProxy(auth.proxy);
  const { oidc } = await import('./sign-in/oidc.js');
  return oidc({ desk, settings: auth.oidc, access });
}

async function stop(server: ServerType, desk: FrontDesk, shown: Shown): Promise<void> {
  for (const end of desk.streams) end();
  const connections = server as Server | TlsServer;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => connections.closeIdleConnections(), LOOK_MS);
  const cut = setTimeout(() => connections.closeAllConnections(), STOP_MS);
  await Promise.all([closed, shown.stop()]);
  clearInterval(sweep);
  clearTimeout(cut);
  rmSync(desk.lists, { recursive: true, force: true });
}
