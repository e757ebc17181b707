/** A published bundle stays published, whatever becomes of its fixed name. */
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PublishedBundle, VerifiedBundle } from '../../src/model/bundle.js';
import type { Notice } from '../../src/model/notices.js';
import { folderShelves } from '../../src/home/folder-shelves.js';
import { HERE, type System } from '../../src/platform/system.js';
import { pointLatest, publish } from '../../src/publish/publish.js';
import { aWindows } from '../platform/windows-system.js';
import { makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

let staging: string;
let folder: string;
beforeEach(() => {
  staging = makeFolder();
  folder = join(staging, 'bundles', 'library');
});

interface Publication {
  readonly bundle: PublishedBundle;
  readonly notices: readonly Notice[];
}

async function publishText(name: string, system: System): Promise<Publication> {
  const path = join(staging, 'bundle.zip');
  const exclusions = join(staging, 'exclusions.csv');
  writeFileSync(path, name);
  writeFileSync(exclusions, '');
  const verified = { path, exclusions } as VerifiedBundle;
  const shelf = folderShelves(staging, { system }).bundles('library');
  shelf.prepare();
  const bundle = await publish(verified, { shelf, name });
  return { bundle, notices: await pointLatest(shelf, name) };
}

describe('publishing', () => {
  it.each([
    ['with links', HERE],
    ['with the rules of Windows', aWindows().system],
  ])('%s: bundle, exclusions and latest.zip are there, and nothing else', async (_rules, system) => {
    expect((await publishText('one', system)).notices).toEqual([]);
    const { bundle, notices } = await publishText('two', system);
    expect(notices).toEqual([]);
    expect(bundle.path).toBe(join(folder, 'two.zip'));
    expect(readFileSync(join(folder, 'latest.zip'), 'utf8')).toBe('two');
    expect(readdirSync(folder).sort()).toEqual([
      'latest.zip',
      'one-exclusions.csv',
      'one.zip',
      'two-exclusions.csv',
      'two.zip',
    ]);
  });

  it('is done although a reader has latest.zip open: that is a notice, and the next night replaces it', async () => {
    const { system, openElsewhere } = aWindows();
    const latest = join(folder, 'latest.zip');
    await publishText('one', system);
    openElsewhere.set(latest, 100);
    const { bundle, notices } = await publishText('two', system);
    expect(readFileSync(bundle.path, 'utf8')).toBe('two');
    expect(readFileSync(latest, 'utf8')).toBe('one');
    expect(notices).toEqual([
      {
        code: 'latest-not-replaced',
        severity: 'warning',
        message: `${latest} is not the newest bundle, two.zip: it is in use by another program. The next refresh replaces it.`,
        count: 1,
      },
    ]);
    openElsewhere.clear();
    expect((await publishText('three', system)).notices).toEqual([]);
    expect(readFileSync(latest, 'utf8')).toBe('three');
  });
});
