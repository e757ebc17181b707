/**
 * The system's `sftp` program, fed with one command at a time. Answers come on stdout and complaints on stderr, line by line.
 */
import { DELIVERY_LIMITS, inMs } from '../../model/limits.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { OpensshSettings } from '../../model/settings.js';
import { portablePath } from '../../platform/names.js';
import { HERE, type System } from '../../platform/system.js';
import { Stopped } from '../sftp/stall.js';

/** The output of the program if it ended early. */
export class ProgramEnded extends Error {
  override readonly name = 'ProgramEnded';

  constructor(
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super('the sftp program ended');
  }
}

const LEGACY = 'ssh-rsa';

/** Never a question, never an unknown host. */
export function programArguments(settings: OpensshSettings, system: System = HERE): readonly string[] {
  const { host, port, user, identityFile, knownHosts, configFile, jump } = settings;
  const { allowLegacyAlgorithms, chunkBytes } = settings;
  const option = (text: string): readonly string[] => ['-o', text];
  return [
    '-b',
    '-',
    ...(chunkBytes === undefined ? [] : ['-B', String(chunkBytes)]),
    ...option('BatchMode=yes'),
    ...option('LogLevel=DEBUG1'), // reports the host key
    ...option('StrictHostKeyChecking=yes'),
    ...option(
      `ConnectTimeout=${Math.min(DELIVERY_LIMITS.connect.most, Math.ceil(settings.stalledAfterSeconds))}`,
    ),
    ...option('ServerAliveInterval=10'),
    ...option('ServerAliveCountMax=3'),
    // The older name of the second one, which newer programs understand as well.
    ...['HostKeyAlgorithms', 'PubkeyAcceptedKeyTypes'].flatMap((name) =>
      option(`${name}=${allowLegacyAlgorithms ? '+' : '-'}${LEGACY}`),
    ),
    ...(knownHosts === undefined ? [] : option(`UserKnownHostsFile="${portablePath(knownHosts, system)}"`)),
    ...(configFile === undefined ? [] : ['-F', portablePath(configFile, system)]),
    ...(jump === undefined ? [] : ['-J', jump]),
    ...(identityFile === undefined
      ? []
      : ['-i', portablePath(identityFile, system), ...option('IdentitiesOnly=yes')]),
    ...(port === undefined ? [] : ['-P', String(port)]),
    '--',
    user === undefined ? host : `${user}@${host}`,
  ];
}

/** A path of this machine, in quotes: the program takes a backslash for an escape, and Windows takes both slashes. */
export const quotedLocal = (path: string, system: System = HERE): string =>
  quoted(portablePath(path, system));

/** In quotes, in which two characters are special to the program. */
export const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&')}"`;

export interface Answer {
  readonly lines: readonly string[];
  /** The error output of the program; empty on success. */
  readonly complaints: readonly string[];
}

export interface RunLimits {
  /** How long the program may be silent. */
  readonly stallMs: number;
  /** Looked at every now and then: a text that changes as the work moves on. It may throw to end the program. */
  readonly progress?: () => Promise<string>;
}

const END_MS = inMs(DELIVERY_LIMITS.end);
const LOOK_MS = 200;
const COMPLAINED = 'Invalid command.\n';

export class OpensshProgram {
  readonly #child: ChildProcess;
  readonly #heard = { stdout: '', stderr: '' };
  readonly #mayUseSha1: boolean;
  #commands = 0;
  #ended: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(settings: OpensshSettings, signal: AbortSignal | undefined) {
    // Listings have times in the zone of the program, and messages in its language.
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
    // A process group of its own, so that the ssh that it starts, and those for jump hosts, can be ended with it.
    const options = { env, detached: !HERE.isWindows, windowsHide: true } as const;
    const child = spawn('sftp', programArguments(settings), { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const pipe of ['stdout', 'stderr'] as const) {
      child[pipe]
        .setEncoding('utf8')
        .on('data', (text: string) => this.#note(() => (this.#heard[pipe] += text.replaceAll('\r', ''))));
    }
    const stop = (): void =>
      this.#note(() => {
        this.#ended ??= new Stopped(signal?.reason);
        this.#kill();
      });
    const leave = (): void => this.#kill();
    process.once('exit', leave);
    child.stdin.on('error', () => undefined); // reported by `close`
    child.on('error', (error) => this.#note(() => (this.#ended ??= error)));
    child.on('close', (code) => {
      process.removeListener('exit', leave);
      signal?.removeEventListener('abort', stop);
      this.#note(() => (this.#ended ??= new ProgramEnded(code, plain(this.#heard.stderr))));
    });
    this.#child = child;
    this.#mayUseSha1 = settings.allowLegacyAlgorithms;
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop);
  }

  /** Of the server; undefined before it showed one. */
  get hostKey(): string | undefined {
    return /^debug1: Server host key: (\S+ SHA256:\S+)$/m.exec(this.#heard.stderr)?.[1];
  }

  /** The server proved its key by a signature with SHA-1, or took one from the user. */
  get isLegacy(): boolean {
    const { stderr } = this.#heard;
    const byServer = new RegExp(`^debug1: kex: host key algorithm: ${LEGACY}$`, 'm').test(stderr);
    const byUser = this.#mayUseSha1 && /^debug1: Server accepts key: .* RSA /m.test(stderr);
    // To a server that announces nothing better, ssh signs with SHA-1.
    return byServer || (byUser && !/^debug1: .*server-sig-algs=<[^>]*rsa-sha2-/m.test(stderr));
  }

  /** The fingerprint of the user's RSA key, for which the server takes no signature that ssh may make. */
  get refusedRsaKey(): string | undefined {
    return /^debug1: Offering public key: .* RSA (SHA256:\S+).*\n(?:debug1: .*\n)*?debug1: .*no mutual signature algorithm$/m.exec(
      this.#heard.stderr,
    )?.[1];
  }

  get isSignedIn(): boolean {
    return /^Authenticated to /m.test(this.#heard.stderr);
  }

  /** What it read and wrote so far, as the system counts it; empty where it does not. */
  async traffic(): Promise<string> {
    const counted = await readFile(`/proc/${this.#child.pid ?? 0}/io`, 'utf8').catch(() => '');
    return /^wchar: \d+$/m.exec(counted)?.[0] ?? '';
  }

  async run(command: string, { stallMs, progress }: RunLimits): Promise<Answer> {
    const from = { stdout: this.#heard.stdout.length, stderr: this.#heard.stderr.length };
    this.#commands += 1;
    // The hyphen: go on when it fails. The program repeats each line that it reads, so the repeated end, which has a
    // number of its own, closes the answer; that there is no such command closes the complaints.
    const mark = `-end${this.#commands}`;
    this.#child.stdin?.write(`-${command}\n${mark}\n`);
    let deadline = Date.now() + stallMs;
    let seen = await progress?.();
    for (;;) {
      const answer = this.#answerSince(from, mark);
      if (answer !== undefined) return answer;
      if (this.#ended !== undefined) throw this.#ended;
      const isNews = await this.#hasNews(
        Math.min(deadline - Date.now(), progress === undefined ? Infinity : LOOK_MS),
      );
      const now = await this.#killedBy(progress);
      if (isNews || (progress !== undefined && now !== seen)) deadline = Date.now() + stallMs;
      seen = now;
      if (Date.now() < deadline) continue;
      this.#kill();
      throw new ProgramEnded(null, `no answer within ${stallMs / 1_000} seconds`);
    }
  }

  async end(): Promise<void> {
    this.#child.stdin?.end('bye\n');
    const deadline = Date.now() + END_MS;
    while (this.#ended === undefined) {
      if (!(await this.#hasNews(deadline - Date.now()))) this.#kill();
    }
  }

  async #killedBy(progress: RunLimits['progress']): Promise<string | undefined> {
    try {
      return await progress?.();
    } catch (error) {
      this.#kill();
      throw error;
    }
  }

  #answerSince(from: { readonly stdout: number; readonly stderr: number }, mark: string): Answer | undefined {
    const stdout = this.#heard.stdout.slice(from.stdout);
    const stderr = this.#heard.stderr.slice(from.stderr);
    const [end, last] = [stdout.indexOf(`sftp> ${mark}\n`), stderr.indexOf(COMPLAINED)];
    if (end < 0 || last < 0) return undefined;
    const complaints = plain(stderr.slice(0, last)).split('\n');
    return {
      lines: stdout
        .slice(0, end)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('sftp> ')),
      complaints: complaints.filter((line) => line !== ''),
    };
  }

  /** With the ssh that it started: that one would go on, and keep our pipes open. */
  #kill(): void {
    const { pid } = this.#child;
    if (HERE.isWindows || pid === undefined) {
      this.#child.kill('SIGKILL');
      return;
    }
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // ended already
    }
  }

  #note(what: () => void): void {
    what();
    this.#wake();
  }

  async #hasNews(limitMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const isNews = await new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(true);
      timer = setTimeout(() => resolve(false), Math.min(Math.max(0, limitMs), 2 ** 31 - 1));
    });
    clearTimeout(timer);
    return isNews;
  }
}

/** Without its own status messages. */
const plain = (stderr: string): string => stderr.replace(/^(?:debug1: |Authenticated to ).*\n/gm, '');
