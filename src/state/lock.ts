/**
 * One refresh at a time. The lock is an open write transaction on a SQLite file, in which nothing is ever written: the
 * system frees it at any death of its holder, so nothing can go stale, and who reads the file is in nobody's way.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { ExportError } from '../model/errors.js';
import { diskFault } from './home.js';

export interface Lock {
  release(): void;
}

/** Throws ExportError `already-running`, naming the holder, when another refresh has the lock. */
export function takeLock(path: string, startedAt: Date): Lock {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { timeout: 0 });
    database.exec('BEGIN IMMEDIATE');
    introduce(path, startedAt);
    const held = database;
    return { release: () => held.close() };
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
  const next = `${holderFile(path)}.next`;
  const holder = { pid: process.pid, host: hostname(), startedAt: startedAt.toISOString() };
  writeFileSync(next, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  renameSync(next, holderFile(path));
}

function alreadyRunning(path: string): ExportError {
  return new ExportError(
    'already-running',
    `A refresh is already running${holder(path)}. Wait until it is done.`,
  );
}

function holder(path: string): string {
  try {
    const { pid, host, startedAt } = JSON.parse(readFileSync(holderFile(path), 'utf8')) as {
      readonly pid: number;
      readonly host: string;
      readonly startedAt: string;
    };
    return `: process ${pid} on ${host}, since ${startedAt}`;
  } catch {
    return '';
  }
}
