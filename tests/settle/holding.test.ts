/** A home whose state is in PostgreSQL is held by the lease of its district, not by a lock. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Config } from '../../src/model/settings.js';
import { withHome, type HomeOptions, type OpenedHome } from '../../src/settle/with-home.js';
import { endLease, leaseHolder, LeaseLost, takeLease } from '../../src/state/lease.js';
import { lookAtState } from '../../src/state/open.js';
import { openToWrite } from '../../src/state/postgres.js';
import type { Store } from '../../src/state/store.js';
import { makeFolder } from '../support/cli.js';
import { aConfig, aConnection } from '../support/connections.js';
import { describePostgres } from '../support/postgres-suite.js';

const SHORTENED = 'ONEROSTER_EXPORT_LEASE_SECONDS';
const now = new Date('2026-10-17T08:00:00Z');

describePostgres('a home with its state in PostgreSQL', (server) => {
  let districts = 0;
  let config: Config;
  let store: Store;
  beforeEach(async () => {
    Reflect.deleteProperty(process.env, SHORTENED);
    districts += 1;
    const state = server.state('holding', `district-${districts}`);
    config = { ...aConfig(join(makeFolder(), 'home'), 'none', [aConnection()]), state };
    store = await openToWrite(state);
  });
  afterEach(() => store.close());

  const hold = <T>(work: (opened: OpenedHome) => Promise<T>, more: Partial<HomeOptions> = {}): Promise<T> =>
    withHome({ config, now, ...more }, work);
  const begin = ({ state }: OpenedHome): Promise<number> => state.startRefresh('2026-10-17', 'test', []);

  it('is of one process at a time, which the next one names, and free at the end', async () => {
    await hold(async () => {
      await expect(hold(begin)).rejects.toMatchObject({
        code: 'already-running',
        exitCode: 6,
        message: expect.stringMatching(
          new RegExp(
            `district-${districts} is already running: process ${process.pid} on .+, since 2026-10-17T`,
          ),
        ) as unknown,
      });
    });
    expect(await leaseHolder(store)).toBeUndefined();
    expect(await hold(begin)).toBe(1);
    expect(existsSync(join(config.home, 'lock.db'))).toBe(false);
    await expect(hold(() => Promise.reject(new Error('the disk is full')))).rejects.toThrow('disk is full');
    expect(await leaseHolder(store)).toBeUndefined();
  });

  it('names its holder to those who only look', async () => {
    await hold(async (opened) => {
      await begin(opened);
      const looking = await lookAtState({ settings: config.state, file: '' });
      expect(await looking?.holder()).toMatch(new RegExp(`^process ${process.pid} on .+, since 2026-10-17T`));
      await looking?.close();
    });
    const later = await lookAtState({ settings: config.state, file: '' });
    expect(await later?.holder()).toBeUndefined();
    await later?.close();
  });

  it('stays with a process that takes longer than a lease lives', async () => {
    process.env[SHORTENED] = '0.8';
    await hold(async (opened) => {
      await setTimeout(1_600);
      expect(await takeLease(store, { holder: 'another' })).toBeUndefined();
      expect(opened.signal?.aborted).toBe(false);
      await begin(opened);
    });
  });

  it('stops the work of a process from which it was taken', async () => {
    process.env[SHORTENED] = '0.8';
    const ended = hold(async ({ signal }) => {
      server.query('holding', `UPDATE lease SET token = token + 1 WHERE district = 'district-${districts}'`);
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      signal?.throwIfAborted();
    });
    await expect(ended).rejects.toBeInstanceOf(LeaseLost);
  });

  it('explains by the loss whatever went wrong after it', async () => {
    const ended = hold(() => {
      server.query('holding', `UPDATE lease SET token = token + 1 WHERE district = 'district-${districts}'`);
      return Promise.reject(new Error('ENOENT: no such file'));
    });
    await expect(ended).rejects.toMatchObject({ code: 'already-running', exitCode: 6 });
  });

  it('is used with the lease of the program that started this one, and left to that', async () => {
    const token = (await takeLease(store, { holder: 'worker 7', job: 'j' })) ?? 0;
    expect(await hold(begin, { lease: token })).toBe(1);
    expect(await leaseHolder(store)).toEqual({ holder: 'worker 7', job: 'j', token });
    await endLease(store, token);
    await takeLease(store, { holder: 'worker 8' });
    await expect(hold(begin, { lease: token })).rejects.toBeInstanceOf(LeaseLost);
    const file = { ...config, state: { client: 'better-sqlite3' } } as const;
    await expect(withHome({ config: file, now, lease: token }, begin)).rejects.toMatchObject({
      code: 'usage',
    });
  });
});
