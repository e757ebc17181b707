/**
 * What every source promises, whatever database is behind it. Each test gets the demo district in a database of its own,
 * which it may change: they run in this order.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { sisTables, type SisTable, type SisTableName } from '../../src/campus/tables.js';
import { loadConfig } from '../../src/config/load.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { decoders } from '../../src/extract/decode.js';
import { extract } from '../../src/extract/extract.js';
import { countQuery, tableQuery } from '../../src/extract/queries.js';
import { compareSchema } from '../../src/extract/schema.js';
import type { RawRow, SisSource, SisView } from '../../src/extract/source.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { ExportError } from '../../src/model/errors.js';
import { Notices } from '../../src/model/notices.js';
import { refreshHere } from '../support/in-process.js';
import { DEMO_CSV, demoDistrict } from '../support/demo-district.js';

export interface ContractDatabase {
  readonly source: SisSource;
  /** It can show all tables as of one moment. */
  readonly isOneMoment: boolean;
  /** The table as the database's own SQL names it. */
  readonly table: (name: string) => string;
  /** A text of any characters as a literal of the database's own SQL. */
  readonly text: (value: string) => string;
  /** Runs a statement that writes, as another user, while a view may be open. */
  readonly execute: (sql: string) => Promise<void>;
}

export interface ContractTest {
  readonly name: string;
  readonly run: (database: ContractDatabase, folder: string) => Promise<void>;
}

const DEMO_CONFIG = join(import.meta.dirname, '../../../config/demo.yaml');
const tables: readonly SisTable[] = sisTables;

export const sourceContract: readonly ContractTest[] = [
  {
    name: 'names itself, and nothing secret',
    run: ({ source }) => {
      expect(source.label).toMatch(/\S/);
      expect(source.label).not.toMatch(/password|pwd/i);
      return Promise.resolve();
    },
  },
  {
    name: 'finds every declared column with the nullability it was made with',
    run: async ({ source }) => {
      const schema = await source.withView((view) => view.schema());
      const odd = compareSchema(schema).filter(({ state, expected, found, table, column }) => {
        const key = tables.find(({ name }) => name === table)?.key ?? [];
        const isKey = key.length === 1 && key[0] === column;
        return state !== 'present' || found?.nullable !== (expected.nullable && !isKey);
      });
      expect(odd).toEqual([]);
    },
  },
  {
    name: 'has nothing against its own inspection',
    run: async ({ source }) => {
      const { facts, schema } = await source.inspect();
      expect(facts.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(facts.map(({ code }) => code)).toEqual(
        expect.arrayContaining(['version', 'isolation', 'rights']),
      );
      expect(compareSchema(schema).filter(({ state }) => state !== 'present')).toEqual([]);
    },
  },
  {
    name: 'gives every cell of every table as it went in',
    run: async ({ source }) => {
      await source.withView(async (view) => {
        for (const table of tables) {
          const read = await decodedRows(view, table);
          expect([table.name, read.toSorted()]).toEqual([table.name, csvRows(table).toSorted()]);
        }
      });
    },
  },
  {
    name: 'gives rows in the order that was asked for, in batches that are not too large, and counts them',
    run: async ({ source }) => {
      await source.withView(async (view) => {
        const query = view
          .knex(await nameIn(view, 'Roster'))
          .select('rosterID')
          .orderBy('rosterID');
        const sizes: number[] = [];
        const ids: number[] = [];
        for await (const batch of view.read(query)) {
          sizes.push(batch.length);
          for (const [id] of batch) ids.push(id as number);
        }
        expect(ids).toHaveLength(csvRows(tableOf('Roster')).length);
        expect(ids).toEqual(ids.toSorted((a, b) => a - b));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(4_000);
        expect(sizes.length).toBeGreaterThan(2);
        expect(await oneValue(view, countQuery(view, query))).toBe(ids.length);
      });
    },
  },
  {
    name: 'gives the same rows by columns',
    run: async ({ source }) => {
      await source.withView(async (view) => {
        for (const table of tables) {
          const schema = await view.schema();
          const names = { knex: view.knex, schema, forms: view.forms };
          const query = () => tableQuery(names, table.name as SisTableName, 2027);
          const columns: unknown[][] = table.columns.map(() => []);
          for await (const batch of view.readColumns(query())) {
            batch.columns.forEach((column, at) => {
              expect(column.values()).toHaveLength(batch.count);
              if (column.json !== undefined) expect(JSON.parse(column.json)).toEqual(column.values());
              columns[at]?.push(...column.values());
            });
          }
          const rows = await allRows(view, query());
          expect([table.name, columns]).toEqual([
            table.name,
            table.columns.map((_, at) => rows.map((row) => row[at])),
          ]);
        }
      });
    },
  },
  {
    name: 'takes values by binding',
    run: async ({ source }) => {
      await source.withView(async (view) => {
        const from = await nameIn(view, 'SchoolYear');
        const query = view.knex(from).where('endYear', 2027).where('label', '26-27').select('active');
        expect(Number(await oneValue(view, query))).toBe(1);
      });
    },
  },
  {
    name: 'can be left in the middle of a table, and reads on',
    run: async ({ source }) => {
      await source.withView(async (view) => {
        const query = view.knex(await nameIn(view, 'Roster')).select('rosterID', 'personID', 'sectionID');
        for (let time = 0; time < 3; time += 1) {
          for await (const batch of view.read(query)) {
            expect(batch.length).toBeGreaterThan(0);
            break;
          }
        }
        const rows = await oneValue(view, countQuery(view, query));
        expect(rows).toBe(csvRows(tableOf('Roster')).length);
      });
    },
  },
  {
    name: 'can be left in the middle of a table that is read by columns, and reads on',
    run: async ({ source }) => {
      await source.withView(async (view) => {
        const from = await nameIn(view, 'Roster');
        for (let time = 0; time < 3; time += 1) {
          const query = view.knex(from).where('rosterID', '>', 0).select('rosterID', 'personID');
          for await (const batch of view.readColumns(query)) {
            expect(batch.columns).toHaveLength(2);
            break;
          }
        }
        const rows = await oneValue(view, countQuery(view, view.knex(from).select('rosterID')));
        expect(rows).toBe(csvRows(tableOf('Roster')).length);
      });
    },
  },
  {
    name: 'passes on what goes wrong while rows are worked on, and is free again afterwards',
    run: async ({ source }) => {
      const ours = new Error('ours');
      const outcome = source.withView(async (view) => {
        for await (const batch of view.read(view.knex(await nameIn(view, 'Roster')).select('rosterID'))) {
          if (batch.length > 0) throw ours;
        }
      });
      await expect(outcome).rejects.toBe(ours);
      await expect(source.withView((view) => view.schema())).resolves.toBeDefined();
    },
  },
  {
    name: 'makes the same bundles of the demo district as SQLite does',
    run: async ({ source }, folder) => {
      const filename = join(folder, 'reference.sqlite');
      demoDistrict(filename);
      const wanted = await bundlesOf(sqliteSource({ client: 'better-sqlite3', filename }), folder);
      const made = await bundlesOf(source, folder);
      expect(made.map(({ name }) => name)).toEqual(['library', 'lms']);
      for (const { sha256 } of made) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(made).toEqual(wanted);
    },
  },
  {
    name: 'shows one moment, whatever others write meanwhile',
    run: async ({ source, isOneMoment, table, execute }) => {
      if (!isOneMoment) return;
      const leave = `DELETE FROM ${table('Department')} WHERE departmentID = 990001`;
      const look = async (view: SisView): Promise<readonly unknown[]> => {
        const query = view.knex(await nameIn(view, 'Department')).where('departmentID', '>', 990_000);
        return [...(await allRows(view, query.select('departmentID', 'name'))).flat()];
      };
      await execute(`INSERT INTO ${table('Department')} (departmentID, name) VALUES (990001, 'Before')`);
      await source.withView(async (view) => {
        expect(view.isOneMoment).toBe(true);
        expect(await look(view)).toEqual([990_001, 'Before']);
        await execute(leave);
        await execute(`INSERT INTO ${table('Department')} (departmentID, name) VALUES (990002, 'After')`);
        expect(await look(view)).toEqual([990_001, 'Before']);
      });
      expect(await source.withView(look)).toEqual([990_002, 'After']);
      await execute(`DELETE FROM ${table('Department')} WHERE departmentID = 990002`);
    },
  },
  {
    name: 'keeps text: code page 1252, Unicode, padding, blanks and quotes',
    run: async ({ source, table, text, execute }) => {
      const windows = '€ “Zoë” – Ÿ';
      const legal = 'Nguyễn 美咲 🐝';
      const columns = 'identityID, personID, lastName, middleName, legalFirstName, legalMiddleName, gender';
      const values = [windows, '', legal, "  O'Hara ", 'F'].map(text).join(', ');
      await execute(`INSERT INTO ${table('Identity')} (${columns}) VALUES (990001, 990001, ${values})`);
      const [row = []] = await source.withView(async (view) => {
        const query = view.knex(await nameIn(view, 'Identity')).where('identityID', 990_001);
        return await allRows(
          view,
          query.select('lastName', 'middleName', 'legalFirstName', 'legalMiddleName', 'gender'),
        );
      });
      expect(row.map((cell) => decoders.text(cell))).toEqual([windows, null, legal, "O'Hara", 'F']);
      await execute(`DELETE FROM ${table('Identity')} WHERE identityID = 990001`);
    },
  },
  {
    name: 'ends with every missing column listed, and leaves no snapshot that could be taken for one',
    run: async ({ source, table, execute }, folder) => {
      await execute(`ALTER TABLE ${table('Enrollment')} DROP COLUMN noShow`);
      await execute(`ALTER TABLE ${table('Contact')} DROP COLUMN cellPhone`);
      await execute(`ALTER TABLE ${table('Section')} DROP COLUMN active`);
      const path = join(folder, 'broken.sqlite');
      const outcome: unknown = await extract(source, path, { notices: new Notices() }).catch(
        (error: unknown) => error,
      );
      expect(outcome).toBeInstanceOf(ExportError);
      const { exitCode, problems } = outcome as ExportError;
      expect(exitCode).toBe(4);
      expect(problems.map(({ path: at }) => at)).toEqual(['Contact.cellPhone', 'Enrollment.noShow']);
      rmSync(path, { force: true });
      const findings = compareSchema((await source.inspect()).schema);
      const absent = findings.filter(({ state }) => state !== 'present');
      expect(absent.map(({ table: at, column, state }) => `${at}.${column} ${state}`)).toEqual([
        'Contact.cellPhone missing',
        'Enrollment.noShow missing',
        'Section.active left-out',
      ]);
    },
  },
];

export async function bundlesOf(
  source: SisSource,
  folder: string,
): Promise<readonly { readonly name: string; readonly sha256: string | undefined }[]> {
  const home = join(folder, `home-${Math.random().toString(36).slice(2)}`);
  const { connections, error } = await refreshHere({
    config: { ...(await loadConfig(DEMO_CONFIG, {})), home },
    source,
    asOf: DEMO_AS_OF,
    startedAt: new Date('2026-10-15T05:00:00Z'),
  });
  if (error !== undefined) throw error;
  return connections.map(({ settings, bundle }) => ({ name: settings.name, sha256: bundle?.sha256 }));
}

function tableOf(name: string): SisTable {
  const found = tables.find((table) => table.name === name);
  if (found === undefined) throw new Error(`no table ${name}`);
  return found;
}

async function nameIn(view: SisView, table: string): Promise<string> {
  return (await view.schema()).get(table.toLowerCase())?.name ?? table;
}

async function allRows(view: SisView, query: Parameters<SisView['read']>[0]): Promise<readonly RawRow[]> {
  const rows: RawRow[] = [];
  for await (const batch of view.read(query)) rows.push(...batch);
  return rows;
}

async function oneValue(view: SisView, query: Parameters<SisView['read']>[0]): Promise<unknown> {
  return (await allRows(view, query))[0]?.[0];
}

/** The rows as a refresh would decode them, each as one text. */
async function decodedRows(view: SisView, table: SisTable): Promise<readonly string[]> {
  const columns = table.columns.map(({ name, type }) =>
    view.knex.raw(`${view.forms[type] ?? '??'} as ??`, [`t.${name}`, name]),
  );
  const rows = await allRows(view, view.knex({ t: await nameIn(view, table.name) }).select(columns));
  return rows.map((row) => JSON.stringify(table.columns.map(({ type }, at) => decoders[type](row[at]))));
}

function csvRows(table: SisTable): readonly string[] {
  const [, ...records]: string[][] = parse(readFileSync(join(DEMO_CSV, `${table.name}.csv`)));
  return records.map((record) =>
    JSON.stringify(
      table.columns.map(({ type }, at) => decoders[type](record[at] === '' ? null : record[at])),
    ),
  );
}
