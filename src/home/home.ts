/** The home folder: where bundles, staging and the lock live, and what may stand there. */
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diskFault } from '../faults/disk.js';
import { ExportError } from '../model/errors.js';
import { networkDiskOf } from '../platform/disks.js';
import { removeNow } from '../platform/files.js';
import { HERE, type System } from '../platform/system.js';
import { claimHome, nearestThere } from './home-marker.js';
import { NEXT_NAME } from './replace-file.js';

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

export interface HomeUse {
  /** Nothing in it is locked, so it may be on a network disk, for several machines. */
  readonly isShared?: boolean;
}

/** Makes the home folder, for its owner only. Throws ExportError `home` for a folder that is not a home, or not safe. */
export function openHome(path: string, { isShared = false }: HomeUse = {}): Home {
  const home = homeAt(path);
  inWords(path, () => {
    if (!isShared) refuseNetworkDisk(path);
    claimHome(path);
  });
  requirePlain(home);
  return home;
}

const OWN_FOLDERS = ['bundles', 'withheld', 'full', 'staging', 'snapshots'] as const;
const OWN_FILES = ['state.db', 'state.db-wal', 'state.db-shm', 'lock.db', 'lock.db-journal'] as const;

/** A link or pipe in place of our own file would redirect writes, or block forever. */
export function requirePlain({ path }: Pick<Home, 'path'>): void {
  for (const name of OWN_FOLDERS) {
    const stats = lstatSync(join(path, name), { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) throw notOurs(join(path, name), 'folder');
  }
  for (const name of OWN_FILES) {
    const stats = lstatSync(join(path, name), { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isFile()) throw notOurs(join(path, name), 'file');
  }
}

function notOurs(path: string, kind: string): ExportError {
  return new ExportError(
    'home',
    `${path} is a link, a pipe or something else that this program did not create. Move it away; a plain ${kind} is created in its place.`,
  );
}

function refuseNetworkDisk(path: string): void {
  const kind = networkDiskOf(nearestThere(resolve(path)));
  if (kind === undefined) return;
  throw new ExportError(
    'home',
    `The home folder ${path} is on a network drive (${kind}), where locks are not reliable. Set home to a folder on a local disk.`,
  );
}

/** Files of the home folder itself that are replaced as a whole, while their next content waits. */
const HALF_WRITTEN = new RegExp(`^(?:metrics\\.prom|holder\\.json|index\\.html)${NEXT_NAME}$`);

/**
 * Removes what earlier refreshes left behind. Only for the holder of the lock. Gives a warning where that cannot be removed
 * yet, and never throws: it must not hide what went wrong before.
 */
export function sweepStaging({ path, staging }: Home, system: System = HERE): string | undefined {
  try {
    for (const name of listFolder(path)) if (HALF_WRITTEN.test(name)) removeNow(join(path, name), system);
    if (removeNow(staging, system)) return undefined;
    return `${staging} contains SIS data and cannot be removed: another program is using a file in it. The next refresh removes it.`;
  } catch (error) {
    const code = String((error as { code?: unknown } | null)?.code);
    return `${staging} contains SIS data and cannot be removed (${code}). Check its owner and permissions, and remove it.`;
  }
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

function inWords<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw diskFault(path, error) ?? error;
  }
}
