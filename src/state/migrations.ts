/**
 * The schema of the state, the same on SQLite and PostgreSQL. Migrations are appended, never edited or renamed. Instants and days
 * are text, so that both databases sort, compare and hash them alike; JSON is text, because the audit trail hashes it as it was.
 */
import type { Knex } from 'knex';
import { COLUMNS, ONLY_DISTRICT, TABLES, type TableName } from './tables.js';

/** Appended to a list, never edited or renamed. */
export interface Migration {
  readonly name: string;
  readonly up: (knex: Knex) => Promise<void>;
}

export const MIGRATIONS: readonly Migration[] = [
  { name: '001-state', up: makeTables },
  { name: '002-lease', up: addLease },
];

/** Columns that the tables of the first migration do not have yet. */
const LATER: Partial<Record<TableName, readonly string[]>> = { bundle: ['night'] };

/** For Knex: modules of this program, so that a name does not depend on where the program is installed. */
export const sourceOf = (migrations: readonly Migration[]): Knex.MigrationSource<Migration> => ({
  getMigrations: () => Promise.resolve([...migrations]),
  getMigrationName: ({ name }) => name,
  getMigration: ({ up }) => Promise.resolve({ up, down: () => Promise.resolve() }),
});

export const migrationSource = sourceOf(MIGRATIONS);

/** Of those that the database has, by the table that Knex keeps of them. */
export async function migrationsIn(knex: Knex, table = 'knex_migrations'): Promise<readonly string[]> {
  if (!(await knex.schema.hasTable(table))) return [];
  const rows: readonly Pick<Migration, 'name'>[] = await knex(table).select('name');
  return rows.map(({ name }) => name);
}

const EARLIER = 'earlier_';

/** Where a file of an earlier version has tables with these names, their rows move into the new ones. */
async function makeTables(knex: Knex): Promise<void> {
  const isEarlier = await knex.schema.hasTable('refresh');
  if (isEarlier) for (const table of TABLES) await knex.schema.renameTable(table, EARLIER + table);
  await makeRefreshes(knex);
  await makeOutcomes(knex);
  await makeTrail(knex);
  if (!isEarlier) return;
  for (const table of TABLES) {
    const columns = COLUMNS[table].filter((column) => LATER[table]?.includes(column) !== true);
    const places = columns.map(() => '??').join(', ');
    await knex.raw(`insert into ?? (district, ${places}) select ?, ${places} from ??`, [
      table,
      ...columns,
      ONLY_DISTRICT,
      ...columns,
      EARLIER + table,
    ]);
  }
  for (const table of TABLES.toReversed()) await knex.schema.dropTable(EARLIER + table);
}

async function makeRefreshes(knex: Knex): Promise<void> {
  await knex.schema.createTable('refresh', (table) => {
    keyOf(table, 'id');
    table.text('startedAt').notNullable();
    table.text('finishedAt');
    table.text('asOf').notNullable();
    table.text('program').notNullable();
    table.text('connections').notNullable(); // JSON list of the requested ones
    table.text('outcome').notNullable(); // started | done | failed | interrupted
    table.integer('exitCode');
    table.text('message');
  });
  await knex.schema.createTable('bundle', (table) => {
    keyOf(table, 'id');
    table.integer('refreshId').notNullable();
    table.text('connection').notNullable();
    table.text('state').notNullable(); // see BundleState
    table.text('madeAt').notNullable();
    table.text('version').notNullable();
    table.text('mode').notNullable();
    table.text('scheme').notNullable(); // what ids and shape depend on; a delta needs a base of the same
    table.text('name'); // file name without .zip, below the connection's folder
    table.text('sha256');
    table.double('bytes');
    table.text('contentSha256'); // of the full content behind the bundle
    table.integer('baseId'); // of a delta: the bundle whose content the receiver must have
    table.text('rows').notNullable();
    table.text('exclusions').notNullable();
    table.text('reason'); // why it is held, refused or failed
    table.text('difference'); // against the last good bundle
    table.double('seconds');
    table.text('trials'); // JSON: active trialIDs by structureID; of older bundles it is not known
    table.foreign(['district', 'refreshId']).references(['district', 'id']).inTable('refresh');
    table.index(['district', 'connection', 'id']);
    table.index(['district', 'refreshId']);
  });
}

/** The outcome of a bundle. */
async function makeOutcomes(knex: Knex): Promise<void> {
  await knex.schema.createTable('bundleSchools', (table) => {
    keyOf(table, 'bundleId', { isOfBundle: true });
    table.text('schools').notNullable(); // JSON list of SchoolCount
  });
  await knex.schema.createTable('delivery', (table) => {
    keyOf(table, 'id');
    table.integer('bundleId').notNullable();
    table.text('target').notNullable();
    table.text('state').notNullable(); // delivering | delivered | failed | unknown
    table.text('startedAt').notNullable();
    table.text('finishedAt');
    table.text('receipt');
    table.text('message');
    table.text('rollback'); // the reason for sending an older bundle on purpose
    ofBundle(table);
    table.index(['district', 'bundleId']);
  });
  await knex.schema.createTable('base', (table) => {
    table.text('district').notNullable();
    table.text('connection').notNullable();
    table.integer('bundleId').notNullable();
    table.text('receiver').notNullable(); // who holds the content of that bundle
    table.integer('isRolledBack').notNullable(); // 1: an older bundle was sent on purpose
    table.primary(['district', 'connection']);
    ofBundle(table);
  });
  await knex.schema.createTable('publication', (table) => {
    keyOf(table, 'bundleId', { isOfBundle: true });
    table.text('at').notNullable();
    table.text('receiver').notNullable(); // who gets it; 'home' where the receiver fetches it
    table.text('fields').notNullable(); // JSON: columns that were dropped or masked, by table
  });
}

/** The audit trail, the notices, and the row that each transaction locks first. */
async function makeTrail(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit', (table) => {
    keyOf(table, 'seq');
    table.text('at').notNullable();
    table.text('who').notNullable();
    table.text('what').notNullable();
    table.text('connection');
    table.text('detail').notNullable();
    table.text('previous').notNullable();
    table.text('hash').notNullable();
  });
  // The newest entry: without it, entries removed from the end would go unnoticed.
  await knex.schema.createTable('auditHead', (table) => {
    table.text('district').notNullable().primary();
    table.integer('seq').notNullable();
    table.text('hash').notNullable();
  });
  await knex.schema.createTable('told', (table) => {
    table.text('district').notNullable();
    table.text('channel').notNullable(); // email | webhook
    table.text('about').notNullable(); // a connection; empty for the refresh as a whole
    table.text('condition').notNullable(); // of the last notice, as a state and codes
    table.text('since').notNullable();
    table.primary(['district', 'channel', 'about']);
  });
  await knex.schema.createTable('lease', (table) => {
    table.text('district').notNullable().primary();
    table.integer('token').notNullable();
  });
}

/** Who works on a district and until when; and the night that a bundle is of, which has one published bundle of a connection at most. */
async function addLease(knex: Knex): Promise<void> {
  await knex.schema.alterTable('lease', (table) => {
    table.text('holder');
    table.text('job');
    table.double('expiresAt').notNullable().defaultTo(0); // seconds since 1970 by the clock of the database
  });
  await knex.schema.alterTable('bundle', (table) => {
    table.text('night'); // a day; null of a refresh by hand
  });
  await knex.raw(`create unique index ?? on ?? (??, ??, ??) where ?? = 'published' and ?? is not null`, [
    'bundle_of_night',
    'bundle',
    'district',
    'connection',
    'night',
    'state',
    'night',
  ]);
}

function keyOf(
  table: Knex.CreateTableBuilder,
  column: string,
  { isOfBundle = false }: { readonly isOfBundle?: boolean } = {},
): void {
  table.text('district').notNullable();
  table.integer(column).notNullable();
  table.primary(['district', column]);
  if (isOfBundle) ofBundle(table);
}

function ofBundle(table: Knex.CreateTableBuilder): void {
  table.foreign(['district', 'bundleId']).references(['district', 'id']).inTable('bundle');
}
