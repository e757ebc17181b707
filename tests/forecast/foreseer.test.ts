/** Where the coming days are judged, and what becomes of a failure or a stop in this thread. */
import { afterAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMALL_BYTES } from '../../src/assemble/small-district.js';
import { ComingThread } from '../../src/forecast/coming-thread.js';
import { foreseerOf } from '../../src/forecast/foreseer.js';
import { stopFault } from '../../src/model/stopping.js';
import { aConnection, day } from '../support/connections.js';

const folder = mkdtempSync(join(tmpdir(), 'foreseer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function snapshotOf(bytes: number): string {
  const path = join(folder, `${bytes}.sqlite`);
  writeFileSync(path, Buffer.alloc(bytes, 'no database\n'));
  return path;
}

const small = snapshotOf(SMALL_BYTES - 1);
const request = {
  snapshot: small,
  connections: ['library', 'lms'].map((name) => ({ ...aConnection({ version: '1.2' }), name })),
  grades: new Map(),
  asOf: day('2026-10-15'),
  days: 7,
};

it('a district of some size has a thread for them, a small one has none', () => {
  expect(foreseerOf(snapshotOf(SMALL_BYTES))).toBeInstanceOf(ComingThread);
  expect(foreseerOf(small)).not.toBeInstanceOf(ComingThread);
});

it('what fails in this thread is the reason of each connection', async () => {
  const found = await foreseerOf(small).foresee(request);
  expect([...found.keys()]).toEqual(['library', 'lms']);
  for (const coming of found.values()) expect(coming).toHaveProperty('failed');
});

it('after a stop nothing is judged', async () => {
  const found = await foreseerOf(small).foresee(request, AbortSignal.abort(stopFault('SIGTERM')));
  const failed = 'The refresh was stopped while they were judged.';
  expect([...found]).toEqual([
    ['library', { failed }],
    ['lms', { failed }],
  ]);
});
