/**
 * Opens the state database: to write (created or migrated if necessary) or to read. Errors on opening
 * are reported in words; damage is found here, not by a query in the middle of a refresh.
 */
import { inMs, PROGRAM_LIMITS } from '../model/limits.js';
import { lstatSync, readFileSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ExportError } from '../model/errors.js';
import { setPragma } from '../model/sqlite-pragma.js';
import { diskFault } from '../faults/disk.js';
import { MIGRATIONS } from './schema.js';

/** Throws ExportError `home` when it cannot be written, or is damaged. */
export function openToWrite(path: string): Database.Database {
  try {
    const database = new Database(path, { timeout: inMs(PROGRAM_LIMITS.stateBusy) });
    setPragma(database, 'journal_mode', 'wal');
    setPragma(database, 'synchronous', 2); // FULL
    requireSound(database);
    migrate(database);
    return database;
  } catch (error) {
    throw stateFault(path, error);
  }
}

/** Undefined where there is none yet. */
export function openToLook(path: string): Database.Database | undefined {
  try {
    if (!lstatSync(path).isFile()) throw notPlain(path);
    const database = openOrCopy(path);
    requireSound(database);
    migrate(database);
    return database;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw stateFault(path, error);
  }
}

/** Who may not write beside the database, or on a read-only disk, gets a copy in memory: a WAL needs a file of its own. */
function openOrCopy(path: string): Database.Database {
  try {
    const database = new Database(path, { fileMustExist: true, timeout: inMs(PROGRAM_LIMITS.stateBusy) });
    database.prepare('SELECT count(*) FROM sqlite_master').get();
    return database;
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(code) || !isComplete(path)) throw error;
    const bytes = readFileSync(path);
    bytes.fill(1, 18, 20); // in the header: no longer in WAL mode
    return new Database(bytes);
  }
}

/** Nothing of it still stands in the log of a refresh that runs or was killed. */
function isComplete(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

const notPlain = (path: string): ExportError =>
  new ExportError(
    'home',
    `The state database ${path} is not a plain file. Restore it from a backup, or move it away.`,
  );

function requireSound(database: Database.Database): void {
  const found = database.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw Object.assign(new Error('quick_check'), { code: 'SQLITE_CORRUPT' });
}

function migrate(database: Database.Database): void {
  const seen = database.pragma('user_version', { simple: true }) as number;
  if (seen > MIGRATIONS.length) {
    throw new ExportError('home', 'The state database was written by a newer version of this program.');
  }
  if (seen === MIGRATIONS.length) return;
  database
    .transaction(() => {
      for (const migration of MIGRATIONS.slice(seen)) database.exec(migration);
      database.pragma(`user_version = ${MIGRATIONS.length}`);
    })
    .immediate();
}

function stateFault(path: string, error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && /^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
    return new ExportError(
      'home',
      `The state database ${path} is damaged (${code}). Restore it from a backup, or move it away to start a new history.`,
      [],
      { cause: error },
    );
  }
  return diskFault(path, error) ?? error;
}
