/**
 * Files that outlive a power cut, and files that replace others.
 *
 * | step | Linux, macOS | Windows |
 * | --- | --- | --- |
 * | sync a file | fsync | fsync, which needs a handle that may write |
 * | sync a folder | fsync | nothing: the file system does it itself |
 * | the mode of a file | chmod | nothing: who may read it follows from the folder |
 * | rename over a file that a program has open | always works | refused until it is closed, so it is tried again for some seconds |
 * | remove an open file | always works | refused until it is closed, so it is tried again; what stays is removed later |
 * | the newest bundle under a fixed name | a link | a copy, because links need a privilege that services do not have |
 */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { HERE, type System } from './system.js';

/** Makes the content of a file durable. */
export async function syncFile(path: string, { disk }: System = HERE): Promise<void> {
  // Windows refuses to sync a handle that may only read; elsewhere the mode makes no difference.
  const file = await disk.open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the names in a folder durable: a file that was renamed into it outlives a power cut only after this. */
export async function syncFolder(path: string, { isWindows, disk }: System = HERE): Promise<void> {
  if (isWindows) return;
  const folder = await disk.open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** On Windows nothing: there a mode can only make a file read-only, and such a file is never replaced again. */
export async function setMode(path: string, mode: number, { isWindows, disk }: System = HERE): Promise<void> {
  if (!isWindows) await disk.chmod(path, mode);
}

/** A file that another program keeps open, still so after all attempts. Its code is EBUSY on every system. */
export class FileInUse extends Error {
  override readonly name = 'FileInUse';
  readonly code = 'EBUSY';

  constructor(path: string, options: ErrorOptions) {
    super(`${path} is in use by another program`, options);
  }
}

/** Windows reports an open file as one of these; on other systems they mean a lasting lack of rights. */
const IN_USE: ReadonlySet<unknown> = new Set(['EPERM', 'EACCES', 'EBUSY']);

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;
const isInUse = (error: unknown, isWindows: boolean): boolean => isWindows && IN_USE.has(codeOf(error));

/** Renames, over a file of that name if there is one. Throws FileInUse where Windows does not allow that for the time being. */
export async function replaceBy(from: string, to: string, system: System = HERE): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await system.disk.rename(from, to);
      return;
    } catch (error) {
      if (!isInUse(error, system.isWindows)) throw error;
      const wait = system.waitsMs[attempt];
      if (wait === undefined) throw new FileInUse(to, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

/** The same, for callers that must not give way to other work: the thread waits. */
export function replaceByNow(from: string, to: string, system: System = HERE): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      system.disk.renameSync(from, to);
      return;
    } catch (error) {
      if (!isInUse(error, system.isWindows)) throw error;
      const wait = system.waitsMs[attempt];
      if (wait === undefined) throw new FileInUse(to, { cause: error });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
}

/**
 * Removes a file, or a folder with all that is in it; one that is absent is no error. False where Windows does not allow that
 * because a program has a file open: then some of it is still there, and a later removal takes it away.
 */
export function removeNow(path: string, { isWindows, disk, waitsMs }: System = HERE): boolean {
  for (let attempt = 0; ; attempt += 1) {
    try {
      disk.rmSync(path, { recursive: true, force: true });
      return true;
    } catch (error) {
      if (!isInUse(error, isWindows) && !(isWindows && codeOf(error) === 'ENOTEMPTY')) throw error;
      const wait = waitsMs[attempt];
      if (wait === undefined) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
    }
  }
}

/**
 * Lets `alias` be another name of `path`, a file in the same folder: a link, or on Windows a copy. It is put in its place by
 * a rename, by way of `next`, so that a reader sees the old content or the new one. Does nothing where it is so already.
 */
export async function pointAlias(
  alias: string,
  path: string,
  next: string,
  system: System = HERE,
): Promise<void> {
  const { isWindows, disk } = system;
  if (await isAlias(alias, path, system)) return;
  await disk.rm(next, { force: true });
  if (isWindows) {
    await disk.copyFile(path, next, constants.COPYFILE_EXCL);
    await syncFile(next, system);
  } else {
    await disk.symlink(basename(path), next);
  }
  try {
    await replaceBy(next, alias, system);
  } catch (error) {
    await disk.rm(next, { force: true });
    throw error;
  }
}

async function isAlias(alias: string, path: string, { isWindows, disk }: System): Promise<boolean> {
  try {
    if (!isWindows) return (await disk.readlink(alias)) === basename(path);
    if ((await disk.stat(alias)).size !== (await disk.stat(path)).size) return false;
    return (await hashOf(alias)) === (await hashOf(path));
  } catch {
    return false;
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
