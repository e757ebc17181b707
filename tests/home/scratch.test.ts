/** Files and folders for the time of one command leave nothing in the folder for temporary files. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeScratchFolder, openScratchFile, sweepScratchFolders } from '../../src/home/scratch.js';
import { makeFolder, removeFolders } from '../support/cli.js';

let parent: string;
beforeEach(() => {
  parent = makeFolder();
});
afterAll(removeFolders);

const deadPid = (): number => spawnSync(process.execPath, ['-e', '0']).pid;

describe('a scratch file', () => {
  it('is written and read back without ever having a name that stays', () => {
    const file = openScratchFile(parent);
    expect(readdirSync(parent)).toEqual([]);
    writeSync(file, 'a line');
    const read = Buffer.alloc(6);
    readSync(file, read, 0, 6, 0);
    expect(read.toString()).toBe('a line');
    closeSync(file);
  });
});

describe('a scratch folder', () => {
  it('is for its owner only, and those of dead processes go when it is made', () => {
    const dead = join(parent, `oneroster-export-${deadPid()}-abcdef`);
    mkdirSync(dead);
    const folder = makeScratchFolder(parent);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(existsSync(dead)).toBe(false);
  });

  it('of a living process, of another name, or behind a link is left alone', () => {
    const elsewhere = makeFolder();
    mkdirSync(join(elsewhere, 'kept'));
    const link = join(parent, `oneroster-export-${deadPid()}-linked`);
    symlinkSync(elsewhere, link);
    const living = join(parent, `oneroster-export-${process.pid}-living`);
    const other = join(parent, `oneroster-export-notes`);
    for (const folder of [living, other]) mkdirSync(folder);
    sweepScratchFolders(parent);
    expect([living, other, link, join(elsewhere, 'kept')].every((path) => existsSync(path))).toBe(true);
  });
});
