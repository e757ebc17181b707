/**
 * The web console: for people without a shell. It reads the state itself; everything that reads the SIS or changes the home is
 * done by the program in a child process. Listening and stopping are here, pages and their gates in `app.ts`.
 */
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExportError } from '../model/errors.js';
import { asListening } from '../model/listening.js';
import { PlainFileFault, readPlainFileSync } from '../model/plain-file.js';
import type { Config } from '../model/settings.js';
import { homeAt } from '../home/home.js';
import { consoleApp } from './app.js';
import { perMinute } from './counters.js';
import type { Desk } from './desk.js';
import { Jobs } from './jobs.js';
import { Programs } from '../programs/programs.js';
import { Sessions } from './sessions.js';
import { oneTimeLink } from './sign-in/one-time-link.js';
import type { SignIn } from './sign-in/sign-in.js';
import { trustedProxy } from './sign-in/trusted-proxy.js';

export interface ConsoleRequest {
  readonly config: Config;
  /** Path of the config, for the programs that it starts. */
  readonly configPath: string;
  /** Path of `cli.js`. */
  readonly program: string;
  readonly version: string;
  /** IP address and port. */
  readonly listen: string;
  /** Who has the terminal, where people sign in by a link on it. */
  readonly login: string;
  readonly now: () => Date;
  readonly showLink: (link: string) => void;
  readonly log: (line: object) => void;
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
export async function startConsole(request: ConsoleRequest): Promise<RunningConsole> {
  const { config, listen } = request;
  const at = asListening(listen);
  if (at === undefined)
    throw new ExportError('usage', `--listen ${listen} must be an IP address and a port.`);
  const gate: { handle?: (request: Request, env: object) => Response | Promise<Response> } = {};
  const server = serverOf(
    config,
    (incoming, env) => gate.handle?.(incoming, env) ?? new Response(null, { status: 503 }),
  );
  const port = await listenOn(server, at);
  const desk = deskOf(request, port);
  const signIn = await signInOf(request, desk);
  const app = consoleApp(desk, signIn);
  gate.handle = (incoming, env) => app.fetch(incoming, env);
  if ('offer' in signIn) (signIn as ReturnType<typeof oneTimeLink>).offer();
  return { url: desk.publicUrl.href, stop: () => stop(server, desk) };
}

function serverOf(
  { console: settings }: Config,
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

function deskOf(
  { config, configPath, program, version, listen, now, log }: ConsoleRequest,
  port: number,
): Desk {
  const { publicUrl, tls, sessionHours } = config.console;
  const programs = new Programs({ program, config: configPath });
  const host = asListening(listen)?.host ?? '';
  const own = `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const clock = (): number => now().getTime();
  const lists = mkdtempSync(join(tmpdir(), 'oneroster-console-'));
  return {
    config,
    home: homeAt(config.home),
    version,
    publicUrl: new URL(publicUrl ?? own),
    programs,
    jobs: new Jobs(programs, now, (id) => forgetFiles(lists, id)),
    sessions: new Sessions({ hours: sessionHours, now: clock }),
    limits: {
      signIn: perMinute(PER_MINUTE.signIn, clock),
      search: perMinute(PER_MINUTE.search, clock),
      start: perMinute(PER_MINUTE.start, clock),
    },
    now,
    log: (line) => log({ at: now().toISOString(), ...line }),
    lists,
    streams: new Set(),
  };
}

function forgetFiles(lists: string, id: string): void {
  for (const name of [id, `${id}.zip`]) rmSync(join(lists, name), { recursive: true, force: true });
}

/** OpenID Connect takes a while to load, so only a console that uses it does. */
async function signInOf({ config, login, showLink }: ConsoleRequest, desk: Desk): Promise<SignIn> {
  const { auth, access } = config.console;
  if (auth === undefined) return oneTimeLink({ desk, login, show: showLink });
  if ('proxy' in auth) return trustedProxy(auth.proxy);
  const { oidc } = await import('./sign-in/oidc.js');
  return oidc({ desk, settings: auth.oidc, access });
}

async function stop(server: ServerType, desk: Desk): Promise<void> {
  for (const end of desk.streams) end();
  const connections = server as Server | TlsServer;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const sweep = setInterval(() => connections.closeIdleConnections(), LOOK_MS);
  const cut = setTimeout(() => connections.closeAllConnections(), STOP_MS);
  await Promise.all([closed, desk.programs.stop()]);
  clearInterval(sweep);
  clearTimeout(cut);
  rmSync(desk.lists, { recursive: true, force: true });
}
