/**
 * The state in a SQLite file: opened to write (created or brought up to date if necessary) or to read. Errors on opening are
 * reported in words; damage is found here, not by a query in the middle of a refresh.
 */
import { inMs, PROGRAM_LIMITS } from '../model/limits.js';
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import knexModule from 'knex';
import { ExportError } from '../model/errors.js';
import { setPragma } from '../model/sqlite-pragma.js';
import { diskFault } from '../faults/disk.js';
import { EARLIER_STEPS } from './earlier-schema.js';
import { MIGRATIONS, migrationSource } from './migrations.js';
import { inTransaction, SILENT, type Store } from './store.js';
import { ONLY_DISTRICT } from './tables.js';

const { knex: makeKnex } = knexModule;

/** In the header of the file: a program that knows fewer migrations refuses it without a query. */
const VERSION = EARLIER_STEPS.length + MIGRATIONS.length;

/** Throws ExportError `home` when it cannot be written, or is damaged. */
export async function openToWrite(path: string): Promise<Store> {
  try {
    const database = new Database(path, { timeout: inMs(PROGRAM_LIMITS.stateBusy) });
    return await prepared(path, database, () => {
      setPragma(database, 'journal_mode', 'wal');
      setPragma(database, 'synchronous', 2); // FULL
    });
  } catch (error) {
    throw stateFault(path, error);
  }
}

/** Undefined where there is none yet. Makes and changes no file: one of an earlier version is brought up to date in memory. */
export async function openToLook(path: string): Promise<Store | undefined> {
  try {
    if (!lstatSync(path).isFile()) throw notPlain(path);
    const file = openOrCopy(path);
    return await prepared(path, isOfToday(file) ? file : copyOf(file));
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw stateFault(path, error);
  }
}

/** Closes the database where it cannot be used. */
async function prepared(path: string, database: Database.Database, set?: () => void): Promise<Store> {
  let store: Store | undefined;
  try {
    set?.();
    requireSound(database);
    store = storeOver(path, database);
    await migrate(store, database);
    return store;
  } catch (error) {
    await store?.close();
    database.close();
    throw error;
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
    return inMemory(readFileSync(path));
  }
}

/** Nothing of it still stands in the log of a refresh that runs or was killed. */
function isComplete(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
}

function copyOf(file: Database.Database): Database.Database {
  try {
    return inMemory(file.serialize());
  } finally {
    file.close();
  }
}

function inMemory(bytes: Buffer): Database.Database {
  bytes.fill(1, 18, 20); // in the header: no longer in WAL mode
  return new Database(bytes);
}

const versionOf = (database: Database.Database): number =>
  database.pragma('user_version', { simple: true }) as number;

/** Of today, or of a later version, which is refused. */
const isOfToday = (database: Database.Database): boolean => versionOf(database) >= VERSION;

function requireSound(database: Database.Database): void {
  const found = database.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw Object.assign(new Error('quick_check'), { code: 'SQLITE_CORRUPT' });
}

/** A kill leaves the file as it was, at the last step of the earlier versions, or of today. */
async function migrate(store: Store, database: Database.Database): Promise<void> {
  const seen = versionOf(database);
  if (seen > VERSION)
    throw new ExportError('home', 'The state database was written by a newer version of this program.');
  if (seen === VERSION) return;
  await store.transaction(async (trx) => {
    // The first statement of a transaction must be a write: one that reads first fails if another process writes meanwhile.
    await trx.raw(`PRAGMA user_version = ${VERSION}`);
    if (seen > 0) for (const step of EARLIER_STEPS.slice(seen)) database.exec(step); // on the connection of the transaction
    await trx.migrate.latest({ migrationSource });
  });
}

function storeOver(path: string, database: Database.Database): Store {
  const knex = makeKnex({
    client: 'better-sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    compileSqlOnError: false, // or values would stand in error texts
    log: SILENT,
    pool: { min: 1, max: 1 },
  });
  (knex.client as OneConnection).acquireRawConnection = () => Promise.resolve(database);
  return {
    knex,
    district: ONLY_DISTRICT,
    transaction: (work) =>
      inTurn(resolve(path), async () => {
        try {
          return await inTransaction(knex, work);
        } catch (error) {
          // Where the COMMIT failed, as on a full disk.
          if (database.open && database.inTransaction) database.exec('ROLLBACK');
          throw error;
        }
      }),
    close: async () => {
      await knex.destroy();
      database.close(); // Knex has closed it, unless no query was ever made
    },
  };
}

/** The part of Knex's client that opens a connection; Knex types it as any. */
interface OneConnection {
  acquireRawConnection: () => Promise<Database.Database>;
}

/** By path: the end of the last transaction. */
const turns = new Map<string, Promise<unknown>>();

/**
 * SQLite waits for another writer without giving the event loop a turn: a transaction of this process that waits for another one
 * of this process would wait in vain.
 */
async function inTurn<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(path) ?? Promise.resolve();
  const mine = before.then(work);
  const end = mine.catch(() => undefined);
  turns.set(path, end);
  try {
    return await mine;
  } finally {
    if (turns.get(path) === end) turns.delete(path);
  }
}

const notPlain = (path: string): ExportError =>
  new ExportError(
    'home',
    `The state database ${path} is not a plain file. Restore it from a backup, or move it away.`,
  );

function stateFault(path: string, error: unknown): unknown {
  if (error instanceof ExportError) return error;
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
