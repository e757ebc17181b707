/** The staging folder: of the one holder of the lock, or of one lease, which the holder of the next one removes first. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSubfolder } from '../../src/home/folders.js';
import {
  beginStaging,
  emptyStaging,
  homeAt,
  openHome,
  sweepStaging,
  waitingFor,
} from '../../src/home/home.js';
import { MARKER } from '../../src/home/home-marker.js';
import { replaceFile } from '../../src/home/replace-file.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

let path: string;
const staging = (...names: readonly string[]): string => join(path, 'staging', ...names);
beforeEach(() => {
  path = openHome(join(makeFolder(), 'home')).path;
});

describe('the staging folder of a lease', () => {
  it('is made once, after those of earlier leases and of a lock are removed; later ones stay', () => {
    for (const name of ['1', '2', '10', '20261017T080000Z-12', 'delivery'])
      mkdirSync(staging(name), { recursive: true });
    writeFileSync(staging('2', 'bundle.zip'), 'data');
    writeFileSync(join(path, 'metrics.prom.0123456789abcdef.next'), '');
    expect(beginStaging(homeAt(path, 9))).toBeUndefined();
    expect(readdirSync(staging()).sort()).toEqual(['10', '9']);
    expect(readdirSync(path).sort()).toEqual([MARKER, 'staging']);
    expect(() => beginStaging(homeAt(path, 9))).toThrow(
      expect.objectContaining({
        code: 'already-running',
        message: expect.stringMatching(/same lease/) as unknown,
      }),
    );
  });

  it('is not made again by a holder that comes too late, whose renames find nothing', () => {
    const late = homeAt(path, 1);
    beginStaging(late);
    const bundle = join(makeSubfolder(join(late.staging, 'library')), 'bundle.zip');
    writeFileSync(bundle, 'data');
    const visible = join(path, 'index.html');
    beginStaging(homeAt(path, 2));
    const notThere = expect.objectContaining({ code: 'ENOENT' }) as unknown as Error;
    expect(() => renameSync(bundle, join(path, 'bundle.zip'))).toThrow(notThere);
    expect(() => makeSubfolder(join(late.staging, 'library'))).toThrow(notThere);
    expect(() => replaceFile(visible, 'late', waitingFor(late, visible))).toThrow(notThere);
    expect(existsSync(visible)).toBe(false);
    expect(sweepStaging(late)).toBeUndefined();
    expect(readdirSync(staging())).toEqual(['2']);
  });

  it('is emptied in the middle of the work, and gone at its end', () => {
    const home = homeAt(path, 3);
    beginStaging(home);
    writeFileSync(join(home.staging, 'snapshot.sqlite'), 'data');
    expect(emptyStaging(home)).toBeUndefined();
    expect(readdirSync(home.staging)).toEqual([]);
    const page = join(path, 'index.html');
    replaceFile(page, 'the page', waitingFor(home, page));
    expect([readFileSync(page, 'utf8'), readdirSync(home.staging)]).toEqual(['the page', []]);
    expect(sweepStaging(home)).toBeUndefined();
    expect(existsSync(home.staging)).toBe(false);
  });
});

describe('the staging folder of the holder of the lock', () => {
  it('is empty at the beginning, and gone at the end', () => {
    const home = homeAt(path);
    mkdirSync(staging('4', 'library'), { recursive: true });
    expect(beginStaging(home)).toBeUndefined();
    expect(readdirSync(home.staging)).toEqual([]);
    expect(waitingFor(home, home.metrics)).toBe(path);
    expect(sweepStaging(home)).toBeUndefined();
    expect(existsSync(staging())).toBe(false);
  });
});
