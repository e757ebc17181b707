/** A real OpenSSH server on loopback, with keys of its own, in a folder that goes away with it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isRoot } from '../support/cli.js';

const SSHD = '/usr/sbin/sshd';
export const hasSshd = existsSync(SSHD);

export interface SshServer {
  readonly folder: string;
  readonly port: number;
  /** Of the owner of the tests; sessions begin in `root`. */
  readonly user: string;
  readonly root: string;
  /** A folder in `root` to deliver to. */
  readonly incoming: string;
  /** `SHA256:…` by kind of key. */
  readonly pins: Readonly<Record<'ed25519' | 'ecdsa' | 'rsa', string>>;
  readonly knownHosts: string;
  /** Path of a private key that the server accepts. */
  readonly key: string;
  readonly log: () => string;
  /** Processes of the sessions that are open. */
  readonly sessions: () => readonly number[];
  readonly stop: () => void;
}

export interface SshServerOptions {
  /** Kinds of host key; all by default. */
  readonly kinds?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
  /** Further lines of its configuration. */
  readonly config?: readonly string[];
  /** Only forwards connections. */
  readonly isJump?: boolean;
  /** On a port that was known before. */
  readonly port?: number;
}

export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const { kinds = ['ed25519', 'ecdsa', 'rsa'], config = [] } = options;
  const folder = mkdtempSync(join(tmpdir(), 'sshd-'));
  chmodSync(folder, 0o755);
  const at = (name: string): string => join(folder, name);
  for (const kind of ['ed25519', 'ecdsa'] as const) makeKey(at(`host-${kind}`), kind);
  giveKey(at('host-rsa'), 'rsa');
  giveKey(at('client'), 'ed25519');
  writeFileSync(at('authorized_keys'), readFileSync(at('client.pub')));
  const incoming = at('root/incoming');
  mkdirSync(incoming, { recursive: true });
  const port = options.port ?? (await freePort());
  writeFileSync(
    at('sshd_config'),
    [
      ...config,
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      ...kinds.map((kind) => `HostKey ${at(`host-${kind}`)}`),
      `PidFile ${at('sshd.pid')}`,
      `AuthorizedKeysFile ${at('authorized_keys')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'UsePAM no',
      'StrictModes no',
      'Subsystem sftp internal-sftp',
      ...(options.isJump === true ? [] : [`ForceCommand internal-sftp -d ${at('root')}`]),
      'LogLevel VERBOSE',
      '',
    ].join('\n'),
  );
  if (isRoot) mkdirSync('/run/sshd', { recursive: true });
  // It goes to the background and would keep our pipes open.
  execFileSync(SSHD, ['-f', at('sshd_config'), '-E', at('sshd.log')], { stdio: 'ignore' });
  const pid = await pidIn(at('sshd.pid'));
  const publicKey = (kind: string): string =>
    readFileSync(at(`host-${kind}.pub`), 'utf8')
      .split(' ')
      .slice(0, 2)
      .join(' ');
  writeFileSync(at('known_hosts'), kinds.map((kind) => `[127.0.0.1]:${port} ${publicKey(kind)}\n`).join(''));
  return {
    folder,
    port,
    user: userInfo().username,
    root: at('root'),
    incoming,
    pins: { ed25519: pinOf(at('host-ed25519')), ecdsa: pinOf(at('host-ecdsa')), rsa: pinOf(at('host-rsa')) },
    knownHosts: at('known_hosts'),
    key: at('client'),
    log: () => readFileSync(at('sshd.log'), 'utf8'),
    sessions: () => descendants(pid),
    stop: () => {
      for (const session of descendants(pid)) kill(session);
      kill(pid);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The file is there before the number is. */
async function pidIn(path: string): Promise<number> {
  for (;;) {
    const pid = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
    if (pid > 1) return pid;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const shared = new Map<string, readonly [key: Buffer, pub: Buffer]>();

/** The servers of a process share it: to make one of RSA takes up to seconds. */
function giveKey(path: string, kind: 'ed25519' | 'rsa'): void {
  if (!shared.has(kind)) makeKey(path, kind);
  const [key, pub] = shared.get(kind) ?? [readFileSync(path), readFileSync(`${path}.pub`)];
  shared.set(kind, [key, pub]);
  writeFileSync(path, key, { mode: 0o600 });
  writeFileSync(`${path}.pub`, pub);
}

export function makeKey(path: string, kind: 'ed25519' | 'ecdsa' | 'rsa', passphrase = ''): void {
  execFileSync('ssh-keygen', [
    '-q',
    '-t',
    kind,
    ...(kind === 'rsa' ? ['-b', '2048'] : []),
    '-N',
    passphrase,
    '-f',
    path,
  ]);
}

/** As `ssh-keygen -l` prints it. */
export function pinOf(key: string): string {
  const [, blob = ''] = readFileSync(`${key}.pub`, 'utf8').split(' ');
  const hash = createHash('sha256').update(Buffer.from(blob, 'base64')).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}

/** A file that the tests' user, but not another one, may change. */
export function giveTo(path: string, uid: number): void {
  chownSync(path, uid, uid);
}

function descendants(pid: number): readonly number[] {
  const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
  const children = stdout.split('\n').filter(Boolean).map(Number);
  return children.flatMap((child) => [...descendants(child), child]);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

/** A closed port. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}
