/** `grants`: the script for a config, in process. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import sqlParser from 'node-sql-parser/build/transactsql.js';
import { grantsCommand } from '../../src/commands/grants.js';
import { sisTables, type SisTable } from '../../src/campus/tables.js';
import type {
  MetadataRead,
  MssqlSourceSettings,
  SourceSettings,
  TableMapping,
} from '../../src/model/settings.js';

const source = (tables?: TableMapping, metadata?: readonly MetadataRead[]): MssqlSourceSettings => ({
  client: 'mssql',
  schema: 'dbo',
  consistency: 'snapshot',
  retryMinutes: 0,
  connection: {
    server: 'sis-db',
    port: 1433,
    database: 'campus',
    user: 'oneroster_ro',
    password: 'not-to-be-seen',
    authentication: 'sql',
    encrypt: true,
    trustServerCertificate: false,
    readOnlyIntent: false,
    requestTimeoutMinutes: 1,
  },
  ...(tables !== undefined && { tables }),
  ...(metadata !== undefined && { metadata }),
});

function printed(of: SourceSettings, json = false): string {
  const parts: string[] = [];
  const out = (text: string): void => void parts.push(text);
  grantsCommand({ source: of }, { json }, { out, err: out, isWatched: false });
  return parts.join('');
}

const withoutFirstLine = (text: string): string => text.slice(text.indexOf('\n'));
const grants = (text: string): readonly string[] => text.match(/GRANT SELECT ON .*;/g) ?? [];

const MAPPING: TableMapping = {
  UserAccount: {
    table: 'state.v_Login',
    columns: { username: 'loginName', disable: { value: 0 }, expiresDate: 'until' },
  },
  SectionStaffHistory: { columns: { historyID: 'rowID' } },
};

describe('grants', () => {
  it('without a mapping is the script that ships', () => {
    const shipped = readFileSync('config/sqlserver/grants.sql', 'utf8');
    expect(withoutFirstLine(printed(source()))).toBe(withoutFirstLine(shipped));
  });

  it('names mapped tables and columns, and no constant, alias or declared name in their place', () => {
    const [plain, mapped] = [grants(printed(source())), grants(printed(source(MAPPING)))];
    expect(mapped.filter((line) => !plain.includes(line))).toEqual([
      'GRANT SELECT ON [state].[v_Login] ([userID], [personID], [loginName]) TO [oneroster_export];',
      'GRANT SELECT ON [state].[v_Login] ([until]) TO [oneroster_export];',
      'GRANT SELECT ON [$(Schema)].[SectionStaffHistory] ([rowID]) TO [oneroster_export];',
    ]);
    expect(plain.filter((line) => !mapped.includes(line))).toEqual([
      'GRANT SELECT ON [$(Schema)].[UserAccount] ([userID], [personID], [username], [disable]) TO [oneroster_export];',
      'GRANT SELECT ON [$(Schema)].[UserAccount] ([expiresDate]) TO [oneroster_export];',
      'GRANT SELECT ON [$(Schema)].[SectionStaffHistory] ([historyID]) TO [oneroster_export];',
      'GRANT SELECT ON [$(Schema)].[SectionStaffHistory] ([sectionStaffID]) TO [oneroster_export];',
    ]);
    expect(printed(source(MAPPING))).not.toContain('not-to-be-seen');
  });

  it('name what extension columns need, under its mapped names, each column once', () => {
    const read = { id: '', key: 'personID', where: {}, usedFor: [] };
    const metadata: readonly MetadataRead[] = [
      { ...read, table: 'ext.Rider', columns: ['routeName'], where: { active: '1' } },
      { ...read, table: 'ext.Rider', columns: ['ROUTENAME', 'stopName'] },
      { ...read, table: 'Identity', columns: ['gender', 'lunch'] },
      { ...read, table: 'Meal', columns: ['code'] },
    ];
    const mapping: TableMapping = { Meal: { table: 'state.v_Meal', columns: { code: 'mealCode' } } };
    const plain = grants(printed(source()));
    const added = grants(printed(source(mapping, metadata))).filter((line) => !plain.includes(line));
    expect(added).toEqual([
      expect.stringMatching(/^GRANT SELECT ON \[\$\(Schema\)\]\.\[Identity\] \(.*\[gender\].*\[lunch\]\) TO/),
      'GRANT SELECT ON [ext].[Rider] ([personID], [active], [ROUTENAME], [stopName]) TO [oneroster_export];',
      'GRANT SELECT ON [state].[v_Meal] ([personID], [mealCode]) TO [oneroster_export];',
    ]);
    expect(JSON.parse(printed(source(mapping, metadata), true))).toMatchObject({
      tables: expect.arrayContaining([
        {
          schema: 'state',
          table: 'v_Meal',
          optional: false,
          columns: [
            { name: 'personID', optional: false },
            { name: 'mealCode', optional: false },
          ],
        },
      ]) as unknown,
    });
  });

  it('names the columns that filters of contacts need, and only then', () => {
    const filtered = grants(printed({ ...source(), filters: ['contacts.relationships', 'contacts.max'] }));
    const plain = grants(printed(source()));
    expect(filtered.filter((line) => !plain.includes(line))).toEqual([
      'GRANT SELECT ON [$(Schema)].[RelatedPair] ([personID1], [personID2], [guardian], [startDate], [endDate], [name]) TO [oneroster_export];',
      'GRANT SELECT ON [$(Schema)].[RelatedPair] ([seq]) TO [oneroster_export];',
    ]);
  });

  it('is T-SQL as far as the grammar goes', () => {
    const parser = new sqlParser.Parser();
    for (const line of grants(printed(source(MAPPING)))) {
      const select = line.replace(/^GRANT SELECT ON (\S+) \((.*)\) TO .*$/, 'SELECT $2 FROM $1');
      expect(parser.astify(select.replace('$(Schema)', 'dbo'), { database: 'transactsql' })).toBeDefined();
    }
  });

  it('lists the columns as JSON, of SQLite too', () => {
    const { tables } = JSON.parse(printed(source(MAPPING), true)) as {
      tables: readonly { schema: string; table: string; columns: readonly { name: string }[] }[];
    };
    expect(tables.map(({ schema, table }) => `${schema}.${table}`)).toEqual(
      (sisTables as readonly SisTable[]).map(({ name }) =>
        name === 'UserAccount' ? 'state.v_Login' : `dbo.${name}`,
      ),
    );
    expect(tables.find(({ table }) => table === 'v_Login')?.columns).toEqual([
      { name: 'userID', optional: false },
      { name: 'personID', optional: false },
      { name: 'loginName', optional: false },
      { name: 'until', optional: true },
    ]);
    expect(JSON.parse(printed({ client: 'better-sqlite3', filename: 'x' }, true))).toMatchObject({
      tables: expect.arrayContaining([expect.objectContaining({ schema: null, table: 'Room' })]) as unknown,
    });
  });

  it('has no script for SQLite', () => {
    expect(() => printed({ client: 'better-sqlite3', filename: 'x' })).toThrow(/script is for SQL Server/);
  });
});
