/** The home folder: where bundles, staging and the lock live, and what may stand there. */
import { lstatSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { diskFault } from '../faults/disk.js';
import { ExportError } from '../model/errors.js';
import { networkDiskOf } from '../platform/disks.js';
import { removeNow } from '../platform/files.js';
import { HERE, type System } from '../platform/system.js';
import { folderShelves } from './folder-shelves.js';
import { inWords, listFolder, makeSubfolder, notOurs } from './folders.js';
import { claimHome, nearestThere } from './home-marker.js';
import { NEXT_NAME } from './replace-file.js';
import type { Shelves } from './shelf.js';

export interface Home extends Shelves {
  readonly path: string;
  readonly lock: string;
  /** Of the lease that this home is used with, where its state is in PostgreSQL. */
  readonly token?: number;
  /** Of this holder alone; with a lease never made again: the next holder removes it, and what comes late is not found. */
  readonly staging: string;
  readonly snapshots: string;
  readonly state: string;
  readonly metrics: string;
}

/** `shelves`: where bundles are kept, unless in folders of the home folder. */
export function homeAt(path: string, token?: number, shelves?: Shelves): Home {
  const staging = join(path, STAGING, ...(token === undefined ? [] : [String(token)]));
  return {
    path,
    lock: join(path, 'lock.db'),
    ...(token !== undefined && { token }),
    staging,
    snapshots: join(path, 'snapshots'),
    state: join(path, 'state.db'),
    metrics: join(path, 'metrics.prom'),
    ...(shelves ?? folderShelves(path, { waitingFor: (file) => waitingFor({ token, staging }, file) })),
  };
}

export interface HomeUse {
  /** Nothing in it is locked, so it may be on a network disk, for several machines. */
  readonly isShared?: boolean;
}

const STAGING = 'staging';

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

function refuseNetworkDisk(path: string): void {
  const kind = networkDiskOf(nearestThere(resolve(path)));
  if (kind === undefined) return;
  throw new ExportError(
    'home',
    `The home folder ${path} is on a network drive (${kind}), where locks are not reliable. Set home to a folder on a local disk, or keep the state in PostgreSQL.`,
  );
}

/** Files of the home folder itself that are replaced as a whole, while their next content waits. */
const HALF_WRITTEN = new RegExp(`^(?:metrics\\.prom|holder\\.json|index\\.html)${NEXT_NAME}$`);

/**
 * Removes what earlier holders left behind and makes the staging folder, before anything else is looked at. A late rename of a holder
 * that lost its lease finds no source from then on; folders of later tokens are never touched. Gives a warning, as `sweepStaging`.
 */
export function beginStaging(home: Home, system: System = HERE): string | undefined {
  const { path, staging, token } = home;
  if (token === undefined) {
    const left = sweepStaging(home, system);
    makeSubfolder(staging);
    return left;
  }
  makeSubfolder(dirname(staging));
  makeOnce(staging);
  return removing(path, () => {
    for (const name of listFolder(path)) if (HALF_WRITTEN.test(name)) removeNow(join(path, name), system);
    const earlier = listFolder(dirname(staging)).filter((name) => !(Number(name) >= token));
    return earlier.map((name) => removeNow(join(dirname(staging), name), system)).every(Boolean);
  });
}

/** Plain: a folder that is there is of another process. */
function makeOnce(staging: string): void {
  try {
    mkdirSync(staging, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw diskFault(staging, error) ?? error;
    const message = `The staging folder ${staging} is already there: another process uses the same lease. Run the refresh again.`;
    throw new ExportError('already-running', message);
  }
}

/**
 * Removes what this holder has staged, and without a lease, what earlier ones left. Gives a warning where that cannot be removed
 * yet, and never throws: it must not hide what went wrong before.
 */
export function sweepStaging({ path, staging, token }: Home, system: System = HERE): string | undefined {
  return removing(staging, () => {
    if (token === undefined)
      for (const name of listFolder(path)) if (HALF_WRITTEN.test(name)) removeNow(join(path, name), system);
    return removeNow(staging, system);
  });
}

/** The same in the middle of the work: the folder stays. */
export function emptyStaging({ staging }: Home, system: System = HERE): string | undefined {
  return removing(staging, () =>
    listFolder(staging)
      .map((name) => removeNow(join(staging, name), system))
      .every(Boolean),
  );
}

function removing(staging: string, isRemoved: () => boolean): string | undefined {
  try {
    if (isRemoved()) return undefined;
    return `${staging} contains SIS data and cannot be removed: another program is using a file in it. The next refresh removes it.`;
  } catch (error) {
    const code = String((error as { code?: unknown } | null)?.code);
    return `${staging} contains SIS data and cannot be removed (${code}). Check its owner and permissions, and remove it.`;
  }
}

/** Where the next content of a visible file waits: with a lease in the staging folder, so that a holder that lost it replaces nothing. */
export const waitingFor = (
  { token, staging }: { readonly token?: number | undefined; readonly staging: string },
  path: string,
): string => (token === undefined ? dirname(path) : staging);
