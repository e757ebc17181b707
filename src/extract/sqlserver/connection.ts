/**
 * One connection to a SQL Server, one statement at a time on it. Takes compiled T-SQL; gives rows as arrays, batch by batch,
 * and lets the server wait while a batch is worked on. Errors pass through as the driver throws them, with what the
 * server said while signing in.
 */
import tediousModule, { type ConnectionConfiguration, type Connection as TediousConnection } from 'tedious';
import type { RawRow } from '../source.js';
import type { ServerMessage } from './errors.js';
import { SILENT } from './meanings.js';
import { EncryptedConnection } from './encryption.js';

const { ISOLATION_LEVEL, Request, TYPES } = tediousModule;

const ROWS_PER_BATCH = 2_000;
/** 500 rows of Person: 2,000 of them made memory grow with the district, from 179 to 200 MB. */
const CELLS_PER_BATCH = 12_000;

export interface Statement {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

export interface SqlServerConnection {
  readonly isEncrypted: boolean;
  /** All statements from here on see the database as it was at the first of them. */
  beginSnapshot(): Promise<void>;
  rows(statement: Statement): AsyncGenerator<readonly RawRow[], void, undefined>;
  close(): Promise<void>;
}

/** The driver gives the text of a refused login, but not its number: this brings it along. */
export class LoginRefused extends Error {
  constructor(
    readonly errors: readonly ServerMessage[],
    options: ErrorOptions,
  ) {
    super('The server refused the login.', options);
  }
}

export async function connectSqlServer(
  config: ConnectionConfiguration,
  silenceMs: number,
): Promise<SqlServerConnection> {
  const connection = new EncryptedConnection(config);
  const messages: ServerMessage[] = [];
  const note = ({ number, message }: ServerMessage): void => {
    messages.push({ number, message });
  };
  connection.on('errorMessage', note);
  // A lost connection also reaches the current statement; without a listener it would end the process.
  connection.on('error', () => undefined);
  try {
    await promised((done) => connection.connect(done));
  } catch (cause) {
    throw messages.length === 0 ? cause : new LoginRefused(messages, { cause });
  } finally {
    connection.removeListener('errorMessage', note);
  }
  return {
    isEncrypted: connection.isEncrypted,
    beginSnapshot: async () => {
      try {
        await promised((done) => {
          connection.beginTransaction(done, '', ISOLATION_LEVEL.SNAPSHOT);
        });
      } catch (error) {
        throw isTimeout(error) ? silence() : error;
      }
    },
    rows: (statement) => rowsOf(connection, statement, silenceMs),
    close: () =>
      new Promise((resolve) => {
        if (connection.closed) {
          resolve();
          return;
        }
        connection.once('end', resolve);
        connection.close();
      }),
  };
}

/**
 * A stream with back-pressure, not pages by key: on loopback and 400,000 rows of Roster both hold little, but pages plan and
 * sort each query anew, need a key that is not null and unique, which SectionStaffHistory and RelatedPair do not promise, and
 * lose rows silently where it is not. Knex's own `.stream()` does not wait for a slow reader; `mssql` adds a second login and
 * a layer per row, but no safety. Measured on 243,248 rows of a district, best of three, rows thrown away: the bare driver
 * 0.80 s, this 0.89 s, the readable stream of `mssql` 1.19 s. `npm run bench-sqlserver -- --ways` measures them, and pages, again.
 */
async function* rowsOf(
  connection: TediousConnection,
  { sql, bindings }: Statement,
  silenceMs: number,
): AsyncGenerator<readonly RawRow[], void, undefined> {
  let batch: unknown[][] = [];
  let cellsHeld = 0;
  let wake = (): void => undefined;
  let end: { readonly error?: unknown } | undefined;
  const request = new Request(sql, (error) => {
    end = error ? { error } : {};
    wake();
  });
  const ended = (): boolean => end !== undefined;
  const isFull = (): boolean => batch.length >= ROWS_PER_BATCH || cellsHeld >= CELLS_PER_BATCH;
  request.on('row', (cells: readonly { readonly value: unknown }[]) => {
    batch.push(cells.map(({ value }) => value));
    cellsHeld += cells.length;
    if (!isFull()) return;
    request.pause();
    wake();
  });
  bindings.forEach((value, at) => {
    request.addParameter(`p${at}`, typeof value === 'number' ? TYPES.Int : TYPES.NVarChar, value);
  });
  // The driver's own timeout ends with the first packet; without this limit, a server that stops responding later would block forever.
  const untilFilled = async (): Promise<void> => {
    while (!ended() && !isFull()) {
      const had = batch.length;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if ((await isSilent(woken, silenceMs)) && batch.length === had) throw silence();
    }
  };
  try {
    connection.execSql(request);
    for (;;) {
      await untilFilled();
      if (end?.error !== undefined) throw end.error as Error;
      const taken = batch;
      batch = [];
      cellsHeld = 0;
      if (taken.length > 0) yield taken;
      if (ended() && batch.length === 0) return;
      request.resume();
    }
  } catch (error) {
    if (!isTimeout(error)) throw error;
    connection.close();
    throw silence();
  } finally {
    if (!ended()) {
      // Left early: the connection is free again once the server has acknowledged.
      const acknowledged = new Promise<void>((resolve) => {
        wake = resolve;
      });
      request.cancel();
      await acknowledged;
    }
  }
}

async function isSilent(woken: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeIsUp = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, true);
  });
  try {
    return await Promise.race([timeIsUp, woken.then(() => false)]);
  } finally {
    clearTimeout(timer);
  }
}

const isTimeout = (error: unknown): boolean =>
  ['ETIMEOUT', SILENT].includes(String((error as { readonly code?: unknown }).code));

function silence(): Error {
  return Object.assign(new Error('The server stopped responding.'), { code: SILENT });
}

function promised(step: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    step((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
