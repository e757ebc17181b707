/**
 * The SIS in memory, for tests of what comes after its reading: one database for all districts of a process, each in a transaction that
 * is rolled back, and with statements that are prepared once. tests/extract proves that it gives what a file of the same rows gives, and
 * proves the reading of files.
 */
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import knexModule, { type Knex } from 'knex';
import { columnsOfRows } from '../../src/extract/raw-columns.js';
import type { FoundSchema, RawRow, SisSource, SisView } from '../../src/extract/source.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { COLUMN_FILTERS } from '../../src/model/settings.js';
import { LOCATIONS, fillCampus } from './campus-file.js';
import { emptyDistrict } from './empty-district.js';
import type { GivenRows } from './given.js';

interface Opened extends Pick<SisView, 'forms'> {
  readonly database: Database.Database;
  readonly schema: FoundSchema;
}

let opened: Promise<Opened> | undefined;

/** With the forms and the schema of a file that has the same tables. */
async function open(): Promise<Opened> {
  const filename = join(tmpdir(), `campus-${randomUUID()}.sqlite`);
  writeFileSync(filename, emptyDistrict());
  try {
    return await sqliteSource({ client: 'better-sqlite3', filename }).withView(async (view) => ({
      forms: view.forms,
      schema: await view.schema(),
      database: new Database(emptyDistrict()),
    }));
  } finally {
    rmSync(filename);
  }
}

const knex = knexModule.knex({ client: 'better-sqlite3', useNullAsDefault: true });

/** Its views cannot overlap with those of other districts in memory. */
export function campusInMemory(given: GivenRows): SisSource {
  return {
    label: 'a district in memory',
    remarks: [],
    filters: COLUMN_FILTERS,
    inspect: () => Promise.reject(new Error('a district in memory is not inspected')),
    withView: async (work) => {
      const { database, forms, schema } = await (opened ??= open());
      database.exec('BEGIN');
      try {
        const filled = fillCampus(database, given);
        const found = new Map(schema);
        if (!filled.has(LOCATIONS)) found.delete(LOCATIONS.toLowerCase());
        return await work(viewOf({ database, forms, schema: found }));
      } finally {
        database.exec('ROLLBACK');
      }
    },
  };
}

function viewOf({ database, forms, schema }: Opened): SisView {
  const rowsOf = (query: Knex.QueryBuilder): readonly RawRow[] => {
    const { sql, bindings } = query.toSQL().toNative();
    return prepared(database, sql).all(...bindings) as RawRow[];
  };
  return {
    knex,
    forms,
    isOneMoment: true,
    schema: () => Promise.resolve(schema),
    existing: () => Promise.resolve(schema),
    async *read(query) {
      yield await Promise.resolve(rowsOf(query));
    },
    async *readColumns(query) {
      const rows = await Promise.resolve(rowsOf(query));
      if (rows.length > 0) yield columnsOfRows(rows);
    },
  };
}

const statements = new Map<string, Database.Statement>();

function prepared(database: Database.Database, sql: string): Database.Statement {
  const statement = statements.get(sql) ?? database.prepare(sql).raw();
  statements.set(sql, statement);
  return statement;
}
