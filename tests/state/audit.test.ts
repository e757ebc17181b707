/** The audit trail: an entry that was edited, removed, added or put elsewhere is found, wherever it stands. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { auditTrail } from '../support/audit-trail.js';

afterAll(removeFolders);

const ENTRIES = 6;

async function aTrail(): Promise<string> {
  const path = join(makeFolder(), 'state.db');
  const state = await State.open(path, () => new Date('2026-10-15T12:00:00Z'));
  for (let number = 1; number <= ENTRIES; number += 1) {
    await state.audit('published', 'library', { number, reason: 'as "ever", with ünïcode' });
  }
  await state.close();
  return path;
}

const sound = await aTrail();

/** Where the trail breaks after an edit with SQLite. */
async function brokenAfter(...statements: readonly string[]): Promise<number | null> {
  const path = join(makeFolder(), 'state.db');
  copyFileSync(sound, path);
  const database = new Database(path);
  for (const statement of statements) database.exec(statement);
  database.close();
  const state = await State.look(path);
  try {
    return (await state?.checkAudit())?.firstBroken ?? null;
  } finally {
    await state?.close();
  }
}

describe('the audit trail', () => {
  it('is sound as it was written, and tells how many entries there are and the hash of the newest', async () => {
    const state = await State.look(sound);
    expect(await state?.checkAudit()).toEqual({
      entries: ENTRIES,
      head: (await auditTrail(state)).at(-1)?.hash,
      firstBroken: null,
    });
    await state?.close();
  });

  it('is sound where nothing was ever done', async () => {
    const state = await State.open(join(makeFolder(), 'state.db'), () => new Date());
    expect(await state.checkAudit()).toEqual({ entries: 0, head: null, firstBroken: null });
    await state.close();
  });

  it.each(['at', 'who', 'what', 'connection', 'detail', 'previous', 'hash'])(
    'shows an edit of %s',
    async (column) => {
      for (const seq of [1, 3, ENTRIES]) {
        const found = await brokenAfter(`UPDATE audit SET ${column} = ${column} || 'x' WHERE seq = ${seq}`);
        expect(found).toBe(seq);
      }
    },
  );

  it('shows an entry that was removed, at its place and at the end', async () => {
    expect(await brokenAfter('DELETE FROM audit WHERE seq = 1')).toBe(1);
    expect(await brokenAfter('DELETE FROM audit WHERE seq = 3')).toBe(3);
    expect(await brokenAfter(`DELETE FROM audit WHERE seq = ${ENTRIES}`)).toBe(ENTRIES);
    expect(await brokenAfter('DELETE FROM audit WHERE seq > 2')).toBe(3);
    expect(await brokenAfter('DELETE FROM audit')).toBe(1);
    // The gap closed by renumbering.
    expect(
      await brokenAfter('DELETE FROM audit WHERE seq = 3', 'UPDATE audit SET seq = seq - 1 WHERE seq > 3'),
    ).toBe(3);
  });

  it('shows two entries that changed places', async () => {
    expect(
      await brokenAfter(
        'UPDATE audit SET seq = 100 WHERE seq = 2',
        'UPDATE audit SET seq = 2 WHERE seq = 4',
        'UPDATE audit SET seq = 4 WHERE seq = 100',
      ),
    ).toBe(2);
  });

  it('shows an added entry', async () => {
    expect(
      await brokenAfter(
        `INSERT INTO audit SELECT district, ${ENTRIES + 1}, at, who, what, connection, detail, hash, hash FROM audit WHERE seq = ${ENTRIES}`,
      ),
    ).toBe(ENTRIES + 1);
    expect(await brokenAfter('DELETE FROM auditHead')).toBe(1);
  });

  it('is written with its step: a step that fails leaves no entry', async () => {
    const path = join(makeFolder(), 'state.db');
    copyFileSync(sound, path);
    const state = await State.open(path, () => new Date());
    await expect(
      state.transaction(async (writing) => {
        await writing.audit('published', 'library', {});
        throw new Error('the disk is full');
      }),
    ).rejects.toThrow('the disk is full');
    expect(await state.checkAudit()).toMatchObject({ entries: ENTRIES, firstBroken: null });
    await state.close();
  });
});
