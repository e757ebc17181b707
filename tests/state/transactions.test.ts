/** Transactions of the state: all or nothing, one after the other, and nothing beside them. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { dirname, join } from 'node:path';
import type { NewBundle } from '../../src/state/records.js';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

let path: string;
let state: State;
const now = (): Date => new Date('2026-10-17T08:00:00Z');
beforeEach(async () => {
  path = join(makeFolder(), 'state.db');
  state = await State.open(path, now);
});
afterEach(() => state.close());

const ORPHAN = { code: 'SQLITE_CONSTRAINT_FOREIGNKEY' };

const bundle = (refreshId: number): NewBundle => ({
  refreshId,
  connection: 'library',
  state: 'verified',
  version: '1.1',
  mode: 'bulk',
  scheme: 'any',
});

describe('a transaction', () => {
  it('that fails leaves nothing, and throws what its work threw', async () => {
    const id = await state.startRefresh('2026-10-17', 'test', ['library']);
    const failing = state.transaction(async (writing) => {
      await writing.addBundle(bundle(id));
      await writing.audit('published', 'library', {});
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(await state.bundles('library')).toEqual([]);
    expect(await state.auditTrail()).toEqual([]);
  });

  it('refuses the state outside of it, which would wait for its end', async () => {
    const mixed = state.transaction(async () => await state.lastRefresh());
    await expect(mixed).rejects.toThrow(/use the state that it hands over/);
    const nested = state.transaction(
      async (writing) => await writing.transaction((inner) => inner.startRefresh('2026-10-17', 'test', [])),
    );
    expect(await nested).toBe(1);
  });

  it('is seen by others as a whole, or not at all', async () => {
    const writing = state.transaction(async (inside) => {
      await inside.startRefresh('2026-10-17', 'test', []);
      await setTimeout(20);
      await inside.startRefresh('2026-10-17', 'test', []);
    });
    await setTimeout(5);
    const other = await State.look(path);
    const seen = (await other?.refreshes(10))?.length;
    await other?.close();
    await writing;
    expect(seen).toBe(0);
    expect(await state.refreshes(10)).toHaveLength(2);
  });

  it('waits for another one of this process, also through another connection, and forks no trail', async () => {
    const other = await State.open(path, now);
    const one = (each: State, number: number): Promise<void> =>
      each.transaction(async (writing) => {
        await setTimeout(1);
        await writing.audit('published', 'library', { number });
      });
    await Promise.all(Array.from({ length: 40 }, (_, at) => one(at % 2 === 0 ? state : other, at)));
    expect(await state.checkAudit()).toMatchObject({ entries: 40, firstBroken: null });
    const ids = await Promise.all(
      [state, other, state, other].map((each) => each.startRefresh('2026-10-17', 'test', [])),
    );
    expect([...ids].sort()).toEqual([1, 2, 3, 4]);
    await other.close();
  });

  it('whose COMMIT fails leaves nothing open: the next one goes through', async () => {
    const database = new Database(path);
    database.exec(`
      CREATE TABLE parent (id INTEGER PRIMARY KEY);
      CREATE TABLE child (id INTEGER REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER orphan AFTER INSERT ON refresh BEGIN INSERT INTO child VALUES (99); END`);
    await expect(state.startRefresh('2026-10-17', 'test', [])).rejects.toMatchObject(ORPHAN);
    database.exec('DROP TRIGGER orphan');
    database.close();
    expect(await state.startRefresh('2026-10-17', 'test', [])).toBe(1);
  });
});

it('a look makes no file, and none is left when it is over', async () => {
  await state.startRefresh('2026-10-17', 'test', []);
  await state.close();
  const looking = await State.look(path);
  expect(await looking?.lastRefresh()).toMatchObject({ id: 1 });
  await looking?.close();
  expect(readdirSync(dirname(path))).toEqual(['state.db']);
  expect(await State.look(join(dirname(path), 'none.db'))).toBeUndefined();
  state = await State.open(path, now);
});

it('a bundle is recorded only with a refresh that is there', async () => {
  await expect(state.addBundle(bundle(7))).rejects.toMatchObject(ORPHAN);
});
