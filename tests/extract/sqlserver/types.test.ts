/** SQL Server with columns of other types than the declared ones, over the wire: the same bundles as with the declared ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { sisTables, type SisColumn, type SisTable } from '../../../src/campus/tables.js';
import { compareSchema } from '../../../src/extract/schema.js';
import { sqlServerSource } from '../../../src/extract/sqlserver/sqlserver.js';
import { ExportError } from '../../../src/model/errors.js';
import { writeCampusFile } from '../../support/campus-file.js';
import { aDistrict, aGuardian, anAide, aRelative, aRoster, aStudent, aTeacher } from '../../support/given.js';
import { fingerprint, openSource } from '../../support/outcome.js';
import { standInSettings, startTdsServer } from './tds-server.js';

type TypeOf = (column: SisColumn, table: string) => string | undefined;

const district = aDistrict(
  [9, 98, 999, 1_000, 10_002].map((personID) => [
    aStudent({ personID, enrollment: { endDate: '2027-05-28' } }),
    aRoster(personID),
  ]),
  aTeacher(),
  anAide(),
  aGuardian({ of: 999 }),
  aRelative({ of: 9 }),
);

let folder = '';
let rows: string;
/** Read once: what every other read is compared with. */
let asDeclared: Promise<string> | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sqlserver-types-'));
  rows = writeCampusFile(district).path;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(rows);
});

/** The district in a stand-in whose columns have these types, and what some SQL made of it. */
async function inStandIn<T>(
  typeOf: TypeOf,
  sql: string,
  work: (source: ReturnType<typeof sqlServerSource>) => Promise<T>,
): Promise<T> {
  const place = mkdtempSync(join(folder, 'server-'));
  const database = new Database(join(place, 'dbo.sqlite'));
  database.exec(`ATTACH '${rows}' AS given`);
  for (const table of sisTables as readonly SisTable[]) {
    const found = database.prepare(`SELECT 1 FROM given.sqlite_master WHERE name = ?`).get(table.name);
    if (found === undefined) continue;
    const columns = table.columns.map(
      (column) => `[${column.name}] ${typeOf(column, table.name) ?? column.sql}`,
    );
    database.exec(`CREATE TABLE main.[${table.name}] (${columns.join(', ')})`);
    database.exec(`INSERT INTO main.[${table.name}] SELECT * FROM given.[${table.name}]`);
  }
  database.exec(sql);
  database.close();
  const server = await startTdsServer({ folder: place, schemas: ['dbo'] });
  try {
    return await work(sqlServerSource(standInSettings(server)));
  } finally {
    await server.close();
  }
}

async function bundles(typeOf: TypeOf, sql = ''): Promise<string> {
  return await inStandIn(typeOf, sql, async (source) => {
    try {
      const opened = await openSource(source, join(mkdtempSync(join(folder, 'read-')), 'snapshot.sqlite'));
      const found = fingerprint(opened);
      opened.close();
      return found;
    } catch (error) {
      if (!(error instanceof ExportError)) throw error;
      return error.problems.map(({ path, message }) => `${path}: ${message}`).join('\n') || error.message;
    }
  });
}

const declared: TypeOf = () => undefined;
const ofType =
  (type: SisColumn['type'], sql: string): TypeOf =>
  (column) =>
    column.type === type ? sql : undefined;

describe('columns of other types', () => {
  it.each<[string, TypeOf, string]>([
    ['ids as nvarchar', ofType('id', 'nvarchar(20)'), ''],
    ['ids as bigint', ofType('id', 'bigint'), ''],
    ['numbers as varchar', ofType('integer', 'varchar(9)'), ''],
    ['days as datetime2', ofType('day', 'datetime2'), ''],
    ['days as date', ofType('day', 'date'), ''],
    [
      'days as nvarchar',
      ofType('day', 'nvarchar(30)'),
      `UPDATE Enrollment SET endDate = endDate || ' 00:00:00.000'`,
    ],
    ['flags as int', ofType('flag', 'int'), ''],
    ['flags as char(1)', ofType('flag', 'char(1)'), ''],
    [
      'flags as char(1) with Y and N',
      ofType('flag', 'char(1)'),
      `UPDATE SchoolYear SET active = CASE active WHEN '1' THEN 'Y' ELSE 'N' END; UPDATE Trial SET active = 'Y'`,
    ],
    [
      'GUIDs as nvarchar, in braces',
      ofType('guid', 'nvarchar(40)'),
      `UPDATE Person SET personGUID = '{' || personGUID || '}'`,
    ],
    [
      'only UserAccount.personID as nvarchar',
      (column, table) => (table === 'UserAccount' && column.name === 'personID' ? 'nvarchar(20)' : undefined),
      '',
    ],
  ])('%s give the same bundles', async (_what, typeOf, sql) => {
    const usual = await (asDeclared ??= bundles(declared));
    expect(usual).toMatch(/^9 9 /);
    expect(await bundles(typeOf, sql)).toBe(usual);
  });

  it('ids that are no numbers stop the read, also those that select rows', async () => {
    const many = Array.from({ length: 6 }, (_, at) => `(${at}, 'C-${at}')`).join(', ');
    expect(
      await bundles(
        ofType('id', 'nvarchar(20)'),
        `INSERT INTO Enrollment (enrollmentID, calendarID) VALUES ${many}; UPDATE RelatedPair SET personID1 = 'x'`,
      ),
    ).toBe('Enrollment.calendarID: 6 of 11 filled cells cannot be read as a number: shape A-N');
  });

  it('codes in a column of numbers stop the read', async () => {
    const typeOf: TypeOf = (column, table) =>
      table === 'District' && column.name === 'number' ? 'int' : undefined;
    expect(await bundles(typeOf)).toBe(
      'District.number: 1 of 1 filled cells are numbers, expected varchar(12): a column of this type loses leading zeros; reload it as text',
    );
  });

  it('are listed with what is done about them', async () => {
    const types = new Map(
      Object.entries({
        'Roster.personID': 'nvarchar(20)',
        'Roster.startDate': 'varchar(10)',
        'Calendar.endYear': 'bigint',
      }),
    );
    const typeOf: TypeOf = (column, table) => types.get(`${table}.${column.name}`);
    const { schema } = await inStandIn(typeOf, '', (source) => source.inspect());
    const remarks = compareSchema(schema).flatMap(({ table, column, remark = '' }) =>
      remark.includes('expected') && !remark.startsWith('nullable')
        ? [`${table}.${column} ${remark.split(';')[0] ?? ''}`]
        : [],
    );
    expect(remarks).toEqual([
      'Calendar.endYear is bigint, expected smallint',
      'Roster.personID is nvarchar(20), expected int: read and sorted as numbers',
      'Roster.startDate is varchar(10), expected smalldatetime: texts are read as dates',
    ]);
  });
});
