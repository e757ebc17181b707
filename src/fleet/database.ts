/** The PostgreSQL database of a fleet: the state of its districts, and the tables of `tables.ts` beside it. */
import type { Knex } from 'knex';
import { ExportError } from '../model/errors.js';
import type { PostgresConnectionSettings } from '../model/settings.js';
import { openToWrite } from '../state/postgres.js';
import { fleetMigrations, hasFleetTables } from './tables.js';

export interface FleetDatabase {
  readonly knex: Knex;
  /** All of it or nothing. Throws what `work` threw. */
  readonly transaction: <T>(work: (trx: Knex.Transaction) => Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

/** Its own rows are those of no district; `district` is only what the state calls it. */
const NO_DISTRICT = '';

/** Any number that no other program takes for its own locks. */
const INIT_LOCK = 7_032_027;

/** Makes the tables, or brings them up to date; may be called again. Throws ExportError `home` where the server cannot be used. */
export async function makeFleetTables(settings: PostgresConnectionSettings): Promise<FleetDatabase> {
  return await opened(settings, (database) =>
    database.transaction(async (trx) => {
      await trx.raw('select pg_advisory_xact_lock(?)', [INIT_LOCK]);
      await trx.migrate.latest(fleetMigrations);
    }),
  );
}

/** Throws ExportError `usage` where `fleet init` has not run, `home` where the server cannot be used. */
export async function openFleet(settings: PostgresConnectionSettings): Promise<FleetDatabase> {
  return await opened(settings, async ({ knex }) => {
    if (await hasFleetTables(knex)) return;
    throw new ExportError(
      'usage',
      'The database has no tables of a fleet, or those of an earlier version. Run fleet init first.',
    );
  });
}

/** Closed again where `prepare` fails. */
async function opened(
  connection: PostgresConnectionSettings,
  prepare: (database: FleetDatabase) => Promise<void>,
): Promise<FleetDatabase> {
  const database = await openToWrite({ client: 'pg', district: NO_DISTRICT, connection });
  try {
    await prepare(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
