/** Small districts are staged here, one connection after the other; threads have the others. */
import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Staging, StagingRequest } from '../../src/assemble/assemble.js';
import { Stagings } from '../../src/assemble/stagings.js';
import type { Stager } from '../../src/assemble/worker-pool.js';
import { aConnection, day, SIS } from '../support/connections.js';

const folder = mkdtempSync(join(tmpdir(), 'stagings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const snapshot = join(folder, 'snapshot.sqlite');
writeFileSync(snapshot, 'no database\n');

const request: StagingRequest = {
  settings: { ...aConnection({ version: '1.2' }), name: 'lms' },
  grades: new Map(),
  system: SIS,
  asOf: day('2026-10-15'),
  startedAt: new Date('2026-10-15T08:00:00Z'),
  home: folder,
  snapshot,
  folder: join(folder, 'lms'),
};

/** Writes down what it is to do. */
class Noted implements Stager {
  readonly notes: string[] = [];
  warmUp(stagings: number): void {
    this.notes.push(`warm ${stagings}`);
  }
  stage(): Promise<Staging> {
    this.notes.push('stage');
    return Promise.reject(new Error('in a thread'));
  }
  stop(): Promise<void> {
    this.notes.push('stop');
    return Promise.resolve();
  }
}

const failureOf = (staging: Promise<Staging>): Promise<string> =>
  staging.then(
    () => 'none',
    (cause: unknown) => String(cause),
  );

it('a small snapshot is opened here, and a failure is that of its connection alone', async () => {
  const threads = new Noted();
  const stagings = new Stagings(threads);
  const failures = await Promise.all([1, 2].map(() => failureOf(stagings.stage(request))));
  expect(failures.map((failure) => failure.includes('in a thread'))).toEqual([false, false]);
  expect(failures).not.toContain('none');
  expect(threads.notes).toEqual([]);
});

it('a larger one is staged in threads', async () => {
  const threads = new Noted();
  const stagings = new Stagings(threads, 5);
  expect(await failureOf(stagings.stage(request))).toContain('in a thread');
  expect(threads.notes).toEqual(['stage']);
});

it.each([
  [0, []],
  [100_000, []],
  [400_000, ['warm 2']],
])('threads load their program early after bundles of %d bytes: %p', (bytes, notes) => {
  const threads = new Noted();
  new Stagings(threads).warmUp(2, bytes);
  expect(threads.notes).toEqual(notes);
});

it('once it is stopped, nothing is staged', async () => {
  const threads = new Noted();
  const stagings = new Stagings(threads);
  await stagings.stop();
  expect(await failureOf(stagings.stage(request))).toContain('The refresh was stopped');
  expect(threads.notes).toEqual(['stop']);
});
