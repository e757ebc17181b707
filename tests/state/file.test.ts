/** The state in a SQLite file: the contract of every state, and what only a file can do wrong. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { leaseContract } from './lease-contract.js';
import { stateContract } from './state-contract.js';

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

describe('a transaction', () => {
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

describe('the state in a file', () => {
  stateContract(() => ({
    settings: { client: 'better-sqlite3' },
    file: join(makeFolder(), 'state.db'),
  }));
});

describe('the lease of a state in a file', () => {
  leaseContract(() => ({
    settings: { client: 'better-sqlite3' },
    file: join(makeFolder(), 'state.db'),
  }));
});
