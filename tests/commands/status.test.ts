/** `status` and `history`: their output for people, programs and monitoring. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { change, makeSite, TWO_CONNECTIONS, type Site } from '../refresh/small-district.js';
import { makeFolder, removeFolders, run, type Ended } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';

afterAll(removeFolders);

type Json = Readonly<Record<string, unknown>>;
const json = ({ stdout }: Ended): Json => JSON.parse(stdout) as Json;

describe('status and history', () => {
  let place: Site;
  const ask = (...args: string[]): Promise<Ended> => runHere([...args, '--config', place.config]);
  beforeAll(() => {
    place = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  });

  it('have nothing to tell before the first refresh, and that is too old for monitoring', async () => {
    const status = await ask('status');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toMatch(/^library +never +nothing yet +- +-$/m);
    expect(await ask('status', '--max-age', '24')).toMatchObject({ code: 1 });
    expect((await ask('history')).stdout).toBe('No refresh has run yet.\n');
    expect(json(await ask('history', '--json'))).toEqual({ refreshes: [] });
    expect(await ask('history', '--verify')).toMatchObject({ code: 0 });
  });

  it('report good nights', async () => {
    await runHere(place.refresh);
    expect((await ask('status')).stdout).toMatch(
      /^library +\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d +0\.0 h +published +- +-$/m,
    );
    expect(await ask('status', '--max-age', '1')).toMatchObject({ code: 0 });
    const old = await ask('status', '--max-age', '0.0000001');
    expect(old.code).toBe(1);
    expect(old.stdout).toMatch(/TOO OLD/);
    expect(json(await ask('status', '--json', '--max-age', '1'))).toEqual({
      connections: ['library', 'lms'].map((name) =>
        expect.objectContaining({
          name,
          held: null,
          lastDelivery: null,
          lastOutcome: 'published',
          isTooOld: false,
        }),
      ),
    });
    expect((await ask('history')).stdout).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d, as of 2026-10-15: done, exit code 0 \(version \d/,
    );
  });

  it('show why a bundle is held, what vanished, and what to do', async () => {
    change(place.district, 'DELETE FROM Enrollment WHERE personID = 13');
    const refresh = await runHere([...place.refresh, 'library', '--verbose']);
    expect(refresh.code).toBe(3);
    for (const { stdout } of [refresh, await ask('status')]) {
      expect(stdout).toMatch(/1 of 6 users vanished:\s+16\.7 %,\s+above\s+the\s+limit\s+of\s+10 %/);
      expect(stdout).toMatch(/^ +users +6 +5 +0 +0 +1$/m);
      expect(stdout).toMatch(/oneroster-export release library --reason TEXT/);
      expect(stdout).toMatch(/oneroster-export discard library --reason TEXT/);
    }
    const [library] = json(await ask('status', '--json'))['connections'] as Json[];
    expect(library).toMatchObject({
      lastOutcome: 'held',
      held: {
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        difference: { tables: { users: { removed: 1 } } },
      },
    });
    expect((await ask('history', 'library')).stdout).toMatch(
      /library +bulk +held +\d+ rows: 1 of 6 users vanished/,
    );
    expect((await ask('history', 'lms')).stdout).not.toMatch(/held/);
    expect(readFileSync(join(place.home, 'metrics.prom'), 'utf8')).toMatch(
      /^oneroster_export_held\{connection="library"\} 1$/m,
    );
  });

  it('name who decided, and why', async () => {
    // By the built program as its own process, as the other commands are in cli/commands.
    const reason = ['--reason', 'a program closed', '--json'];
    const released = await run(['release', 'library', ...reason, '--config', place.config]);
    expect(json(released)).toMatchObject({
      connection: 'library',
      released: expect.stringMatching(/-1\.1-bulk\.zip$/),
    });
    expect(readFileSync(join(place.home, 'metrics.prom'), 'utf8')).toMatch(
      /^oneroster_export_last_refresh_ok\{connection="library"\} 1$/m,
    );
    expect((await ask('history', 'library', '--audit')).stdout).toMatch(
      / released +library[^{]*because: a program closed/s,
    );
    const [entry] = json(await ask('history', '--audit', '--json', '--limit', '1'))['audit'] as Json[];
    expect(entry).toMatchObject({
      what: 'released',
      who: expect.stringMatching(/./),
      detail: { reason: 'a program closed' },
    });
    expect(await ask('release', 'library', '--reason', 'again')).toMatchObject({ code: 2 });
    expect(await ask('release', 'library')).toMatchObject({ code: 2 });
    expect(await ask('hold', 'discard', 'library', '--reason', 'x')).toMatchObject({ code: 2 });
    expect(await ask('history', 'nobody')).toMatchObject({ code: 2 });
  });

  it('let a refresh pass with a reason, and only with one', async () => {
    change(place.district, 'DELETE FROM Enrollment WHERE personID = 12');
    expect(await runHere([...place.refresh, 'library'])).toMatchObject({ code: 3 });
    const bare = await runHere([...place.refresh, 'library', '--release']);
    expect(bare).toMatchObject({ code: 2 });
    expect(bare.stderr).toMatch(/--release requires --reason/);
    expect(await runHere([...place.refresh, 'library', '--release', '--reason', 'two left'])).toMatchObject({
      code: 0,
    });
    const [entry] = json(await ask('history', '--audit', '--json', '--limit', '1'))['audit'] as Json[];
    expect(entry).toMatchObject({
      what: 'published',
      detail: { reason: 'two left', passed: expect.arrayContaining(['threshold-users']) },
    });
  });

  it('find an edited trail', async () => {
    expect(await ask('history', '--verify')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/is intact: each of its \d+ entries/),
    });
    const database = new Database(join(place.home, 'state.db'));
    database.exec(`UPDATE audit SET detail = replace(detail, 'program', 'school') WHERE what = 'released'`);
    database.close();
    const ended = await ask('history', '--verify', '--json');
    expect(ended.code).toBe(1);
    expect(json(ended)).toMatchObject({ sound: false, firstBroken: expect.any(Number) });
    expect((await ask('history', '--verify')).stdout).toMatch(/The audit trail was changed: entry \d+/);
  });
});
