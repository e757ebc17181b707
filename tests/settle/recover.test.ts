/** What the next start makes of each place at which a refresh can have been killed, and of files that people took away. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  existsSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { recover } from '../../src/settle/recover.js';
import { moveBaseTo } from '../../src/home/base.js';
import type { System } from '../../src/platform/system.js';
import { folderShelves } from '../../src/home/folder-shelves.js';
import { homeAt, type Home } from '../../src/home/home.js';
import type { Shelf, Shelves } from '../../src/home/shelf.js';
import type { BundleState } from '../../src/state/records.js';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aWindows } from '../platform/windows-system.js';
import { aConfig, aConnection } from '../support/connections.js';
import { sha256 } from '../refresh/visible.js';
import { auditTrail } from '../support/audit-trail.js';

afterAll(removeFolders);

const settings = aConnection({ mode: 'delta' });
const NAME = '20261016T030000Z-1.1-delta';
const OLD = '20261015T030000Z-1.1-bulk';

let home: Home;
let state: State;
afterEach(() => state.close());
beforeEach(async () => {
  home = homeAt(join(makeFolder(), 'home'));
  for (const shelf of shelvesOf(home)) shelf.prepare();
  state = await State.open(home.state, () => new Date('2026-10-16T04:00:00Z'));
  // A good night before.
  writeFileSync(inBundles(OLD), 'old');
  const id = await record('published', OLD, inBundles(OLD));
  await moveBaseTo(state, settings, id);
  symlinkSync(`${OLD}.zip`, home.bundles('library').pathOf('latest.zip'));
});

const inBundles = (name: string): string => home.bundles('library').pathOf(`${name}.zip`);
const inWithheld = (name: string): string => home.withheld('library').pathOf(`${name}.zip`);
const latest = (): string => readlinkSync(home.bundles('library').pathOf('latest.zip'));
const shelvesOf = (home: Shelves): readonly Shelf[] => [
  home.bundles('library'),
  home.withheld('library'),
  home.full('library'),
];
const recoverAll = (system?: System): ReturnType<typeof recover> => {
  const here = system ? homeAt(home.path, undefined, folderShelves(home.path, { system })) : home;
  return recover(here, state, aConfig(home.path, 'nowhere', [settings]));
};

/** As it stands in the state, with the bytes of a file. */
async function record(what: BundleState, name: string, file: string, reason?: string): Promise<number> {
  return await state.addBundle({
    refreshId: await state.startRefresh('2026-10-16', '0.0.0', ['library']),
    connection: 'library',
    state: what,
    version: '1.1',
    mode: name.endsWith('delta') ? 'delta' : 'bulk',
    scheme: 'any',
    name,
    bundle: { sha256: sha256(file), bytes: statSync(file).size, rows: new Map([['users', 1]]) },
    ...(reason !== undefined && { reason }),
  });
}

const lastEntry = async (): Promise<object> => {
  const { what, detail } = (await auditTrail(state)).at(-1) ?? { what: '', detail: '{}' };
  return { what, ...(JSON.parse(detail) as object) };
};

describe('the next start', () => {
  it('marks what never finished', async () => {
    await recoverAll();
    expect(await state.lastRefresh()).toMatchObject({ outcome: 'interrupted', finishedAt: null });
  });

  it('rolls a bundle forward whose rename happened, with the reason for which it was let pass', async () => {
    writeFileSync(inBundles(NAME), 'new');
    writeFileSync(home.full('library').pathOf(`${NAME}.zip`), 'full');
    const id = await record('verified', NAME, inBundles(NAME), 'a program closed');
    await recoverAll();
    expect(await state.bundle(id)).toMatchObject({ state: 'published' });
    expect(await state.base('library')).toMatchObject({ bundleId: id });
    expect(latest()).toBe(`${NAME}.zip`);
    expect(existsSync(home.full('library').pathOf(`${NAME}.zip`))).toBe(true);
    expect(await lastEntry()).toMatchObject({
      what: 'published',
      name: NAME,
      reason: 'a program closed',
      afterInterruption: true,
    });
  });

  it('forgets a bundle whose rename did not happen, and what was made ready for it', async () => {
    writeFileSync(inBundles(NAME), 'new');
    const id = await record('verified', NAME, inBundles(NAME));
    rmSync(inBundles(NAME));
    writeFileSync(home.bundles('library').pathOf(`${NAME}-exclusions.csv`), '');
    writeFileSync(home.full('library').pathOf(`${NAME}.zip`), 'full');
    await recoverAll();
    expect(await state.bundle(id)).toMatchObject({ state: 'failed', reason: 'interrupted' });
    expect(existsSync(home.bundles('library').pathOf(`${NAME}-exclusions.csv`))).toBe(false);
    expect(existsSync(home.full('library').pathOf(`${NAME}.zip`))).toBe(false);
    expect(latest()).toBe(`${OLD}.zip`);
  });

  it('does not take for its own a file that has other bytes', async () => {
    writeFileSync(inBundles(NAME), 'new');
    const id = await record('verified', NAME, inBundles(NAME));
    writeFileSync(inBundles(NAME), 'half of i');
    await recoverAll();
    expect(await state.bundle(id)).toMatchObject({ state: 'failed' });
    expect(existsSync(inBundles(NAME))).toBe(false);
    expect((await state.bundles('library', 'published')).map(({ name }) => name)).toEqual([OLD]);
  });

  it.each(['nothing was moved', 'the bundle was moved', 'everything was moved'])(
    'carries out a release that was decided: %s',
    async (how) => {
      writeFileSync(inWithheld(NAME), 'held');
      writeFileSync(home.withheld('library').pathOf(`${NAME}-exclusions.csv`), '');
      writeFileSync(home.withheld('library').pathOf(`${NAME}-full.zip`), 'full');
      const id = await record('releasing', NAME, inWithheld(NAME), 'a program closed');
      if (how !== 'nothing was moved') {
        renameSync(
          home.withheld('library').pathOf(`${NAME}-full.zip`),
          home.full('library').pathOf(`${NAME}.zip`),
        );
        renameSync(
          home.withheld('library').pathOf(`${NAME}-exclusions.csv`),
          home.bundles('library').pathOf(`${NAME}-exclusions.csv`),
        );
      }
      if (how === 'everything was moved') renameSync(inWithheld(NAME), inBundles(NAME));
      await recoverAll();
      expect(await state.bundle(id)).toMatchObject({ state: 'published' });
      expect(readFileSync(inBundles(NAME), 'utf8')).toBe('held');
      expect(readFileSync(home.full('library').pathOf(`${NAME}.zip`), 'utf8')).toBe('full');
      expect(latest()).toBe(`${NAME}.zip`);
      expect(await lastEntry()).toMatchObject({ what: 'released', reason: 'a program closed' });
    },
  );

  it('cancels a release whose bundle was removed', async () => {
    writeFileSync(inWithheld(NAME), 'held');
    const id = await record('releasing', NAME, inWithheld(NAME));
    rmSync(inWithheld(NAME));
    await recoverAll();
    expect(await state.bundle(id)).toMatchObject({ state: 'failed' });
    expect(latest()).toBe(`${OLD}.zip`);
  });

  it('sets latest.zip again, and takes away what a half done link left', async () => {
    rmSync(home.bundles('library').pathOf('latest.zip'));
    symlinkSync('nowhere.zip', home.bundles('library').pathOf('.latest.next'));
    await recoverAll();
    expect(latest()).toBe(`${OLD}.zip`);
    expect(existsSync(home.bundles('library').pathOf('.latest.next'))).toBe(false);
  });

  it('replaces latest.zip on Windows by a copy of the newest good bundle, once it is not open', async () => {
    const { system, openElsewhere } = aWindows();
    const path = home.bundles('library').pathOf('latest.zip');
    rmSync(path);
    writeFileSync(path, 'of another night');
    openElsewhere.set(path, 100);
    expect((await recoverAll(system)).get('library')).toEqual([
      expect.objectContaining({ code: 'latest-not-replaced', severity: 'warning' }),
    ]);
    expect(readFileSync(path, 'utf8')).toBe('of another night');
    openElsewhere.clear();
    expect((await recoverAll(system)).get('library')).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('removes withheld files that are not in the state, and no other files', async () => {
    writeFileSync(inWithheld(NAME), 'from a night that was killed before it was recorded');
    writeFileSync(home.withheld('library').pathOf('notes.txt'), '');
    await recoverAll();
    expect(existsSync(inWithheld(NAME))).toBe(false);
    expect(existsSync(home.withheld('library').pathOf('notes.txt'))).toBe(true);
  });
});
