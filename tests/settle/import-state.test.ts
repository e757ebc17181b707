/** `state import`: a history moves into PostgreSQL with its numbers and its trail, once, as a whole or not at all. */
import { beforeEach, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { appendFileSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateImportCommand } from '../../src/commands/state-import.js';
import { takeLock } from '../../src/home/lock.js';
import { openHome } from '../../src/home/home.js';
import type { Config } from '../../src/model/settings.js';
import { importState } from '../../src/settle/import-state.js';
import { endLease, takeLease } from '../../src/state/lease.js';
import { lookAtState, openState } from '../../src/state/open.js';
import { openToWrite } from '../../src/state/postgres.js';
import { State } from '../../src/state/state.js';
import { ONE_CONNECTION, makeSite } from '../refresh/small-district.js';
import { EARLIER_STATE, golden, seenIn } from '../state/earlier-state.js';
import { makeFolder, run } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';
import { aConfig, aConnection } from '../support/connections.js';
import { describePostgres } from '../support/postgres-suite.js';

const now = new Date('2026-11-01T08:00:00Z');

describePostgres('the import of a state', (server) => {
  let districts = 0;
  let config: Config;
  let file: string;
  beforeEach(() => {
    const home = join(makeFolder(), 'home');
    openHome(home);
    file = join(home, 'state.db');
    copyFileSync(EARLIER_STATE, file);
    districts += 1;
    const state = server.state('imports', `district-${districts}`);
    config = { ...aConfig(home, 'none', [aConnection()]), state };
  });

  const place = () => ({ settings: config.state, file });
  const rowsThere = (): string =>
    server.query('imports', `SELECT count(*) FROM refresh WHERE district = 'district-${districts}'`);

  it('brings everything, keeps numbers and hashes, and leaves the file as it is', async () => {
    const before = readFileSync(file);
    const imported = await importState({ config, now });
    expect(imported).toMatchObject({
      district: `district-${districts}`,
      rows: { refresh: 4, bundle: 4, delivery: 3, audit: 5, told: 2 },
      audit: { entries: 5, firstBroken: null },
    });
    expect(readFileSync(file)).toEqual(before);
    const state = await openState(place(), () => now);
    const seen = (await seenIn(state)) as { audit: readonly object[]; checked: object };
    const { audit, checked, ...rest } = golden as { audit: readonly object[]; checked: object };
    expect(seen).toMatchObject(rest);
    expect(seen.audit.slice(0, 5)).toEqual(audit);
    expect(checked).toMatchObject({ head: imported.audit.head });
    expect(seen.audit.slice(5)).toMatchObject([{ what: 'state-imported', previous: imported.audit.head }]);
    expect(await state.checkAudit()).toMatchObject({ entries: 6, firstBroken: null });
    expect(await state.startRefresh('2026-11-01', 'test', ['library'])).toBe(5);
    await state.close();
  });

  it('brings more rows than fit into one statement', async () => {
    const own = await State.open(file, () => now);
    await own.transaction(async (writing) => {
      for (let count = 0; count < 250; count += 1) await writing.audit('told', null, { count });
    });
    await own.close();
    expect((await importState({ config, now })).rows.audit).toBe(255);
    const state = await lookAtState(place());
    expect(await state?.checkAudit()).toMatchObject({ entries: 256, firstBroken: null });
    await state?.close();
  });

  it('is refused where the district has a history, which stays', async () => {
    const state = await openState(place(), () => now);
    await state.setTold('email', '', { condition: 'ok', since: now.toISOString() });
    await state.close();
    await expect(importState({ config, now })).rejects.toMatchObject({ code: 'usage' });
    expect(rowsThere()).toBe('0');
  });

  it('that fails at its last table leaves nothing', async () => {
    await (await openState(place(), () => now)).close();
    server.query(
      'imports',
      `CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full; END $$;
       CREATE TRIGGER no_room BEFORE INSERT ON told FOR EACH ROW EXECUTE FUNCTION no_room()`,
    );
    try {
      await expect(importState({ config, now })).rejects.toMatchObject({
        code: 'home',
        message: expect.stringMatching(/has no more room/) as unknown,
      });
    } finally {
      server.query('imports', 'DROP TRIGGER no_room ON told; DROP FUNCTION no_room');
    }
    expect(rowsThere()).toBe('0');
    await importState({ config, now });
    expect(rowsThere()).toBe('4');
  });

  it.each([
    ['a trail that was changed', `UPDATE audit SET detail = '{}' WHERE seq = 2`, /entry 2 does not follow/],
    ['a trail without its end', 'DELETE FROM audit WHERE seq = 5', /entry 5 does not follow/],
  ])('is refused for %s', async (_, sql, says) => {
    const database = new Database(file);
    database.exec(sql);
    database.close();
    await expect(importState({ config, now })).rejects.toThrow(says);
    expect(rowsThere()).toBe('0');
  });

  it('is refused without a file, without a database in the config, and while a refresh runs', async () => {
    const from = join(makeFolder(), 'none.db');
    await expect(importState({ config, from, now })).rejects.toThrow(/no state to import at .*none\.db/);
    const inFile: Config = { ...config, state: { client: 'better-sqlite3' } };
    await expect(importState({ config: inFile, now })).rejects.toThrow(/Set state\.client to pg/);
    const lock = takeLock(openHome(config.home).lock, now);
    await expect(importState({ config, now })).rejects.toMatchObject({ code: 'already-running' });
    lock.release();
    if (config.state.client !== 'pg') throw new Error('another state');
    const store = await openToWrite(config.state);
    const token = (await takeLease(store, { holder: 'process 7 on another machine' })) ?? 0;
    await expect(importState({ config, now })).rejects.toThrow(
      /already running: process 7 on another machine/,
    );
    await endLease(store, token);
    await store.close();
    await importState({ config, now });
  });

  it('prints what it has imported, in words and as JSON', async () => {
    let text = '';
    const terminal = { out: (more: string) => (text += more), err: () => undefined, isWatched: false };
    await stateImportCommand({ config, terminal, now }, {});
    expect(text).toMatch(/4 refreshes, 4 bundles, 3 deliveries, and 5 entries of the audit trail/);
  });

  it('is a command of the program, and the next night goes on from it', async () => {
    const site = makeSite(join(makeFolder(), 'site'), ONE_CONNECTION);
    expect(await runHere(site.refresh)).toMatchObject({ code: 0 });
    appendFileSync(site.config, `state: ${JSON.stringify(server.state('imports', 'by-program'))}\n`);
    const imported = await run(['state', 'import', '--json', '--config', site.config]);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(imported.stdout)).toMatchObject({ rows: { refresh: 1, bundle: 1 } });
    expect(await runHere(['state', 'import', '--config', site.config])).toMatchObject({ code: 2 });
    expect(await runHere(site.refresh)).toMatchObject({ code: 0 });
    const history = await runHere(['history', '--verify', '--json', '--config', site.config]);
    expect(JSON.parse(history.stdout)).toMatchObject({ sound: true, entries: 3 });
  }, 60_000);
});
