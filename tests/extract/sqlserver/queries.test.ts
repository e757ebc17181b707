/** The T-SQL of every query, as text that a person can read and as a grammar understands it. UPDATE_GOLDEN=1 renews the text. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import knexModule, { type Knex } from 'knex';
import sqlParser from 'node-sql-parser/build/transactsql.js';
import { loadDistrictIntoSqlServer, openPool } from '../../../scripts/sqlserver-district.js';
import { sisTables, type SisTable } from '../../../src/campus/tables.js';
import { extract } from '../../../src/extract/extract.js';
import type { Names } from '../../../src/extract/names.js';
import {
  countQuery,
  otherYearsOfEachQuery,
  otherYearsQuery,
  personQuery,
  tableQuery,
} from '../../../src/extract/queries.js';
import type { FoundColumn, FoundSchema } from '../../../src/extract/source.js';
import { columnsQuery, SQL_SERVER_FORMS, sqlServerSource } from '../../../src/extract/sqlserver/sqlserver.js';
import { Notices } from '../../../src/model/notices.js';
import { standInSettings, startTdsServer, type TdsServer } from './tds-server.js';
import { DEMO_CSV } from '../../support/demo-district.js';

const root = join(import.meta.dirname, '../../../..');
const golden = join(root, 'tests/extract/sqlserver-queries.golden.sql');
const knex = knexModule.knex({ client: 'mssql' });
const tables: readonly SisTable[] = sisTables;
const { Parser } = sqlParser;

/** Throws where the text is no T-SQL. */
function parsed(sql: string): unknown {
  return new Parser().astify(sql, { database: 'transactsql' });
}

/** A database with the declared tables, `without` some columns, others renamed. */
function schemaOf(
  without: ReadonlySet<string> = new Set(),
  renamed: ReadonlyMap<string, string> = new Map(),
): FoundSchema {
  return new Map(
    tables
      .filter(({ name }) => !without.has(name))
      .map(({ name, columns }) => {
        const found = columns
          .filter((column) => !without.has(`${name}.${column.name}`))
          .map(({ name: declared, sql, nullable }): [string, FoundColumn] => {
            const real = renamed.get(`${name}.${declared}`) ?? declared;
            return [real.toLowerCase(), { name: real, type: sql, nullable }];
          });
        return [name.toLowerCase(), { name: `dbo.${name}`, columns: new Map(found) }];
      }),
  );
}

const full: Names = { knex, forms: SQL_SERVER_FORMS, schema: schemaOf() };
/** An older install: everything that may be missing is, and what has another name has it. */
const bare: Names = {
  ...full,
  schema: schemaOf(
    new Set(
      tables.flatMap(({ name, columns }) =>
        columns
          .filter(
            ({ without, alias, insteadOf }) =>
              without !== undefined && alias === undefined && insteadOf === undefined,
          )
          .map((column) => `${name}.${column.name}`),
      ),
    ).add('EmploymentAssignmentLocation'),
    new Map([['SectionStaffHistory.historyID', 'sectionStaffID']]),
  ),
};

const queries: readonly (readonly [title: string, query: Knex.QueryBuilder])[] = [
  ['the columns of the database', columnsQuery(knex, 'dbo')],
  ...sisTables
    .filter(({ name }) => !['Person', 'Identity', 'Contact'].includes(name))
    .map(({ name }) => [name, tableQuery(full, name, 2027)] as const),
  ['Person', personQuery(full)],
  ['OtherYearStudent', otherYearsQuery(full, 2027)],
  ['RelatedPair by student', tableQuery(full, 'RelatedPair', 2027, ['personID1', 'personID2'])],
  ['the count of Roster', countQuery(full, tableQuery(full, 'Roster', 2027))],
  ['the count of OtherYearStudent', countQuery(full, otherYearsQuery(full, 2027))],
  ...(['SectionStaffHistory', 'EmploymentAssignment', 'RelatedPair', 'Section'] as const).map(
    (name) => [`${name} of an older install`, tableQuery(bare, name, 2027)] as const,
  ),
  ['Section of two years', tableQuery(full, 'Section', [2027, 2028])],
  ['OtherYearStudent of two years', otherYearsOfEachQuery(full, [2027, 2028])],
];

const compiled = queries.map(([title, query]) => ({ title, ...query.toSQL().toNative() }));

describe('the compiled queries', () => {
  it('are what is committed', () => {
    const text = compiled
      .map(
        ({ title, sql, bindings }) =>
          `-- ${title}${bindings.length === 0 ? '' : ` ${JSON.stringify(bindings)}`}\n${broken(sql)};\n`,
      )
      .join('\n');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });

  it.each(compiled)('$title is T-SQL', ({ sql }) => {
    expect(parsed(sql)).toBeDefined();
  });

  it.each(compiled)(
    '$title: quotes every name, binds every value, names every column once, never reads past locks',
    ({ sql }) => {
      expect(sql).not.toMatch(/nolock|readuncommitted|\*(?!\) as \[rows\])/i);
      const bare = sql.replace(/\[[^\]]+\]/g, '').replace(/@p\d+/g, '');
      expect(bare).not.toMatch(/\d{3,}/);
      expect(
        bare.replace(
          /\b(select|convert|char|as|from|left|join|on|and|or|not|where|in|is|null|order|group|by|asc|max|count|case|when|then|else|end|0|1|10|23|36)\b/g,
          '',
        ),
      ).not.toMatch(/\w/);
      const [, list = ''] = /^select (.*?) from /.exec(sql) ?? [];
      const aliases = [...list.matchAll(/ as \[(\w+)\]/g)].map(([, alias]) => alias);
      expect(aliases.length).toBeGreaterThan(0);
      expect(new Set(aliases).size).toBe(aliases.length);
    },
  );

  it('select each day and GUID as text', () => {
    const typed = tables.flatMap(({ name, columns }) =>
      columns.flatMap((column) =>
        column.type === 'day' || column.type === 'guid'
          ? [{ name, column: column.name, type: column.type }]
          : [],
      ),
    );
    expect(typed.length).toBeGreaterThan(20);
    for (const { name, column, type } of typed) {
      const { sql = '' } =
        compiled.find(({ title }) => title === (name === 'Identity' ? 'Person' : name)) ?? {};
      const form = type === 'day' ? `convert(char(10), [` : `convert(char(36), [`;
      expect(sql).toMatch(
        new RegExp(
          `${form.replace(/[()[\]]/g, '\\$&')}\\w\\]\\.\\[${column}\\](, 23)?\\) as \\[${column}\\]`,
        ),
      );
    }
  });
});

describe('what goes over the wire', () => {
  let folder = '';
  let server: TdsServer | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wire-'));
    server = await startTdsServer({ folder: join(folder, 'server') });
    const settings = standInSettings(server);
    const pool = await openPool(settings.connection);
    await loadDistrictIntoSqlServer(pool, 'dbo', DEMO_CSV);
    await pool.close();
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  it('is T-SQL, in one snapshot transaction on one connection', async () => {
    if (server === undefined) return;
    const from = server.statements.length;
    const source = sqlServerSource(standInSettings(server));
    (await extract(source, join(folder, 'snapshot.sqlite'), { notices: new Notices() })).snapshot.close();
    const [login, ...sent] = server.statements.slice(from);
    expect(login?.sql).toMatch(/^set /);
    expect(sent.length).toBeGreaterThan(40);
    expect(new Set(sent.map(({ isolation }) => isolation))).toEqual(new Set(['snapshot']));
    expect(new Set(sent.map(({ connection }) => connection)).size).toBe(1);
    for (const { sql } of sent) expect(parsed(sql)).toBeDefined();
    expect(server.logins.at(-1)).toEqual({
      user: 'reader',
      database: 'campus',
      application: 'oneroster-export',
      readOnlyIntent: false,
    });
  });

  it('is T-SQL in a preflight too, and asks replicas as a reader', async () => {
    if (server === undefined) return;
    const from = server.statements.length;
    const { facts } = await sqlServerSource(standInSettings(server, { readOnlyIntent: true })).inspect();
    expect(facts.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'ok version',
      'warning encryption',
      'ok access',
      'ok rights',
      'ok isolation',
    ]);
    for (const { sql } of server.statements.slice(from + 1)) expect(parsed(sql)).toBeDefined();
    expect(server.logins.at(-1)?.readOnlyIntent).toBe(true);
  });

  it('has no transaction around statements that see their own moment, and gives way in deadlocks', async () => {
    if (server === undefined) return;
    const from = server.statements.length;
    const source = sqlServerSource({ ...standInSettings(server), consistency: 'statement' });
    const notices = new Notices();
    (await extract(source, join(folder, 'statement.sqlite'), { notices })).snapshot.close();
    const [, first, ...sent] = server.statements.slice(from);
    expect(first?.sql).toBe('set deadlock_priority low');
    expect(new Set(sent.map(({ isolation }) => isolation))).toEqual(new Set([undefined]));
    expect(notices.list().map(({ code }) => code)).toEqual(['source-not-encrypted', 'source-not-one-moment']);
  });
});

describe('config/sqlserver', () => {
  it.each(['schema.sql', 'grants.sql'])(
    '%s is T-SQL, as far as the grammar knows logins and roles',
    (file) => {
      const batches = readFileSync(join(root, 'config/sqlserver', file), 'utf8')
        .split(/^GO$/m)
        .map((batch) => batch.replace(/^--.*$/gm, '').trim())
        .filter(
          (batch) => batch !== '' && !/^(IF .*\n {2})?(CREATE (LOGIN|USER|ROLE)|ALTER ROLE)/.test(batch),
        );
      expect(batches.length).toBeGreaterThan(40);
      for (const batch of batches) expect(parsed(batch)).toBeDefined();
    },
  );
});

/** One clause a line. */
function broken(sql: string): string {
  return sql.replace(/ (from|left join|where|or|group by|order by) (?!\[i\])/g, '\n$1 ');
}
