/**
 * One refresh at a time. The lock is an open write transaction on a SQLite file: the system frees it at any death of its
 * holder, so nothing can go stale.
 */
import { hostname } from 'node:os';
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
    // The holder introduces himself in a transaction of its own, because only what is committed can be read by others.
    database.exec('CREATE TABLE IF NOT EXISTS holder (pid INTEGER, host TEXT, startedAt TEXT)');
    database.exec('BEGIN IMMEDIATE');
    database.exec('DELETE FROM holder');
    database
      .prepare('INSERT INTO holder VALUES (?, ?, ?)')
      .run(process.pid, hostname(), startedAt.toISOString());
    database.exec('COMMIT');
    database.exec('BEGIN IMMEDIATE');
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

function alreadyRunning(path: string): ExportError {
  return new ExportError(
    'already-running',
    `A refresh is already running${holder(path)}. Wait until it is done.`,
  );
}

/** Reading is possible beside an open write transaction, but not in the instant of a commit. */
function holder(path: string): string {
  const reader = new Database(path, { readonly: true, timeout: 1_000 });
  try {
    const row = reader.prepare('SELECT pid, host, startedAt FROM holder').get() as
      { pid: number; host: string; startedAt: string } | undefined;
    return row === undefined ? '' : `: process ${row.pid} on ${row.host}, since ${row.startedAt}`;
  } catch {
    return '';
  } finally {
    reader.close();
  }
}
