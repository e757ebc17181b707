/** The built program as a child process, in folders that go away afterwards. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** From build/tests/support. */
const PROJECT = join(import.meta.dirname, '../../..');
export const CLI = join(PROJECT, 'dist/cli.js');
export const isRoot = process.getuid?.() === 0;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node, before the program. */
  readonly node?: readonly string[];
  /** A program that runs Node: its arguments come before Node's. */
  readonly under?: readonly string[];
  readonly uid?: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** Starts the program, its output caught. Nothing of the test's own environment that it heeds reaches it. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  const inherited = { ...process.env };
  delete inherited['DEBUG'];
  delete inherited['ONEROSTER_EXPORT_CONFIG'];
  const under = [...(options.under ?? []), process.execPath];
  const child = spawn(under[0] ?? '', [...under.slice(1), ...(options.node ?? []), CLI, ...args], {
    cwd: options.cwd,
    env: { ...inherited, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then((values): Ended => {
    const [code, signal] = values as [number | null, NodeJS.Signals | null];
    return { code, signal, stdout, stderr };
  });
  return { child, pid: child.pid ?? 0, ended };
}

export function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}

const folders: string[] = [];

/** A new folder that everyone may enter, so that a program of another user can get there. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'nights-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

/** For `afterAll`. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Waits for what a child process does to the disk. */
export async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Prints what a machine could not run: a skipped case must be seen. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A line that must not look like a crash. */
export const STACK_TRACE = /^\s+at .+:\d+:\d+\)?$/m;
