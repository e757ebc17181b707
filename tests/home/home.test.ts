/** Which folder becomes the home, and that nothing planted in it is followed. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { self } from '../../src/model/owners.js';
import { claimHome, MARKER } from '../../src/home/home-marker.js';
import { openHome, requirePlain, sweepStaging } from '../../src/home/home.js';
import { takeLock } from '../../src/home/lock.js';
import { nextName, replaceFile } from '../../src/home/replace-file.js';
import { State } from '../../src/state/state.js';
import { isRoot, makeFolder, removeFolders } from '../support/cli.js';

afterAll(removeFolders);

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe('a folder becomes the home', () => {
  it('when it is new, with its parents, and again at the next start', () => {
    const home = join(makeFolder(), 'a/b');
    openHome(home);
    openHome(home);
    expect([modeOf(home), modeOf(join(home, '..'))]).toEqual([0o700, 0o700]);
    expect(readdirSync(home)).toEqual([MARKER]);
    expect(readFileSync(join(home, MARKER), 'utf8')).toMatch(/oneroster-export/);
  });

  it('when it is empty, but for what a file system puts there', () => {
    const home = makeFolder();
    mkdirSync(join(home, 'lost+found'));
    openHome(home);
    expect(modeOf(home)).toBe(0o700);
  });

  it('when a version before the marker left its state there', async () => {
    const home = makeFolder();
    const state = await State.open(join(home, 'state.db'), () => new Date());
    await state.close();
    openHome(home);
    expect(existsSync(join(home, MARKER))).toBe(true);
  });

  it('through a link that the operator set', () => {
    const [real, folder] = [makeFolder(), makeFolder()];
    symlinkSync(real, join(folder, 'home'));
    openHome(join(folder, 'home'));
    expect(readdirSync(real)).toEqual([MARKER]);
  });
});

describe('a folder is refused, and stays as it was', () => {
  it('with content of something else', () => {
    const home = makeFolder();
    writeFileSync(join(home, 'thesis.txt'), '');
    writeFileSync(join(home, 'state.db'), 'not a database');
    expect(() => openHome(home)).toThrow(/is not empty and has no marker file/);
    expect(modeOf(home)).toBe(0o755);
    expect(readdirSync(home)).toEqual(['state.db', 'thesis.txt']);
  });

  it('with a marker that is a link', () => {
    const home = makeFolder();
    symlinkSync('/etc/hostname', join(home, MARKER));
    expect(() => openHome(home)).toThrow(/has no marker file/);
  });

  it('when every user can write to it, as to the folder for temporary files', () => {
    const home = makeFolder();
    chmodSync(home, 0o1777);
    expect(() => openHome(home)).toThrow(/is writable by every user \(mode 1777\).*Set home to a folder/);
    expect(() => openHome('/tmp')).toThrow(/is writable by every user/);
    expect(statSync('/tmp').mode & 0o7777).toBe(0o1777);
  });

  it('when it belongs to another user', () => {
    const home = makeFolder();
    if (isRoot) chownSync(home, 12_345, 12_345);
    const another = isRoot ? self : { uid: statSync(home).uid + 1, isOwnGroup: () => true };
    expect(() => claimHome(home, another)).toThrow(/belongs to another user/);
    expect(readdirSync(home)).toEqual([]);
  });

  it('when others can rename a folder above it, before anything is made', () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'open/inner'), { recursive: true });
    chmodSync(join(folder, 'open'), 0o777);
    const path = realpathSync(join(folder, 'open'));
    expect(() => openHome(join(folder, 'open/inner/home'))).toThrow(
      `can be replaced by other users: ${path} is writable by every user (mode 0777)`,
    );
    expect(readdirSync(join(folder, 'open/inner'))).toEqual([]);
  });
});

describe('what is planted in the home', () => {
  it.each(['bundles', 'staging', 'state.db', 'lock.db'])('a link as %s is refused', (name) => {
    const home = openHome(join(makeFolder(), 'home'));
    symlinkSync(makeFolder(), join(home.path, name));
    expect(() => openHome(home.path)).toThrow(new RegExp(`${name} is a link, a pipe or something else`));
  });

  it('a pipe as a database is refused, also by who only looks', async () => {
    const home = openHome(join(makeFolder(), 'home'));
    spawnSync('mkfifo', [home.state]);
    expect(() => requirePlain(home)).toThrow(/state\.db is a link, a pipe/);
    await expect(State.look(home.state)).rejects.toThrow(/is not a plain file/);
  });

  it('a link as the folder of a connection is refused', () => {
    const home = openHome(join(makeFolder(), 'home'));
    mkdirSync(join(home.path, 'bundles'));
    const elsewhere = makeFolder();
    const shelf = home.bundles('library');
    symlinkSync(elsewhere, shelf.folder);
    writeFileSync(join(elsewhere, 'theirs.zip'), '');
    expect(() => shelf.prepare()).toThrow(/is a link/);
    expect(shelf.list()).toEqual([]);
  });

  it('a link or pipe under the old name of a next file is not written through', () => {
    const home = openHome(join(makeFolder(), 'home'));
    const victim = join(makeFolder(), 'victim');
    writeFileSync(victim, 'untouched');
    symlinkSync(victim, join(home.path, 'metrics.prom.next'));
    spawnSync('mkfifo', [join(home.path, 'holder.json.next')]);
    replaceFile(home.metrics, 'numbers');
    const lock = takeLock(home.lock, new Date());
    sweepStaging(home);
    lock.release();
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
    expect(readdirSync(home.path).sort()).toEqual([MARKER, 'lock.db', 'metrics.prom']);
  });

  it('a pipe as the holder of the lock does not keep the next one waiting', () => {
    const home = openHome(join(makeFolder(), 'home'));
    const lock = takeLock(home.lock, new Date());
    spawnSync('sh', ['-c', `rm ${home.path}/holder.json; mkfifo ${home.path}/holder.json`]);
    expect(() => takeLock(home.lock, new Date())).toThrow(/already running/);
    lock.release();
  });
});

describe('a file that is replaced', () => {
  it('is made anew each time, for its owner only, and leaves nothing beside it', () => {
    const folder = makeFolder();
    const path = join(folder, 'page');
    replaceFile(path, 'one');
    replaceFile(path, 'two');
    expect([readFileSync(path, 'utf8'), modeOf(path), readdirSync(folder)]).toEqual(['two', 0o600, ['page']]);
  });

  it('is a file where a link was', () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'victim'), 'untouched');
    symlinkSync('victim', join(folder, 'page'));
    replaceFile(join(folder, 'page'), 'new');
    expect(lstatSync(join(folder, 'page')).isFile()).toBe(true);
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('untouched');
  });

  it('waits under a name that cannot be guessed', () => {
    expect(nextName('a')).not.toBe(nextName('a'));
  });

  it('leaves nothing when it cannot be replaced', () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'page/in'), { recursive: true });
    expect(() => replaceFile(join(folder, 'page'), 'new')).toThrow();
    expect(readdirSync(folder)).toEqual(['page']);
  });
});
