/** A PostgreSQL server of a test's own: on a socket in a folder of its own, without a port, ended with the test. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresStateSettings } from '../../src/model/settings.js';
import { isRoot } from './cli.js';

const PROGRAMS = '/usr/lib/postgresql';
const majors = existsSync(PROGRAMS)
  ? readdirSync(PROGRAMS)
      .map(Number)
      .sort((a, b) => b - a)
  : [];
const bin = join(PROGRAMS, String(majors[0] ?? 0), 'bin');

export const hasPostgres = existsSync(join(bin, 'postgres'));

/** It refuses to run as root, and ends with the process that started it. */
function asServer(program: string, args: readonly string[]): readonly [string, readonly string[]] {
  const user = isRoot ? ['--reuid=postgres', '--regid=postgres', '--clear-groups'] : [];
  return ['setpriv', [...user, '--pdeathsig=QUIT', join(bin, program), ...args]];
}

const idOf = (option: '-u' | '-g'): number =>
  Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));

/** For tests after which nothing must survive. */
const QUICK = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };

/** A socket's path may have 107 bytes, so its name is short. */
function ownFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o755);
  if (isRoot) chownSync(folder, idOf('-u'), idOf('-g'));
  return folder;
}

let cluster: string | undefined;

/** The data of a server that was never started: made once in a process, since that takes ten times as long as a copy. */
function newCluster(): string {
  if (cluster !== undefined) return cluster;
  const folder = ownFolder('pg-new-');
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, 'data');
  const made = ['-D', data, '-U', 'fleet', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  const [program, args] = asServer('initdb', [...made, '--no-sync', '--no-instructions']);
  execFileSync(program, args, { cwd: folder, stdio: 'ignore' });
  return (cluster = data);
}

export interface ServerOptions {
  /** What it has confirmed survives its crash, as on a real server. */
  readonly isDurable?: boolean;
}

export class PostgresServer {
  #process: ChildProcess | undefined;

  readonly #settings: Readonly<Record<string, string>>;
  readonly #databases = new Set<string>();
  readonly #models = new Set<string>();
  #folder: string | undefined;

  constructor({ isDurable = false }: ServerOptions = {}) {
    this.#settings = isDurable ? {} : QUICK;
  }

  /** Ready when it returns. */
  static async started(options?: ServerOptions): Promise<PostgresServer> {
    const server = new PostgresServer(options);
    await server.start();
    return server;
  }

  /** Does nothing where it was started before. */
  async start(): Promise<void> {
    if (this.#folder !== undefined) return;
    this.#folder = ownFolder('pg-');
    execFileSync('cp', ['-a', '--reflink=auto', newCluster(), this.#data]);
    await this.up();
  }

  /** With its data and its socket. */
  get folder(): string {
    if (this.#folder === undefined) throw new Error('The server is not started yet.');
    return this.#folder;
  }

  get #data(): string {
    return join(this.folder, 'data');
  }

  async up(): Promise<void> {
    const settings = { listen_addresses: '', unix_socket_directories: this.folder, ...this.#settings };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const [program, args] = asServer('postgres', ['-D', this.#data, ...options]);
    this.#process = spawn(program, args, { cwd: this.folder, stdio: 'ignore' });
    this.#process.unref();
    const pid = String(this.#process.pid);
    while (!this.#isReady(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** By the file in which it says so; one of an earlier run may still be there. */
  #isReady(pid: string): boolean {
    const file = join(this.#data, 'postmaster.pid');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines[0] === pid && lines[7]?.trim() === 'ready';
  }

  /** `SIGINT`: connections are closed. `SIGQUIT`: as after a crash. */
  async down(signal: 'SIGINT' | 'SIGQUIT' = 'SIGQUIT'): Promise<void> {
    const running = this.#process;
    if (running === undefined || running.exitCode !== null) return;
    const end = once(running, 'exit');
    running.kill(signal);
    await end;
  }

  async stop(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Of the server and of all that it started. */
  pids(): readonly number[] {
    const main = this.#process?.pid ?? 0;
    const children = spawnSync('pgrep', ['-P', String(main)], { encoding: 'utf8' }).stdout;
    return [main, ...children.trim().split('\n').map(Number)];
  }

  /** Settings of a state in a new database of this name, or in a copy of the model. */
  state(database: string, district = 'springfield', model = 'template1'): PostgresStateSettings {
    // The usual strategy logs each page of the copy, which takes ten times as long.
    if (!this.#databases.has(database))
      this.query('postgres', `CREATE DATABASE "${database}" TEMPLATE "${model}" STRATEGY file_copy`);
    this.#databases.add(database);
    const login = { host: this.folder, port: 5432, database, user: 'fleet' };
    return { client: 'pg', district, connection: { ...login, encrypt: false } };
  }

  /** A database to copy, which is made once and stays as long as the server; `make` closes its connections. */
  async model(name: string, make: (settings: PostgresStateSettings) => Promise<void>): Promise<string> {
    if (!this.#models.has(name)) await make(this.state(name));
    this.#databases.delete(name);
    this.#models.add(name);
    return name;
  }

  /** Connections that are still open are closed. */
  dropDatabases(): void {
    for (const database of this.#databases)
      this.query('postgres', `DROP DATABASE "${database}" WITH (FORCE)`);
    this.#databases.clear();
  }

  /** Runs SQL by the server's own client; gives what it prints. */
  query(database: string, sql: string): string {
    const args = ['-h', this.folder, '-U', 'fleet', '-d', database, '-qAtc', sql];
    return execFileSync(join(bin, 'psql'), args, { encoding: 'utf8' }).trim();
  }
}
