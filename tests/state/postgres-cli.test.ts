/** The built program with its state in PostgreSQL: a night, a decision, the history, and a server that is away. */
import { expect, it } from '@jest/globals';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { change, makeSite, type Site } from '../refresh/small-district.js';
import { makeFolder, run, STACK_TRACE } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { itWith } from '../support/needs.js';
import { describePostgres } from '../support/postgres-suite.js';
import { canPoke, ON_NETWORK_DISK } from '../support/strace.js';

const STRICT = '  - { name: library, version: 1.1, thresholds: { users: 10 } }\n';

describePostgres('the program with a state in PostgreSQL', (server) => {
  function site(database: string): Site {
    const place = makeSite(join(makeFolder(), 'site'), STRICT);
    const { district, connection } = server.state(database);
    appendFileSync(place.config, `state: ${JSON.stringify({ client: 'pg', district, connection })}\n`);
    return place;
  }

  it('publishes, holds, releases and remembers, without a file for the state', async () => {
    const place = site('night');
    const config = ['--config', place.config];
    expect(await runHere(place.refresh)).toMatchObject({ code: 0, stderr: '' });
    change(place.district, 'UPDATE Enrollment SET noShow = 1 WHERE personID IN (11, 12)');
    expect(await runHere(place.refresh)).toMatchObject({ code: 3 });
    expect((await runHere(['status', ...config])).stdout).toMatch(/library has a bundle on hold since/);
    expect(await runHere(['release', 'library', '--reason', 'moved', ...config])).toMatchObject({ code: 0 });
    const history = await runHere(['history', ...config]);
    expect(history.stdout.match(/library +bulk +published/g)).toHaveLength(2);
    const verified = await runHere(['history', '--verify', '--json', ...config]);
    expect(JSON.parse(verified.stdout)).toMatchObject({ sound: true, entries: 3 });
    expect(await runHere(['preview', ...config, '--as-of', '2026-10-15'])).toMatchObject({ code: 0 });
    expect(existsSync(join(place.home, 'state.db'))).toBe(false);
  }, 60_000);

  it('is used by a worker of a fleet, with its lease, for a night', async () => {
    const place = site('worker');
    const token = 7;
    const night = [...place.refresh, '--night', '2026-10-15', '--lease', String(token)];
    const noLease = await runHere(night);
    expect(noLease).toMatchObject({ code: 6 });
    expect(noLease.stderr).toMatch(/^Another process has taken over the district springfield/);
    server.query(
      'worker',
      `INSERT INTO lease (district, token, holder) VALUES ('springfield', ${token}, 'worker')`,
    );
    for (let attempt = 1; attempt <= 2; attempt += 1)
      expect(await runHere(night)).toMatchObject({ code: 0, stderr: '' });
    expect(server.query('worker', `SELECT state || ' ' || night FROM bundle`)).toBe('published 2026-10-15');
    expect(server.query('worker', `SELECT token || ' ' || holder FROM lease`)).toBe('7 worker');
    expect(await runHere([...place.refresh, '--night', 'today'])).toMatchObject({ code: 2 });
    expect(await runHere([...place.refresh, '--lease', '0'])).toMatchObject({ code: 2 });
  }, 60_000);

  itWith(canPoke(), 'strace of version 5.11 or later that may inject faults')(
    'may have its home on a network drive',
    async () => {
      const place = site('network');
      expect(await run(place.refresh, { under: ON_NETWORK_DISK })).toMatchObject({ code: 0, stderr: '' });
      expect(server.query('network', 'SELECT state FROM bundle')).toBe('published');
    },
    60_000,
  );

  it('status of a district that was never refreshed creates nothing', async () => {
    const place = site('untouched');
    expect(await runHere(['status', '--config', place.config])).toMatchObject({ code: 0 });
    expect(server.query('untouched', `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`)).toBe('0');
  });

  it('publishes nothing and says so in words where the server is away', async () => {
    const place = site('away');
    await server.down();
    for (const args of [place.refresh, ['status', '--config', place.config]]) {
      const ended = await runHere(args);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(/^The PostgreSQL server .* of the state cannot be reached/m);
      expect(ended.stderr).not.toMatch(STACK_TRACE);
    }
    expect(existsSync(join(place.home, 'bundles'))).toBe(false);
    await server.up();
    expect(await runHere(place.refresh)).toMatchObject({ code: 0 });
  }, 60_000);
});
