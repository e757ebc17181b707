/** A stop while the SIS is read: Windows removes no open file, so the reader has to have closed the snapshot by then. */
import { afterAll, expect, it } from '@jest/globals';
import { existsSync, readlinkSync, readdirSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { SisSource } from '../../src/extract/source.js';
import { Notices } from '../../src/model/notices.js';
import type { Attempt } from '../../src/model/retry.js';
import { stopFault } from '../../src/model/stopping.js';
import { readSis } from '../../src/refresh/read-sis.js';
import { homeAt, sweepStaging } from '../../src/home/home.js';
import { aWindows } from '../platform/windows-system.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { makeSmallDistrict } from './small-district.js';

afterAll(removeFolders);

/** The files that this process has open, as Linux lists them. */
const openFiles = (): readonly string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });

it('ends with the reason of the stop once the snapshot is closed', async () => {
  const folder = makeFolder();
  const filename = join(folder, 'district.sqlite');
  makeSmallDistrict(filename);
  const home = homeAt(join(folder, 'home'));
  mkdirSync(home.staging, { recursive: true });
  const snapshot = join(home.staging, 'snapshot.sqlite');
  const stopping = new AbortController();
  const fault = stopFault('SIGINT');
  const source = sqliteSource({ client: 'better-sqlite3', filename });
  const onProgress = (step: string): void => {
    if (step.endsWith('read SchoolYear')) stopping.abort(fault);
  };
  const reading = readSis(snapshot, { source, onProgress, signal: stopping.signal }, new Notices(), []);
  await expect(reading).rejects.toBe(fault);
  expect(existsSync(snapshot)).toBe(true);
  expect(openFiles().filter((path) => path.startsWith(home.staging))).toEqual([]);
});

it.each([
  [
    'a full disk in words',
    { code: 'ENOSPC' },
    'home',
    /^Cannot write to .*: the disk is full\. Free some space/,
  ],
  ['any other error without its text', {}, 'unexpected', /^Unexpected error \(Error at .*:\d+\)/],
])('an attempt reports %s', async (_what, more, code, says) => {
  const folder = makeFolder();
  const source: SisSource = {
    label: 'a source',
    remarks: [],
    withView: () => Promise.reject(Object.assign(new Error('row of Ada Lovelace'), more)),
    inspect: () => Promise.reject(new Error('not asked for')),
  };
  const attempts: Attempt[] = [];
  const reading = readSis(
    join(folder, 'snapshot.sqlite'),
    { source, onProgress: () => undefined },
    new Notices(),
    attempts,
  );
  await expect(reading).rejects.toThrow();
  expect(attempts).toEqual([{ seconds: expect.any(Number), error: expect.objectContaining({ code }) }]);
  expect((attempts[0]?.error as Error).message).toMatch(says);
  expect((attempts[0]?.error as Error).message).not.toContain('Ada');
});

it('a staging folder that cannot be removed yet is a warning, never an error that hides another', () => {
  const home = homeAt(makeFolder());
  mkdirSync(home.staging);
  const { system, openElsewhere } = aWindows();
  openElsewhere.set(home.staging, 100);
  expect(sweepStaging(home, system)).toMatch(
    /staging contains SIS data .* another program is using a file in it/,
  );
  openElsewhere.set(home.staging, 1);
  expect(sweepStaging(home, { ...system, isWindows: false })).toMatch(/cannot be removed \(EPERM\)/);
  expect(sweepStaging(home, system)).toBeUndefined();
  expect(readdirSync(home.path)).toEqual([]);
});
