/** What only a process of its own shows: warnings on stderr, the environment of Node, and a stop while a server is silent. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { createTablesSql } from '../../src/demo/schema.js';
import {
  STAND_IN,
  startTdsServer,
  type TdsServer,
  type TdsServerOptions,
} from '../extract/sqlserver/tds-server.js';
import { makeCertificate, removeCertificates } from '../notify/servers.js';
import { makeFolder, removeFolders, run, start } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { itWith } from '../support/needs.js';

const servers: TdsServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(removeFolders);
afterAll(removeCertificates);

interface Site {
  readonly config: string;
  readonly server: TdsServer;
}

/** A district without rows, on a server that is named by its address. */
async function aSite(options: Partial<TdsServerOptions>, connection: string): Promise<Site> {
  const folder = makeFolder();
  const database = new Database(join(folder, 'dbo.sqlite'));
  for (const statement of createTablesSql('mssql')) database.exec(statement);
  database.exec(`INSERT INTO SchoolYear VALUES (2027, 2026, NULL, NULL, 1, NULL)`);
  database.close();
  const server = await startTdsServer({ folder, schemas: ['dbo'], ...options });
  servers.push(server);
  const config = join(folder, 'oneroster.yaml');
  const { database: name, user } = STAND_IN;
  writeFileSync(
    config,
    `timezone: America/Chicago
home: ./home
source:
  client: mssql
  connection: { server: 127.0.0.1, port: ${server.port}, database: ${name}, user: ${user}, password: "\${env:SIS}", ${connection} }
connections:
  - { name: library, version: 1.1 }
`,
  );
  return { config, server };
}

const env = { SIS: STAND_IN.password };
const certificate = makeCertificate();
const encrypted = itWith(certificate !== undefined, 'openssl');
const tls = { key: certificate?.key ?? '', cert: certificate?.cert ?? '' };

describe('a server that is named by its address', () => {
  encrypted('with a certificate for it prints nothing on stderr', async () => {
    const { config } = await aSite({ tls }, `ca: ${certificate?.path ?? ''}`);
    const { code, stdout, stderr } = await run(['preflight', '--schema-only', '--config', config], { env });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/ok +encryption/);
    expect(code).toBe(0);
  });

  encrypted('with a certificate of an unknown authority gets no login', async () => {
    const { config, server } = await aSite({ tls }, 'encrypt: true');
    const { code, stderr } = await runHere(['preflight', '--schema-only', '--config', config], { env });
    expect(stderr).toMatch(/certificate is not trusted.*\(DEPTH_ZERO_SELF_SIGNED_CERT\)/);
    expect(code).toBe(4);
    expect(server.logins).toEqual([]);
  });
});

describe('NODE_TLS_REJECT_UNAUTHORIZED=0', () => {
  it('is a problem of the config', async () => {
    const { config } = await aSite({}, 'encrypt: false');
    const { code, stderr } = await runHere(['preflight', '--config', config], {
      env: { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    });
    expect(stderr).toMatch(/NODE_TLS_REJECT_UNAUTHORIZED is 0, which turns off certificate checks: unset it/);
    expect(code).toBe(2);
  });
});

describe('SIGTERM within two seconds ends', () => {
  it.each([
    ['a refresh whose server accepts and says nothing', { mute: 'connection' }],
    ['a refresh whose server is silent after the login', { mute: 'login' }],
    ['a refresh whose server is silent in its transaction', { mute: 'transaction' }],
    ['a refresh that waits for a server to start', { refusal: () => ({ number: 18401, message: 'x' }) }],
  ] as const)('%s', async (_what, options) => {
    let seen = (): void => undefined;
    const isSeen = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const { config } = await aSite({ ...options, onMessage: () => seen() }, 'encrypt: false');
    const { child, ended } = start(['refresh', '--config', config], { env });
    await isSeen;
    const began = performance.now();
    child.kill('SIGTERM');
    const { code } = await ended;
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(code).toBe(143);
  });
});
