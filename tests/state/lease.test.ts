/** How long a lease lives; the rest is in `lease-contract.ts`, on each database. */
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { inMs, PROGRAM_LIMITS } from '../../src/model/limits.js';
import { takeLease } from '../../src/state/lease.js';
import { openToWrite } from '../../src/state/sqlite.js';
import { makeFolder, removeFolders } from '../support/cli.js';

const SHORTENED = 'ONEROSTER_EXPORT_LEASE_SECONDS';

afterEach(() => {
  Reflect.deleteProperty(process.env, SHORTENED);
});
afterAll(removeFolders);

async function secondsLeft(): Promise<number> {
  const store = await openToWrite(join(makeFolder(), 'state.db'));
  await takeLease(store, { holder: 'a' });
  const left = store.knex.raw(`"expiresAt" - unixepoch('subsec') AS "left"`);
  const row: { readonly left: number } = await store.knex('lease').first(left);
  await store.close();
  return row.left;
}

it('without being renewed it lives for a minute', async () => {
  const most = inMs(PROGRAM_LIMITS.lease) / 1_000;
  expect(most).toBe(60);
  expect(await secondsLeft()).toBeLessThanOrEqual(most);
  expect(await secondsLeft()).toBeGreaterThan(most - 5);
});

it('is shorter in tests of what follows its end', async () => {
  process.env[SHORTENED] = '2.5';
  expect(await secondsLeft()).toBeLessThanOrEqual(2.5);
  process.env[SHORTENED] = 'soon';
  expect(await secondsLeft()).toBeGreaterThan(55);
});
