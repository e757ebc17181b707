/** A server that is away: how long a refresh waits for it, who else does not, and what is said at the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { extract } from '../../../src/extract/extract.js';
import { retrying, waitUpTo, type Retries } from '../../../src/extract/retrying.js';
import { SourceFault } from '../../../src/extract/source-fault.js';
import type { SisSource } from '../../../src/extract/source.js';
import { connectSqlServer } from '../../../src/extract/sqlserver/connection.js';
import { tediousConfig } from '../../../src/extract/sqlserver/login.js';
import { sqlServerSource } from '../../../src/extract/sqlserver/sqlserver.js';
import type { Attempt } from '../../../src/model/retry.js';
import { Notices } from '../../../src/model/notices.js';
import { makeEmptyCampus } from './tds-database.js';
import { standInSettings, startTdsServer, type TdsServer, type TdsServerOptions } from './tds-server.js';

let folder = '';
const servers: TdsServer[] = [];
let paths = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'away-'));
  makeEmptyCampus(folder, '2027, 2026, NULL, NULL, 1, NULL', '2026, 2025, NULL, NULL, 0, NULL');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function aServer(options: Partial<TdsServerOptions> = {}): Promise<TdsServer> {
  const server = await startTdsServer({ folder, schemas: ['dbo'], ...options });
  servers.push(server);
  return server;
}

/** As a refresh waits, by a clock that only the waits move on. */
function simulated(minutes: number, onSleep: (minute: number) => void = () => undefined): Retries {
  let now = 0;
  const { policy } = waitUpTo(minutes);
  return {
    policy,
    clock: {
      now: () => now,
      random: () => 0.5,
      sleep: (ms) => {
        now += ms;
        onSleep(now / 60_000);
        return Promise.resolve();
      },
    },
  };
}

interface Outcome {
  readonly error: SourceFault | undefined;
  readonly attempts: readonly Attempt[];
  readonly waited: number;
}

async function read(source: SisSource, retries?: Retries): Promise<Outcome> {
  const attempts: Attempt[] = [];
  const path = join(folder, `snapshot-${(paths += 1)}.sqlite`);
  const ended = (error?: SourceFault): Outcome => ({
    error,
    attempts,
    waited: attempts.reduce((sum, { waitSeconds = 0 }) => sum + waitSeconds, 0) / 60,
  });
  try {
    const { snapshot } = await extract(source, path, {
      notices: new Notices(),
      onAttempt: (attempt) => attempts.push(attempt),
      ...(retries && { retries }),
    });
    snapshot.close();
    return ended();
  } catch (error) {
    if (!(error instanceof SourceFault)) throw error;
    return ended(error);
  }
}

async function closedPort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

describe('a refresh', () => {
  it('waits as long as a restart takes, through everything that a server says on its way', async () => {
    const stages = [18401, 17187, 921, 922].flatMap((number) => [number, number, number, number, number]);
    const server = await aServer({
      refusal: (nth) => {
        const number = stages[nth - 1];
        return number === undefined ? undefined : { number, message: 'x' };
      },
    });
    const { error, attempts, waited } = await read(sqlServerSource(standInSettings(server)), simulated(30));
    expect(error).toBeUndefined();
    expect(attempts).toHaveLength(21);
    expect(waited).toBeGreaterThan(5);
    expect((attempts[0]?.error as Error).message).toMatch(
      /starting and accepts no logins yet\. \(SQL error 18401\)$/,
    );
  });

  it('waits for the whole of source.retryMinutes, and no longer', async () => {
    const source = sqlServerSource(standInSettings(await aServer(), { port: await closedPort() }));
    const { error, attempts, waited } = await read(source, simulated(30));
    expect(waited).toBeCloseTo(30, 1);
    expect(attempts.length).toBeGreaterThan(30);
    expect(error?.message).toMatch(
      /cannot be reached\..*\(.*ECONNREFUSED.*\) Tried \d\d times in 30 minutes \(source\.retryMinutes\)\. Run it again when the server is available\.$/,
    );
    for (const each of attempts) expect((each.error as Error).message).not.toMatch(/Run it again|Tried/);
  });

  it('counts the minutes from the moment the server went away, in the middle of a table too', async () => {
    let isAway = false;
    let minute = 0;
    const source = sqlServerSource(
      standInSettings(
        await aServer({
          refusal: () => (isAway ? { number: 17187, message: 'x' } : undefined),
          fault: ({ sql }) => {
            if (minute > 0 || !/\[Roster\]/.test(sql)) return undefined;
            isAway = true;
            return { then: 'reset' };
          },
        }),
      ),
    );
    const retries = simulated(30, (now) => {
      minute = now;
      isAway = now < 20;
    });
    const { error, attempts } = await read(source, retries);
    expect(error).toBeUndefined();
    expect(attempts.length).toBeGreaterThan(20);
    expect((attempts[0]?.error as Error).message).toMatch(/^Reading Roster failed\./);
  });

  it('that cannot read although the server answers gives up after five reads', async () => {
    const server = await aServer({
      fault: ({ sql }) => (/\[Roster\]/.test(sql) ? { then: { number: 1205, message: 'x' } } : undefined),
    });
    const { error, attempts, waited } = await read(sqlServerSource(standInSettings(server)), simulated(30));
    expect(attempts).toHaveLength(5);
    expect(waited).toBeLessThan(2);
    expect(error?.message).toMatch(
      /^Reading Roster failed\. .*\(SQL error 1205\) Tried 5 times in \d+ seconds \(source\.retryMinutes\)\. Run it again later\.$/,
    );
  });

  it('tries once where source.retryMinutes is 0', async () => {
    const source = sqlServerSource(standInSettings(await aServer(), { port: await closedPort() }));
    const { error, attempts } = await read(source, simulated(0));
    expect(attempts).toHaveLength(1);
    expect(error?.message).toMatch(/Tried once in 0 seconds \(source\.retryMinutes\)/);
  });
});

describe('a database that refuses a good login', () => {
  it('because it is being restored is waited for', async () => {
    const server = await aServer({
      databaseState: (nth) => ({ state: nth < 8 ? 'RESTORING' : nth < 12 ? 'RECOVERING' : 'ONLINE' }),
    });
    const { error, attempts } = await read(sqlServerSource(standInSettings(server)), simulated(30));
    expect(error).toBeUndefined();
    expect((attempts[0]?.error as Error).message).toMatch(/middle of a restore\. \(SQL error 4060\)$/);
    expect(attempts.length).toBeGreaterThan(3);
  });

  it('because an administrator took it offline ends the refresh at once', async () => {
    const server = await aServer({ databaseState: () => ({ state: 'OFFLINE' }) });
    const { error, attempts } = await read(sqlServerSource(standInSettings(server)), simulated(30));
    expect(attempts).toHaveLength(1);
    expect(error?.message).toMatch(/ALTER DATABASE \[campus\] SET ONLINE/);
  });

  it('because a restore has it for itself is waited for', async () => {
    const server = await aServer({
      databaseState: (nth) => ({ state: 'ONLINE', access: nth < 4 ? 'SINGLE_USER' : 'MULTI_USER' }),
    });
    expect((await read(sqlServerSource(standInSettings(server)), simulated(30))).error).toBeUndefined();
  });

  it('because it has no such name ends the refresh at once, also where the state is hidden', async () => {
    for (const refusal of [undefined, () => ({ number: 18456, message: 'x' })]) {
      const server = await aServer({ ...(refusal && { refusal }) });
      const source = sqlServerSource(standInSettings(server, { database: 'kampus' }));
      const { error, attempts } = await read(source, simulated(30));
      expect(attempts).toHaveLength(1);
      expect(error?.message).toMatch(/Check source\.connection\.database/);
    }
  });
});

describe('explain and preflight', () => {
  it('try once, and say so', async () => {
    const source = sqlServerSource(standInSettings(await aServer(), { port: await closedPort() }));
    const { error, attempts } = await read(source);
    expect(attempts).toHaveLength(1);
    const says =
      /\(.*ECONNREFUSED.*\) Tried once: only refresh waits and retries\. Run it again when the server is available\.$/;
    expect(error?.message).toMatch(says);
    await expect(retrying(() => source.inspect())).rejects.toThrow(says);
  });
});

describe('a schema without any Campus table', () => {
  const says =
    'No Campus table in schema nope of database campus. Check source.schema and source.connection.database, or run config/sqlserver/grants.sql.';

  it('ends a refresh with one sentence instead of a list of all tables', async () => {
    const settings = { ...standInSettings(await aServer()), schema: 'nope' };
    const { error } = await read(sqlServerSource(settings), simulated(30));
    expect(error?.message).toBe(says);
    expect(error?.problems).toEqual([]);
  });

  it('is an error of the inspection, and never "ok"', async () => {
    const { facts } = await sqlServerSource({
      ...standInSettings(await aServer()),
      schema: 'nope',
    }).inspect();
    expect(facts.filter(({ code }) => code === 'access' || code === 'hidden')).toEqual([
      { code: 'access', severity: 'error', says },
    ]);
  });
});

describe('a server that accepts the connection and sends nothing', () => {
  it.each([
    ['after accepting it', { mute: 'connection' }],
    ['after the login', { mute: 'login' }],
  ] as const)('%s is given up in time', async (_when, options) => {
    const server = await aServer(options);
    const config = await tediousConfig(standInSettings(server).connection);
    expect(config.options?.connectTimeout).toBe(30_000);
    const quick = { ...config, options: { ...config.options, connectTimeout: 200 } };
    const began = performance.now();
    await expect(connectSqlServer(quick, 1_000)).rejects.toMatchObject({ code: 'ETIMEOUT' });
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('at the start of the transaction is given up in time, with a word on locks', async () => {
    const server = await aServer({ mute: 'transaction' });
    const source = sqlServerSource(standInSettings(server, { requestTimeoutMinutes: 0.01 }));
    expect((await read(source)).error?.message).toMatch(/requestTimeoutMinutes.*\(ESILENT\)/);
  });
});
