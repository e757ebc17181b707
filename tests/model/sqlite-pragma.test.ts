/** A pragma counts only when SQLite answers with its value. */
import { afterAll, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { keepNoJournal, setPragma } from '../../src/model/sqlite-pragma.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

it('SQLite refuses journal_mode OFF here, which is why it is not used', () => {
  const database = new Database(join(makeFolder(), 'a.db'));
  expect(() => setPragma(database, 'journal_mode', 'off')).toThrow(
    expect.objectContaining({
      code: 'home',
      message: expect.stringMatching(
        /^SQLite keeps journal_mode at delete, and off is required\. Use a folder on a local disk/,
      ) as unknown,
    }),
  );
  database.close();
});

it('no journal is written beside a database that needs none', () => {
  const folder = makeFolder();
  const database = new Database(join(folder, 'a.db'));
  keepNoJournal(database);
  database.exec('CREATE TABLE a (b); INSERT INTO a VALUES (1)');
  database.exec('BEGIN; UPDATE a SET b = 2');
  expect(readdirSync(folder)).toEqual(['a.db']);
  expect(database.pragma('synchronous', { simple: true })).toBe(0);
  database.close();
});
