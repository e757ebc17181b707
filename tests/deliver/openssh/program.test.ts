/** What the system's sftp program is given: on Windows a backslash in a path of this machine would be lost. */
import { describe, expect, it } from '@jest/globals';
import { programArguments, quoted, quotedLocal } from '../../../src/deliver/openssh/program.js';
import type { OpensshSettings } from '../../../src/model/settings.js';
import { HERE } from '../../../src/platform/system.js';
import { SERVER } from '../parcels.js';

const windows = { ...HERE, isWindows: true };
const posix = { ...HERE, isWindows: false };
const settings: OpensshSettings = {
  kind: 'openssh',
  host: 'h',
  path: 'incoming',
  ...SERVER,
  identityFile: 'C:\\keys\\id',
  knownHosts: 'C:\\keys\\known hosts',
  configFile: 'C:\\keys\\config',
};

describe('paths of this machine', () => {
  it('have forward slashes on Windows, in commands and in arguments', () => {
    expect(quotedLocal('C:\\home\\staging\\a.zip', windows)).toBe('"C:/home/staging/a.zip"');
    const given = programArguments(settings, windows);
    expect(given).toEqual(expect.arrayContaining(['C:/keys/id', 'C:/keys/config']));
    expect(given).toContain('UserKnownHostsFile="C:/keys/known hosts"');
  });

  it('stay as they are elsewhere, where a backslash is part of a name', () => {
    expect(quotedLocal('/home/a\\b', posix)).toBe('"/home/a\\\\b"');
    expect(programArguments({ ...settings, identityFile: '/keys/a\\b' }, posix)).toContain('/keys/a\\b');
  });

  it('of the server are never changed', () => {
    expect(quoted('in\\coming')).toBe('"in\\\\coming"');
  });
});
