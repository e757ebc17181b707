/** The audit trail: an entry that was edited, removed, added or put elsewhere is found, wherever it stands. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

const ENTRIES = 6;

function aTrail(): string {
  const path = join(makeFolder(), 'state.db');
  const state = State.open(path, () => new Date('2026-10-15T12:00:00Z'));
  for (let number = 1; number <= ENTRIES; number += 1) {
    state.transaction(() =>
      state.audit('published', 'library', { number, reason: 'as "ever", with ünïcode' }),
    );
  }
  state.close();
  return path;
}

const sound = aTrail();

/** Where the trail breaks after an edit with SQLite. */
function brokenAfter(...statements: readonly string[]): number | null {
  const path = join(makeFolder(), 'state.db');
  copyFileSync(sound, path);
  const database = new Database(path);
  for (const statement of statements) database.exec(statement);
  database.close();
  const state = State.look(path);
  try {
    return state?.checkAudit().firstBroken ?? null;
  } finally {
    state?.close();
  }
}

describe('the audit trail', () => {
  it('is sound as it was written, and tells how many entries there are and the hash of the newest', () => {
    const state = State.look(sound);
    expect(state?.checkAudit()).toEqual({
      entries: ENTRIES,
      head: state?.auditTrail().at(-1)?.hash,
      firstBroken: null,
    });
    state?.close();
  });

  it('is sound where nothing was ever done', () => {
    const state = State.open(join(makeFolder(), 'state.db'), () => new Date());
    expect(state.checkAudit()).toEqual({ entries: 0, head: null, firstBroken: null });
    state.close();
  });

  it.each(['at', 'who', 'what', 'connection', 'detail', 'previous', 'hash'])(
    'shows an edit of %s',
    (column) => {
      for (const seq of [1, 3, ENTRIES]) {
        const found = brokenAfter(`UPDATE audit SET ${column} = ${column} || 'x' WHERE seq = ${seq}`);
        expect(found).toBe(seq);
      }
    },
  );

  it('shows an entry that was removed, at its place and at the end', () => {
    expect(brokenAfter('DELETE FROM audit WHERE seq = 1')).toBe(1);
    expect(brokenAfter('DELETE FROM audit WHERE seq = 3')).toBe(3);
    expect(brokenAfter(`DELETE FROM audit WHERE seq = ${ENTRIES}`)).toBe(ENTRIES);
    expect(brokenAfter('DELETE FROM audit WHERE seq > 2')).toBe(3);
    expect(brokenAfter('DELETE FROM audit')).toBe(1);
    // The gap closed by renumbering.
    expect(
      brokenAfter('DELETE FROM audit WHERE seq = 3', 'UPDATE audit SET seq = seq - 1 WHERE seq > 3'),
    ).toBe(3);
  });

  it('shows two entries that changed places', () => {
    expect(
      brokenAfter(
        'UPDATE audit SET seq = 100 WHERE seq = 2',
        'UPDATE audit SET seq = 2 WHERE seq = 4',
        'UPDATE audit SET seq = 4 WHERE seq = 100',
      ),
    ).toBe(2);
  });

  it('shows an added entry', () => {
    expect(
      brokenAfter(
        `INSERT INTO audit SELECT ${ENTRIES + 1}, at, who, what, connection, detail, hash, hash FROM audit WHERE seq = ${ENTRIES}`,
      ),
    ).toBe(ENTRIES + 1);
    expect(brokenAfter('DELETE FROM auditHead')).toBe(1);
  });

  it('is written with its step: a step that fails leaves no entry', () => {
    const path = join(makeFolder(), 'state.db');
    copyFileSync(sound, path);
    const state = State.open(path, () => new Date());
    expect(() =>
      state.transaction(() => {
        state.audit('published', 'library', {});
        throw new Error('the disk is full');
      }),
    ).toThrow('the disk is full');
    expect(state.checkAudit()).toMatchObject({ entries: ENTRIES, firstBroken: null });
    state.close();
  });
});
