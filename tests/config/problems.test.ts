import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { formatProblems } from '../../src/config/refusal.js';
import { ExportError } from '../../src/model/errors.js';
import { aConnection, HEAD, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => (given = await makeConfigFolder()));
afterAll(() => given.remove());

const TAIL = 'connections:\n  - { name: library, version: 1.1 }\n';
const SOURCE = 'source: { client: better-sqlite3, connection: { filename: sis.sqlite } }\n';

describe('one problem at a time', () => {
  test.each<[string, string, readonly string[]]>([
    ['a missing key', SOURCE + TAIL, ['1:1 timezone: is missing']],
    [
      'a missing key inside',
      `timezone: UTC\n${SOURCE}connections:\n  - name: library\n`,
      ['4:5 connections[0].version: is missing: it must be "1.1" or "1.2"'],
    ],
    ['an empty value', `timezone:\n${SOURCE}${TAIL}`, ['1:1 timezone: is empty: it must be text']],
    ['an empty text', `timezone: UTC\nhome: " "\n${SOURCE}${TAIL}`, ['2:7 home: must not be empty']],
    [
      'a zone that is none',
      `timezone: America/Chikago\n${SOURCE}${TAIL}`,
      ['1:11 timezone: must be an IANA time zone, such as America/Chicago'],
    ],
    [
      'an offset as zone',
      `timezone: "+05:00"\n${SOURCE}${TAIL}`,
      ['1:11 timezone: must be an IANA time zone, such as America/Chicago'],
    ],
    ['a list for a text', `timezone: [UTC]\n${SOURCE}${TAIL}`, ['1:11 timezone: must be text']],
    [
      'a text for a group',
      `timezone: UTC\n${SOURCE}settings: none\n${TAIL}`,
      ['3:11 settings: must be a group of settings (key: value)'],
    ],
    [
      'a list for a group',
      `timezone: UTC
source: [1]
${TAIL}`,
      ['2:9 source: must be a group of settings (key: value)'],
    ],
    [
      'no client',
      `timezone: UTC\nsource: { connection: { filename: x } }\n${TAIL}`,
      ['2:9 source.client: is missing: it must be better-sqlite3 or mssql'],
    ],
    [
      'another client',
      `timezone: UTC\nsource: { client: oracle }\n${TAIL}`,
      ['2:19 source.client: must be better-sqlite3 or mssql'],
    ],
    [
      'a group for a list',
      `timezone: UTC\n${SOURCE}connections: { name: a }\n`,
      ['3:14 connections: must be a list (one line per item, starting with a hyphen)'],
    ],
    [
      'no connection',
      `timezone: UTC\n${SOURCE}connections: []\n`,
      ['3:14 connections: must list at least one'],
    ],
    [
      'a connection that is no group',
      `${HEAD}  - library\n`,
      ['6:5 connections[0]: must be a group of settings (key: value)'],
    ],
    [
      'a text for a switch',
      aConnection('allowEmpty: yes'),
      ['8:17 connections[0].allowEmpty: must be true or false'],
    ],
    [
      'a compression that zlib does not have',
      aConnection('compression: 0'),
      ['8:18 connections[0].compression: must be at least 1'],
    ],
    [
      'an unknown choice',
      aConnection('ids: uuid'),
      ['8:10 connections[0].ids: must be one of legacy, guid, personID'],
    ],
    [
      'a choice of two',
      aConnection('endedRosters: no'),
      ['8:19 connections[0].endedRosters: must be keep or drop'],
    ],
    [
      'capitals in a name',
      `${HEAD}  - { name: Library, version: 1.1 }\n`,
      ['6:13 connections[0].name: may only have lowercase letters, digits and hyphens'],
    ],
    [
      'a name that Windows takes for a device',
      `${HEAD}  - { name: aux, version: 1.1 }\n`,
      ['6:13 connections[0].name: is a reserved name on Windows: choose another'],
    ],
    [
      'a name twice',
      `${HEAD}  - { name: a, version: 1.1 }\n  - { name: a, version: 1.2 }\n`,
      ['7:13 connections[1].name: must be unique: connections[0].name is the same'],
    ],
    [
      'schools in words',
      aConnection('schools: some'),
      ['8:14 connections[0].schools: must be all, or a list of school numbers'],
    ],
    ['no school', aConnection('schools: []'), ['8:14 connections[0].schools: must list at least one']],
    [
      'a school that is none',
      aConnection('schools: [1, [2]]'),
      ['8:18 connections[0].schools[1]: must be text'],
    ],
    [
      'an empty school',
      aConnection('schools: [1, ""]'),
      ['8:18 connections[0].schools[1]: must not be empty'],
    ],
    [
      'secondary email on 1.1',
      aConnection('useSecondaryEmail: false'),
      [
        '8:5 connections[0].useSecondaryEmail: is for 1.2 connections only: for 1.1 use settings.useSecondaryEmailFor11',
      ],
    ],
    [
      'legal names on 1.1',
      aConnection('legalNames: omit'),
      ['8:5 connections[0].legalNames: is for 1.2 connections only: 1.1 has no preferred names'],
    ],
    [
      'a grade outside the standard',
      `grades: { K9: K }\n${aConnection()}`,
      [
        '1:15 grades.K9: must be one of IT, PR, PK, TK, KG, 01, 02, 03, 04, 05, 06, 07, 08, 09, 10, 11, 12, 13, PS, UG, Other',
      ],
    ],
    [
      'a grade code in two spellings',
      `grades:\n  k4: PK\n  K4: TK\n${aConnection()}`,
      ['3:3 grades.K4: is the same state grade code as grades.k4: case is ignored'],
    ],
    [
      'an empty grade code',
      `grades: { " ": PK }\n${aConnection()}`,
      ['1:11 grades[" "]: must not have an empty state grade code'],
    ],
    [
      'a key twice',
      `timezone: UTC\n${SOURCE}timezone: UTC\n${TAIL}`,
      ['3:1 timezone: is written twice: remove one'],
    ],
    [
      'a mistyped key',
      aConnection('inclued: {}'),
      ['8:5 connections[0].inclued: is not a known setting; did you mean `include`?'],
    ],
    [
      'a key in other capitals',
      aConnection('allowempty: true'),
      ['8:5 connections[0].allowempty: is not a known setting; did you mean `allowEmpty`?'],
    ],
    ['an unknown key', aConnection('color: red'), ['8:5 connections[0].color: is not a known setting']],
    [
      'a key inside a group',
      aConnection('include: { guardian: true }'),
      ['8:16 connections[0].include.guardian: is not a known setting; did you mean `guardians`?'],
    ],
    [
      'the key of another source',
      `timezone: UTC\nsource:\n  client: better-sqlite3\n  connection: { filename: x }\n  schema: dbo\n${TAIL}`,
      ['5:3 source.schema: is not a known setting'],
    ],
    [
      'names of the SIS that no manifest can hold',
      `timezone: UTC\nsource:\n  client: better-sqlite3\n  connection: { filename: x }\n  systemName: ${'x'.repeat(256)}\n  systemCode: "a\\nb"\n${TAIL}`,
      [
        '5:15 source.systemName: must be one line of at most 255 characters',
        '6:15 source.systemCode: must be one line of at most 255 characters',
      ],
    ],
    [
      'a key without the space',
      aConnection('include: {aides:false}'),
      ['8:15 connections[0].include.aides: requires a space after its colon'],
    ],
    ['a key that is a list', `? [a]\n: b\n${aConnection()}`, ['1:3 : has a key that is not plain text']],
    [
      'a key that objects own',
      `__proto__: { timezone: UTC }\n${aConnection()}`,
      ['1:1 : has a key that is not plain text'],
    ],
    ['a list at the top', '- a\n', ['1:1 : must be a group of settings (key: value)']],
    [
      'a star without an anchor',
      `timezone: UTC\n${SOURCE}home: *var\n${TAIL}`,
      ['3:7 home: starts with * but is not an anchor: put quotes around the text'],
    ],
    [
      'an anchor inside itself',
      `timezone: UTC\n${SOURCE}connections: &all [*all]\n`,
      ['3:20 connections[0]: must be a group of settings (key: value)'],
    ],
  ])('%s', async (_what, text, expected) => expect(await given.problems(text)).toEqual(expected));
});

describe('a login to SQL Server', () => {
  const sqlServer = (more: string): string =>
    `timezone: UTC\nsource:\n  client: mssql\n  connection: { server: s, database: d${more} }\n${TAIL}`;
  const login = ', user: u, password: "${env:P}"';

  test.each<[string, string, readonly string[]]>([
    [
      'without user and password',
      '',
      [
        '4:15 source.connection.user: is missing: authentication sql requires it',
        '4:15 source.connection.password: is missing: authentication sql requires it',
      ],
    ],
    [
      'of Windows without a domain',
      `${login}, authentication: windows`,
      ['4:15 source.connection.domain: is missing: authentication windows requires it'],
    ],
    [
      'with a key of another kind',
      `${login}, tenantId: t`,
      ['4:72 source.connection.tenantId: does not apply to authentication sql: remove it'],
    ],
    [
      'of no known kind',
      `${login}, authentication: ntlm`,
      [
        '4:88 source.connection.authentication: must be one of sql, windows, azure-service-principal, azure-managed-identity',
      ],
    ],
    [
      'at a port and an instance',
      `${login}, port: 1433, instanceName: CAMPUS`,
      ['4:72 source.connection.port: and instanceName cannot be combined: remove one'],
    ],
    [
      'with a timeout of nothing',
      `${login}, requestTimeoutMinutes: 0`,
      ['4:95 source.connection.requestTimeoutMinutes: must be at least 0'],
    ],
  ])('%s', async (_what, more, expected) =>
    expect(await given.problems(sqlServer(more), { P: 'x' })).toEqual(expected),
  );

  test.each<[string, string]>([
    ['of SQL Server', login],
    ['of Windows', `${login}, authentication: windows, domain: DISTRICT`],
    ['of a service principal', `${login}, authentication: azure-service-principal, tenantId: t`],
    ['of a managed identity', ', authentication: azure-managed-identity'],
    ['of a user-assigned identity', ', authentication: azure-managed-identity, user: u'],
  ])('%s is taken', async (_what, more) => {
    const { source } = await given.load(sqlServer(more), { P: 'x' });
    expect(source).toMatchObject({ client: 'mssql', consistency: 'snapshot' });
  });

  test('in a schema whose name is none', async () => {
    const text = sqlServer(login).replace('connections:', '  schema: "dbo.x"\nconnections:');
    expect(await given.problems(text, { P: 'x' })).toEqual([
      '5:11 source.schema: must be a plain name, without dots, brackets or quotes',
    ]);
  });
});

describe('a profile', () => {
  test('that is unknown', async () => {
    const [problem] = await given.problems(aConnection('profile: acme'));
    expect(problem).toMatch(
      /^8:14 connections\[0\]\.profile: is not a known profile: it must be one of generic, amplify/,
    );
  });

  test('whose receiver takes another version or mode', async () => {
    expect(await given.problems(aConnection('profile: microsoft-sds'))).toEqual([
      '8:14 connections[0].profile: Microsoft School Data Sync accepts OneRoster 1.2, and this connection is 1.1',
    ]);
  });
});

describe('YAML that is none', () => {
  test.each<[string, string, readonly string[]]>([
    ['nothing', '', ['1:1 : is empty: it has no settings']],
    ['only a comment', '# later\n', ['1:1 : is empty: it has no settings']],
    ['only a null', 'null\n', ['1:1 : is empty: it must be a group of settings (key: value)']],
    [
      'an open bracket',
      'a: 1\nb: [1,\n',
      ['3:1 : is not indented like its neighbors, or a bracket is not closed'],
    ],
    ['an open quote', 'a: 1\nb: "x\n', ['3:1 : is missing a closing quote or bracket, a colon or a comma']],
    ['a tab', 'a:\n\tb: 1\n', ['2:1 : is indented with a tab: use spaces']],
    [
      'two documents',
      'a: 1\n---\nb: 2\n',
      ['2:1 : starts a second document (---): a config is one document'],
    ],
    ['an unknown tag', 'a: !secret x\n', ['1:4 : has an unknown tag (a word that starts with !)']],
    ['two colons', 'a: b: c\n', ['1:4 : has two colons on one line: put quotes around the text']],
  ])('%s', async (_what, text, expected) => expect(await given.problems(text)).toEqual(expected));

  test('too many brackets', async () => {
    const problems = await given.problems('['.repeat(50_000));
    expect(problems).toEqual([expect.stringMatching(/^1:\d+ : is nested too deeply$/)]);
  });

  test('bytes that are not UTF-8', async () => {
    await writeFile(given.path, Buffer.from('timezone: Am\xe9rica\n', 'latin1'));
    await expect(loadConfig(given.path, {})).rejects.toMatchObject({
      code: 'config',
      problems: [{ path: '', message: 'is not UTF-8 text: save it as UTF-8' }],
    });
  });
});

describe('a file that cannot be had', () => {
  const hint = 'give the config with --config or ONEROSTER_EXPORT_CONFIG';

  test('there is none', async () => {
    const path = join(given.folder, 'none.yaml');
    await expect(loadConfig(path, {})).rejects.toMatchObject({
      code: 'config',
      exitCode: 2,
      message: `The config ${path} has a problem.`,
      problems: [
        {
          path: '',
          message: `does not exist: ${hint}. To write a first one: oneroster-export init. To try it without one: oneroster-export demo`,
        },
      ],
    });
  });

  test('it is a folder', async () => {
    const path = join(given.folder, 'folder');
    await mkdir(path);
    await expect(loadConfig(path, {})).rejects.toMatchObject({
      problems: [{ message: `is a folder, not a file: ${hint}` }],
    });
  });

  test('its name is no name', async () => {
    await expect(loadConfig('a\0b', {})).rejects.toBeInstanceOf(ExportError);
  });
});

describe('all problems at once', () => {
  const text = `timezone: Mars
hoem: ./x
source: { client: better-sqlite3, connection: { file: a } }
grades: { X1: X }
connections:
  - name: A B
    version: 2
    mode: sometimes
    include: { aides: 1 }
  - name: two
    version: 1.1
    legalNames: send
    schools: none
  - name: two
`;

  test('ten different faults, in the order of the file', async () => {
    const problems = await given.problems(text);
    expect(problems.map((problem) => problem.split(': ')[0])).toEqual([
      '1:11 timezone',
      '2:1 hoem',
      '3:47 source.connection.filename',
      '3:49 source.connection.file',
      '4:15 grades.X1',
      '6:11 connections[0].name',
      '7:14 connections[0].version',
      '8:11 connections[0].mode',
      '9:23 connections[0].include.aides',
      '12:5 connections[1].legalNames',
      '13:14 connections[1].schools',
      '14:5 connections[2].version',
      '14:11 connections[2].name',
    ]);
  });

  test('are counted in the message and listed line by line', async () => {
    const error = await given.refusal(text);
    expect(error.message).toBe(`The config ${given.path} has 13 problems.`);
    const lines = formatProblems('config/oneroster.yaml', error.problems).split('\n');
    expect(lines).toHaveLength(13);
    expect(lines[6]).toBe('config/oneroster.yaml:7:14  connections[0].version: must be "1.1" or "1.2"');
  });

  test('a problem without a place or a path is a line as well', () => {
    expect(formatProblems('c.yaml', [{ path: '', message: 'does not exist' }])).toBe(
      'c.yaml  does not exist',
    );
  });
});
