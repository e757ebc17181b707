import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { formatProblems } from '../../src/config/refusal.js';
import { aConnection, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => (given = await makeConfigFolder()));
afterAll(() => given.remove());

const zoneFrom = (text: string): string =>
  aConnection().replace('timezone: America/Chicago', `timezone: ${JSON.stringify(text)}`);

async function aFile(name: string, content: string, mode = 0o600): Promise<string> {
  const path = join(given.folder, name);
  await writeFile(path, content);
  await chmod(path, mode);
  return path;
}

describe('a reference in a text', () => {
  test('stands for the environment variable, whole or in part', async () => {
    expect((await given.load(zoneFrom('${env:ZONE}'), { ZONE: 'America/Denver' })).timezone).toBe(
      'America/Denver',
    );
    const part = await given.load(zoneFrom('${env:AREA}/${env:CITY}'), { AREA: 'America', CITY: 'Boise' });
    expect(part.timezone).toBe('America/Boise');
  });

  test('stands for the file beside the config, without its last line end', async () => {
    await aFile('zone', 'America/Denver\n');
    await aFile('windows-zone', 'America/Boise\r\n');
    expect((await given.load(zoneFrom('${file:zone}'))).timezone).toBe('America/Denver');
    expect((await given.load(zoneFrom('${file:./windows-zone}'))).timezone).toBe('America/Boise');
    expect((await given.load(zoneFrom(`\${file:${join(given.folder, 'zone')}}`))).timezone).toBe(
      'America/Denver',
    );
  });

  test('only one line end goes', async () => {
    await aFile('two-ends', 'America/Denver\n\n');
    expect(await given.problems(zoneFrom('${file:two-ends}'))).toHaveLength(1);
  });

  test('may decide which settings a source takes', async () => {
    const text = aConnection().replace('client: better-sqlite3', 'client: "${env:CLIENT}"');
    expect((await given.load(text, { CLIENT: 'better-sqlite3' })).source.client).toBe('better-sqlite3');
  });

  test('in a value is not looked up again', async () => {
    const problems = await given.problems(zoneFrom('${env:A}'), { A: '${env:B}', B: 'UTC' });
    expect(problems).toEqual(['1:11 timezone: must be an IANA time zone, such as America/Chicago']);
  });

  test.each<[string, string]>([
    ['${env:NONE}', 'refers to the environment variable NONE, which is not set'],
    ['${env:toString}', 'refers to the environment variable toString, which is not set'],
    ['${env:EMPTY}', 'refers to the environment variable EMPTY, which is empty'],
    ['${ENV:ZONE}', 'has a ${ that does not start a reference: write ${env:NAME} or ${file:PATH}'],
    ['${ZONE}', 'has a ${ that does not start a reference: write ${env:NAME} or ${file:PATH}'],
    ['${env:}', 'has a ${ that does not start a reference: write ${env:NAME} or ${file:PATH}'],
  ])('%s is a problem', async (reference, message) => {
    const env = { ZONE: 'UTC', EMPTY: '' };
    expect(await given.problems(zoneFrom(reference), env)).toEqual([`1:11 timezone: ${message}`]);
  });

  test('to a file that is missing, empty or a folder is a problem', async () => {
    const empty = await aFile('empty', '\n');
    const missing = join(given.folder, 'missing');
    expect(await given.problems(zoneFrom('${file:missing}'))).toEqual([
      `1:11 timezone: refers to ${missing}, which does not exist`,
    ]);
    expect(await given.problems(zoneFrom('${file:empty}'))).toEqual([
      `1:11 timezone: refers to ${empty}, which is empty`,
    ]);
    expect(await given.problems(zoneFrom('${file:.}'))).toEqual([
      `1:11 timezone: refers to ${given.folder}, which is a folder, not a file`,
    ]);
  });

  const onPosix = platform() === 'win32' ? test.skip : test;
  onPosix('to a credential that systemd lets its group read is none', async () => {
    await aFile('credential', 'UTC', 0o440);
    const env = { CREDENTIALS_DIRECTORY: given.folder };
    await expect(given.load(zoneFrom('${file:credential}'), env)).resolves.toMatchObject({ timezone: 'UTC' });
    expect(await given.problems(zoneFrom('${file:credential}'))).toHaveLength(1);
    await aFile('open-credential', 'UTC', 0o444);
    expect(await given.problems(zoneFrom('${file:open-credential}'), env)).toHaveLength(1);
  });

  onPosix.each([
    [0o644, '0644'],
    [0o640, '0640'],
    [0o604, '0604'],
  ])('to a file of mode %o is a problem', async (mode, shown) => {
    const path = await aFile('open', 'UTC', mode);
    expect(await given.problems(zoneFrom('${file:open}'))).toEqual([
      `1:11 timezone: refers to ${path}, which others can read (mode ${shown}): set it to 0600`,
    ]);
  });

  onPosix.each([
    [0o620, 'is writable by its group (mode 0620)'],
    [0o602, 'is writable by every user (mode 0602)'],
  ])('to a file of mode %o, which others may write, is a problem', async (mode, why) => {
    const path = await aFile('written', 'UTC', mode);
    expect(await given.problems(zoneFrom('${file:written}'))).toEqual([
      `1:11 timezone: refers to ${path}, which ${why}: let this user own it, with mode 0600`,
    ]);
  });

  onPosix(
    'to a file in a folder where others can put another one is a problem, unless it is sticky',
    async () => {
      const folder = join(given.folder, 'loose');
      await mkdir(folder);
      const path = await aFile('loose/secret', 'UTC');
      await chmod(folder, 0o777);
      expect(await given.problems(zoneFrom('${file:loose/secret}'))).toEqual([
        `1:11 timezone: refers to ${path}, whose folder ${folder} is writable by every user (mode 0777): move it to one that only this user can write to`,
      ]);
      await chmod(folder, 0o1777);
      expect((await given.load(zoneFrom('${file:loose/secret}'))).timezone).toBe('UTC');
    },
  );

  onPosix('to a file of another user is a problem', async () => {
    const path = await aFile('foreign', 'UTC');
    if (process.getuid?.() !== 0) return; // only the superuser can give a file away
    await chown(path, 12_345, 12_345);
    expect(await given.problems(zoneFrom('${file:foreign}'))).toEqual([
      `1:11 timezone: refers to ${path}, which belongs to another user (uid 12345): let this user own it, with mode 0600`,
    ]);
  });

  onPosix('to a pipe, a device or a huge file is a problem, at once', async () => {
    spawnSync('mkfifo', [join(given.folder, 'pipe')]);
    await aFile('huge', 'x'.repeat(70_000));
    expect(await given.problems(zoneFrom('${file:pipe}'))).toEqual([
      `1:11 timezone: refers to ${join(given.folder, 'pipe')}, which is a named pipe, not a file`,
    ]);
    expect(await given.problems(zoneFrom('${file:/dev/zero}'))).toEqual([
      '1:11 timezone: refers to /dev/zero, which is a device, not a file',
    ]);
    expect(await given.problems(zoneFrom('${file:huge}'))).toEqual([
      `1:11 timezone: refers to ${join(given.folder, 'huge')}, which is larger than 65536 bytes`,
    ]);
  });

  onPosix('to a file that only its owner may read is fine', async () => {
    await aFile('closed', 'UTC', 0o400);
    expect((await given.load(zoneFrom('${file:closed}'))).timezone).toBe('UTC');
  });
});

describe('a secret', () => {
  const SECRET = 'Tr0ub4dor';
  const withPassword = (password: string): string => `timezone: UTC
source:
  client: mssql
  connection:
    server: sis-db
    database: campus
    user: oneroster_ro
    password: ${password}
connections:
  - { name: library, version: 1.1 }
`;
  const withKey = (key: string, value: string): string =>
    aConnection(
      `delivery:\n  sftp:\n    host: h\n    user: u\n    hostKey: k\n    path: p\n    name: n\n    ${key}: ${value}`,
    );
  const literal = 'is a secret: write ${env:NAME} or ${file:PATH} here, never the secret itself';

  test.each([SECRET, `"${SECRET}"`, '12345', 'true', `x\${env:P}`, `"\${env:P} "`])(
    'written out as %s is a problem',
    async (password) => {
      const problems = await given.problems(withPassword(password), { P: SECRET });
      expect(problems).toContain(`8:15 source.connection.password: ${literal}`);
    },
  );

  test.each(['password', 'privateKey', 'passphrase'])('of a delivery: %s', async (key) => {
    const problems = await given.problems(withKey(key, SECRET));
    expect(problems).toContain(`15:${11 + key.length} connections[0].delivery.sftp.${key}: ${literal}`);
    expect(problems.join('\n')).not.toContain(SECRET);
  });

  test('given by reference is none of the problems', async () => {
    const { source } = await given.load(withPassword('${env:P}'), { P: SECRET });
    expect(source).toMatchObject({ client: 'mssql', connection: { password: SECRET } });
  });

  test.each<[string, string]>([
    ['written out', withPassword(SECRET)],
    ['as the name of an anchor', withPassword(`*${SECRET}`)],
    ['with a tag', withPassword(`!${SECRET}`)],
    ['as a list', withPassword(`[${SECRET}]`)],
    ['as a key', withPassword(`{ ${SECRET}: 1 }`)],
    ['in an open quote', withPassword(`"${SECRET}`)],
    ['with a bad escape', withPassword(`"${SECRET}\\q"`)],
    ['with a second colon', withPassword(`${SECRET}: x`)],
    ['after a colon without a space', withPassword('x').replace('password: x', `password:${SECRET}`)],
    ['behind a mistyped key', withPassword('x').replace('password: x', `pasword: ${SECRET}`)],
    [
      'cut in two by a comma',
      withPassword('x').replace(
        /connection:[^]*?connections/,
        `connection: { password: ab,${SECRET} }\nconnections`,
      ),
    ],
    [
      'glued to its key in brackets',
      withPassword('x').replace(
        /connection:[^]*?connections/,
        `connection: {password:${SECRET}}\nconnections`,
      ),
    ],
    [
      'in the environment',
      withPassword('${env:P}').replace('server: sis-db', 'server: "${env:P}${env:NONE}"'),
    ],
    ['where a choice is wanted', withPassword('${env:P}').replace('1.1', '"${env:P}"')],
    ['where a name is wanted', withPassword('${env:P}').replace('name: library', 'name: "${env:P} x"')],
    ['where a zone is wanted', withPassword('${env:P}').replace('UTC', '"${env:P}"')],
  ])('%s is never repeated', async (_how, text) => {
    const error = await given.refusal(text, { P: SECRET });
    expect(error.problems.length).toBeGreaterThan(0);
    expect(error.message + formatProblems(given.path, error.problems) + String(error.stack)).not.toContain(
      SECRET,
    );
    expect(JSON.stringify(error)).not.toContain(SECRET);
    expect(error.cause).toBeUndefined();
  });
});
