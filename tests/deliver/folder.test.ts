/** A folder as target by the rules of Windows: its files must be synced and replaced in another way. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeliveryFault } from '../../src/deliver/fault.js';
import { folderTarget } from '../../src/deliver/folder.js';
import type { FolderSettings } from '../../src/model/settings.js';
import { aWindows } from '../platform/windows-system.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aFile, aParcel, NAME, namesIn, PLACE, shaOf, toTarget } from './parcels.js';

afterAll(removeFolders);

let root: string;
let settings: FolderSettings;
beforeEach(() => {
  root = makeFolder();
  settings = { kind: 'folder', path: join(root, 'incoming'), ...PLACE };
  mkdirSync(settings.path);
});

describe('a folder on Windows', () => {
  it('gets the bundle whole, replacing the one before', async () => {
    const { system } = aWindows();
    const target = folderTarget(toTarget(settings), settings, { label: 'the folder', system });
    await target.send(aParcel(aFile(root)));
    const file = aFile(root);
    expect(await target.send(aParcel(file))).toMatchObject({ compared: 'hash' });
    expect(namesIn(settings.path)).toEqual([NAME]);
    expect(shaOf(join(settings.path, NAME))).toBe(file.sha256);
  });

  it('whose file stays open elsewhere is a passing fault, and what was there stays', async () => {
    const { system, openElsewhere } = aWindows();
    writeFileSync(join(settings.path, NAME), 'the old file');
    openElsewhere.set(join(settings.path, NAME), 100);
    const fault = await folderTarget(toTarget(settings), settings, { label: 'the folder', system })
      .send(aParcel(aFile(root)))
      .catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(DeliveryFault);
    expect(fault).toMatchObject({
      facts: { step: 'rename', kind: 'passing', says: 'the file is in use by another program' },
    });
    expect(namesIn(settings.path)).toEqual([NAME]);
    expect(readFileSync(join(settings.path, NAME), 'utf8')).toBe('the old file');
  });

  it.each([
    ['upload', 'direct'],
    ['rename', 'temporary'],
  ] as const)('whose name means a device there is refused at the %s', async (step, upload) => {
    const { system } = aWindows();
    const named: FolderSettings = { ...settings, upload };
    const target = folderTarget(toTarget(named), named, { label: 'the folder', system });
    await expect(target.send(aParcel(aFile(root, 'nul.zip')))).rejects.toMatchObject({
      facts: { step, kind: 'lasting', says: 'Windows takes the name for a device' },
    });
    expect(namesIn(settings.path)).toEqual([]);
  });

  it('has no file modes: one that would make the file read-only, and never replaced again, is not set', async () => {
    const { system } = aWindows();
    const readOnly = { ...settings, mode: '0444' };
    await folderTarget(toTarget(readOnly), readOnly, { label: 'the folder', system }).send(
      aParcel(aFile(root)),
    );
    expect(statSync(join(settings.path, NAME)).mode & 0o777).toBe(0o600);
  });
});
