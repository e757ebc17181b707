/** The config of a district in a fleet: its own settings, those of fleet.yaml, and in which file each problem is. */
import { afterAll, expect, it } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configShowCommand } from '../../src/commands/config.js';
import { loadConfig, secretFiles } from '../../src/config/load.js';
import { ExportError } from '../../src/model/errors.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

const DATABASE = 'database: { host: /run/postgresql, database: fleet, user: fleet }\n';
const DEFAULTS = `home: homes
defaults:
  timezone: America/New_York
  source: { client: better-sqlite3, connection: { filename: all.sqlite } }
  notices: { email: { host: mail.example, from: a@example.org, to: [b@example.org], ca: ca.pem } }
`;
const CONNECTIONS = 'connections:\n  - { name: library, version: "1.1" }\n';

function aDistrict(
  fleet: string,
  own: string,
  name = 'adams',
): { readonly root: string; readonly config: string } {
  const root = makeFolder();
  const config = join(root, name, 'oneroster.yaml');
  mkdirSync(join(root, name));
  writeFileSync(join(root, 'fleet.yaml'), fleet);
  writeFileSync(config, own);
  return { root, config };
}

async function problemsOf(fleet: string, own: string, name?: string): Promise<readonly string[]> {
  const { root, config } = aDistrict(fleet, own, name);
  const outcome: unknown = await loadConfig(config, {}).catch((error: unknown) => error);
  if (!(outcome instanceof ExportError)) throw new Error('the config was not refused', { cause: outcome });
  return outcome.problems.map(
    ({ file, line, column, path, message }) =>
      `${file?.replace(`${root}/`, '') ?? 'own'} ${line}:${column} ${path}: ${message}`,
  );
}

it('has the defaults of the fleet, and the home and state that the fleet decides; files count from the file that names them', async () => {
  const { root, config } = aDistrict(DATABASE + DEFAULTS, CONNECTIONS);
  const { timezone, home, state, source, notices } = await loadConfig(config, {});
  expect({ timezone, home, state, source }).toMatchObject({
    timezone: 'America/New_York',
    home: join(root, 'homes/adams'),
    state: { client: 'pg', district: 'adams', connection: { host: '/run/postgresql', port: 5432 } },
    source: { filename: join(root, 'all.sqlite') },
  });
  expect(notices?.email).toMatchObject({ ca: join(root, 'ca.pem') });
});

it('has its own top-level settings as a whole instead', async () => {
  const own = `timezone: America/Chicago\nsource: { client: better-sqlite3, connection: { filename: own.sqlite } }\nnotices: { when: always, email: { host: mail.example, from: a@example.org, to: [b@example.org] } }\n${CONNECTIONS}`;
  const { config } = aDistrict(DATABASE + DEFAULTS, own);
  const { timezone, source, notices } = await loadConfig(config, {});
  expect(timezone).toBe('America/Chicago');
  expect(source).toMatchObject({ filename: join(config, '../own.sqlite') });
  expect(notices?.when).toBe('always');
  expect(notices?.email?.ca).toBeUndefined();
});

it('names the file of each problem, and finds all of them', async () => {
  const fleet = `database: { host: db.example, database: fleet, user: fleet, password: plain, encrypt: false }
defaults:
  timezone: America/Nowhere
  source: { client: mssql, connection: { server: s, database: d, user: u } }
`;
  const own = `state: { client: better-sqlite3 }\nhome: here\n${CONNECTIONS}retenton: {}\n`;
  expect(await problemsOf(fleet, own)).toEqual([
    'own 1:1 state: is set by fleet.yaml for all districts: remove it',
    'own 2:1 home: is set by fleet.yaml for all districts: remove it',
    'own 5:1 retenton: is not a known setting; did you mean `retention`?',
    'fleet.yaml 1:71 database.password: is a secret: write ${env:NAME} or ${file:PATH} here, never the secret itself',
    'fleet.yaml 1:87 database.encrypt: must be true for a server on another machine',
    'fleet.yaml 3:13 defaults.timezone: must be an IANA time zone, such as America/Chicago',
    'fleet.yaml 4:40 defaults.source.connection.password: is missing: authentication sql requires it',
  ]);
});

it('misses in its own file what neither has', async () => {
  expect(await problemsOf(DATABASE, CONNECTIONS)).toEqual([
    'own 1:1 timezone: is missing',
    'own 1:1 source: is missing',
  ]);
  expect(await problemsOf(DEFAULTS, CONNECTIONS)).toEqual(['fleet.yaml 1:1 database: is missing']);
});

it('is of no fleet under another name', async () => {
  const own = `timezone: America/Chicago\nsource: { client: better-sqlite3, connection: { filename: own.sqlite } }\n${CONNECTIONS}`;
  const { root } = aDistrict('- no fleet', own);
  const other = join(root, 'adams/other.yaml');
  writeFileSync(other, own);
  expect((await loadConfig(other, {})).state).toEqual({ client: 'better-sqlite3' });
  expect(await problemsOf('- no fleet', own)).toContainEqual(
    expect.stringMatching(/^fleet\.yaml 1:1 : must be/),
  );
  await expect(loadConfig(aDistrict('a: "', own).config, {})).rejects.toThrow(/fleet\.yaml has a problem/);
});

it('is refused in a folder whose name no district can have', async () => {
  const { config } = aDistrict(DATABASE + DEFAULTS, CONNECTIONS, 'Adams County');
  await expect(loadConfig(config, {})).rejects.toThrow(/Adams County is no name of a district/);
});

it('is shown as it works, with the references of both files, and its secret files are found in both', async () => {
  const fleet = `database: { host: localhost, database: fleet, user: fleet, password: "\${env:PGPASS}" }\n${DEFAULTS}`;
  const { root, config } = aDistrict(fleet, `${CONNECTIONS}grades: { XX: "\${env:GRADE}" }\n`);
  const shown: string[] = [];
  const terminal = { out: (text: string) => shown.push(text), err: () => undefined, isWatched: false };
  await configShowCommand(
    { path: config, env: { PGPASS: 'hidden', GRADE: 'PK' }, now: new Date(), terminal },
    {},
  );
  const text = shown.join('');
  expect(text).toContain('password: ${env:PGPASS}');
  expect(text).toContain(`home: ${root}/homes/adams\n`);
  expect(text).toContain('timezone: America/New_York\n');
  expect(text).not.toContain('hidden');
  writeFileSync(join(root, 'fleet.yaml'), 'database: { password: "${file:keys/pg}" }\n');
  expect(await secretFiles(config)).toEqual([join(root, 'keys/pg')]);
});
