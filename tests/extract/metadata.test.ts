/** Values for extension columns: the T-SQL of their queries, the same values from SQLite and from SQL Server, and what a login lacks. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import knexModule from 'knex';
import sqlParser from 'node-sql-parser/build/transactsql.js';
import { extract } from '../../src/extract/extract.js';
import { metadataKey } from '../../src/extract/mapping.js';
import { metadataQuery } from '../../src/extract/metadata-query.js';
import { compareMetadata } from '../../src/extract/metadata-schema.js';
import type { FoundColumn, SisSource } from '../../src/extract/source.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { explainSqlServer } from '../../src/extract/sqlserver/errors.js';
import { SQL_SERVER_FORMS, sqlServerSource } from '../../src/extract/sqlserver/sqlserver.js';
import type { MetadataRead } from '../../src/model/settings.js';
import { UNNAMED } from '../../src/snapshot/snapshot.js';
import { Notices, type Notice } from '../../src/model/notices.js';
import { makeEmptyCampus } from './sqlserver/tds-database.js';
import { standInSettings, startTdsServer, type TdsServer } from './sqlserver/tds-server.js';

const folder = mkdtempSync(join(tmpdir(), 'metadata-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const aRead = (columns: readonly string[], more: Partial<MetadataRead> = {}): MetadataRead => ({
  id: `${more.table ?? 'Rider'} ${columns.join(' ')} ${JSON.stringify(more.where ?? {})}`,
  table: 'Rider',
  key: 'personID',
  columns,
  where: {},
  usedFor: ['users.metadata.x of library'],
  ...more,
});

describe('the query', () => {
  const found = (types: Readonly<Record<string, string>>): ReadonlyMap<string, FoundColumn> =>
    new Map(
      Object.entries(types).map(([name, type]) => [name.toLowerCase(), { name, type, nullable: true }]),
    );
  const columns = found({
    personID: 'int',
    code: 'varchar(10)',
    note: 'nvarchar(max)',
    since: 'smalldatetime',
    active: 'bit',
    amount: 'decimal',
    mark: 'uniqueidentifier',
    textID: 'varchar(20)',
  });
  const names = {
    knex: knexModule.knex({ client: 'mssql' }),
    forms: SQL_SERVER_FORMS,
    schema: new Map([[metadataKey('Rider'), { name: 'ext.Rider', columns }]]),
  };
  const compiled = (read: MetadataRead, ids?: readonly number[]) =>
    metadataQuery(names, read, ids).toSQL().toNative();

  it('selects days, GUIDs and long texts as text, and binds each value of the conditions by its type', () => {
    const where = {
      active: 'true',
      code: "a'b",
      since: '2026-08-17',
      mark: 'a0000000-0000-4000-8000-00000000000a',
      amount: '1.50',
      personID: '11',
    };
    const { sql, bindings } = compiled(
      aRead(['active', 'amount', 'code', 'mark', 'note', 'since'], { where }),
    );
    expect(sql).toBe(
      'select [t].[personID] as [id], [t].[active] as [v1], [t].[amount] as [v2], [t].[code] as [v3], ' +
        'convert(char(36), [t].[mark]) as [v4], substring([t].[note], 1, 4000) as [v5], convert(char(10), [t].[since], 23) as [v6] ' +
        'from [ext].[Rider] as [t] where [t].[personID] is not null and [t].[active] = @p0 and [t].[code] = @p1 ' +
        'and convert(char(10), [t].[since], 23) = @p2 and convert(char(36), [t].[mark]) = @p3 and [t].[amount] = @p4 and [t].[personID] = @p5 ' +
        'order by [t].[personID]',
    );
    expect(bindings).toEqual([1, "a'b", '2026-08-17', 'A0000000-0000-4000-8000-00000000000A', '1.50', 11]);
    expect(new sqlParser.Parser().astify(sql, { database: 'transactsql' })).toBeDefined();
  });

  it('reads and sorts ids in a text column as numbers', () => {
    const { sql } = compiled(aRead(['code'], { key: 'textID' }));
    const number = "try_convert(bigint, nullif(ltrim(rtrim([t].[textID])), ''))";
    expect(sql).toBe(
      `select ${number} as [id], [t].[code] as [v1] from [ext].[Rider] as [t] where [t].[textID] is not null order by ${number}`,
    );
    expect(compiled(aRead(['code'], { key: 'textID' }), [11, 12]).sql).toBe(
      sql.replace(' order', ` and ${number} in (11, 12) order`),
    );
    expect(compiled(aRead(['code']), []).sql).toContain(' and 1 = 0 order by ');
  });

  it.each([
    ['active', 'yes'],
    ['since', 'today'],
    ['mark', 'x'],
    ['amount', 'x'],
  ])('is refused where %s is compared with %s', (column, value) => {
    const [, finding] = compareMetadata(names.schema, [aRead(['code'], { where: { [column]: value } })]);
    expect(finding).toMatchObject({ column, state: 'unreadable' });
  });
});

const ROWS = `
  CREATE TABLE Rider (personID int, code varchar(10), since smalldatetime, active bit, mark uniqueidentifier, n int);
  INSERT INTO Rider VALUES (12, 'b', '2026-08-17 00:00:00', 1, 'a0000000-0000-4000-8000-00000000000a', 9), (11, 'B', NULL, 0, NULL, 10),
    (9, 'a', NULL, NULL, NULL, NULL), (12, 'A', '2026-08-18 00:00:00', 1, NULL, 10), (NULL, 'lost', NULL, 1, NULL, 1), (100, ' ', NULL, 1, NULL, 1);
  CREATE TABLE Loose (personID varchar(10), code varchar(10));
  INSERT INTO Loose VALUES ('9', 'nine'), (' 100 ', 'hundred'), ('11', 'eleven');`;

const READS: readonly MetadataRead[] = [
  aRead(['code', 'n', 'since']),
  aRead(['active', 'mark'], { where: { CODE: 'b' } }),
  aRead(['code'], { where: { active: '1', n: '10' } }),
  aRead(['code'], { where: { since: '2026-08-17' } }),
  aRead(['code'], { table: 'loose' }),
];

type Read = Readonly<Record<string, readonly (readonly [number, string])[]>>;

async function valuesOf(
  source: SisSource,
  name: string,
): Promise<{ readonly values: Read; readonly notices: readonly Notice[] }> {
  const notices = new Notices();
  const { snapshot } = await extract(source, join(folder, name), { notices });
  try {
    const values = READS.flatMap(({ id, columns }) =>
      columns.map((column) => [`${id}: ${column}`, [...snapshot.metadata(id, column)]] as const),
    );
    return { values: Object.fromEntries(values), notices: notices.list() };
  } finally {
    snapshot.close();
  }
}

describe('the values', () => {
  let server: TdsServer | undefined;
  beforeAll(async () => {
    mkdirSync(join(folder, 'tds'));
    makeEmptyCampus(join(folder, 'tds'), "2027, 2026, '2026-07-01', '2027-06-30', 1, '26-27'");
    const database = new Database(join(folder, 'tds', 'dbo.sqlite'));
    database.exec(ROWS);
    database.close();
    server = await startTdsServer({ folder: join(folder, 'tds'), schemas: ['dbo'] });
  });
  afterAll(() => server?.close());

  it('are the same from both databases, of the first row of each id', async () => {
    if (server === undefined) throw new Error('no server');
    const filename = join(folder, 'tds', 'dbo.sqlite');
    const ours = await valuesOf(
      sqliteSource({ client: 'better-sqlite3', filename, metadata: READS }),
      'sqlite',
    );
    const theirs = await valuesOf(sqlServerSource({ ...standInSettings(server), metadata: READS }), 'mssql');
    expect(ours.values).toEqual({
      'Rider code n since {}: code': [
        [9, 'a'],
        [11, 'B'],
        [12, 'A'],
      ],
      'Rider code n since {}: n': [
        [11, '10'],
        [12, '10'],
        [100, '1'],
      ],
      'Rider code n since {}: since': [[12, '2026-08-18']],
      'Rider active mark {"CODE":"b"}: active': [
        [11, '0'],
        [12, '1'],
      ],
      'Rider active mark {"CODE":"b"}: mark': [[12, 'A0000000-0000-4000-8000-00000000000A']],
      'Rider code {"active":"1","n":"10"}: code': [[12, 'A']],
      'Rider code {"since":"2026-08-17"}: code': [[12, 'b']],
      'loose code {}: code': [
        [9, 'nine'],
        [11, 'eleven'],
        [100, 'hundred'],
      ],
    });
    expect(theirs.notices.filter(({ code }) => code.startsWith('metadata'))).toEqual(
      ours.notices.filter(({ code }) => code.startsWith('metadata')),
    );
    // The stand-in compares texts with case, as SQL Server does not.
    const active = 'Rider active mark {"CODE":"b"}: active';
    expect(theirs.values).toEqual({ ...ours.values, [active]: ours.values[active]?.slice(1) });
  });

  it('of a part of the district are those of its records', async () => {
    if (server === undefined) throw new Error('no server');
    const filename = join(folder, 'tds', 'dbo.sqlite');
    const metadata = [
      aRead(['code'], { by: 'schoolID' }),
      aRead(['code'], { table: 'Loose', by: 'schoolID' }),
    ];
    const schools = new Database(filename);
    schools.exec("INSERT INTO School (schoolID, districtID, name) VALUES (9, 1, 'A'), (12, 1, 'B')");
    schools.close();
    const focus = { Person: [{ column: 'personID', ids: [] }] };
    for (const source of [
      sqliteSource({ client: 'better-sqlite3', filename, metadata }),
      sqlServerSource({ ...standInSettings(server), metadata }),
    ]) {
      const { snapshot } = await extract(source, UNNAMED, {
        notices: new Notices(),
        focus: () => Promise.resolve(focus),
      });
      const found = metadata.map(({ id }) => Object.fromEntries(snapshot.metadata(id, 'code')));
      snapshot.close();
      expect(found).toEqual([{ '9': 'a', '12': 'A' }, { '9': 'nine' }]);
    }
  });

  it('are read in the one transaction of all tables, with the named columns only', async () => {
    if (server === undefined) throw new Error('no server');
    const from = server.statements.length;
    await valuesOf(sqlServerSource({ ...standInSettings(server), metadata: READS }), 'wire');
    const sent = server.statements.slice(from).filter(({ sql }) => /\[(Rider|Loose)\]/.test(sql));
    expect(sent).toHaveLength(2 * READS.length); // the rows, and their count
    expect(new Set(sent.map(({ isolation }) => isolation))).toEqual(new Set(['snapshot']));
    for (const { sql } of sent) expect(sql).not.toMatch(/\*(?!\) as \[rows\])|'b'|2026/);
  });

  it('a table of another schema is found, and what the login cannot see is named with what it can', async () => {
    if (server === undefined) throw new Error('no server');
    const metadata = [aRead(['nope'], { table: 'dbo.rider' }), aRead(['x'], { table: 'state.Rider' })];
    const source = sqlServerSource({ ...standInSettings(server), metadata });
    await expect(valuesOf(source, 'refused')).rejects.toMatchObject({
      exitCode: 4,
      problems: [
        {
          path: 'dbo.rider.nope',
          message:
            'column is missing: read for users.metadata.x of library; dbo.rider has personID, code, since, active, mark, n',
        },
        { path: 'state.Rider.personID' },
        { path: 'state.Rider.x' },
      ],
    });
    const { facts } = await sqlServerSource({ ...standInSettings(server), metadata: READS }).inspect();
    expect(facts.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

it('a refusal of the server names a table or column of the settings, and no other word of its text', () => {
  const where = {
    server: 's',
    database: 'd',
    login: 'reader',
    schema: 'dbo',
    metadata: [aRead(['secretCode'], { table: 'ext.Rider' })],
  };
  const refusal = (message: string): string | undefined =>
    explainSqlServer({ number: 229, message }, where)?.message;
  expect(
    refusal("The SELECT permission was denied on the object 'Rider', database 'd', schema 'ext'."),
  ).toContain('Rider');
  expect(
    refusal("The SELECT permission was denied on the object 'Jane Doe', database 'd', schema 'ext'."),
  ).not.toContain('Jane');
});
