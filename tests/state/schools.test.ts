/** What each school has in a bundle, as the history keeps it for the reports. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import type { NewBundle } from '../../src/state/records.js';
import type { SchoolCount } from '../../src/model/result.js';
import { EARLIER_STEPS } from '../../src/state/earlier-schema.js';
import { State } from '../../src/state/state.js';

const folder = mkdtempSync(join(tmpdir(), 'schools-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const now = (): Date => new Date('2026-10-15T08:00:00Z');

const SCHOOL: SchoolCount = {
  schoolID: 12,
  sourcedId: '00000000-0000-4000-8000-000000000002',
  number: '0010',
  name: 'Maple',
  rows: { users: 3 },
  excluded: { NO_SHOW: 1 },
};

const bundle = (connection: string, more: Partial<NewBundle> = {}): NewBundle => ({
  refreshId: 1,
  connection,
  state: 'published',
  version: '1.1',
  mode: 'bulk',
  scheme: 'any',
  ...more,
});

it('is given back as it was, and nothing where nothing was said', async () => {
  const state = await State.open(join(folder, 'a.db'), now);
  await state.startRefresh('2026-10-15', 'test', ['library']);
  const [known, unknown] = [
    await state.addBundle(bundle('library', { schools: [SCHOOL] })),
    await state.addBundle(bundle('library')),
  ];
  expect(await state.schoolsOf(known)).toEqual([SCHOOL]);
  expect(await state.schoolsOf(unknown)).toEqual([]);
  await state.close();
});

it('goes after so many bundles of its connection, those of another one left alone', async () => {
  const state = await State.open(join(folder, 'b.db'), now);
  await state.startRefresh('2026-10-15', 'test', ['library', 'lms']);
  const other = await state.addBundle(bundle('lms', { schools: [SCHOOL] }));
  const ids: number[] = [];
  for (let count = 0; count < 152; count += 1)
    ids.push(await state.addBundle(bundle('library', { schools: [SCHOOL] })));
  const schools = await Promise.all(ids.map((id) => state.schoolsOf(id)));
  expect(schools.map(({ length }) => length).indexOf(1)).toBe(2);
  expect(await state.schoolsOf(other)).toEqual([SCHOOL]);
  expect((await state.newestBundles('library', 2)).map(({ id }) => id)).toEqual(ids.slice(-2).reverse());
  await state.close();
});

it('is added to a history that was begun before', async () => {
  const path = join(folder, 'c.db');
  const old = new Database(path);
  old.exec(EARLIER_STEPS[0] ?? '');
  old.pragma('user_version = 1');
  old.exec(
    `INSERT INTO refresh VALUES (1, '2026-10-14T08:00:00Z', NULL, '2026-10-14', '0.0.1', '[]', 'done', 0, NULL)`,
  );
  old.close();
  const state = await State.open(path, now);
  expect((await state.lastRefresh())?.asOf).toBe('2026-10-14');
  const id = await state.addBundle(bundle('library', { schools: [SCHOOL] }));
  expect(await state.schoolsOf(id)).toEqual([SCHOOL]);
  await state.close();
});
