/**
 * Files and folders for the time of one command, in the folder for temporary files. A file has no name from the moment it is
 * open, so no end of the process leaves it behind. A folder, for programs that need a path, goes at the end of the process; that
 * of a process that was killed goes when the next one makes its own.
 */
import { randomBytes } from 'node:crypto';
import { constants, lstatSync, mkdtempSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { self } from '../model/owners.js';
import { isAlive } from './alive.js';
import { openNew } from './replace-file.js';

/** To write and read back. The caller closes it. */
export function openScratchFile(parent = tmpdir()): number {
  const path = join(parent, `oneroster-export-${randomBytes(8).toString('hex')}`);
  const file = openNew(path, constants.O_RDWR);
  unlinkSync(path);
  return file;
}

const FOLDER = /^oneroster-export-(\d+)-[\w-]{6}$/;

/** Those that a process has made; one listener for all of them. */
const made = new Set<string>();

function removeAtExit(folder: string): void {
  if (made.size === 0)
    process.once('exit', () => {
      for (const each of made) rmSync(each, { recursive: true, force: true });
    });
  made.add(folder);
}

/** With mode 0700. The caller removes it; what makes the process end before that removes it, too, except a kill. */
export function makeScratchFolder(parent = tmpdir()): string {
  sweepScratchFolders(parent);
  const folder = mkdtempSync(join(parent, `oneroster-export-${process.pid}-`));
  removeAtExit(folder);
  return folder;
}

/** Removes the folders of processes that no longer run. Those of other users are left alone, as is what is no folder. */
export function sweepScratchFolders(parent = tmpdir()): void {
  for (const name of readdirSync(parent)) {
    const [, pid] = FOLDER.exec(name) ?? [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(parent, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    const isOwn = stats?.isDirectory() === true && (self.uid === undefined || stats.uid === self.uid);
    if (isOwn) rmSync(path, { recursive: true, force: true });
  }
}
