/** A folder of this machine as target: copied under a temporary name, synced, renamed. */
import { copyFile, readdir, rm, stat, statfs } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { addressOf } from '../model/address.js';
import type { DeliverySettings, FolderSettings } from '../model/settings.js';
import { replaceBy, setMode, syncFile, syncFolder } from '../platform/files.js';
import { HERE, type System } from '../platform/system.js';
import { DeliveryFault, type DeliveryStep, type FaultKind } from './fault.js';
import { targetOver } from './target-over.js';
import type { DeliveryTarget, RemoteFolder } from './target.js';

export function folderTarget(
  delivery: DeliverySettings,
  { path, mode }: FolderSettings,
  system: System = HERE,
): DeliveryTarget {
  const address = addressOf(delivery);
  const remarks =
    system.isWindows && mode !== undefined
      ? ['delivery.folder.mode has no effect on Windows: who may read the file follows from the folder.']
      : [];
  return targetOver(delivery, {
    host: 'this machine',
    open: () => openFolder(address, path, system),
    remarks,
  });
}

async function openFolder(address: string, path: string, system: System): Promise<RemoteFolder> {
  const at = (name: string): string => join(path, name);
  const attempt = async <T>(step: DeliveryStep, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw faultOf(address, path, step, error);
    }
  };
  await attempt('open the folder', async () => {
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
  });
  return {
    offers: {},
    put: (local, name) =>
      attempt('upload', async () => {
        await copyFile(local, at(name), constants.COPYFILE_EXCL);
        await setMode(at(name), 0o600, system);
        await syncFile(at(name), system);
      }),
    setMode: (name, mode) =>
      attempt('set the rights', () => setMode(at(name), Number.parseInt(mode, 8), system)),
    size: (name) => attempt('compare', () => orIfAbsent(undefined, async () => (await stat(at(name))).size)),
    hash: (name) => attempt('compare', () => hashOf(at(name))),
    replace: (from, to) =>
      attempt('rename', async () => {
        await replaceBy(at(from), at(to), system);
        await syncFolder(path, system);
      }),
    remove: (name) => attempt('rename', () => rm(at(name), { force: true })),
    listParts: () => attempt('open the folder', () => partsIn(path)),
    freeBytes: () =>
      attempt('open the folder', async () => {
        const { bavail, bsize } = await statfs(path);
        return bavail * bsize;
      }),
    close: () => Promise.resolve(),
  };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

async function partsIn(path: string): ReturnType<RemoteFolder['listParts']> {
  const names = (await readdir(path)).filter((name) => name.endsWith('.part'));
  const found = names.map((name) =>
    orIfAbsent([], async () => [{ name, changedAt: (await stat(join(path, name))).mtimeMs }]),
  );
  return (await Promise.all(found)).flat();
}

async function orIfAbsent<T>(otherwise: T, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}

const FAULTS: Readonly<Record<string, readonly [kind: FaultKind, says: string, cure: string]>> = {
  ENOENT: ['lasting', 'there is no such folder', 'Make it, or mend delivery.folder.path.'],
  ENOTDIR: ['lasting', 'it is not a folder', 'Mend delivery.folder.path.'],
  EACCES: ['lasting', 'this user has no right to do so', 'Check the owner and the rights of the folder.'],
  EPERM: ['lasting', 'this user has no right to do so', 'Check the owner and the rights of the folder.'],
  EBUSY: [
    'passing',
    'the file is in use by another program',
    'Close it there, or run deliver when it is closed.',
  ],
  EROFS: ['lasting', 'the file system is read-only', 'Check how it is mounted.'],
  ENOSPC: ['passing', 'the disk is full', 'Free some space and run deliver.'],
  EDQUOT: ['passing', 'the disk quota is used up', 'Free some space and run deliver.'],
};

function faultOf(address: string, path: string, step: DeliveryStep, error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return error;
  const unforeseen = ['passing', `the system says ${code}`, `Look at ${path} and run deliver.`] as const;
  const [kind, says, cure] = FAULTS[code] ?? unforeseen;
  return new DeliveryFault(address, { step, kind, says, cure, cause: error });
}
