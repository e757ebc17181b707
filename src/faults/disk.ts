/** The codes of disks and of SQLite's files, in words for an administrator. */
import { ExportError } from '../model/errors.js';

const DISK_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and try again',
  SQLITE_FULL: 'the disk is full. Free some space and try again',
  SQLITE_IOERR_SHMSIZE: 'the disk is full. Free some space and try again',
  EDQUOT: 'the disk quota is used up. Free some space and try again',
  EACCES: 'this user has no permission to write there. Check the owner and the permissions of the folder',
  EPERM: 'this user has no permission to write there. Check the owner and the permissions of the folder',
  EBUSY: 'another program is using a file there. Close it and try again',
  SQLITE_BUSY: 'another program uses it. Close that program and try again',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'part of the path is a file, not a folder',
  EEXIST: 'a file with that name is in the way',
  EIO: 'the disk reports an error',
  SQLITE_IOERR: 'the disk reports an error',
  SQLITE_READONLY: 'the file system is read-only',
  SQLITE_CANTOPEN:
    'this user has no permission to write there. Check the owner and the permissions of the folder',
};

/** The error of a disk as ExportError `home`, or undefined when it is none. */
export function diskFault(path: string, error: unknown): ExportError | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code !== 'string') return undefined;
  const known = Object.keys(DISK_FAULTS).find((fault) => code === fault || code.startsWith(`${fault}_`));
  const says = known && DISK_FAULTS[known];
  return says === undefined
    ? undefined
    : new ExportError('home', `Cannot write to ${path}: ${says}. (${code})`, [], { cause: error });
}
