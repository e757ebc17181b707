/**
 * Whether a folder may be the home. It is emptied and closed to others, so a folder of another program must never become one:
 * a new or empty folder gets a marker file, and any other needs one.
 */
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
  type Stats,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ExportError } from '../model/errors.js';
import { looseFolderAbove, writableByOthers, type Self } from '../model/owners.js';
import { openPlainFileSync } from '../model/plain-file.js';
import { createFile } from './replace-file.js';

export const MARKER = '.oneroster-export';

const MARKER_TEXT = `This folder belongs to oneroster-export, which keeps bundles, its state and its lock here, and removes
what it no longer needs. Put nothing else here, and keep this file.
`;

/** A file system's own folder, which a disk has from the start. */
const NOT_CONTENT: readonly string[] = ['lost+found'];

/** Makes the folder where there is none, or throws ExportError `home` with the problem and the hint. */
export function claimHome(path: string, own?: Self): void {
  requireSafeParents(path, own);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stats = statSync(path);
  const loose = writableByOthers(stats, own);
  if (loose !== undefined)
    throw refusal(path, loose, 'Set home to a folder that only this user can write to (mode 0700).');
  if (!hasMarker(path)) mark(path);
  // A folder that belongs to the superuser, such as a mounted volume, keeps its mode.
  if (stats.uid === (process.getuid?.() ?? stats.uid)) chmodSync(path, 0o700);
}

/** A link in the path is followed where the operator put it, so its own folders count as well as those it leads to. */
function requireSafeParents(path: string, own: Self | undefined): void {
  const nearest = nearestThere(dirname(resolve(path)));
  const target =
    lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true ? [realpathSync(path)] : [];
  for (const each of [join(realpathSync(nearest), 'home'), ...target]) {
    const loose = looseFolderAbove(each, own);
    if (loose === undefined) continue;
    throw new ExportError(
      'home',
      `The home folder ${path} can be replaced by other users: ${loose.folder} ${loose.why}. Set home to a folder below one that only this user can write to.`,
    );
  }
}

/** The path, or the nearest folder above it that exists. */
export function nearestThere(path: string): string {
  return statOf(path) !== undefined || path === dirname(path) ? path : nearestThere(dirname(path));
}

const statOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

export function hasMarker(path: string): boolean {
  return lstatSync(join(path, MARKER), { throwIfNoEntry: false })?.isFile() === true;
}

function mark(path: string): void {
  const isEmpty = readdirSync(path).every((name) => NOT_CONTENT.includes(name));
  if (!isEmpty && !hasMarker(path) && !isEarlierHome(path)) {
    throw refusal(
      path,
      'is not empty and has no marker file',
      `It may belong to another program. Set home to a new or empty folder. If it is a home of this program, create the empty file ${MARKER} in it.`,
    );
  }
  try {
    createFile(join(path, MARKER), MARKER_TEXT);
  } catch (error) {
    const isMeanwhile = (error as NodeJS.ErrnoException).code === 'EEXIST' && hasMarker(path);
    if (!isMeanwhile) throw error;
  }
}

const SQLITE_HEADER = 'SQLite format 3\0';

/** Versions before the marker left a state database. */
function isEarlierHome(path: string): boolean {
  try {
    const { descriptor } = openPlainFileSync(join(path, 'state.db'), { links: 'refuse' });
    try {
      const begin = Buffer.alloc(SQLITE_HEADER.length);
      readSync(descriptor, begin, 0, begin.length, 0);
      return begin.toString('latin1') === SQLITE_HEADER;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
}

function refusal(path: string, why: string, wayOut: string): ExportError {
  return new ExportError('home', `The home folder ${path} ${why}. ${wayOut}`);
}
