/** Bundles kept in another way than as folders of the home folder: nothing but an implementation of shelves knows where they are. */
import { afterAll, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { moveBaseTo } from '../../src/home/base.js';
import { newestOnDisk } from '../../src/home/bundle-files.js';
import { folderShelves } from '../../src/home/folder-shelves.js';
import { retain } from '../../src/home/retention.js';
import type { Shelf, Shelves } from '../../src/home/shelf.js';
import { finishRelease } from '../../src/settle/settle.js';
import { recover } from '../../src/settle/recover.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection } from '../support/connections.js';
import { KEPT, NIGHT, Nights, START } from './made-nights.js';

afterAll(removeFolders);

/** One folder for all files of all shelves and connections, and a copy for the newest bundle. */
function oneFolder(folder: string): Shelves {
  const shelf = (kind: string, connection: string): Shelf => {
    const prefix = `${kind}~${connection}~`;
    const pathOf = (file: string): string => join(folder, prefix + file);
    return {
      folder,
      pathOf,
      prepare: () => undefined,
      list: () =>
        readdirSync(folder)
          .filter((name) => name.startsWith(prefix))
          .map((name) => name.slice(prefix.length)),
      take: async (from, file) => {
        await rename(from, pathOf(file));
      },
      write: (file, text) => {
        writeFileSync(pathOf(file), text);
      },
      point: async (alias, file) => {
        await copyFile(pathOf(file), pathOf(alias));
      },
      sync: () => Promise.resolve(),
      remove: (file) => {
        rmSync(pathOf(file), { force: true });
        return true;
      },
    };
  };
  return {
    bundles: (connection) => shelf('bundles', connection),
    withheld: (connection) => shelf('withheld', connection),
    full: (connection) => shelf('full', connection),
  };
}

/** Every file of every shelf with its text. */
const contentsOf = ({ home, settings: { name } }: Nights): object => ({
  bundles: filesOn(home.bundles(name)),
  withheld: filesOn(home.withheld(name)),
  full: filesOn(home.full(name)),
});

const filesOn = (shelf: Shelf): object =>
  Object.fromEntries(
    [...shelf.list()].sort().map((file) => [file, readFileSync(shelf.pathOf(file), 'utf8')]),
  );

/** Good nights, one on hold and released, one on hold that stays, a release that was killed, and what is too old. */
async function live(nights: Nights): Promise<readonly object[]> {
  const { settings, home } = nights;
  const state = await nights.open();
  const seen: object[] = [];
  const config = aConfig(home.path, 'nowhere', [settings]);
  await moveBaseTo(state, settings, await nights.live(0, 'bulk'));
  await nights.live(1, 'delta');
  seen.push(contentsOf(nights));
  const held = await nights.live(2, 'delta', true);
  seen.push(contentsOf(nights));
  await state.setBundle(held, 'releasing', 'a school has closed');
  const record = await state.bundle(held);
  if (record === undefined) throw new Error('the held bundle has no record');
  await finishRelease(nights.desk, record);
  seen.push(contentsOf(nights));
  await nights.live(3, 'delta', true);
  await state.setBundle(await nights.live(4, 'delta', true), 'releasing', 'it was killed meanwhile');
  expect((await recover(home, state, config)).get(settings.name)).toEqual([]);
  seen.push(contentsOf(nights));
  await nights.live(5, 'bulk');
  nights.now = START + 400 * NIGHT;
  await retain(nights.desk, settings.name, KEPT, new Date(nights.now));
  await retain(nights.desk, settings.name, { days: 1, bundles: 1 }, new Date(nights.now));
  seen.push(contentsOf(nights), { newest: newestOnDisk(home, settings.name)?.mode });
  expect((await state.checkAudit()).firstBroken).toBeNull();
  await state.close();
  return seen;
}

it('has the same files with the same bytes on each shelf after each step, and nothing in the home folder', async () => {
  const settings = aConnection({ mode: 'delta' });
  const elsewhere = new Nights(settings, oneFolder(makeFolder()));
  const usual = await live(new Nights(settings));
  expect(await live(elsewhere)).toEqual(usual);
  expect(readdirSync(elsewhere.home.path).filter((name) => !name.startsWith('state.db'))).toEqual([]);
  // Not vacuously: each step changed something.
  expect(new Set(usual.map((each) => JSON.stringify(each))).size).toBe(usual.length);
});

it('takes, replaces, points at and removes files of a folder, and refuses what is not ours', async () => {
  const folder = makeFolder();
  const shelf = folderShelves(folder).bundles('library');
  expect(shelf.list()).toEqual([]);
  expect(shelf.remove('one.zip')).toBe(true);
  await expect(shelf.take(join(folder, 'missing.zip'), 'one.zip')).rejects.toThrow(/ENOENT/);
  shelf.prepare();
  for (const text of ['first', 'second']) {
    writeFileSync(join(folder, 'made.zip'), text);
    await shelf.take(join(folder, 'made.zip'), 'one.zip');
    await shelf.point('latest.zip', 'one.zip');
    shelf.write('one-report.json', text);
    await shelf.sync();
    expect(filesOn(shelf)).toEqual({ 'one.zip': text, 'latest.zip': text, 'one-report.json': text });
  }
  expect(shelf.remove('one.zip')).toBe(true);
  expect([...shelf.list()].sort()).toEqual(['latest.zip', 'one-report.json']);
});
