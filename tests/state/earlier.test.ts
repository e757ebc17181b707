/** A state that an earlier version of this program made is brought to today's schema, whole, and goes on. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { EARLIER_STATE, golden, seenIn } from './earlier-state.js';

afterAll(removeFolders);

let folder: string;
let path: string;
beforeEach(() => {
  folder = makeFolder();
  path = join(folder, 'state.db');
  copyFileSync(EARLIER_STATE, path);
});

const now = (): Date => new Date('2026-10-17T08:00:00Z');

describe('a state of an earlier version', () => {
  it('has everything that it had, and goes on', async () => {
    const state = await State.open(path, now);
    expect(await seenIn(state)).toEqual(golden);
    const refresh = await state.startRefresh('2026-10-17', 'test', ['library']);
    await state.audit('published', 'library', { refresh });
    await state.close();
    const again = await State.open(path, now);
    expect(await again.lastRefresh()).toMatchObject({ id: 5, asOf: '2026-10-17' });
    expect(await again.checkAudit()).toMatchObject({ entries: 6, firstBroken: null });
    await again.close();
  });

  it('is read without a change of its file, and without another file', async () => {
    const before = [readFileSync(path), statSync(path).mtimeMs];
    const state = await State.look(path);
    expect(state && (await seenIn(state))).toEqual(golden);
    await state?.close();
    expect([readFileSync(path), statSync(path).mtimeMs]).toEqual(before);
    expect(readdirSync(folder)).toEqual(['state.db']);
  });

  it('leaves no table of the earlier schema, and is refused by the version that made it', async () => {
    await (await State.open(path, now)).close();
    const database = new Database(path);
    const tables = database.prepare(`SELECT name FROM sqlite_master WHERE name LIKE 'earlier%'`).all();
    expect(tables).toEqual([]);
    expect(database.pragma('user_version', { simple: true })).toBe(8);
    expect(database.pragma('foreign_key_check')).toEqual([]);
    database.close();
  });

  it('stays as it was where a step fails half way', async () => {
    const database = new Database(path);
    database.pragma('user_version = 5'); // the step to 6 adds a column that is there: it fails half way
    database.close();
    await expect(State.open(path, now)).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
    const after = new Database(path);
    expect(after.pragma('user_version', { simple: true })).toBe(5);
    expect(after.prepare('SELECT count(*) FROM audit').pluck().get()).toBe(5);
    after.close();
  });
});

it('a state of a newer version is refused, also by who only looks', async () => {
  await (await State.open(path, now)).close();
  const database = new Database(path);
  database.pragma('user_version = 9');
  database.close();
  await expect(State.open(path, now)).rejects.toThrow(/newer version/);
  await expect(State.look(path)).rejects.toThrow(/newer version/);
});
