/**
 * Replaces a file as a whole: readers see the old content or the new one. The next content stands under a random name that
 * must not exist, so that nothing planted in the folder is written through.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { replaceByNow } from '../platform/files.js';

/** Windows does not have the flag: it is undefined there, despite the types. */
const NO_FOLLOW = (constants.O_NOFOLLOW as number | undefined) ?? 0;

/** The end of the names that `nextName` gives, and of those that earlier versions gave, as source of a pattern. */
export const NEXT_NAME = String.raw`(?:\.[0-9a-f]{16})?\.next`;

/** Where the next content of a file waits: beside it, or in another folder of the same disk, which a rename does not leave. */
export function nextName(path: string, folder = dirname(path)): string {
  return join(folder, `${basename(path)}.${randomBytes(8).toString('hex')}.next`);
}

/** Opens a file that did not exist, for its owner only. `access`: O_WRONLY or O_RDWR. */
export function openNew(path: string, access = constants.O_WRONLY): number {
  return openSync(path, access | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, 0o600);
}

/** A file that did not exist, for its owner only. */
export function createFile(path: string, text: string): void {
  const file = openNew(path);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** `via`: the folder in which the next content waits. */
export function replaceFile(path: string, text: string, via?: string): void {
  const next = nextName(path, via);
  try {
    createFile(next, text);
    replaceByNow(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}
