/**
 * Loaded before the program (`node --import`): stops or kills it at a step. A step of the main thread is a call that changes names
 * or files on the disk, or a statement of the state's database. Its text leaves out what differs from run to run, so that the
 * same step has the same text. `STOP_AT` says where; without a place the steps are only listed.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import Database from 'better-sqlite3';

/** The n-th step of this text, from 1. */
export interface Step {
  readonly what: string;
  readonly nth: number;
}

export interface StopAt {
  /** Of the state. */
  readonly client: 'better-sqlite3' | 'pg';
  /** Paths are told from here. */
  readonly folder: string;
  /** Gets a line for each step. */
  readonly log?: string;
  readonly at?: Step;
  readonly signal?: 'SIGSTOP' | 'SIGKILL';
  /** Of a statement: not before it, but once it is sent, its answer unread. */
  readonly isSent?: boolean;
}

const given = process.env['STOP_AT'];
const {
  client,
  folder = '',
  log,
  at,
  signal = 'SIGSTOP',
  isSent,
} = JSON.parse(given ?? '{}') as Partial<StopAt>;

type Called = (this: object, ...args: unknown[]) => unknown;
type Named = Record<string, Called>;
type Says = (on: object, args: readonly unknown[]) => string | undefined;

const counts = new Map<string, number>();
let isWatching = true;

/** For what this file does itself. */
function aside<T>(work: () => T): T {
  isWatching = false;
  try {
    return work();
  } finally {
    isWatching = true;
  }
}

/** Whether the step is the one. */
function counted(what: string): boolean {
  if (log !== undefined) aside(() => fs.appendFileSync(log, `${what}\n`));
  const nth = (counts.get(what) ?? 0) + 1;
  counts.set(what, nth);
  return what === at?.what && nth === at.nth;
}

function watch(owner: Named, name: string, says: Says): void {
  const original = owner[name];
  if (original === undefined) throw new Error(`There is no ${name}.`);
  owner[name] = function (this: object, ...args: unknown[]): unknown {
    const what = isWatching ? aside(() => says(this, args)) : undefined;
    const isHere = what !== undefined && counted(what);
    if (isHere && isSent !== true) process.kill(process.pid, signal);
    const result = original.apply(this, args);
    if (isHere && isSent === true) process.kill(process.pid, signal);
    return result;
  };
}

/** From the folder; without times, processes, and what is random. */
function toldPath(given: unknown): string {
  const path =
    typeof given === 'number'
      ? fs.readlinkSync(`/proc/self/fd/${given}`)
      : given instanceof Uint8Array
        ? Buffer.from(given).toString()
        : String(given);
  return path
    .replace(folder, '~')
    .replaceAll(/\d{8}T\d{6}Z(-\d+(?=\/|$))?/g, 'TIME')
    .replaceAll(/\b(?:[0-9a-f]{8}){1,2}\b/g, 'RANDOM')
    .replaceAll(/oneroster-export-[\w-]+/g, 'SCRATCH');
}

/** Calls of Node to the disk: all of its functions for files come to these. */
function watchDisk(): void {
  const { binding } = process as unknown as { readonly binding: (name: string) => Named };
  const disk = binding('fs');
  for (const name of ['rename', 'symlink', 'link', 'copyFile'])
    watch(disk, name, (_, [from, to]) => `${name} ${toldPath(from)} -> ${toldPath(to)}`);
  for (const name of ['mkdir', 'mkdtemp', 'unlink', 'rmdir', 'ftruncate', 'fsync', 'fdatasync'])
    watch(disk, name, (_, [path]) => `${name} ${toldPath(path)}`);
  for (const name of ['writeBuffer', 'writeBuffers', 'writeString', 'writeFileUtf8'])
    watch(disk, name, (_, [path]) => (path === 1 || path === 2 ? undefined : `write ${toldPath(path)}`));
  for (const name of ['open', 'openFileHandle'])
    watch(disk, name, (_, [path, flags]) =>
      (Number(flags) & fs.constants.O_CREAT) === 0 ? undefined : `create ${toldPath(path)}`,
    );
}

/** Of each connection: the statements of its open transaction. */
const transactions = new WeakMap<object, readonly string[]>();

function toldStatement(on: object, sql: string): string {
  const text = sql
    .replaceAll('"', '')
    .replaceAll('`', '')
    .replace(/^select .*? from/, 'select from');
  const inside = transactions.get(on) ?? [];
  if (/^COMMIT/.test(text)) return `COMMIT of ${inside.join(', ')}`;
  const [short = ''] = /^(?:\w+ (?:into|from) |\w+ )\w+/.exec(text) ?? [];
  if (/^BEGIN/.test(text)) transactions.set(on, []);
  else if (!text.startsWith('select') && inside.at(-1) !== short) transactions.set(on, [...inside, short]);
  return `query ${text}`;
}

function watchPostgres(): void {
  const { Client } = createRequire(import.meta.url)('pg') as {
    readonly Client: { readonly prototype: Named };
  };
  watch(Client.prototype, 'query', (on, [query]) => {
    const { text = query } = (query ?? {}) as { readonly text?: unknown };
    return toldStatement(on, String(text));
  });
  watch(Client.prototype, 'connect', () => 'connect');
  watch(Client.prototype, 'end', () => 'disconnect');
}

interface Statement {
  readonly source: string;
  readonly database: { readonly name: string };
}

function watchSqlite(): void {
  const memory = new Database(':memory:');
  const statements = Object.getPrototypeOf(memory.prepare('SELECT 1')) as Named;
  memory.close();
  for (const name of ['run', 'all'])
    watch(statements, name, (on) => {
      const { source, database } = on as Statement;
      return database.name.endsWith('/state.db') ? toldStatement(database, source) : undefined;
    });
}

if (given !== undefined && isMainThread) {
  watchDisk();
  if (client === 'pg') watchPostgres();
  else watchSqlite();
}
