/**
 * Connects to an SFTP server and signs in. Promises: credentials reach only a server whose host key is known; without any
 * known key there is no connection. The library is loaded here, because it takes long.
 */
import { readFile } from 'node:fs/promises';
import { connect as connectSocket, type Socket } from 'node:net';
import type SftpClient from 'ssh2-sftp-client';
import type { SFTPWrapper } from 'ssh2';
import type { SftpSettings } from '../model/settings.js';
import { DeliveryFault, type FaultFacts } from './fault.js';
import {
  ALGORITHMS,
  ALL_KINDS,
  inWords,
  kindOf,
  pinnedKeys,
  readHostKey,
  type HostKey,
  type HostKeys,
  type KeyKind,
} from './host-keys.js';
import { knownHostKeys } from './known-hosts.js';
import { loginFault } from './sftp-faults.js';

const CONNECT_MS = 20_000;
const KEEPALIVE_MS = 10_000;
const END_MS = 3_000;

export interface Login {
  readonly client: SftpClient;
  readonly sftp: SFTPWrapper;
  readonly hostKey: HostKey;
  /** Takes three seconds at most. */
  readonly end: () => Promise<void>;
  /** At once, for a server that does not answer. */
  readonly cut: () => void;
}

/** `isInspection`: goes as far as the host key even where none is known, to be able to show it. */
export async function signIn(address: string, settings: SftpSettings, isInspection: boolean): Promise<Login> {
  const fail = (facts: FaultFacts): never => {
    throw new DeliveryFault(address, facts);
  };
  const known = await knownKeys(address, settings);
  if (known.kinds.length === 0 && !isInspection) return fail(nothingKnown(settings, []));
  let kinds = known.kinds.length === 0 ? ALL_KINDS : known.kinds;
  const shown: HostKey[] = [];
  for (;;) {
    const attempt = await tryOnce(settings, known, kinds);
    if ('login' in attempt) return attempt.login;
    if (attempt.refused === undefined) {
      if (shown.length > 0 && isNoSuchKind(attempt.error)) return fail(wrongKey(settings, shown));
      return fail(loginFault(attempt.error));
    }
    shown.push(attempt.refused);
    if (known.judge(attempt.refused) === 'revoked') return fail(revokedKey(attempt.refused));
    // A server shows one key at a time; the pinned one may be of another kind.
    const { type } = attempt.refused;
    kinds = kinds.filter((kind) => kind !== kindOf(type));
    if (kinds.length === 0) {
      return fail(known.kinds.length === 0 ? nothingKnown(settings, shown) : wrongKey(settings, shown));
    }
  }
}

async function knownKeys(address: string, settings: SftpSettings): Promise<HostKeys> {
  const { hostKeys, knownHosts, host, port } = settings;
  if (knownHosts === undefined)
    return hostKeys.length > 0 ? pinnedKeys(hostKeys) : { ...pinnedKeys([]), kinds: [] };
  try {
    return knownHostKeys(await readFile(knownHosts, 'utf8'), host, port);
  } catch (cause) {
    const says = `the file ${knownHosts} cannot be read (${String((cause as NodeJS.ErrnoException).code)})`;
    const cure = 'Check delivery.sftp.knownHosts.';
    throw new DeliveryFault(address, { step: 'check the host key', kind: 'lasting', says, cure, cause });
  }
}

type Attempt =
  | { readonly login: Login }
  | { readonly refused: HostKey }
  | { readonly refused?: undefined; readonly error: unknown };

async function tryOnce(settings: SftpSettings, known: HostKeys, kinds: readonly KeyKind[]): Promise<Attempt> {
  const { default: Client } = await import('ssh2-sftp-client');
  const quiet = (): void => undefined;
  const client = new Client('delivery', { error: quiet, end: quiet, close: quiet });
  const heard: { error?: unknown; key?: HostKey } = {};
  // The library passes on the text of an error only; what kind it is stands beside the text.
  client.on('error', (error: unknown) => (heard.error ??= error));
  answerQuestions(client, settings);
  let socket: Socket | undefined;
  try {
    socket = await openSocket(settings);
    const sftp = await client.connect({
      ...credentials(settings),
      sock: socket,
      readyTimeout: CONNECT_MS,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: 3,
      algorithms: { serverHostKey: kinds.flatMap((kind) => [...ALGORITHMS[kind]]) },
      hostVerifier: (bytes: Buffer) => {
        heard.key = readHostKey(bytes);
        return known.judge(heard.key) === 'known';
      },
    });
    if (heard.key === undefined) throw new Error('the server showed no host key');
    return { login: loginOf(client, sftp, heard.key, socket) };
  } catch (error) {
    socket?.destroy();
    const { key } = heard;
    const isRefused = key !== undefined && known.judge(key) !== 'known';
    return isRefused ? { refused: key } : { error: heard.error ?? error };
  }
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
 * Our own socket can be cut when the library waits for ever, and its errors have their codes. Without delay: small requests
 * that wait for company make reading back take twice as long.
 */
async function openSocket({ host, port }: SftpSettings): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
    }, CONNECT_MS);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
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

function loginOf(client: SftpClient, sftp: SFTPWrapper, hostKey: HostKey, socket: Socket): Login {
  const cut = (): void => void socket.destroy();
  return {
    client,
    sftp,
    hostKey,
    cut,
    end: async () => {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, END_MS)));
      await Promise.race([client.end().catch(() => undefined), limit]);
      clearTimeout(timer);
      cut();
    },
  };
}

const isNoSuchKind = (error: unknown): boolean =>
  /no matching host key format/.test((error as { message?: string }).message ?? '');

const BY_ANOTHER_CHANNEL =
  'Ask the receiver for its fingerprint by another channel (telephone, its help pages), never by this connection';

function nothingKnown({ host }: SftpSettings, shown: readonly HostKey[]): FaultFacts {
  const where = shown.length === 0 ? '; preflight shows the key of the server' : ` and compare`;
  return {
    step: 'check the host key',
    kind: 'lasting',
    says: `no host key of ${host} is known${told(shown)}`,
    cure: `${BY_ANOTHER_CHANNEL}${where}. Then set delivery.sftp.hostKey.`,
    shown: shown.map(inWords),
  };
}

function wrongKey({ host, hostKeys, knownHosts }: SftpSettings, shown: readonly HostKey[]): FaultFacts {
  const known = knownHosts === undefined ? `the pinned ${hostKeys.join(', ')}` : `those in ${knownHosts}`;
  return {
    step: 'check the host key',
    kind: 'lasting',
    says: `the host key of ${host} is none of ${known}${told(shown)}; it was changed, or somebody stands between`,
    cure: `Nothing was sent. ${BY_ANOTHER_CHANNEL}. If it was changed, change delivery.sftp.`,
    shown: shown.map(inWords),
  };
}

function revokedKey(shown: HostKey): FaultFacts {
  return {
    step: 'check the host key',
    kind: 'lasting',
    says: `the host key is marked as revoked${told([shown])}`,
    cure: 'Nothing was sent. Ask the receiver for its new host key.',
    shown: [inWords(shown)],
  };
}

const told = (shown: readonly HostKey[]): string =>
  shown.length === 0 ? '' : ` (it shows ${shown.map(inWords).join(', ')})`;
