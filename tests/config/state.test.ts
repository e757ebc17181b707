/** `state` of the config: the file by default, and a PostgreSQL database that no one on the network can read. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { aConnection, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => {
  given = await makeConfigFolder();
});
afterAll(() => given.remove());

const withState = (settings: string): string => `${aConnection()}state: ${settings}\n`;
const inPostgres = (more: string): string =>
  withState(`{ client: pg, district: springfield, connection: { database: d, user: u, ${more} } }`);

it('is a file below home unless something else is written', async () => {
  expect((await given.load(aConnection())).state).toEqual({ client: 'better-sqlite3' });
});

it('is complete with its defaults, the password by reference, files relative to the config', async () => {
  const text = inPostgres('host: db.example, password: "${env:STATE_PASSWORD}", ca: ca.pem');
  expect((await given.load(text, { STATE_PASSWORD: 's' })).state).toEqual({
    client: 'pg',
    district: 'springfield',
    connection: {
      host: 'db.example',
      port: 5432,
      database: 'd',
      user: 'u',
      password: 's',
      encrypt: true,
      ca: join(given.folder, 'ca.pem'),
    },
  });
});

it.each(['/run/postgresql', 'localhost', '127.0.0.1', '"::1"'])(
  'may be unencrypted on this machine: %s',
  async (host) => {
    const { state } = await given.load(inPostgres(`host: ${host}, encrypt: false`));
    expect(state).toMatchObject({ connection: { encrypt: false } });
  },
);

it.each([
  [
    'an unencrypted connection to another machine',
    inPostgres('host: db.example, encrypt: false'),
    /state\.connection\.encrypt: must be true for a server on another machine/,
  ],
  ['a password in the file', inPostgres('host: db.example, password: plain'), /state\.connection\.password/],
  [
    'a district that could be no name',
    withState('{ client: pg, district: "Spring Field", connection: { host: h, database: d, user: u } }'),
    /state\.district: may only have/,
  ],
  [
    'no district',
    withState('{ client: pg, connection: { host: h, database: d, user: u } }'),
    /state\.district/,
  ],
  [
    'settings of a server for a file',
    withState('{ client: better-sqlite3, connection: { host: h } }'),
    /state\.connection/,
  ],
  [
    'a URL in place of a host',
    withState('{ client: pg, district: a, connection: "postgres://h/d?sslmode=disable" }'),
    /state\.connection/,
  ],
])('%s is a problem', async (_, text, says) => {
  expect((await given.problems(text)).join('\n')).toMatch(says);
});
