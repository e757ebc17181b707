/** Disks, names and signals by the rules of both kinds of system. */
import { describe, expect, it } from '@jest/globals';
import { networkDiskOf } from '../../src/platform/disks.js';
import { portablePath, shellArgument } from '../../src/platform/names.js';
import { stopSignals } from '../../src/platform/signals.js';
import { HERE, type System } from '../../src/platform/system.js';
import { aWindows } from './windows-system.js';

const posix: System = { ...HERE, isWindows: false };
const windows = aWindows().system;

describe('a disk of another machine', () => {
  it.each([
    [0x6969, 'NFS'],
    [-11317950, 'CIFS'], // as a signed number
    [0xfe534d42, 'SMB2'],
    [0x01021997, '9P'],
    [0xef53, undefined], // ext4
    [0x01021994, undefined], // tmpfs
    [0x794c7630, undefined], // overlayfs
    [0x58465342, undefined], // XFS
    [0x9123683e, undefined], // Btrfs
  ])('of file system %p is %p', (type, kind) => {
    expect(networkDiskOf('/home', { ...posix, disk: { ...HERE.disk, statfsSync: () => ({ type }) } })).toBe(
      kind,
    );
  });

  it.each([
    ['\\\\files\\oneroster', 'Windows share'],
    ['//files/oneroster', 'Windows share'],
    ['\\\\?\\UNC\\files\\oneroster', 'Windows share'],
    ['O:\\oneroster', 'drive letter of a Windows share'],
    ['P:\\oneroster', 'drive letter of a Windows share'],
    ['C:\\oneroster', undefined],
    ['\\\\?\\C:\\oneroster', undefined],
    ['\\\\.\\C:\\oneroster', undefined],
  ])('on Windows: %p is %p', (path, kind) => {
    const { system, drives } = aWindows();
    drives.set('O:\\oneroster', '\\\\files\\district\\oneroster');
    drives.set('P:\\oneroster', '\\\\?\\UNC\\files\\district\\oneroster');
    expect(networkDiskOf(path, system)).toBe(kind);
  });
});

describe('a path', () => {
  it.each([
    ['C:\\OneRoster\\oneroster.yaml', 'C:\\OneRoster\\oneroster.yaml', "'C:\\OneRoster\\oneroster.yaml'"],
    [
      'C:\\Program Files\\oneroster.yaml',
      '"C:\\Program Files\\oneroster.yaml"',
      "'C:\\Program Files\\oneroster.yaml'",
    ],
    ['/etc/oneroster.yaml', '/etc/oneroster.yaml', '/etc/oneroster.yaml'],
    ["the district's.yaml", '"the district\'s.yaml"', "'the district'\\''s.yaml'"],
  ])('%s is pasted into a shell as %s on Windows and as %s elsewhere', (path, onWindows, elsewhere) => {
    expect([shellArgument(path, windows), shellArgument(path, posix)]).toEqual([onWindows, elsewhere]);
  });

  it('has forward slashes for another program on Windows, and stays as it is elsewhere', () => {
    expect(portablePath('C:\\keys\\id_ed25519', windows)).toBe('C:/keys/id_ed25519');
    expect(portablePath('/keys/a\\b', posix)).toBe('/keys/a\\b');
  });
});

describe('the signals that stop a refresh', () => {
  it('are those that the system sends', () => {
    expect(stopSignals(posix)).toEqual(['SIGINT', 'SIGTERM', 'SIGHUP']);
    expect(stopSignals(windows)).toEqual(['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP']);
  });
});
