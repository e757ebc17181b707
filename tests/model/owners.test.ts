/** Who besides this user and the superuser could change a file, by owner, mode and the members of its group. */
import { describe, expect, it } from '@jest/globals';
import { hasNoOtherMember, renamableByOthers, writableByOthers, type Self } from '../../src/model/owners.js';

const me: Self = { uid: 1000, isOwnGroup: (gid) => gid === 1000 };

describe('a file or folder', () => {
  it.each([
    { uid: 1000, gid: 1000, mode: 0o100600, others: undefined },
    { uid: 0, gid: 0, mode: 0o100644, others: undefined },
    { uid: 1000, gid: 1000, mode: 0o100664, others: undefined },
    { uid: 1000, gid: 50, mode: 0o100664, others: 'is writable by its group (mode 0664)' },
    { uid: 1000, gid: 1000, mode: 0o100602, others: 'is writable by every user (mode 0602)' },
    { uid: 1001, gid: 1000, mode: 0o100600, others: 'belongs to another user (uid 1001)' },
  ])('$uid:$gid with $mode: $others', ({ others, ...rights }) => {
    expect(writableByOthers(rights, me)).toBe(others);
  });

  it('is not judged where users have no numbers', () => {
    expect(writableByOthers({ uid: 0, gid: 0, mode: 0o777 }, { ...me, uid: undefined })).toBeUndefined();
  });

  it('in a sticky folder is safe from others, except from the owner of the folder', () => {
    expect(renamableByOthers({ uid: 0, gid: 0, mode: 0o41777 }, me)).toBeUndefined();
    expect(renamableByOthers({ uid: 0, gid: 0, mode: 0o40777 }, me)).toMatch(/every user/);
    expect(renamableByOthers({ uid: 1001, gid: 0, mode: 0o41755 }, me)).toMatch(/another user/);
  });
});

describe('the members of a group', () => {
  const files =
    (group: string, passwd = 'root:x:0:0::/:\nme:x:1000:1000::/:\nshe:x:1001:1001::/:\n') =>
    (file: string) =>
      (file === 'group' ? group : passwd).split('\n').map((line) => line.split(':'));

  it.each([
    { group: 'me:x:1000:', expected: true },
    { group: 'me:x:1000:me,root', expected: true },
    { group: 'me:x:1000:she', expected: false },
    { group: 'users:x:1001:', expected: false },
    { group: 'other:x:7:', expected: false },
  ])('$group', ({ group, expected }) => {
    expect(hasNoOtherMember(group.split(':')[2] === '1001' ? 1001 : 1000, 1000, files(group))).toBe(expected);
  });

  it('are not known where the accounts are kept elsewhere', () => {
    expect(hasNoOtherMember(1000, 1000, files('me:x:1000:', 'root:x:0:0::/:\n'))).toBe(false);
  });
});
