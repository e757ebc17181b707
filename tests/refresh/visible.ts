/** What is visible in a home folder. */
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { join, relative } from 'node:path';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';

export interface Seen {
  readonly path: string;
  readonly stats: Stats;
}

/** Everything below a folder, links not followed. */
export function walk(folder: string): readonly Seen[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return []; // it was there a moment ago
    return [{ path, stats }, ...(stats.isDirectory() ? walk(path) : [])];
  });
}

/**
 * Names below `bundles/`, `withheld/` and `staging/` with what they hold: equal for equal content. Without the reports, which
 * tell how long it took.
 */
export function contents(home: string): Readonly<Record<string, string>> {
  const found = walk(home).filter(
    ({ path, stats }) => !stats.isDirectory() && !/-report\.(html|json)$/.test(path),
  );
  const told = found.map(({ path, stats }): [string, string] => [
    relative(home, path),
    stats.isSymbolicLink() ? `-> ${readlinkSync(path)}` : sha256(path),
  ]);
  return Object.fromEntries(told.filter(([path]) => path.includes('/')));
}

export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Throws unless the zip is whole: each entry is read to its end and its checksum compared. */
export async function openWhole(path: string): Promise<readonly string[]> {
  const zip = await yauzl.openPromise(path, { lazyEntries: true });
  const names: string[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      const stream = await zip.openReadStreamPromise(entry);
      let crc = 0;
      for await (const chunk of stream) crc = crc32(chunk as Buffer, crc);
      if (crc !== entry.crc32) throw new Error(`${path}: ${entry.fileName} does not have its checksum`);
      names.push(entry.fileName);
    }
  } finally {
    zip.close();
  }
  if (!names.includes('manifest.csv')) throw new Error(`${path} has no manifest`);
  return names;
}

/** Opens every zip that is visible, `latest.zip` among them. Gives how many there were. */
export async function openAllVisible(home: string): Promise<number> {
  const zips = walk(join(home, 'bundles'))
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.zip'));
  for (const path of zips) await openWhole(path);
  return zips.length;
}
