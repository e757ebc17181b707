/** One refresh at a time; the lock is held by a living process and by nothing else. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { takeLock, type Lock } from '../../src/home/lock.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

const NOON = new Date('2026-10-15T12:00:00Z');

function tryLock(path: string): Lock | Error {
  try {
    return takeLock(path, NOON);
  } catch (error) {
    return error as Error;
  }
}

describe('the lock', () => {
  it('is given once, names its holder to the next, and is free when it is released', () => {
    const path = join(makeFolder(), 'lock.db');
    const lock = takeLock(path, NOON);
    const refused = tryLock(path);
    expect(refused).toMatchObject({ code: 'already-running', exitCode: 6 });
    expect((refused as Error).message).toContain(
      `process ${process.pid} on ${hostname()}, since 2026-10-15T12:00:00.000Z`,
    );
    lock.release();
    const next = takeLock(path, NOON);
    next.release();
  });

  it('is not refused because of a reader of its file', () => {
    const path = join(makeFolder(), 'lock.db');
    takeLock(path, NOON).release();
    const reader = new Database(path, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM sqlite_master').get();
    try {
      const lock = takeLock(path, NOON);
      expect(tryLock(path)).toMatchObject({ code: 'already-running' });
      lock.release();
    } finally {
      reader.close();
    }
  });

  it('names no holder if its name cannot be read', () => {
    const path = join(makeFolder(), 'lock.db');
    const lock = takeLock(path, NOON);
    writeFileSync(join(dirname(path), 'holder.json'), '{"pid": 1');
    expect((tryLock(path) as Error).message).toBe('A refresh is already running. Wait until it is finished.');
    lock.release();
  });

  it('does not name a dead holder before this one has written its name', () => {
    const path = join(makeFolder(), 'lock.db');
    const lock = takeLock(path, NOON);
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    const dead = { pid, host: hostname(), startedAt: '2026-10-14T12:00:00.000Z' };
    writeFileSync(join(dirname(path), 'holder.json'), JSON.stringify(dead));
    expect((tryLock(path) as Error).message).toBe('A refresh is already running. Wait until it is finished.');
    writeFileSync(join(dirname(path), 'holder.json'), JSON.stringify({ ...dead, host: 'elsewhere' }));
    expect((tryLock(path) as Error).message).toContain(`process ${pid} on elsewhere`);
    lock.release();
  });

  it('leaves no name behind when it is released', () => {
    const path = join(makeFolder(), 'lock.db');
    takeLock(path, NOON).release();
    expect(existsSync(join(dirname(path), 'holder.json'))).toBe(false);
  });
});
