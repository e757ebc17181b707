/**
 * The tables of a fleet, on PostgreSQL beside those of the state: districts, runs, slots of SQL hosts and workers. Instants and days are
 * text in UTC; what must be compared with the database's own clock is in seconds since 1970.
 */
import type { Knex } from 'knex';
import { migrationsIn, sourceOf, type Migration } from '../state/migrations.js';

/** Appended to, never edited or renamed. */
export const FLEET_MIGRATIONS: readonly Migration[] = [
  { name: '001-fleet', up: makeTables },
  { name: '002-newest-runs', up: orderRuns },
  { name: '003-held-bundles', up: findHeld },
];

/** Knex keeps those of the state in its usual table. */
const TABLE = 'fleet_migrations';

export const fleetMigrations: Knex.MigratorConfig = {
  tableName: TABLE,
  migrationSource: sourceOf(FLEET_MIGRATIONS),
};

export async function hasFleetTables(knex: Knex): Promise<boolean> {
  const names = await migrationsIn(knex, TABLE);
  return FLEET_MIGRATIONS.every(({ name }) => names.includes(name));
}

async function makeTables(knex: Knex): Promise<void> {
  await knex.schema.createTable('fleetDistrict', (table) => {
    table.text('name').primary();
    table.text('host').notNullable();
    table.text('labels').notNullable(); // JSON list
    table.text('start').notNullable();
    table.text('timezone').notNullable();
    table.integer('windowMinutes').notNullable();
    table.text('deliverBy');
    table.text('config').notNullable(); // absolute path
    table.text('connections').notNullable(); // JSON list of names
    table.text('appliedAt').notNullable();
    table.text('pausedAt');
    table.text('pausedBy');
    table.text('pauseReason');
  });
  await knex.schema.createTable('fleetRun', (table) => {
    table.text('id').primary(); // a UUID: of the job, too
    table.text('district').notNullable();
    table.text('night'); // null: a refresh by hand
    table.text('host').notNullable();
    table.text('state').notNullable(); // waiting | running | done | failed
    table.text('sentAt').notNullable();
    table.text('sentBy').notNullable();
    table.text('startsAt').notNullable();
    table.text('startedAt'); // of the newest attempt
    table.text('endedAt');
    table.integer('attempts').notNullable().defaultTo(0);
    table.integer('exitCode');
    table.text('worker');
    table.text('message'); // codes and counts
    table.unique(['district', 'night']);
    table.index(['state']);
  });
  await knex.schema.createTable('fleetSlot', (table) => {
    table.text('host').notNullable();
    table.integer('n').notNullable();
    table.text('holder');
    table.double('expiresAt').notNullable().defaultTo(0);
    table.primary(['host', 'n']);
  });
  await knex.schema.createTable('fleetWorker', (table) => {
    table.text('id').primary();
    table.text('machine').notNullable();
    table.integer('pid').notNullable();
    table.integer('concurrency').notNullable();
    table.text('startedAt').notNullable();
    table.text('seenAt').notNullable();
  });
}

/** The newest run of each district is read for all districts at once. */
async function orderRuns(knex: Knex): Promise<void> {
  await knex.schema.alterTable('fleetRun', (table) => {
    table.index(['district', 'sentAt']);
  });
}

/** Few bundles are on hold; without an index of them, all nights of each connection would be read. */
async function findHeld(knex: Knex): Promise<void> {
  await knex.raw(`create index bundle_held on bundle (district, connection, id) where state = 'held'`);
}
