/**
 * The system's `sftp` program, fed with one command at a time. Answers come on stdout and complaints on stderr, line by line.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { OpensshSettings } from '../model/settings.js';
import { portablePath } from '../platform/names.js';
import { HERE, type System } from '../platform/system.js';

/** What the program said when it ended before its time. */
export class ProgramEnded extends Error {
  override readonly name = 'ProgramEnded';

  constructor(
    readonly exitCode: number | null,
    readonly stderr: string,
  ) {
    super('the sftp program ended');
  }
}

/** Never a question, never an unknown host. */
export function programArguments(settings: OpensshSettings, system: System = HERE): readonly string[] {
  const { host, port, user, identityFile, knownHosts, configFile, jump } = settings;
  const option = (text: string): readonly string[] => ['-o', text];
  return [
    '-b',
    '-',
    ...option('BatchMode=yes'),
    ...option('LogLevel=DEBUG1'), // tells the host key
    ...option('StrictHostKeyChecking=yes'),
    ...option('ConnectTimeout=20'),
    ...option('ServerAliveInterval=10'),
    ...option('ServerAliveCountMax=3'),
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

/** In quotes, in which the program knows two special characters. */
export const quoted = (path: string): string => `"${path.replace(/["\\]/g, '\\$&')}"`;

export interface Answer {
  readonly lines: readonly string[];
  /** What the program complained of; empty where all went well. */
  readonly complaints: readonly string[];
}

const END_MS = 3_000;
const COMPLAINED = 'Invalid command.\n';

export class OpensshProgram {
  readonly #child: ChildProcess;
  readonly #heard = { stdout: '', stderr: '' };
  #commands = 0;
  #ended: Error | undefined;
  #wake: () => void = () => undefined;

  constructor(settings: OpensshSettings) {
    // Listings tell times in the zone of the program, and messages in its language.
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
    const child = spawn('sftp', programArguments(settings), { env, stdio: ['pipe', 'pipe', 'pipe'] });
    for (const pipe of ['stdout', 'stderr'] as const) {
      child[pipe]
        .setEncoding('utf8')
        .on('data', (text: string) => this.#note(() => (this.#heard[pipe] += text.replaceAll('\r', ''))));
    }
    child.stdin.on('error', () => undefined); // told by `close`
    child.on('error', (error) => this.#note(() => (this.#ended ??= error)));
    child.on('close', (code) =>
      this.#note(() => (this.#ended ??= new ProgramEnded(code, plain(this.#heard.stderr)))),
    );
    this.#child = child;
  }

  /** Of the server; undefined before it showed one. */
  get hostKey(): string | undefined {
    return /^debug1: Server host key: (\S+ SHA256:\S+)$/m.exec(this.#heard.stderr)?.[1];
  }

  async run(command: string, limitMs: number): Promise<Answer> {
    const from = { stdout: this.#heard.stdout.length, stderr: this.#heard.stderr.length };
    this.#commands += 1;
    // The hyphen: go on when it fails. The program repeats each line that it reads, so the repeated end, which has a
    // number of its own, closes the answer; that there is no such command closes the complaints.
    const mark = `-end${this.#commands}`;
    this.#child.stdin?.write(`-${command}\n${mark}\n`);
    const deadline = Date.now() + limitMs;
    for (;;) {
      const stdout = this.#heard.stdout.slice(from.stdout);
      const stderr = this.#heard.stderr.slice(from.stderr);
      const [end, last] = [stdout.indexOf(`sftp> ${mark}\n`), stderr.indexOf(COMPLAINED)];
      if (end >= 0 && last >= 0) {
        const lines = stdout.slice(0, end).split('\n');
        const complaints = plain(stderr.slice(0, last)).split('\n');
        return {
          lines: lines.filter((line) => line !== '' && !line.startsWith('sftp> ')),
          complaints: complaints.filter((line) => line !== ''),
        };
      }
      if (this.#ended !== undefined) throw this.#ended;
      if (!(await this.#hasNews(deadline - Date.now()))) {
        this.#child.kill('SIGKILL');
        throw new ProgramEnded(null, `no answer within ${Math.round(limitMs / 1_000)} seconds`);
      }
    }
  }

  async end(): Promise<void> {
    this.#child.stdin?.end('bye\n');
    const deadline = Date.now() + END_MS;
    while (this.#ended === undefined) {
      if (!(await this.#hasNews(deadline - Date.now()))) this.#child.kill('SIGKILL');
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
      timer = setTimeout(() => resolve(false), Math.max(0, limitMs));
    });
    clearTimeout(timer);
    return isNews;
  }
}

/** Without what it tells of its own doings. */
const plain = (stderr: string): string => stderr.replace(/^(?:debug1: |Authenticated to ).*\n/gm, '');
