/** Folders of our own: for their owner only, and never what a link leads to. */
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { diskFault } from '../faults/disk.js';
import { ExportError } from '../model/errors.js';

/** A folder of our own below one that is there. */
export function makeSubfolder(path: string): string {
  inWords(path, () => {
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  });
  if (!isOwnFolder(path)) throw notOurs(path, 'folder');
  return path;
}

/** A folder of our own, for its owner only; it may be there. */
export function makeFolder(path: string): string {
  inWords(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  if (!isOwnFolder(path)) throw notOurs(path, 'folder');
  return path;
}

/** Nothing below a link is ours. */
export const isOwnFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

export function listFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** `step` with errors of the disk in words, for `path`. */
export function inWords<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw diskFault(path, error) ?? error;
  }
}

export function notOurs(path: string, kind: string): ExportError {
  return new ExportError(
    'home',
    `${path} is a link, a pipe or something else that this program did not create. Move it away; a plain ${kind} is created in its place.`,
  );
}
