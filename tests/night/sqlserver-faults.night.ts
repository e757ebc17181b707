/** What befalls a read of SQL Server, from the login to the last row, through the driver itself. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { loadDistrictIntoSqlServer, openPool } from '../../scripts/sqlserver-district.js';
import { loadConfig } from '../../src/config/load.js';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { extract } from '../../src/extract/extract.js';
import type { Attempt, Clock } from '../../src/model/retry.js';
import { SourceFault } from '../../src/extract/source-fault.js';
import { sqlServerSource } from '../../src/extract/sqlserver/sqlserver.js';
import type { MssqlConnectionSettings, MssqlSourceSettings } from '../../src/model/settings.js';
import { ExportError } from '../../src/model/errors.js';
import { Notices } from '../../src/model/notices.js';
import { type RefreshResult, exitCodeOf } from '../../src/refresh/refresh.js';
import { makeEmptyCampus } from '../extract/sqlserver/tds-database.js';
import {
  STAND_IN,
  standInSettings,
  startTdsServer,
  type Fault,
  type SeenStatement,
  type TdsServer,
  type TdsServerOptions,
} from '../extract/sqlserver/tds-server.js';
import { refreshHere } from '../support/in-process.js';
import { itWith } from '../support/needs.js';
import { DEMO_CSV } from '../support/demo-district.js';
import { namedTurnsOf, turnsOf } from '../support/share.js';

let folder = '';
const servers: TdsServer[] = [];
let paths = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const filler = await startTdsServer({ folder: join(folder, 'demo') });
  const pool = await openPool(standInSettings(filler).connection);
  await loadDistrictIntoSqlServer(pool, 'dbo', DEMO_CSV);
  await pool.close();
  await filler.close();
  mkdirSync(join(folder, 'empty'));
  makeEmptyCampus(join(folder, 'empty'), '2027, 2026, NULL, NULL, 1, NULL');
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function aServer(options: Partial<TdsServerOptions> = {}): Promise<TdsServer> {
  const server = await startTdsServer({ folder: join(folder, 'demo'), schemas: ['dbo'], ...options });
  servers.push(server);
  return server;
}

/** No waiting in tests, and no more attempts than are told. */
function atMost(attempts: number): {
  readonly policy: { attempts: number; firstWaitMs: 1; longestWaitMs: 1; deadlineMs: 60_000 };
  readonly clock: Clock;
} {
  const clock: Clock = { now: () => performance.now(), random: () => 0, sleep: () => Promise.resolve() };
  return { policy: { attempts, firstWaitMs: 1, longestWaitMs: 1, deadlineMs: 60_000 }, clock };
}

interface Outcome {
  readonly error: ExportError | undefined;
  readonly attempts: readonly Attempt[];
  readonly notices: Notices;
  readonly rows: number;
}

async function read(settings: MssqlSourceSettings, attempts = 3): Promise<Outcome> {
  const path = join(folder, `snapshot-${(paths += 1)}.sqlite`);
  const made: Attempt[] = [];
  const notices = new Notices();
  try {
    const { snapshot } = await extract(sqlServerSource(settings), path, {
      notices,
      retries: atMost(attempts),
      onAttempt: (attempt) => made.push(attempt),
    });
    const rows = [...snapshot.rows('Roster')].length;
    snapshot.close();
    return { error: undefined, attempts: made, notices, rows };
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    return { error, attempts: made, notices, rows: 0 };
  }
}

/** The fault befalls the first so many statements that match. */
function onceFor(pattern: RegExp, fault: Fault, times = 1): NonNullable<TdsServerOptions['fault']> {
  let left = times;
  return ({ sql }: SeenStatement) => {
    if (!pattern.test(sql) || sql.includes('count(*)') || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

/** Those of the active year. */
const ROSTERS = 7_894;
const ROSTER = /\[dbo\]\.\[Roster\] as \[t\]/;

describe('the way in', () => {
  const refusals: readonly (readonly [what: string, Partial<MssqlConnectionSettings>, says: RegExp])[] = [
    ['a wrong password', { password: 'wrong' }, /login reader: The login was refused\..*\(SQL error 18456\)/],
    ['an unknown login', { user: 'nobody' }, /login nobody: The login was refused\..*\(SQL error 18456\)/],
    [
      'an unknown database',
      { database: 'kampus' },
      /database kampus, .*The database does not exist.*\(SQL error 4060\)/,
    ],
    ['encryption that the server does not offer', { encrypt: true }, /offers no encryption.*\(ENOENCRYPT\)/],
    [
      'a file of authorities that is not there',
      { ca: '/nowhere/ca.pem', encrypt: true },
      /\/nowhere\/ca\.pem of source\.connection\.ca does not exist/,
    ],
  ];
  it.each(refusals)('%s ends it at the first attempt', async (_what, connection, says) => {
    const server = await aServer();
    const { error, attempts } = await read(standInSettings(server, connection));
    expect(error?.message).toMatch(says);
    expect(error?.exitCode).toBe(4);
    expect(error?.message).not.toContain(connection.password ?? STAND_IN.password);
    expect(attempts).toHaveLength(1);
  });

  const unavailable = {
    number: 40613,
    message: "Database 'campus' on server 'x' is not currently available.",
  };
  it('a database that is being moved by Azure is asked again', async () => {
    const server = await aServer({
      folder: join(folder, 'empty'),
      refusal: (nth) => (nth < 3 ? unavailable : undefined),
    });
    const { error, attempts } = await read(standInSettings(server));
    expect(error).toBeUndefined();
    expect(attempts).toHaveLength(3);
    expect((attempts[0]?.error as Error).message).toMatch(
      /login reader: .* not available right now.*\(SQL error 40613\)/,
    );
  });

  it('a table and a column that the login may not see: both are named, each with its GRANT', async () => {
    const server = await aServer({ folder: join(folder, 'empty'), hides: ['Roster', 'Person.personGUID'] });
    const { error, attempts } = await read(standInSettings(server));
    expect(error?.exitCode).toBe(4);
    expect(error?.problems).toEqual([
      {
        path: 'Roster',
        message:
          'table is missing, or hidden from the login: GRANT SELECT ON [dbo].[Roster] ([rosterID], [personID], [sectionID], [trialID], [startDate], [endDate]) TO [reader]',
      },
      {
        path: 'Person.personGUID',
        message:
          'column is missing, or hidden from the login: GRANT SELECT ON [dbo].[Person] ([personGUID]) TO [reader]',
      },
    ]);
    expect(attempts).toHaveLength(1);
    const { facts } = await sqlServerSource(standInSettings(server)).inspect();
    expect(facts.find(({ code }) => code === 'hidden')?.says).toContain('config/sqlserver/grants.sql');
  });

  it('a login that may write is warned of', async () => {
    const server = await aServer({ folder: join(folder, 'empty'), mayWrite: true });
    const { facts } = await sqlServerSource(standInSettings(server)).inspect();
    const rights = facts.find(({ code }) => code === 'rights');
    expect(rights?.severity).toBe('warning');
    expect(rights?.says).toMatch(/^The login reader can write to 26 tables\./);
  });

  it('never sends a password where encryption was asked for and not given', async () => {
    const server = await aServer();
    await read(standInSettings(server, { encrypt: true }));
    expect(server.logins).toEqual([]);
  });

  it('retries a closed port', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    listener.close();
    await once(listener, 'close');
    const { error, attempts } = await read(standInSettings(await aServer(), { port }));
    expect(error?.message).toMatch(/127\.0\.0\.1:\d+, .*cannot be reached.*ECONNREFUSED/);
    expect(attempts).toHaveLength(3);
  });
});

describe('certificates', () => {
  const made = makeCertificate();
  const testWithOpenssl = itWith(made !== undefined, 'openssl');
  const tls = made ?? { key: '', cert: '' };
  const settings = (server: TdsServer, more: Partial<MssqlConnectionSettings>): MssqlSourceSettings =>
    standInSettings(server, { server: 'localhost', encrypt: true, ...more });

  testWithOpenssl('of an unknown authority is refused, once', async () => {
    const server = await aServer({ tls });
    const { error, attempts } = await read(settings(server, {}));
    expect(error?.message).toMatch(/certificate is not trusted.*DEPTH_ZERO_SELF_SIGNED_CERT/);
    expect(attempts).toHaveLength(1);
    expect(server.logins).toEqual([]);
  });

  testWithOpenssl('of an authority that the settings name is trusted, and said to be encrypted', async () => {
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, tls.cert);
    const server = await aServer({ tls });
    const source = sqlServerSource(settings(server, { ca }));
    expect(source.remarks).toEqual([]);
    const { facts } = await source.inspect();
    expect(facts.find(({ code }) => code === 'encryption')?.severity).toBe('ok');
    const { error, rows } = await read(settings(server, { ca }));
    expect(error).toBeUndefined();
    expect(rows).toBe(ROSTERS);
  });

  testWithOpenssl('of another host is refused', async () => {
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, tls.cert);
    const { error } = await read(settings(await aServer({ tls }), { ca, server: '127.0.0.1' }));
    expect(error?.message).toMatch(/certificate is not trusted.*ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  testWithOpenssl('of any kind is taken on request, and every refresh says so', async () => {
    const { error, notices } = await read(settings(await aServer({ tls }), { trustServerCertificate: true }));
    expect(error).toBeUndefined();
    expect(notices.list().map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning source-certificate-not-checked',
    ]);
  });

  testWithOpenssl('are asked for by the server, and the settings forbid it', async () => {
    const { error } = await read(settings(await aServer({ tls }), { encrypt: false }));
    expect(error?.message).toContain('(EENCRYPT)');
  });
});

describe('in the middle of a table', () => {
  const lost: readonly (readonly [what: string, Fault, says: RegExp])[] = [
    [
      'a reset',
      { afterRows: 3_000, then: 'reset' },
      /^Reading Roster failed\. .*connection to the server was lost/,
    ],
    ['a deadlock', { afterRows: 3_000, then: { number: 1205, message: 'deadlock' } }, /\(SQL error 1205\)/],
    ['a busy Azure', { afterRows: 1, then: { number: 40501, message: 'busy' } }, /\(SQL error 40501\)/],
    [
      'a lock timeout before the first row',
      { then: { number: 1222, message: 'lock' } },
      /\(SQL error 1222\)/,
    ],
  ];
  it.each(lost)('%s: the whole read begins anew, and counts once', async (_what, fault, says) => {
    const server = await aServer({ fault: onceFor(ROSTER, fault) });
    const { error, attempts, notices, rows } = await read(standInSettings(server));
    expect(error).toBeUndefined();
    expect(attempts).toHaveLength(2);
    expect((attempts[0]?.error as Error).message).toMatch(says);
    expect(server.logins).toHaveLength(2);
    const undisturbed = await read(standInSettings(await aServer()));
    expect(rows).toBe(undisturbed.rows);
    expect(notices.list()).toEqual(undisturbed.notices.list());
  });

  it.each(turnsOf('reads that are lost each time', lost))(
    '%s, each time: it gives up, with the last word',
    async (_what, fault, says) => {
      const server = await aServer({ fault: onceFor(ROSTER, fault, 99) });
      const { error, attempts } = await read(standInSettings(server));
      expect(error?.message).toMatch(says);
      expect(error?.exitCode).toBe(4);
      expect(attempts).toHaveLength(3);
    },
  );

  it.each(turnsOf('passing errors of SQL Server', [1205, 1222, 10928, 10929, 40197, 40501, 40613]))(
    'error %d passes: it is asked once more',
    async (number) => {
      const server = await aServer({
        folder: join(folder, 'empty'),
        fault: onceFor(ROSTER, { then: { number, message: 'passing' } }),
      });
      const { error, attempts } = await read(standInSettings(server));
      expect(error).toBeUndefined();
      expect(attempts).toHaveLength(2);
      expect((attempts[0]?.error as Error).message).toContain(`(SQL error ${number})`);
    },
  );

  const denied = "The SELECT permission was denied on the object 'Roster', database 'campus', schema 'dbo'.";
  const final: readonly (readonly [what: string, Fault, says: RegExp])[] = [
    [
      'no right to read',
      { then: { number: 229, message: denied } },
      /^Reading Roster failed\. .*GRANT SELECT ON \[dbo\]\.\[Roster\] \(\[rosterID\].*\) TO \[reader\]/,
    ],
    [
      'a table that is gone',
      { then: { number: 208, message: "Invalid object name 'dbo.Roster'." } },
      /Roster does not exist/,
    ],
    [
      'an end that comes too early',
      { afterRows: 3_000, then: 'end' },
      /^Only 3000 of 7894 rows of Roster could be read/,
    ],
  ];
  it.each(final)('%s: it ends at once', async (_what, fault, says) => {
    const server = await aServer({ fault: onceFor(ROSTER, fault, 99) });
    const { error, attempts } = await read(standInSettings(server));
    expect(error?.message).toMatch(says);
    expect(attempts).toHaveLength(1);
  });

  it.each<[string, Fault]>([
    ['before the first row', { then: 'silence' }],
    ['after some', { afterRows: 3_000, then: 'silence' }],
  ])('a server that falls silent %s is not waited for', async (_when, fault) => {
    const server = await aServer({ fault: onceFor(ROSTER, fault) });
    const { error, attempts } = await read(standInSettings(server, { requestTimeoutMinutes: 0.03 }));
    expect((attempts[0]?.error as Error).message).toMatch(
      /^Reading Roster failed\. .*requestTimeoutMinutes.*locks.*\(ESILENT\)$/,
    );
    expect(error).toBeUndefined();
  });

  it('at whichever statement the connection breaks, there is an error and no snapshot', async () => {
    const whole = await aServer({ folder: join(folder, 'empty') });
    expect((await read(standInSettings(whole), 1)).error).toBeUndefined();
    const statements = whole.statements.length;
    expect(statements).toBeGreaterThan(45);
    const all = Array.from({ length: statements }, (_, at) => ({ name: `statement ${at + 1}`, nth: at + 1 }));
    const places = namedTurnsOf('breaks at a statement of SQL Server', all, ({ nth }) =>
      nth === 1 ? ['first'] : nth === statements ? ['last'] : [],
    );
    for (const { nth } of places) {
      let seen = 0;
      const server = await aServer({
        folder: join(folder, 'empty'),
        fault: () => ((seen += 1) === nth ? { then: 'reset' } : undefined),
      });
      const { error } = await read(standInSettings(server), 1);
      expect([nth, error instanceof SourceFault && error.passing]).toEqual([nth, true]);
    }
  });
});

describe('snapshots that are not allowed', () => {
  it('are explained, and a preflight says so too', async () => {
    const server = await aServer({ allowsSnapshots: false });
    const { error, attempts } = await read(standInSettings(server));
    expect(error?.message).toContain('ALTER DATABASE [campus] SET ALLOW_SNAPSHOT_ISOLATION ON');
    expect(error?.message).toContain('source.consistency: statement');
    expect(attempts).toHaveLength(1);
    const { facts } = await sqlServerSource(standInSettings(server)).inspect();
    expect(facts.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual([
      'isolation',
    ]);
  });

  it('can be done without', async () => {
    const server = await aServer({ allowsSnapshots: false });
    const settings: MssqlSourceSettings = { ...standInSettings(server), consistency: 'statement' };
    const { error, rows } = await read(settings);
    expect(error).toBeUndefined();
    expect(rows).toBe(ROSTERS);
    const { facts } = await sqlServerSource(settings).inspect();
    expect(facts.find(({ code }) => code === 'isolation')?.severity).toBe('info');
  });

  it('leave counts that differ: a second pass, and no third', async () => {
    const short: Fault = { afterRows: 100, then: 'end' };
    for (const [times, made] of [
      [1, 2],
      [9, 2],
    ] as const) {
      const server = await aServer({ fault: onceFor(ROSTER, short, times) });
      const { error, attempts } = await read({ ...standInSettings(server), consistency: 'statement' }, 5);
      expect(attempts).toHaveLength(made);
      if (times === 1) expect(error).toBeUndefined();
      else expect(error?.message).toMatch(/^100 rows of Roster were read, but then there were 7894/);
    }
  });
});

describe('a slow reader', () => {
  const ROWS = 60_000; // some 20 MB, more than sockets hold
  let large = '';
  beforeAll(() => {
    large = join(folder, 'large');
    mkdirSync(large);
    const database = new Database(join(large, 'dbo.sqlite'));
    database.exec(`CREATE TABLE Roster (rosterID int, label varchar(350));
      WITH RECURSIVE ids(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < ${ROWS})
      INSERT INTO Roster SELECT id, printf('%350d', id) FROM ids`);
    database.close();
  });

  it('makes the server wait, and then gets every row', async () => {
    const server = await aServer({ folder: large });
    await sqlServerSource(standInSettings(server)).withView(async (view) => {
      let rows = 0;
      for await (const batch of view.read(view.knex('dbo.Roster').select('rosterID', 'label'))) {
        if (rows === 0) {
          await untilStill(() => server.counts.rows);
          expect(server.counts.rows).toBeLessThan(ROWS / 2);
        }
        expect(batch.length).toBeLessThan(4_000);
        rows += batch.length;
      }
      expect(rows).toBe(ROWS);
    });
  });

  it('that leaves takes its request back, and the server stops', async () => {
    const server = await aServer({ folder: large });
    await sqlServerSource(standInSettings(server)).withView(async (view) => {
      const query = view.knex('dbo.Roster').select('rosterID', 'label');
      for await (const batch of view.read(query)) {
        expect(batch.length).toBeGreaterThan(0);
        break;
      }
      expect(server.counts.canceled).toBe(1);
      expect(server.counts.rows).toBeLessThan(ROWS / 2);
      let rows: unknown;
      for await (const [row] of view.read(view.knex('dbo.Roster').count({ rows: '*' }))) rows = row?.[0];
      expect(rows).toBe(ROWS);
    });
  });
});

describe('whatever ends the read', () => {
  const denied = "The SELECT permission was denied on the object 'Roster', database 'campus', schema 'dbo'.";
  const always = (fault: Fault): Partial<TdsServerOptions> => ({ fault: onceFor(ROSTER, fault, 99) });
  type Night = readonly [
    what: string,
    says: RegExp,
    attempts: number,
    server: Partial<TdsServerOptions>,
    connection: Partial<MssqlConnectionSettings>,
  ];
  const nights: readonly Night[] = [
    ['a wrong password', /login was refused.*18456/, 1, {}, { password: 'wrong' }],
    ['an unknown database', /database does not exist.*4060/, 1, {}, { database: 'kampus' }],
    ['no encryption', /offers no encryption/, 1, {}, { encrypt: true }],
    [
      'no permission on a table',
      /GRANT SELECT.*229/,
      1,
      always({ then: { number: 229, message: denied } }),
      {},
    ],
    ['a table that is hidden', /is missing 1 of the Campus tables/, 1, { hides: ['Roster'] }, {}],
    [
      'a column that is missing',
      /is missing 1 of the Campus tables/,
      1,
      { hides: ['Enrollment.noShow'] },
      {},
    ],
    ['snapshots not allowed', /ALLOW_SNAPSHOT_ISOLATION/, 1, { allowsSnapshots: false }, {}],
    ['a server that goes away', /connection .* was lost/, 2, always({ afterRows: 5_000, then: 'reset' }), {}],
    ['a short result', /^Only 5000 of 7894 rows of Roster/, 1, always({ afterRows: 5_000, then: 'end' }), {}],
    [
      'a deadlock',
      /deadlock.*1205/,
      2,
      always({ afterRows: 5_000, then: { number: 1205, message: '' } }),
      {},
    ],
    ['a lock timeout', /locks.*1222/, 2, always({ then: { number: 1222, message: '' } }), {}],
  ];
  let home = '';
  let before: readonly string[] = [];
  const night = async (
    day: number,
    server: Partial<TdsServerOptions>,
    connection: Partial<MssqlConnectionSettings>,
  ): Promise<RefreshResult> => {
    const config = await loadConfig(join(import.meta.dirname, '../../../config/demo.yaml'), {});
    return await refreshHere({
      config: { ...config, home },
      source: sqlServerSource(standInSettings(await aServer(server), connection)),
      asOf: DEMO_AS_OF,
      startedAt: new Date(Date.UTC(2026, 9, 15 + day, 5)),
      retries: atMost(2),
    });
  };
  beforeAll(async () => {
    home = join(folder, 'home');
    const good = await night(0, {}, {});
    expect(exitCodeOf(good)).toBe(0);
    expect(good.attempts).toHaveLength(1);
    before = tree(home);
    expect(before.filter((path) => /bundles.*\.zip/.test(path)).length).toBeGreaterThanOrEqual(4);
  });

  it.each(turnsOf('nights on which SQL Server fails', nights, ([, , attempts]) => [`${attempts} attempts`]))(
    '%s: exit code 4, nothing published, the last good bundles as they were',
    async (what, says, attempts, server, connection) => {
      const day = 1 + nights.findIndex(([name]) => name === what);
      const bad = await night(day, server, connection);
      expect(exitCodeOf(bad)).toBe(4);
      expect(bad.error?.message).toMatch(says);
      expect(bad.attempts).toHaveLength(attempts);
      expect(bad.connections.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
      expect(tree(home)).toEqual(before);
    },
  );
});

async function untilStill(count: () => number): Promise<void> {
  let before = -1;
  while (before !== count()) {
    before = count();
    await pause(100);
  }
}

/** Every file below a folder with the sum of its bytes, except for locks and the history, which records bad nights. */
function tree(home: string): readonly string[] {
  const sumOf = (path: string): string =>
    statSync(path).isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
  return (readdirSync(home, { recursive: true }) as string[])
    .filter((path) => !/^(lock\.db|holder\.json|state\.db|metrics\.prom|index\.html)/.test(path))
    .map((path) => `${path} ${sumOf(join(home, path))}`)
    .toSorted();
}

function makeCertificate(): { readonly key: string; readonly cert: string } | undefined {
  const at = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(at, 'key.pem'), join(at, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
        '-subj',
        '/CN=localhost',
        '-addext',
        'subjectAltName=DNS:localhost',
      ],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    if (existsSync(at)) rmSync(at, { recursive: true });
  }
}
