/** A folder of this machine as target: copied under a temporary name, synced, renamed. */
import { DELIVERY_LIMITS, inMs } from '../model/limits.js';
import { open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { DeliverySettings, FolderSettings } from '../model/settings.js';
import { isReservedName } from '../model/remote-name.js';
import { replaceBy, setMode, syncFile, syncFolder } from '../platform/files.js';
import { HERE, type System } from '../platform/system.js';
import { DeliveryFault, type DeliveryStep, type FaultFacts, type FaultKind } from './fault.js';
import { stoppedFacts } from './sftp/faults.js';
import { Stalled, Stopped, within } from './sftp/stall.js';
import { targetOver } from './target-over.js';
import type { DeliveryTarget, Look, RemoteFolder } from './target.js';

export interface FolderOptions {
  readonly label: string;
  readonly system?: System;
}

export function folderTarget(
  delivery: DeliverySettings,
  { path, mode }: FolderSettings,
  { label, system = HERE }: FolderOptions,
): DeliveryTarget {
  const remarks =
    system.isWindows && mode !== undefined
      ? ['delivery.folder.mode has no effect on Windows: the folder determines who can read the file.']
      : [];
  return targetOver(delivery, {
    host: 'this machine',
    label,
    open: (signal) => openFolder({ address: label, path, signal, system }),
    remarks,
  });
}

interface Opened {
  readonly address: string;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
  readonly system: System;
}

/** A folder may be on another machine that stopped answering. */
const STALL_MS = inMs(DELIVERY_LIMITS.folderStall);
const COPY_BYTES = 1024 * 1024;

async function openFolder(opened: Opened): Promise<RemoteFolder> {
  const { path, system } = opened;
  const at = (name: string): string => {
    // Windows reports success, and the file is nowhere.
    if (system.isWindows && isReservedName(name)) throw Object.assign(new Error(), { code: 'RESERVED' });
    return join(path, name);
  };
  const attempt = stepsOf(opened);
  await attempt('open the folder', async () => {
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  });
  return {
    offers: {},
    put: (local, name, begun) =>
      attempt('upload', (moved) => copy(local, at(name), { begun, moved, system })),
    setMode: (name, mode) =>
      attempt('set the permissions', () => setMode(at(name), Number.parseInt(mode, 8), system)),
    look: (name) => attempt('compare', () => lookAt(at(name))),
    hash: (name, bytes) => attempt('compare', (moved) => hashOf(at(name), bytes, moved)),
    replace: (from, to) =>
      attempt('rename', async () => {
        await replaceBy(at(from), at(to), system);
        // The rename is done by then: a file system that cannot sync a folder makes no difference to the receiver.
        await syncFolder(path, system).catch(() => undefined);
      }),
    remove: (name) => attempt('remove', () => rm(at(name), { force: true })),
    list: (like) => attempt('open the folder', () => filesIn(path, like)),
    freeBytes: () =>
      attempt('open the folder', async () => {
        const { bavail, bsize } = await statfs(path);
        return bavail * bsize;
      }),
    close: () => Promise.resolve(),
  };
}

type Attempt = <T>(step: DeliveryStep, work: (moved: () => void) => Promise<T>) => Promise<T>;

function stepsOf({ address, path, signal }: Opened): Attempt {
  return async (step, work) => {
    try {
      return await within({ stallMs: STALL_MS, signal }, work);
    } catch (error) {
      const facts = factsOf(path, step, error);
      throw facts === undefined ? error : new DeliveryFault(address, facts);
    }
  };
}

interface Copying {
  readonly begun: () => void;
  readonly moved: () => void;
  readonly system: System;
}

/** A new file even if the name is taken: nothing is written through a link. */
async function copy(local: string, path: string, { begun, moved, system }: Copying): Promise<void> {
  await rm(path, { force: true });
  const [from, to] = [await open(local, 'r'), await open(path, 'wx', 0o600)];
  try {
    begun();
    const chunk = Buffer.allocUnsafe(COPY_BYTES);
    for (;;) {
      const { bytesRead } = await from.read(chunk, 0, COPY_BYTES, null);
      if (bytesRead === 0) break;
      await to.writeFile(chunk.subarray(0, bytesRead));
      moved();
    }
  } finally {
    await from.close();
    await to.close();
  }
  await setMode(path, 0o600, system);
  await syncFile(path, system);
}

async function lookAt(path: string): Promise<Look> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { is: 'there', bytes: size, changedAt: mtimeMs };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { is: 'absent' };
    if (code === 'EACCES' || code === 'EPERM') return { is: 'unclear' };
    throw error;
  }
}

async function hashOf(path: string, bytes: number, moved: () => void): Promise<string | undefined> {
  const hash = createHash('sha256');
  if (bytes === 0) return hash.digest('hex');
  try {
    if (!(await stat(path)).isFile()) return undefined;
    for await (const chunk of createReadStream(path, { highWaterMark: COPY_BYTES, end: bytes - 1 })) {
      hash.update(chunk as Buffer);
      moved();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'ENOENT') return undefined;
    throw error;
  }
  return hash.digest('hex');
}

async function filesIn(path: string, like: RegExp): ReturnType<RemoteFolder['list']> {
  const names = (await readdir(path)).filter((name) => like.test(name));
  const found = names.map(async (name) => {
    const { is, changedAt } = { changedAt: undefined, ...(await lookAt(join(path, name))) };
    return is === 'there' && changedAt !== undefined ? [{ name, changedAt }] : [];
  });
  return (await Promise.all(found)).flat();
}

const FREE_SPACE = 'Free some space and run deliver.';
const CHECK_RIGHTS = 'Check the owner and the permissions of the folder.';

const FAULTS: Readonly<Record<string, readonly [kind: FaultKind, says: string, hint: string]>> = {
  ENOENT: ['lasting', 'there is no such folder', 'Create it, or correct delivery.folder.path.'],
  ENOTDIR: ['lasting', 'it is not a folder', 'Correct delivery.folder.path.'],
  EACCES: ['lasting', 'this user has no permission to do this', CHECK_RIGHTS],
  EPERM: ['lasting', 'this user has no permission to do this', CHECK_RIGHTS],
  EBUSY: [
    'passing',
    'the file is in use by another program',
    'Close the file in that program, or run deliver after it is closed.',
  ],
  RESERVED: ['lasting', 'Windows takes the name for a device', 'Set another file name in delivery.folder.'],
  EROFS: ['lasting', 'the file system is read-only', 'Check how it is mounted.'],
  ENOSPC: ['passing', 'the disk is full', FREE_SPACE],
  EDQUOT: ['passing', 'the disk quota is used up', FREE_SPACE],
};

function factsOf(path: string, step: DeliveryStep, error: unknown): FaultFacts | undefined {
  if (error instanceof Stopped) return stoppedFacts(step, error);
  if (error instanceof Stalled) {
    const says = `the folder did not answer for ${STALL_MS / 1_000} seconds`;
    return { step, kind: 'lost', says, hint: `Check the mount of ${path} and run deliver.`, cause: error };
  }
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return undefined;
  if (step === 'set the permissions' && (code === 'EPERM' || code === 'ENOTSUP')) {
    const hint = 'Remove mode from delivery.folder: the file system does not allow changing permissions.';
    return { step, kind: 'lasting', says: 'the permissions cannot be changed', hint, cause: error };
  }
  const other = ['passing', `the system reports ${code}`, `Check ${path} and run deliver.`] as const;
  const [kind, says, hint] = FAULTS[code] ?? other;
  return { step, kind, says, hint, cause: error };
}
