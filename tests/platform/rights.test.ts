/** Who may read a file: what icacls prints, and the modes of other systems. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.js';
import { privateFiles, privateFilesPage } from '../../src/commands/private-files.js';
import { readersIn, rightsOf, wideReaders } from '../../src/platform/rights.js';
import { HERE } from '../../src/platform/system.js';
import { aConnection } from '../config/given-config.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aWindows } from './windows-system.js';

afterAll(removeFolders);

/** As icacls prints it: the path, then one entry per line, aligned. */
function listing(path: string, ...entries: readonly string[]): string {
  const indent = ' '.repeat(path.length + 1);
  const lines = entries.map((entry, at) => (at === 0 ? `${path} ${entry}` : `${indent}${entry}`));
  return [...lines, '', 'Successfully processed 1 files; Failed processing 0 files', ''].join('\r\n');
}

const KEY = 'C:\\OneRoster\\sftp key.pem';
const OWN = ['NT AUTHORITY\\SYSTEM:(F)', 'DISTRICT\\oneroster:(F)'];

describe('what icacls prints', () => {
  it('gives the accounts that may read, in its order', () => {
    expect(readersIn(listing(KEY, ...OWN), KEY)).toEqual([
      { account: 'NT AUTHORITY\\SYSTEM', isWide: false },
      { account: 'DISTRICT\\oneroster', isWide: false },
    ]);
  });

  it.each([
    'Everyone:(R)',
    'Everyone:(I)(OI)(CI)(RX)',
    'BUILTIN\\Users:(I)(RX)',
    'NT AUTHORITY\\Authenticated Users:(M)',
    'DISTRICT\\Domain Users:(Rc,S,RD,REA,RA)',
    'BUILTIN\\Guests:(GR)',
  ])('finds that %s lets more people read than intended', (entry) => {
    const wide = readersIn(listing(KEY, ...OWN, entry), KEY).filter(({ isWide }) => isWide);
    expect(wide.map(({ account }) => account)).toEqual([entry.slice(0, entry.indexOf(':'))]);
  });

  it.each([
    ['a right to write only', 'BUILTIN\\Users:(W)'],
    ['a refusal', 'Everyone:(DENY)(R)'],
    ['an entry for files below only', 'BUILTIN\\Users:(OI)(CI)(IO)(RX)'],
    ['no right at all', 'Everyone:(N)'],
    ['another language\u2019s last line', 'Erfolgreich verarbeitet: 1'],
  ])('does not take %s for a right to read', (_what, entry) => {
    expect(readersIn(listing(KEY, ...OWN, entry), KEY)).toHaveLength(2);
  });

  it('lists an account only known by its number, and a district group that was chosen', () => {
    const readers = readersIn(listing(KEY, 'S-1-5-21-1-2-3-500:(F)', 'DISTRICT\\SIS admins:(RX)'), KEY);
    expect(readers.map(({ account, isWide }) => [account, isWide])).toEqual([
      ['S-1-5-21-1-2-3-500', false],
      ['DISTRICT\\SIS admins', false],
    ]);
  });

  it('is nothing where icacls fails or prints nothing', async () => {
    const { system, acls } = aWindows();
    acls.set('C:\\empty', '');
    expect([await wideReaders('C:\\missing', system), await rightsOf('C:\\empty', system)]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe('the rights of a file', () => {
  it('on Windows are its owner and its list', async () => {
    const { system, acls, calls } = aWindows();
    acls.set(KEY, listing(KEY, ...OWN));
    expect(await rightsOf(KEY, system)).toMatchObject({ owner: 'DISTRICT\\oneroster' });
    expect(calls.join()).toMatch(/System32.icacls\.exe,.*System32.*powershell\.exe$/);
  });

  it.each([
    [0o600, []],
    [0o640, ['its group']],
    [0o604, ['everyone']],
  ])('elsewhere follow from the mode %p', async (mode, readers) => {
    const path = join(makeFolder(), 'key');
    writeFileSync(path, '');
    chmodSync(path, mode);
    expect(await wideReaders(path, { ...HERE, isWindows: false })).toEqual(readers);
  });
});

describe('a secret file on Windows', () => {
  const place = () => {
    const folder = makeFolder();
    const [config, key] = [join(folder, 'oneroster.yaml'), join(folder, 'key')];
    writeFileSync(key, 'secret');
    const delivery = `{ sftp: { host: h, user: u, privateKey: "\${file:key}", path: in } }`;
    writeFileSync(config, aConnection(`delivery: ${delivery}`));
    return { config, key, windows: aWindows() };
  };

  it('that Users may read is a config problem with the command that repairs it', async () => {
    const { config, key, windows } = place();
    windows.acls.set(key, listing(key, ...OWN, 'BUILTIN\\Users:(I)(RX)'));
    await expect(loadConfig(config, {}, windows.system)).rejects.toMatchObject({
      problems: [
        {
          path: 'connections[0].delivery.sftp.privateKey',
          message: `refers to ${key}, which BUILTIN\\Users can read: run icacls "${key}" /inheritance:r /grant:r "%USERDOMAIN%\\%USERNAME%:F" "SYSTEM:F"`,
        },
      ],
    });
  });

  it('that its account alone may read is none, whatever its mode', async () => {
    const { config, key, windows } = place();
    chmodSync(key, 0o644);
    windows.acls.set(key, listing(key, ...OWN));
    await expect(loadConfig(config, {}, windows.system)).resolves.toMatchObject({
      timezone: 'America/Chicago',
    });
  });

  it('whose rights Windows does not list is none, and preflight says that it was not checked', async () => {
    const { config, key, windows } = place();
    await expect(loadConfig(config, {}, windows.system)).resolves.toBeDefined();
    const home = makeFolder();
    windows.acls.set(config, listing(config, 'Everyone:(R)'));
    windows.acls.set(home, listing(home, ...OWN, 'Everyone:(R)'));
    const page = privateFilesPage(await privateFiles(config, home, windows.system));
    expect(page).toMatch(/info +config +\S+ +Owner: DISTRICT\\oneroster. May read: Everyone$/m);
    expect(page).toMatch(
      /warning +home .*May read: NT AUTHORITY\\SYSTEM, DISTRICT\\oneroster, Everyone; remove Everyone/,
    );
    expect(page).toMatch(new RegExp(`warning +secret +${key} +Not checked`));
  });
});
