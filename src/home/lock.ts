/**
 * One refresh at a time. The lock is an open write transaction on a SQLite file, in which nothing is ever written: the
 * system frees it at any death of its holder, so nothing can go stale, and a reader of the file blocks no one.
 */
import { inMs, PROGRAM_LIMITS } from '../model/limits.js';
import { rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { ExportError } from '../model/errors.js';
import { readPlainFileSync } from '../model/plain-file.js';
import { isAlive } from './alive.js';
import { diskFault } from '../faults/disk.js';
import { replaceFile } from './replace-file.js';

export interface Lock {
  release(): void;
}

/** Throws ExportError `already-running`, naming the holder, when another refresh has the lock. */
export function takeLock(path: string, startedAt: Date): Lock {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: inMs(PROGRAM_LIMITS.lock) });
    database.exec('BEGIN IMMEDIATE');
    introduce(path, startedAt);
    const held = database;
    return {
      release: () => {
        forget(path);
        held.close();
      },
    };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const busy = typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code);
    const problem = busy ? alreadyRunning(path) : (diskFault(path, error) ?? error);
    database?.close();
    throw problem;
  }
}

/** Beside the lock: what stands in an open transaction cannot be read by others. */
const holderFile = (path: string): string => join(dirname(path), 'holder.json');

function introduce(path: string, startedAt: Date): void {
  const holder = { pid: process.pid, host: hostname(), startedAt: startedAt.toISOString() };
  replaceFile(holderFile(path), `${JSON.stringify(holder)}\n`);
}

function forget(path: string): void {
  try {
    rmSync(holderFile(path), { force: true });
  } catch {
    // A name that stays does no harm: the next holder replaces it.
  }
}

function alreadyRunning(path: string): ExportError {
  return new ExportError(
    'already-running',
    `A refresh is already running${holderInWords(path)}. Wait until it is finished.`,
  );
}

/** Who has the lock, as far as can be seen without trying to take it. */
export function holderOf(path: string): Holder | undefined {
  const holder = readHolder(path);
  return holder === undefined || isDead(holder) ? undefined : holder;
}

export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string;
}

const MOST_HOLDER_BYTES = 4_096;
const LOOKS = 50;
const BETWEEN_LOOKS_MS = 10;

/** Between taking the lock and writing its name, the holder has no name yet, or the file has the name of a dead one. */
function holderInWords(path: string): string {
  for (let look = 0; look < LOOKS; look += 1) {
    const holder = readHolder(path);
    if (holder !== undefined && !isDead(holder))
      return `: process ${holder.pid} on ${holder.host}, since ${holder.startedAt}`;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BETWEEN_LOOKS_MS);
  }
  return '';
}

function readHolder(path: string): Holder | undefined {
  try {
    const { bytes } = readPlainFileSync(holderFile(path), { mostBytes: MOST_HOLDER_BYTES, links: 'refuse' });
    return JSON.parse(bytes.toString('utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Whether a process of another machine runs cannot be seen from here. */
const isDead = ({ pid, host }: Holder): boolean => host === hostname() && !isAlive(pid);
