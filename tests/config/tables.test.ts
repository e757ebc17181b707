/** `source.tables`: what may be mapped, and the words for what may not. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => {
  given = await makeConfigFolder();
});
afterAll(() => given.remove());

const sqlite = (tables: string): string => `timezone: America/Chicago
source:
  client: better-sqlite3
  connection: { filename: sis.sqlite }
  tables: ${tables}
connections: [{ name: library, version: 1.1 }]
`;
const sqlServer = (tables: string): string => `timezone: America/Chicago
source:
  client: mssql
  connection: { server: s, database: d, user: u, password: "\${env:P}" }
  tables: ${tables}
connections: [{ name: library, version: 1.1 }]
`;

describe('source.tables', () => {
  it('has names and constants, these as their column is read', async () => {
    const text = sqlServer(
      '{ UserAccount: { table: dbo.v_Login, columns: { username: loginName, disable: { value: false }, expiresDate: { value: 2099-01-01 } } }, ' +
        'Calendar: { columns: { endYear: { value: 2027 } } }, School: { columns: { number: { value: 0100 } } } }',
    );
    expect((await given.load(text, { P: 'x' })).source.tables).toEqual({
      UserAccount: {
        table: 'dbo.v_Login',
        columns: { username: 'loginName', disable: { value: 0 }, expiresDate: { value: '2099-01-01' } },
      },
      Calendar: { columns: { endYear: { value: 2027 } } },
      School: { columns: { number: { value: '0100' } } },
    });
    expect((await given.load(sqlite('{ Room: { table: v_Room } }'))).source.tables).toEqual({
      Room: { table: 'v_Room', columns: {} },
    });
  });

  it.each([
    [
      'an unknown table',
      '{ Useraccounts: { table: x } }',
      /^5:13 source\.tables\.Useraccounts: is not a table that is read; did you mean `UserAccount`\?$/,
    ],
    ['no table at all', '{ Zebra: { table: x } }', /is not a table that is read; tables are SchoolYear, /],
    [
      'an unknown column',
      '{ Room: { columns: { nam: x } } }',
      /^5:32 source\.tables\.Room\.columns\.nam: is not a column that is read from Room; did you mean `name`\?$/,
    ],
    ['a column far off', '{ Room: { columns: { zebra: x } } }', /; columns are roomID, name$/],
    ['nothing', '{ Room: {} }', /^5:13 source\.tables\.Room: changes nothing/],
    [
      'a key as a constant',
      '{ Room: { columns: { roomID: { value: 1 } } } }',
      /roomID\.value: cannot be a constant: roomID identifies/,
    ],
    ['an order as a constant', '{ Roster: { columns: { rosterID: { value: 1 } } } }', /cannot be a constant/],
    [
      'a constant of another type',
      '{ Calendar: { columns: { startDate: { value: soon } } } }',
      /startDate\.value: must be a date \(YYYY-MM-DD\)$/,
    ],
    ['a flag', '{ Trial: { columns: { active: { value: 2 } } } }', /active\.value: must be 1 or 0$/],
    [
      'a GUID',
      '{ School: { columns: { schoolGUID: { value: 12 } } } }',
      /schoolGUID\.value: must be a GUID$/,
    ],
    [
      'a number',
      '{ Calendar: { columns: { endYear: { value: next } } } }',
      /endYear\.value: must be a whole number$/,
    ],
    [
      'brackets',
      '{ Room: { table: "[dbo].[Room]" } }',
      /table: must be the name of a table or view, such as/,
    ],
    ['a schema', '{ Room: { table: dbo.Room } }', /table: must have no schema: SQLite has none$/],
    [
      'a column with a dot',
      '{ Room: { columns: { name: a.b } } }',
      /columns\.name: must be the name of a column, without dots/,
    ],
    [
      'another key of a constant',
      '{ Room: { columns: { name: { values: 1 } } } }',
      /columns\.name\.values: is not a known setting; did you mean `value`\?$/,
    ],
    [
      'another key of a table',
      '{ Room: { tabl: x } }',
      /tables\.Room\.tabl: is not a known setting; did you mean `table`\?$/,
    ],
    [
      'a list',
      '{ Room: { columns: { name: [a] } } }',
      /columns\.name: must be the name of a column, or a constant/,
    ],
  ])('refuses %s', async (_, tables, expected) => {
    expect(await given.problems(sqlite(tables))).toEqual(
      expect.arrayContaining([expect.stringMatching(expected)]),
    );
  });
});
