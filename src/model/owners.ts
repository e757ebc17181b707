/**
 * Who else can change a file or folder: decided from its owner and mode. The superuser can change anything and does not count.
 * A system without numeric users (Windows) has no answer here; folders have access lists there.
 */
import { lstatSync, readFileSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';

export type Rights = Pick<Stats, 'uid' | 'gid' | 'mode'>;

/** The user of this process, and which groups have no other member. */
export interface Self {
  readonly uid: number | undefined;
  readonly isOwnGroup: (gid: number) => boolean;
}

const GROUP_WRITE = 0o020;
const ALL_WRITE = 0o002;
/** In such a folder only the owner of a file can rename or remove it. */
const STICKY = 0o1000;

export const self: Self = {
  uid: process.getuid?.(),
  isOwnGroup: (gid) => hasNoOtherMember(gid, process.getuid?.() ?? -1, accounts),
};

/** Why others can write to it, as a predicate, or undefined where only this user and the superuser can. */
export function writableByOthers({ uid, gid, mode }: Rights, own: Self = self): string | undefined {
  if (own.uid === undefined) return undefined;
  if (uid !== own.uid && uid !== 0) return `belongs to another user (uid ${uid})`;
  const shown = (mode & 0o7777).toString(8).padStart(4, '0');
  if ((mode & ALL_WRITE) !== 0) return `is writable by every user (mode ${shown})`;
  if ((mode & GROUP_WRITE) !== 0 && !own.isOwnGroup(gid)) return `is writable by its group (mode ${shown})`;
  return undefined;
}

/** Why others can rename or replace what this user has in the folder, as a predicate, or undefined. */
export function renamableByOthers(folder: Rights, own: Self = self): string | undefined {
  const mode = (folder.mode & STICKY) === 0 ? folder.mode : folder.mode & ~(GROUP_WRITE | ALL_WRITE);
  return writableByOthers({ ...folder, mode }, own);
}

/** The nearest folder above `path` in which others can rename what leads to it. `path` is absolute, without links. */
export function looseFolderAbove(
  path: string,
  own: Self = self,
): { readonly folder: string; readonly why: string } | undefined {
  for (let at = path; at !== dirname(at);) {
    at = dirname(at);
    const why = renamableByOthers(lstatSync(at), own);
    if (why !== undefined) return { folder: at, why };
  }
  return undefined;
}

type Accounts = (file: 'passwd' | 'group') => readonly (readonly string[])[];

const accounts: Accounts = (file) => {
  try {
    return readFileSync(`/etc/${file}`, 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    return [];
  }
};

/**
 * Many systems give each user a group of their own, and make folders writable by it. The two files have all accounts only where
 * they have this one; in a directory service there may be others.
 */
export function hasNoOtherMember(gid: number, uid: number, read: Accounts): boolean {
  const users = read('passwd').filter(([name = '']) => name !== '');
  const me = users.find(([, , id]) => Number(id) === uid);
  const group = read('group').find(([, , id]) => id !== undefined && Number(id) === gid);
  if (me === undefined || group === undefined) return false;
  const listed = (group[3] ?? '').split(',').filter((name) => name !== '');
  const byDefault = users.filter(([, , , primary]) => Number(primary) === gid).map(([name = '']) => name);
  return [...listed, ...byDefault].every((name) => name === me[0] || name === 'root');
}
