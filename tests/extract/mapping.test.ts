/** A database with other names: what `source.tables` maps is read from there, by refreshes, `explain` and `preflight` alike. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { inSis } from '../../src/campus/mapping.js';
import { sisTables, type SisTable } from '../../src/campus/tables.js';
import { createTablesSql } from '../../src/demo/schema.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { explain } from '../../src/explain/explain.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { sqlServerSource } from '../../src/extract/sqlserver/sqlserver.js';
import { explainSqlServer, grantSelect } from '../../src/extract/sqlserver/errors.js';
import { adviseMapping } from '../../src/extract/suggest.js';
import { compareSchema } from '../../src/extract/schema.js';
import { surveyDistrict } from '../../src/preflight/survey.js';
import type { SqliteSourceSettings, TableMapping } from '../../src/model/settings.js';
import { aConfig, aConnection, day } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';
import { writeCampusFile } from '../support/campus-file.js';
import { aDistrict, aRoster, aStudent, aTeacher, STUDENT } from '../support/given.js';
import { openSource, type Outcome } from '../support/outcome.js';
import { standInSettings, startTdsServer } from './sqlserver/tds-server.js';
import { demoDistrict } from '../support/demo-district.js';

const tables: readonly SisTable[] = sisTables;
const folder = mkdtempSync(join(tmpdir(), 'mapping-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COLUMNS: TableMapping = {
  UserAccount: { columns: { username: 'loginName' } },
  Contact: { columns: { email: 'eMailAddress' } },
  Roster: { columns: { startDate: 'rosterStart' } },
};

/** Every table, and three columns of it, under another name; one table is a view. */
const ALL: TableMapping = Object.fromEntries(
  tables.map(({ name }) => [name, { table: `x_${name}`, columns: COLUMNS[name]?.columns ?? {} }]),
);

function renamed(file: string, mapping: TableMapping): string {
  const path = join(folder, file);
  demoDistrict(path);
  const database = new Database(path);
  for (const [table, { table: to, columns }] of Object.entries(mapping)) {
    for (const [column, name] of Object.entries(columns))
      if (typeof name === 'string')
        database.exec(`ALTER TABLE "${table}" RENAME COLUMN "${column}" TO "${name}"`);
    if (to !== undefined) database.exec(`ALTER TABLE "${table}" RENAME TO "${to}"`);
  }
  database.exec('ALTER TABLE "x_UserAccount" RENAME TO "logins"');
  database.exec('CREATE VIEW "x_UserAccount" AS SELECT *, 1 AS extra FROM "logins"');
  database.close();
  return path;
}

const settings = (filename: string, mapping?: TableMapping): SqliteSourceSettings => ({
  client: 'better-sqlite3',
  filename,
  ...(mapping !== undefined && { tables: mapping }),
});

describe('the demo district under other names', () => {
  let other = '';
  beforeAll(() => {
    other = renamed('renamed.sqlite', ALL);
  });

  it('gives bundles with equal bytes', async () => {
    const own = join(folder, 'own.sqlite');
    demoDistrict(own);
    const sums: (readonly (string | undefined)[])[] = [];
    for (const source of [settings(own), settings(other, ALL)]) {
      const connections = [aConnection(), aConnection({ version: '1.2' })];
      const config = aConfig(join(folder, `home-${sums.length}`), source.filename, connections);
      const result = await refreshHere({
        config: { ...config, source },
        source: sqliteSource(source),
        asOf: day(DEMO_AS_OF),
        startedAt: new Date('2026-10-15T08:00:00Z'),
      });
      sums.push(result.connections.map(({ bundle }) => bundle?.sha256));
    }
    expect(sums[1]).toEqual(sums[0]);
    expect(sums[0]).toEqual([expect.stringMatching(/^\w{64}$/), expect.stringMatching(/^\w{64}$/)]);
  }, 60_000);

  it('is explained, also by a key in a renamed column, and surveyed', async () => {
    const source = settings(other, ALL);
    const config = { ...aConfig(folder, other, [aConnection()]), source };
    const database = new Database(other, { readonly: true });
    const username = database.prepare('SELECT max(loginName) FROM logins').pluck().get() as string;
    database.close();
    const asOf = day(DEMO_AS_OF);
    const { connections } = await explain({
      config,
      source: sqliteSource(source),
      kind: 'person',
      key: username,
      asOf,
    });
    expect(connections[0]?.records).toHaveLength(1);
    const survey = await surveyDistrict({
      config,
      source: sqliteSource(source),
      asOf,
      onStep: () => undefined,
    });
    expect(survey.year?.endYear).toBe(2027);
  });

  it('is proposed as a mapping by preflight, with nothing in the config', async () => {
    const { schema, existing } = await sqliteSource(settings(other)).inspect();
    const { suggestions, mapping } = adviseMapping({ schema, existing });
    expect(suggestions.filter(({ column }) => column === undefined).map(({ near }) => near[0])).toEqual(
      Object.values(ALL).map(({ table }) => table),
    );
    expect(suggestions.filter(({ column }) => column !== undefined)).toEqual([
      { table: 'Contact', column: 'email', near: ['eMailAddress'] },
      { table: 'UserAccount', column: 'username', near: ['loginName'] },
      { table: 'Roster', column: 'startDate', near: ['rosterStart'] },
    ]);
    expect(mapping).toEqual(ALL);
  });

  it('is not read without the mapping: all problems are listed', async () => {
    const refusal = openSource(sqliteSource(settings(other)), join(folder, 's1'));
    await expect(refusal).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('preflight prints a mapping for source.tables') as unknown,
    });
  });
});

describe('a mapping', () => {
  const given = aDistrict(aStudent(), aTeacher(), aRoster());
  const judged = async (mapping: TableMapping, sql: string): Promise<Outcome> => {
    const file = writeCampusFile(given);
    const database = new Database(file.path);
    database.exec(sql);
    database.close();
    const opened = await openSource(sqliteSource(settings(file.path, mapping)), `${file.path}.snapshot`);
    try {
      return opened.judge();
    } finally {
      opened.close();
      file.remove();
    }
  };
  const refused = async (mapping: TableMapping, sql = ''): Promise<unknown> =>
    await judged(mapping, sql).catch((error: unknown) => (error as { problems: unknown }).problems);

  it('wins over a table and a column with the declared name', async () => {
    const outcome = await judged(
      { Contact: { table: 'mail', columns: { email: 'secondaryEmail' } } },
      `CREATE TABLE mail AS SELECT personID, 'wrong' AS email, 'right@example.org' AS secondaryEmail, homePhone, cellPhone
       FROM Person LEFT JOIN Contact USING (personID)`,
    );
    expect(outcome.row('users', `s${STUDENT}`)).toMatchObject({ email: 'right@example.org' });
  });

  it('gives every row a constant, which queries compare like a column', async () => {
    const outcome = await judged(
      {
        Trial: { columns: { active: { value: 1 } } },
        Contact: { columns: { homePhone: { value: '555-0100' } } },
      },
      'ALTER TABLE Trial DROP COLUMN active; INSERT OR IGNORE INTO Contact (personID) SELECT personID FROM Person',
    );
    expect(outcome.row('users', `s${STUDENT}`)).toMatchObject({ phone: '555-0100' });
    expect(outcome.rows('classes')).toHaveLength(1);
  });

  it('takes constants for what is joined and selected by', async () => {
    const sql = 'ALTER TABLE Calendar RENAME COLUMN endYear TO year';
    expect(
      (await judged({ Calendar: { columns: { endYear: { value: 2027 } } } }, sql)).rows('users'),
    ).not.toHaveLength(0);
    const other = judged({ Calendar: { columns: { endYear: { value: 2026 } } } }, sql);
    await expect(other).rejects.toThrow(/no calendar belongs to the active school year 2027/);
  });

  it('may read two columns from one, and texts as numbers from a table of another name', async () => {
    const outcome = await judged(
      {
        Roster: { table: 'r', columns: {} },
        Contact: { columns: { email: 'cellPhone', homePhone: 'cellPhone' } },
      },
      `CREATE TABLE r AS SELECT CAST(rosterID AS TEXT) AS rosterID, CAST(personID AS TEXT) AS personID, sectionID, trialID, startDate, endDate FROM Roster;
       INSERT OR REPLACE INTO Contact (personID, cellPhone) VALUES (${STUDENT}, '555')`,
    );
    expect(outcome.row('users', `s${STUDENT}`)).toMatchObject({ email: '555', phone: '555' });
    expect(outcome.rows('enrollments').map((row) => row['role'])).toContain('student');
  });

  it('to what does not exist is a problem with both names', async () => {
    expect(await refused({ Contact: { table: 'nothing', columns: {} } })).toEqual([
      { path: 'Contact (nothing)', message: 'table is missing' },
    ]);
    expect(await refused({ Contact: { columns: { email: 'mail' } } })).toEqual([
      { path: 'Contact.email (Contact.mail)', message: 'column is missing' },
    ]);
  });

  it('is part of the messages about unusable data', async () => {
    expect(
      await refused(
        { Roster: { table: 'r', columns: { startDate: 'begins' } } },
        `CREATE TABLE r AS SELECT rosterID, personID, sectionID, trialID, 'soon' AS begins, endDate FROM Roster, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i FROM n)`,
      ),
    ).toEqual([
      {
        path: 'Roster.startDate (r.begins)',
        message: expect.stringContaining('cannot be read as a date') as unknown,
      },
    ]);
  });

  it('of a column whose nearest names are far lists what else there is', async () => {
    const file = writeCampusFile(given);
    const database = new Database(file.path);
    database.exec('ALTER TABLE Room RENAME COLUMN name TO q7');
    database.close();
    const { schema, existing } = await sqliteSource(settings(file.path)).inspect();
    expect(adviseMapping({ schema, existing })).toEqual({
      suggestions: [{ table: 'Room', column: 'name', near: [], others: ['q7'] }],
      mapping: {},
    });
    file.remove();
  });
});

describe('on SQL Server', () => {
  it('a mapped table may be in another schema, and constants are no columns', async () => {
    const server = await startTdsServer({ folder: join(folder, 'tds'), schemas: ['dbo', 'state'] });
    try {
      for (const [schema, statements] of [
        [
          'dbo',
          createTablesSql('mssql').filter((sql) => !sql.includes('"Contact"') && !sql.includes('[Contact]')),
        ],
        [
          'state',
          [
            'CREATE TABLE [v_Mail] ([personID] int, [mail] varchar(100), [secondaryEmail] varchar(100), [homePhone] varchar(25))',
          ],
        ],
      ] as const) {
        const database = new Database(join(folder, 'tds', `${schema}.sqlite`));
        for (const statement of statements) database.exec(statement);
        database.close();
      }
      const mapping: TableMapping = {
        Contact: { table: 'state.v_Mail', columns: { email: 'mail', cellPhone: { value: '' } } },
      };
      const { facts, schema } = await sqlServerSource({
        ...standInSettings(server),
        tables: mapping,
      }).inspect();
      expect(facts.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(compareSchema(schema).filter(({ state }) => state === 'missing')).toEqual([]);
      expect(schema.get('contact')?.name).toBe('state.v_Mail');
      const unmapped = await sqlServerSource(standInSettings(server)).inspect();
      expect(
        compareSchema(unmapped.schema)
          .filter(({ state }) => state === 'missing')
          .map(({ table }) => table),
      ).toEqual(Array.from({ length: 5 }, () => 'Contact'));
    } finally {
      await server.close();
    }
  });

  const where = {
    server: 's',
    database: 'd',
    login: 'reader',
    schema: 'dbo',
    tables: {
      UserAccount: { table: 'state.v_Login', columns: { username: 'loginName', disable: { value: 0 } } },
    },
  };

  it('grants name what is mapped', () => {
    expect(grantSelect(where, 'UserAccount')).toBe(
      'GRANT SELECT ON [state].[v_Login] ([userID], [personID], [loginName]) TO [reader]',
    );
    expect(grantSelect(where, 'UserAccount', 'username')).toBe(
      'GRANT SELECT ON [state].[v_Login] ([loginName]) TO [reader]',
    );
    expect(grantSelect(where, 'Room')).toBe('GRANT SELECT ON [dbo].[Room] ([roomID], [name]) TO [reader]');
  });

  it('a refusal by the server is about the declared column, with the mapped name', () => {
    const message =
      "The SELECT permission was denied on the column 'loginName' of the object 'v_Login', database 'd'.";
    const fault = explainSqlServer(Object.assign(new Error(message), { number: 230 }), where);
    expect(fault?.message).toContain(
      'cannot read UserAccount.username (state.v_Login.loginName). GRANT SELECT ON [state]',
    );
  });
});

it('messages have the mapped name only where there is one', () => {
  expect(inSis(undefined, 'Room', 'name')).toBe('Room.name');
  expect(inSis({ Room: { columns: {} } }, 'Room', 'name')).toBe('Room.name');
  expect(inSis({ Room: { table: 'r', columns: {} } }, 'Room', 'name')).toBe('Room.name (r.name)');
  expect(inSis({ Room: { table: 'r', columns: { name: { value: 'x' } } } }, 'Room', 'name')).toBe(
    'Room.name (a constant)',
  );
});
