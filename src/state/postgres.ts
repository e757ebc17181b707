/**
 * The state in a PostgreSQL database, with the rows of many districts. The driver is loaded by Knex and only here. Errors of the
 * server and of the network are reported in words; they never repeat a value.
 */
import knexModule, { type Knex } from 'knex';
import { readAuthority } from '../model/authority.js';
import { ExportError } from '../model/errors.js';
import { inMs, PROGRAM_LIMITS } from '../model/limits.js';
import type { PostgresConnectionSettings, PostgresStateSettings } from '../model/settings.js';
import { MIGRATIONS, migrationsIn, migrationSource } from './migrations.js';
import { postgresFault } from './postgres-faults.js';
import { inTransaction, SILENT, type Store } from './store.js';

const { knex: makeKnex } = knexModule;

/** A refresh delivers to several receivers at once, and each delivery records its steps. */
const MOST_CONNECTIONS = 3;
/** Any number that no other program takes for its own locks. */
const MIGRATION_LOCK = 7_032_026;

/** Creates the tables where there are none. Throws ExportError `home` where the server cannot be used. */
export async function openToWrite(settings: PostgresStateSettings): Promise<Store> {
  return await opened(settings, async (store) => {
    const missing = await missingMigrations(store.knex);
    if (missing === 0) return store;
    await store.transaction(async (trx) => {
      // Several programs may start at once: the first one creates the tables, the others find them.
      await trx.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      await trx.migrate.latest({ migrationSource });
    });
    return store;
  });
}

/** Undefined where nothing of the district has been written yet. Creates nothing. */
export async function openToLook(settings: PostgresStateSettings): Promise<Store | undefined> {
  return await opened(settings, async (store) => {
    const missing = await missingMigrations(store.knex);
    if (missing === 0 && (await hasDistrict(store))) return store;
    await store.close();
    if (missing === 0 || missing === MIGRATIONS.length) return undefined;
    throw new ExportError(
      'home',
      'The state in PostgreSQL was written by an earlier version of this program. The next refresh brings it up to date.',
    );
  });
}

async function opened<T>(settings: PostgresStateSettings, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await storeOver(settings);
  try {
    return await work(store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The first transaction of a district adds the row that all of them lock. */
async function hasDistrict({ knex, district }: Store): Promise<boolean> {
  const rows: readonly unknown[] = await knex('lease').where({ district }).select('district');
  return rows.length > 0;
}

async function missingMigrations(knex: Knex): Promise<number> {
  const names = await migrationsIn(knex);
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  if (names.some((name) => !known.has(name)))
    throw new ExportError('home', 'The state in PostgreSQL was written by a newer version of this program.');
  return MIGRATIONS.length - names.length;
}

async function storeOver({ district, connection }: PostgresStateSettings): Promise<Store> {
  const knex = makeKnex({
    client: 'pg',
    connection: await driverSettings(connection),
    compileSqlOnError: false, // or values would stand in error texts
    log: SILENT,
    pool: { min: 0, max: MOST_CONNECTIONS },
    acquireConnectionTimeout: inMs(PROGRAM_LIMITS.stateAnswer),
  });
  const inWords = async <T>(step: () => Promise<T>): Promise<T> => {
    try {
      return await step();
    } catch (error) {
      throw postgresFault(connection, error);
    }
  };
  const client = knex.client as Steps;
  const [acquire, query] = [client.acquireConnection.bind(client), client.query.bind(client)];
  client.acquireConnection = () => inWords(() => acquire());
  client.query = (on, statement) => inWords(() => unlessSilent(on, () => query(on, statement)));
  return {
    knex,
    district,
    transaction: (work) =>
      inWords(() =>
        inTransaction(knex, async (trx) => {
          const on = (await (trx.client as Steps).acquireConnection()) as object;
          return await unlessSilent(on, () => work(trx));
        }),
      ),
    close: () => knex.destroy(),
  };
}

/** The steps of Knex's client in which the server is waited for; Knex types the client as any. */
interface Steps {
  acquireConnection: () => Promise<unknown>;
  query: (connection: object, statement: unknown) => Promise<unknown>;
}

/** A connection that has not answered still waits for its answer: the mark keeps Knex from using it for something else. */
async function unlessSilent<T>(connection: object, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (/timeout/i.test(String((error as { message?: unknown } | null)?.message)))
      Object.assign(connection, { __knex__disposed: error });
    throw error;
  }
}

async function driverSettings({
  host,
  port,
  database,
  user,
  password,
  encrypt,
  ca,
}: PostgresConnectionSettings): Promise<Knex.PgConnectionConfig> {
  const fail = (message: string, options?: ErrorOptions): ExportError =>
    new ExportError('home', message, [], options);
  const trusted = ca === undefined ? {} : { ca: await readAuthority(ca, 'state.connection.ca', fail) };
  const isSocket = host.startsWith('/');
  return {
    ...{ host, port, database, user },
    ...(password !== undefined && { password }),
    ssl: encrypt && !isSocket ? { ...trusted, rejectUnauthorized: true, servername: host } : false,
    application_name: 'oneroster-export',
    keepAlive: true,
    connectionTimeoutMillis: inMs(PROGRAM_LIMITS.stateConnect),
    statement_timeout: inMs(PROGRAM_LIMITS.stateAnswer),
    query_timeout: inMs(PROGRAM_LIMITS.stateAnswer) + 5_000,
    idle_in_transaction_session_timeout: inMs(PROGRAM_LIMITS.stateIdle),
  };
}
