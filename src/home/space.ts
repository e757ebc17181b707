/**
 * Whether the disk has room for a refresh, checked before the work starts: a disk that fills up halfway costs a night. Takes
 * the size of the last published bundles as the estimate.
 */
import { statfsSync, statSync } from 'node:fs';
import { ExportError } from '../model/errors.js';
import type { Home } from './home.js';
import { fullContent } from './bundle-files.js';
import type { State } from '../state/state.js';

/** For a first refresh, the state database and its log. */
const RESERVE = 64 * 1024 * 1024;
/** Snapshot, CSV files and zips of a refresh took 9 times the zipped content of a district of 10,000 students. */
const TIMES_THE_BUNDLE = 12;

/** Throws ExportError `home` when the disk is too full for bundles like the last ones. `last`: from `lastBytes`. */
export function requireSpace(home: Home, last: number): void {
  const { bavail, bsize } = statfsSync(home.path);
  const [free, needed] = [bavail * bsize, RESERVE + TIMES_THE_BUNDLE * last];
  if (free >= needed) return;
  throw new ExportError(
    'home',
    `The disk of ${home.path} has ${megabytes(free)} free, and a refresh may require ${megabytes(needed)}. Free some space and run the refresh again; nothing was read or changed.`,
  );
}

/** Of the zips with the full content that was published last; 0 where there are none. */
export async function lastBytes(
  state: State | undefined,
  home: Home,
  connections: readonly string[],
): Promise<number> {
  let last = 0;
  for (const connection of connections) last += state ? await sizeOf(state, home, connection) : 0;
  return last;
}

/** Of a delta it is the content behind it that is made anew each night. */
async function sizeOf(state: State, home: Home, connection: string): Promise<number> {
  const last = await state.newestBundle(connection, 'published');
  const content = last && fullContent(home, last);
  return content === undefined ? 0 : (statSync(content, { throwIfNoEntry: false })?.size ?? 0);
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000).toLocaleString('en-US')} MB`;
