/** The home folder: where bundles, staging and the lock live, and what may stand there. */
import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { ExportError } from '../model/errors.js';

export interface Home {
  readonly path: string;
  readonly lock: string;
  readonly staging: string;
  readonly snapshots: string;
  readonly state: string;
  readonly metrics: string;
  bundles(connection: string): string;
  withheld(connection: string): string;
  /** Full content behind the deltas of a connection. */
  full(connection: string): string;
}

export function homeAt(path: string): Home {
  return {
    path,
    lock: join(path, 'lock.db'),
    staging: join(path, 'staging'),
    snapshots: join(path, 'snapshots'),
    state: join(path, 'state.db'),
    metrics: join(path, 'metrics.prom'),
    bundles: (connection) => join(path, 'bundles', connection),
    withheld: (connection) => join(path, 'withheld', connection),
    full: (connection) => join(path, 'full', connection),
  };
}

/** Makes the home folder, for its owner only. */
export function openHome(path: string): Home {
  const home = homeAt(path);
  inWords(path, () => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  });
  refuseNetworkDisk(path);
  return home;
}

/** File systems of other machines, by the number that `statfs` gives: SQLite's locks do not hold there for sure. */
const NETWORK_DISKS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x564c, 'NCP'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01021997, '9P'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0xbacbacbc, 'VMware shared folder'],
]);

/** The name of the network file system that has this number, or undefined when it is another. */
export function networkDisk(type: number): string | undefined {
  return NETWORK_DISKS.get(type >>> 0);
}

function refuseNetworkDisk(path: string): void {
  const kind = networkDisk(statfsSync(path).type);
  if (kind === undefined) return;
  throw new ExportError(
    'home',
    `The home folder ${path} is on a network disk (${kind}), where locks do not hold. Set home to a folder on a local disk.`,
  );
}

/** Removes what earlier refreshes left behind. Only for the holder of the lock. */
export function sweepStaging({ staging }: Home): void {
  rmSync(staging, { recursive: true, force: true });
}

/** A fresh folder, for its owner only. */
export function makeFolder(path: string): string {
  inWords(path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
  return path;
}

export function listFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const DISK_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and run the refresh again',
  SQLITE_FULL: 'the disk is full. Free some space and run the refresh again',
  SQLITE_IOERR_SHMSIZE: 'the disk is full. Free some space and run the refresh again',
  EDQUOT: 'the disk quota is used up. Free some space and run the refresh again',
  EACCES: 'this user has no right to write there. Check the owner and the rights of the folder',
  EPERM: 'this user has no right to write there. Check the owner and the rights of the folder',
  EBUSY: 'a file there is in use by another program. Close it there and run the refresh again',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file of that name stands in the way',
  EIO: 'the disk reports an error',
  SQLITE_IOERR: 'the disk reports an error',
  SQLITE_READONLY: 'the file system is read-only',
  SQLITE_CANTOPEN: 'this user has no right to write there. Check the owner and the rights of the folder',
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

function inWords<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw diskFault(path, error) ?? error;
  }
}
