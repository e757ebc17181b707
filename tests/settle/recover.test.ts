/** What the next start makes of each place at which a refresh can have been killed, and of files that people took away. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  existsSync,
  mkdirSync,
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
import { homeAt, type Home } from '../../src/home/home.js';
import type { BundleState } from '../../src/state/records.js';
import { State } from '../../src/state/state.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aWindows } from '../platform/windows-system.js';
import { aConfig, aConnection } from '../support/connections.js';
import { sha256 } from '../refresh/visible.js';

afterAll(removeFolders);

const settings = aConnection({ mode: 'delta' });
const NAME = '20261016T030000Z-1.1-delta';
const OLD = '20261015T030000Z-1.1-bulk';

let home: Home;
let state: State;
afterEach(() => state.close());
beforeEach(async () => {
  home = homeAt(join(makeFolder(), 'home'));
  for (const folder of [home.bundles('library'), home.withheld('library'), home.full('library')]) {
    mkdirSync(folder, { recursive: true });
  }
  state = await State.open(home.state, () => new Date('2026-10-16T04:00:00Z'));
  // A good night before.
  writeFileSync(inBundles(OLD), 'old');
  const id = await record('published', OLD, inBundles(OLD));
  await moveBaseTo(state, settings, id);
  symlinkSync(`${OLD}.zip`, join(home.bundles('library'), 'latest.zip'));
});

const inBundles = (name: string): string => join(home.bundles('library'), `${name}.zip`);
const inWithheld = (name: string): string => join(home.withheld('library'), `${name}.zip`);
const latest = (): string => readlinkSync(join(home.bundles('library'), 'latest.zip'));
const recoverAll = (system?: System): ReturnType<typeof recover> =>
  recover(home, state, aConfig(home.path, 'nowhere', [settings]), system);

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
  const { what, detail } = (await state.auditTrail()).at(-1) ?? { what: '', detail: '{}' };
  return { what, ...(JSON.parse(detail) as object) };
};

describe('the next start', () => {
  it('marks what never finished', async () => {
    await recoverAll();
    expect(await state.lastRefresh()).toMatchObject({ outcome: 'interrupted', finishedAt: null });
  });

  it('rolls a bundle forward whose rename happened, with the reason for which it was let pass', async () => {
    writeFileSync(inBundles(NAME), 'new');
    writeFileSync(join(home.full('library'), `${NAME}.zip`), 'full');
    const id = await record('verified', NAME, inBundles(NAME), 'a program closed');
    await recoverAll();
    expect(await state.bundle(id)).toMatchObject({ state: 'published' });
    expect(await state.base('library')).toMatchObject({ bundleId: id });
    expect(latest()).toBe(`${NAME}.zip`);
    expect(existsSync(join(home.full('library'), `${NAME}.zip`))).toBe(true);
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
    writeFileSync(join(home.bundles('library'), `${NAME}-exclusions.csv`), '');
    writeFileSync(join(home.full('library'), `${NAME}.zip`), 'full');
    await recoverAll();
    expect(await state.bundle(id)).toMatchObject({ state: 'failed', reason: 'interrupted' });
    expect(existsSync(join(home.bundles('library'), `${NAME}-exclusions.csv`))).toBe(false);
    expect(existsSync(join(home.full('library'), `${NAME}.zip`))).toBe(false);
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
      writeFileSync(join(home.withheld('library'), `${NAME}-exclusions.csv`), '');
      writeFileSync(join(home.withheld('library'), `${NAME}-full.zip`), 'full');
      const id = await record('releasing', NAME, inWithheld(NAME), 'a program closed');
      if (how !== 'nothing was moved') {
        renameSync(
          join(home.withheld('library'), `${NAME}-full.zip`),
          join(home.full('library'), `${NAME}.zip`),
        );
        renameSync(
          join(home.withheld('library'), `${NAME}-exclusions.csv`),
          join(home.bundles('library'), `${NAME}-exclusions.csv`),
        );
      }
      if (how === 'everything was moved') renameSync(inWithheld(NAME), inBundles(NAME));
      await recoverAll();
      expect(await state.bundle(id)).toMatchObject({ state: 'published' });
      expect(readFileSync(inBundles(NAME), 'utf8')).toBe('held');
      expect(readFileSync(join(home.full('library'), `${NAME}.zip`), 'utf8')).toBe('full');
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
    rmSync(join(home.bundles('library'), 'latest.zip'));
    symlinkSync('nowhere.zip', join(home.bundles('library'), '.latest.next'));
    await recoverAll();
    expect(latest()).toBe(`${OLD}.zip`);
    expect(existsSync(join(home.bundles('library'), '.latest.next'))).toBe(false);
  });

  it('replaces latest.zip on Windows by a copy of the newest good bundle, once it is not open', async () => {
    const { system, openElsewhere } = aWindows();
    const path = join(home.bundles('library'), 'latest.zip');
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
    writeFileSync(join(home.withheld('library'), 'notes.txt'), '');
    await recoverAll();
    expect(existsSync(inWithheld(NAME))).toBe(false);
    expect(existsSync(join(home.withheld('library'), 'notes.txt'))).toBe(true);
  });
});
