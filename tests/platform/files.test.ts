/** Durable files, renames and the fixed name of the newest bundle, by the rules of both kinds of system. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  pointAlias,
  removeNow,
  replaceBy,
  replaceByNow,
  syncFile,
  syncFolder,
} from '../../src/platform/files.js';
import { HERE, type System } from '../../src/platform/system.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aWindows } from './windows-system.js';

afterAll(removeFolders);

let folder: string;
const at = (name: string): string => join(folder, name);
const put = (name: string, text: string): string => {
  writeFileSync(at(name), text, { mode: 0o600 });
  return at(name);
};
const text = (name: string): string => readFileSync(at(name), 'utf8');

beforeEach(() => {
  folder = makeFolder();
});

const posix: System = { ...HERE, isWindows: false };

describe('syncing', () => {
  it('opens a file for writing, as Windows requires', async () => {
    const { system, calls } = aWindows();
    await syncFile(put('a.zip', 'a'), system);
    expect(calls).toEqual(['sync r+']);
    await syncFile(at('a.zip'), posix);
  });

  it('leaves folders alone on Windows, where they cannot be synced', async () => {
    const { system, calls } = aWindows();
    await syncFolder(folder, system);
    expect(calls).toEqual([]);
  });

  it('syncs folders elsewhere, and reports a folder that cannot be synced', async () => {
    await syncFolder(folder, posix);
    const { system } = aWindows();
    const refusing = { ...system, isWindows: false };
    await expect(syncFolder(folder, refusing)).rejects.toMatchObject({ code: 'EPERM' });
  });
});

describe.each([
  ['waits for its turn', replaceBy],
  [
    'makes the thread wait',
    (from: string, to: string, system: System) =>
      new Promise<void>((resolve) => {
        replaceByNow(from, to, system);
        resolve();
      }),
  ],
])('a rename that %s', (_which, replace) => {
  it('is tried again on Windows while another program has the file open', async () => {
    const { system, calls, openElsewhere } = aWindows();
    openElsewhere.set(put('old.zip', 'old'), 3);
    await replace(put('new.zip', 'new'), at('old.zip'), system);
    expect(text('old.zip')).toBe('new');
    expect(calls).toHaveLength(4);
  });

  it('ends with FileInUse when the file stays open, and leaves both files as they were', async () => {
    const { system, openElsewhere } = aWindows();
    openElsewhere.set(put('old.zip', 'old'), 100);
    await expect(replace(put('new.zip', 'new'), at('old.zip'), system)).rejects.toMatchObject({
      code: 'EBUSY',
      message: `${at('old.zip')} is in use by another program`,
    });
    expect([text('old.zip'), text('new.zip')]).toEqual(['old', 'new']);
  });

  it('is tried once where the same code means a lack of rights', async () => {
    const { system, openElsewhere, calls } = aWindows();
    openElsewhere.set(put('old.zip', 'old'), 1);
    const elsewhere = { ...system, isWindows: false };
    await expect(replace(put('new.zip', 'new'), at('old.zip'), elsewhere)).rejects.toMatchObject({
      code: 'EPERM',
    });
    expect(calls).toHaveLength(1);
  });

  it('is tried once when the file is not there', async () => {
    const { system, calls } = aWindows();
    await expect(replace(at('nothing.zip'), at('old.zip'), system)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(calls).toHaveLength(1);
  });
});

describe('a removal', () => {
  it('is tried again on Windows while another program has the file open', () => {
    const { system, calls, openElsewhere } = aWindows();
    openElsewhere.set(put('old.zip', 'old'), 2);
    expect(removeNow(at('old.zip'), system)).toBe(true);
    expect([calls.length, readdirSync(folder)]).toEqual([3, []]);
  });

  it('leaves a file that stays open to a later one, and says so', () => {
    const { system, openElsewhere } = aWindows();
    openElsewhere.set(put('old.zip', 'old'), 100);
    expect(removeNow(at('old.zip'), system)).toBe(false);
    expect(text('old.zip')).toBe('old');
  });

  it('takes folders with all that is in them, and nothing that is absent is a fault', () => {
    mkdirSync(at('staging/night'), { recursive: true });
    put('staging/night/snapshot.sqlite', '');
    expect([removeNow(at('staging'), posix), removeNow(at('staging'), posix)]).toEqual([true, true]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that fails for another reason is a fault', () => {
    const { system, openElsewhere } = aWindows();
    openElsewhere.set(put('old.zip', 'old'), 1);
    expect(() => removeNow(at('old.zip'), { ...system, isWindows: false })).toThrow('EPERM');
  });
});

describe('the fixed name', () => {
  const point = (name: string, system: System): Promise<void> =>
    pointAlias(at('latest.zip'), at(name), at('.next'), system);

  it('is a link where links need no privilege', async () => {
    put('a.zip', 'a');
    await point('a.zip', posix);
    expect(readlinkSync(at('latest.zip'))).toBe('a.zip');
  });

  it('is a copy on Windows, private as its original, and a new one for each bundle', async () => {
    const { system } = aWindows();
    put('a.zip', 'aaaa');
    put('b.zip', 'bbbb');
    await point('a.zip', system);
    expect(lstatSync(at('latest.zip')).isSymbolicLink()).toBe(false);
    expect(statSync(at('latest.zip')).mode & 0o777).toBe(0o600);
    await point('b.zip', system);
    expect(text('latest.zip')).toBe('bbbb');
    expect(readdirSync(folder).sort()).toEqual(['a.zip', 'b.zip', 'latest.zip']);
  });

  it('is not copied again when it has the same bytes', async () => {
    const { system, calls } = aWindows();
    put('a.zip', 'a');
    await point('a.zip', system);
    calls.length = 0;
    await point('a.zip', system);
    expect(calls).toEqual([]);
  });

  it('replaces a link by a copy and a copy by a link when a home folder changes systems', async () => {
    const { system } = aWindows();
    put('a.zip', 'a');
    put('b.zip', 'b');
    symlinkSync('a.zip', at('latest.zip'));
    await point('b.zip', system);
    expect([lstatSync(at('latest.zip')).isSymbolicLink(), text('latest.zip')]).toEqual([false, 'b']);
    await point('a.zip', posix);
    expect(readlinkSync(at('latest.zip'))).toBe('a.zip');
  });

  it('stays as it is while a reader has it open, and nothing is left beside it', async () => {
    const { system, openElsewhere } = aWindows();
    put('a.zip', 'a');
    put('latest.zip', 'old');
    openElsewhere.set(at('latest.zip'), 100);
    await expect(point('a.zip', system)).rejects.toMatchObject({ code: 'EBUSY' });
    expect(readdirSync(folder).sort()).toEqual(['a.zip', 'latest.zip']);
    openElsewhere.clear();
    await point('a.zip', system);
    expect(text('latest.zip')).toBe('a');
  });

  it('never writes through a link that lies where the new copy is made', async () => {
    const { system } = aWindows();
    put('a.zip', 'a');
    put('elsewhere.txt', 'untouched');
    symlinkSync('elsewhere.txt', at('.next'));
    await point('a.zip', system);
    expect([text('elsewhere.txt'), text('latest.zip')]).toEqual(['untouched', 'a']);
  });

  it('is a fault when a folder has that name', async () => {
    put('a.zip', 'a');
    mkdirSync(at('latest.zip'));
    await expect(point('a.zip', posix)).rejects.toMatchObject({ code: expect.stringMatching(/^E/) });
  });
});
