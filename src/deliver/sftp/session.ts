/** One connection to an SFTP server, from the socket to the start of SFTP, each step with its own deadline. */
import { DELIVERY_LIMITS, inMs } from '../../model/limits.js';
import { connect as connectSocket, type Socket } from 'node:net';
import type SftpClient from 'ssh2-sftp-client';
import type { SFTPWrapper } from 'ssh2';
import type { SftpSettings } from '../../model/settings.js';
import type { DeliveryStep } from '../fault.js';
import { readHostKey, type HostKey } from './host-keys.js';
import { within } from './stall.js';

const CONNECT_MS = inMs(DELIVERY_LIMITS.connect);
const SIGN_IN_MS = inMs(DELIVERY_LIMITS.signIn);
const KEEPALIVE_MS = 10_000;
const END_MS = inMs(DELIVERY_LIMITS.end);

export interface Login {
  readonly client: SftpClient;
  readonly sftp: SFTPWrapper;
  readonly hostKey: HostKey;
  /** The server proved its key with SHA-1, or takes the user's key with SHA-1 only. */
  readonly isLegacy: boolean;
  /** Aborted when the connection is closed. */
  readonly gone: AbortSignal;
  /** Takes three seconds at most. */
  readonly end: () => Promise<void>;
  /** At once, for a server that does not answer. */
  readonly cut: () => void;
}

export interface SessionRequest {
  readonly settings: SftpSettings;
  /** Names of signatures for which the server may show a host key. */
  readonly algorithms: readonly string[];
  readonly isKnown: (key: HostKey) => boolean;
  /** Also signatures of the user's RSA key with SHA-1. */
  readonly allowsSha1User: boolean;
  readonly signal?: AbortSignal | undefined;
}

export type SessionEnd =
  | { readonly login: Login }
  | { readonly refused: HostKey }
  | {
      readonly refused?: undefined;
      readonly error: unknown;
      readonly step: DeliveryStep;
      readonly stallMs: number;
    };

/** Events of the connection; the library does not define their order. */
interface Heard {
  step: DeliveryStep;
  /** The login is accepted. */
  readonly ready: Promise<void>;
  readonly isReady: () => void;
  error?: unknown;
  key?: HostKey;
  algorithm?: string;
}

export async function openSession(request: SessionRequest): Promise<SessionEnd> {
  const { settings, isKnown, signal } = request;
  const stallMs = settings.stalledAfterSeconds * 1_000;
  const heard = listening();
  let socket: Socket | undefined;
  try {
    const opened = await within({ stallMs: CONNECT_MS, signal }, () =>
      openSocket(settings, (made) => (socket = made)),
    );
    const gone = new AbortController();
    opened.once('close', () => gone.abort());
    const started = startSftp(request, opened, heard);
    started.catch(() => undefined); // waited for twice
    // The library ends the handshake and the login after their own limit; SFTP has to start within ours.
    const untilReady = { stallMs: CONNECT_MS + SIGN_IN_MS, signal, gone: gone.signal };
    await within(untilReady, () => Promise.race([heard.ready, started]));
    const { client, sftp } = await within({ ...untilReady, stallMs }, () => started);
    if (heard.key === undefined) throw new Error('the server showed no host key');
    const isLegacy = heard.algorithm === 'ssh-rsa';
    const cut = (): void => void opened.destroy();
    return {
      login: {
        ...{ client, sftp, isLegacy, cut },
        hostKey: heard.key,
        gone: gone.signal,
        end: () => endPolitely(client, cut),
      },
    };
  } catch (error) {
    socket?.destroy();
    const { key, step } = heard;
    if (key !== undefined && !isKnown(key)) return { refused: key };
    return {
      error: heard.error ?? error,
      step,
      stallMs,
    };
  }
}

function listening(): Heard {
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (isReady = resolve));
  return { step: 'connect', ready, isReady: () => isReady() };
}

async function startSftp(
  { settings, algorithms, isKnown, allowsSha1User }: SessionRequest,
  socket: Socket,
  heard: Heard,
): Promise<Pick<Login, 'client' | 'sftp'>> {
  const { default: Client } = await import('ssh2-sftp-client');
  const quiet = (): void => undefined;
  const client = new Client('delivery', { error: quiet, end: quiet, close: quiet });
  // The library passes on the text of an error only; what kind it is stands beside the text.
  client.on('error', (error: unknown) => (heard.error ??= error));
  client.on('handshake', ({ serverHostKey }: { readonly serverHostKey: string }) => {
    heard.algorithm = serverHostKey;
    if (!allowsSha1User) refuseSha1(client);
    heard.step = 'sign in';
  });
  client.on('ready', () => {
    heard.step = 'start the SFTP session';
    heard.isReady();
  });
  answerQuestions(client, settings);
  const sftp = await client.connect({
    ...credentials(settings),
    sock: socket,
    readyTimeout: SIGN_IN_MS,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 3,
    algorithms: { serverHostKey: [...algorithms] as 'ssh-rsa'[] },
    hostVerifier: (bytes: Buffer) => {
      heard.key = readHostKey(bytes);
      return isKnown(heard.key);
    },
  });
  return { client, sftp };
}

/** The library's mark of a server that takes SHA-2 signatures without announcing them. */
const IMPLIES_SHA2 = 1 << 4;

/**
 * The library signs with SHA-1 for a server that announces nothing better, and has no setting against it. With the mark it
 * signs with SHA-2 for every server; one that takes only SHA-1 refuses the login. A test with such a server holds this.
 */
function refuseSha1(client: SftpClient): void {
  const { client: inner } = client as unknown as {
    readonly client: { readonly _protocol: { _compatFlags: number } };
  };
  inner._protocol._compatFlags |= IMPLIES_SHA2;
}

/** Some servers take a password only as the answer to a question. */
function answerQuestions(client: SftpClient, { password }: SftpSettings): void {
  client.on(
    'keyboard-interactive',
    (_name: string, _text: string, _language: string, questions: unknown[], answer: (of: string[]) => void) =>
      answer(questions.map(() => password ?? '')),
  );
}

/**
 * Our own socket can be closed if the library waits forever, and its errors have their codes. Without delay: small requests
 * that wait for company make reading back take twice as long.
 */
async function openSocket({ host, port }: SftpSettings, made: (socket: Socket) => void): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, noDelay: true });
    made(socket);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

function credentials({ user, password, privateKey, passphrase, agent }: SftpSettings) {
  return {
    username: user,
    ...(password !== undefined && { password, tryKeyboard: true }),
    ...(privateKey !== undefined && { privateKey }),
    ...(passphrase !== undefined && { passphrase }),
    ...(agent !== undefined && { agent }),
  };
}

async function endPolitely(client: SftpClient, cut: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, END_MS)));
  await Promise.race([client.end().catch(() => undefined), limit]);
  clearTimeout(timer);
  cut();
}
