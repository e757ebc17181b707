/** What people with Docker are given to try things with, as far as it can be tried without: the loader runs for real. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.js';
import { STAND_IN, startTdsServer, type TdsServer } from './sqlserver/tds-server.js';
import type { Ended } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { DEMO_CSV } from '../support/demo-district.js';

const root = join(import.meta.dirname, '../../..');

describe('compose.yaml', () => {
  const { services } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8')) as {
    services: Readonly<Record<string, { readonly image: string; readonly ports: readonly string[] }>>;
  };

  it('has a SQL Server and an SFTP server, on this computer only', () => {
    expect(services['sqlserver']?.image).toMatch(/^mcr\.microsoft\.com\/mssql\/server:2022/);
    expect(services['sftp']?.image).toMatch(/sftp/);
    const ports = Object.values(services).flatMap((service) => service.ports);
    expect(ports).toEqual(['127.0.0.1:1433:1433', '127.0.0.1:2222:22']);
  });

  it('holds no password', () => {
    const text = readFileSync(join(root, 'compose.yaml'), 'utf8');
    for (const [line] of text.matchAll(/^.*PASSWORD.*$/gm)) expect(line).toMatch(/\$\{\w+:\?|"\$\$\w+"/);
  });

  it('is what config/docker.yaml connects to', async () => {
    const { source, connections } = await loadConfig(join(root, 'config/docker.yaml'), {
      SIS_PASSWORD: 'a phrase',
    });
    expect(source).toMatchObject({ client: 'mssql', connection: { server: 'localhost', port: 1433 } });
    expect(connections.map(({ name }) => name)).toEqual(['library', 'lms']);
  });
});

describe('load-demo-sqlserver', () => {
  let folder = '';
  let server: TdsServer | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loader-'));
    server = await startTdsServer({ folder });
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  const program = join(root, 'build/scripts/load-demo-sqlserver.js');
  const load = (password: string, ...more: readonly string[]): Promise<Ended> => {
    const named = `mssql://${STAND_IN.user}:${password}@127.0.0.1:${server?.port ?? 0}/campus?encrypt=false`;
    return runHere(more, { program, env: { ONEROSTER_TEST_MSSQL: named } });
  };

  it('loads every row, and leaves alone what is there', async () => {
    const {
      code,
      stdout: out,
      stderr: err,
    } = await load(STAND_IN.password, '--create-database', '--schema', 'demo');
    expect(err).toBe('');
    expect(code).toBe(0);
    const rosters = readFileSync(join(DEMO_CSV, 'Roster.csv'), 'utf8').trim().split('\n').length - 1;
    expect(out).toContain(`Roster: ${rosters} rows\n`);
    expect(out).toMatch(/The district is in 127\.0\.0\.1, database campus, schema demo\.\n$/);
    expect(server?.statements.map(({ sql }) => sql)).toContain(
      'ALTER DATABASE [campus] SET ALLOW_SNAPSHOT_ISOLATION ON',
    );
    const again = await load(STAND_IN.password, '--schema', 'demo');
    expect(again.stderr).toMatch(/^Schema demo already holds SchoolYear, /);
    expect(again.code).toBe(1);
  });

  it('loads a district of another size', async () => {
    const { stdout: out } = await load(STAND_IN.password, '--schema', 'small', '--students', '50');
    expect(Number(/^Person: (\d+) rows$/m.exec(out)?.[1])).toBeGreaterThan(50);
  });

  it('says that a password is wrong without a stack trace', async () => {
    const { code, stderr: err } = await load('wrong', '--schema', 'other');
    expect(err).toMatch(/^.*Login failed.*\n$/);
    expect(code).toBe(1);
  });
});
