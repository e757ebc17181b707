/** `preflight` as a person or a program meets it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createTablesSql } from '../../src/demo/schema.js';
import { startTdsServer, STAND_IN, type TdsServer } from '../extract/sqlserver/tds-server.js';
import type { Ended } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { demoDistrict } from '../support/demo-district.js';

let folder = '';
let server: TdsServer | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'preflight-'));
  demoDistrict(join(folder, 'whole.sqlite'));
  server = await startTdsServer({ folder, schemas: ['dbo'] });
  const database = new Database(join(folder, 'dbo.sqlite'));
  for (const statement of createTablesSql('mssql')) database.exec(statement);
  database.close();
});
afterAll(async () => {
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** A first argument that begins with a comma adds settings to the connection. */
async function preflight(source: string, ...given: readonly string[]): Promise<Ended> {
  const settings = given[0]?.startsWith(',') === true ? given[0] : '';
  const more = settings === '' ? given : given.slice(1);
  const config = join(folder, `${Math.random().toString(36).slice(2)}.yaml`);
  writeFileSync(
    config,
    `timezone: UTC\nsource: ${source}\nconnections: [{ name: library, version: 1.1${settings} }]\n`,
  );
  const env = { SIS_PASSWORD: STAND_IN.password, WRONG: 'Wr0ng-phrase' };
  return await runHere(['preflight', '--config', config, ...more], { env });
}

const sqlite = (file: string): string =>
  `{ client: better-sqlite3, connection: { filename: ${join(folder, file)} } }`;

function sqlServer(more = '', password = 'SIS_PASSWORD'): string {
  return `{ client: mssql, connection: { server: 127.0.0.1, port: ${server?.port ?? 0}, database: campus, user: reader, password: "\${env:${password}}", encrypt: false${more} } }`;
}

/** A copy of the demo district after some SQL. */
function changed(file: string, sql: string): string {
  demoDistrict(join(folder, file));
  const database = new Database(join(folder, file));
  database.exec(sql);
  database.close();
  return sqlite(file);
}

describe('preflight', () => {
  it('lists the columns that exist where an extension column or a value names one that does not', async () => {
    const source = changed(
      'metadata.sqlite',
      'CREATE TABLE Rider (personID INTEGER, routeName TEXT, photo BLOB)',
    );
    const bus = (column: string): string =>
      `, metadata: { users: { bus: { table: Rider, key: personID, column: ${column} } } }`;
    const missing = await preflight(source, bus('route'), '--schema-only');
    expect(missing.code).toBe(4);
    expect(missing.stdout).toMatch(
      /Rider\.route +missing +read for users\.metadata\.bus of library; Rider has personID, routeName, photo\n/,
    );
    expect(missing.stdout).not.toContain('A mapping for the config');
    const unfit = await preflight(source, bus('photo'), '--schema-only', '--json');
    expect(unfit.code).toBe(4);
    expect(JSON.parse(unfit.stdout)).toMatchObject({
      ready: false,
      columns: expect.arrayContaining([
        expect.objectContaining({
          ...{ table: 'Rider', column: 'photo', state: 'unreadable' },
          remark: 'is BLOB, which is no text, number or date',
        }),
      ]) as unknown,
    });
    expect((await preflight(source, bus('routeName'), '--schema-only')).code).toBe(0);
    const value = (from: string): string =>
      `, values: { users: { sms: { from: Rider.${from}, key: personID } } }`;
    const absent = await preflight(source, value('phone'), '--schema-only');
    expect(absent.code).toBe(4);
    expect(absent.stdout).toMatch(
      /Rider\.phone +missing +read for values\.users\.sms of library; Rider has personID, routeName, photo\n/,
    );
  });

  it('finds nothing in the way of the demo district', async () => {
    const { code, stdout: out, stderr: err } = await preflight(sqlite('whole.sqlite'));
    expect(err).toBe('');
    expect(out).toMatch(/ok +isolation +All tables are read as of one moment\./);
    expect(out).toMatch(
      /Schema: a refresh reads (\d+) columns of 26 tables; \1 of them are present as needed\./,
    );
    expect(out).toMatch(/Ready: a refresh can read this database\.\n\nData as of /);
    expect(code).toBe(0);
  });

  it('lists every missing column, and exits with code 4', async () => {
    const broken = changed(
      'broken.sqlite',
      `DROP TABLE Contact; ALTER TABLE Enrollment DROP COLUMN noShow; ALTER TABLE Section DROP COLUMN active;
       ALTER TABLE Roster DROP COLUMN startDate; ALTER TABLE Roster ADD COLUMN startDate BLOB;
       ALTER TABLE Roster DROP COLUMN endDate; ALTER TABLE Roster ADD COLUMN endDate varbinary(8);
       ALTER TABLE SectionStaffHistory RENAME COLUMN historyID TO sectionStaffID`,
    );
    const { code, stdout: out } = await preflight(broken);
    expect(code).toBe(4);
    const inTheWay = out.slice(out.indexOf('Problems'), out.indexOf('Missing, but not required'));
    expect(inTheWay.match(/^ {4}\S+ +\w+/gm)?.map((line) => line.trim().replace(/ +/, ' '))).toEqual([
      'Contact.personID missing',
      'Contact.email missing',
      'Contact.secondaryEmail missing',
      'Contact.homePhone missing',
      'Contact.cellPhone missing',
      'Enrollment.noShow missing',
      'Roster.endDate unreadable',
    ]);
    expect(out).toMatch(/Section\.active +every section counts as active/);
    expect(out).toMatch(/SectionStaffHistory\.historyID +is named sectionStaffID/);
    expect(out).toMatch(/Not ready: 7 problems keep a refresh from reading this database\.\n/);
  });

  it('says the same to programs', async () => {
    const { code, stdout: out, stderr: err } = await preflight(sqlite('broken.sqlite'), '--json');
    expect(err).toBe('');
    expect(code).toBe(4);
    const said = JSON.parse(out) as {
      ready: boolean;
      facts: { code: string }[];
      columns: { table: string; column: string; state: string; expected: unknown; found: unknown }[];
    };
    expect(said.ready).toBe(false);
    expect(said.facts.map((fact) => fact.code)).toEqual(['version', 'isolation', 'rights']);
    expect(said.columns.filter(({ state }) => state === 'missing')).toHaveLength(6);
    expect(said.columns.find(({ column }) => column === 'noShow')).toEqual({
      table: 'Enrollment',
      column: 'noShow',
      state: 'missing',
      expected: { type: 'bit', nullable: true },
      found: null,
      remark: null,
    });
  });

  it('reads a page from SQL Server', async () => {
    const { code, stdout: out, stderr: err } = await preflight(sqlServer(), '--schema-only');
    expect(err).toBe('');
    expect(out).toMatch(/^SIS: 127\.0\.0\.1:\d+, database campus\n/);
    expect(out).toMatch(/ok +version +SQL Server 2022 \(16\.0\.4135\.4\)/);
    expect(out).toMatch(/warning +encryption +The connection is not encrypted/);
    expect(out).toMatch(/ok +rights +The login cannot write\./);
    expect(out).toMatch(/ok +isolation +Snapshot isolation/);
    expect(code).toBe(0);
  });

  it('goes on to the data of SQL Server', async () => {
    const { code, stdout: out, stderr: err } = await preflight(sqlServer());
    expect(err).toBe('');
    expect(out).toMatch(/1 {2}year\.not-one-active: No school year, or more than one, is marked active/);
    expect(code).toBe(4);
  });

  it.each([
    ['a wrong password', () => sqlServer('', 'WRONG'), /login reader: The login was refused.*18456/],
    ['an unknown database', () => sqlServer().replace('campus', 'kampus'), /database kampus.*4060/],
    [
      'a server without encryption',
      () => sqlServer().replace('encrypt: false', 'encrypt: true'),
      /ENOENCRYPT/,
    ],
    ['a file that is not there', () => sqlite('nothing.sqlite'), /nothing\.sqlite does not exist/],
  ])('%s: reports why, and exits with code 4', async (_what, source, says) => {
    const { code, stdout: out, stderr: err } = await preflight(source());
    expect(err).toMatch(says);
    expect(out).toBe('');
    expect(code).toBe(4);
    expect(err).not.toMatch(new RegExp(`${STAND_IN.password}|Wr0ng-phrase`));
  });
});
