/**
 * `NODE_TLS_REJECT_UNAUTHORIZED=0` makes Node trust any certificate. The config check refuses the variable; here each channel below
 * that check is in a process that has it, in front of servers whose certificate has no known authority.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, expect } from '@jest/globals';
import Database from 'better-sqlite3';
import { createTablesSql } from '../../src/demo/schema.js';
import { standInSettings, startTdsServer } from '../extract/sqlserver/tds-server.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { itWith } from '../support/needs.js';
import { makeCertificate, removeCertificates, startMailServer, startWebServer } from './servers.js';
import type { Outcomes, Servers } from './unchecking.js';

const PROGRAM = join(import.meta.dirname, 'unchecking.js');

const servers: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(removeCertificates);
afterAll(removeFolders);

function closedAfterwards<T extends { close: () => Promise<void> }>(server: T): T {
  servers.push(server);
  return server;
}

const certificate = makeCertificate();
const tls = { key: certificate?.key ?? '', cert: certificate?.cert ?? '' };

function databaseFolder(): string {
  const folder = makeFolder();
  const database = new Database(join(folder, 'dbo.sqlite'));
  for (const statement of createTablesSql('mssql')) database.exec(statement);
  database.close();
  return folder;
}

itWith(certificate !== undefined, 'openssl')(
  'every channel checks certificates although the environment turns that off',
  async () => {
    const web = closedAfterwards(await startWebServer(() => 200, tls));
    const startTls = closedAfterwards(await startMailServer(tls));
    const implicit = closedAfterwards(await startMailServer({ secure: true, ...tls }));
    const tds = closedAfterwards(await startTdsServer({ folder: databaseFolder(), schemas: ['dbo'], tls }));
    const given: Servers = {
      url: web.url,
      startTlsPort: startTls.port,
      implicitPort: implicit.port,
      ca: certificate?.path ?? '',
      sqlServer: standInSettings(tds, { server: 'localhost', encrypt: true }),
    };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, JSON.stringify(given)], {
      env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    });
    expect(stderr).toMatch(/NODE_TLS_REJECT_UNAUTHORIZED/);
    const noCertificate = expect.stringMatching(/certificate that is not trusted.*\(ESOCKET\)/);
    expect(JSON.parse(stdout) as Outcomes).toEqual({
      node: 'sent',
      webhook: expect.stringMatching(/cannot be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)/),
      healthcheck: expect.stringMatching(/cannot be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)/),
      startTls: noCertificate,
      implicit: noCertificate,
      startTlsWithCa: 'sent',
      implicitWithCa: 'sent',
      sqlServer: expect.stringMatching(/certificate is not trusted.*DEPTH_ZERO_SELF_SIGNED_CERT/),
    });
    // Node's own client was the only one that the web server heard, and no login got through.
    expect(web.calls).toHaveLength(1);
    expect([startTls.mails.length, implicit.mails.length]).toEqual([1, 1]);
    expect(tds.logins).toEqual([]);
  },
);
