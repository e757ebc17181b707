/**
 * Verified bundle -> published bundle: one atomic rename, then `latest.zip`. Whoever looks sees the old bundle or the new
 * one, never half of one. The exclusions list is in place before the bundle is.
 */
import { existsSync } from 'node:fs';
import { open, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PublishedBundle, VerifiedBundle } from '../model/bundle.js';
import { compactInstant } from '../model/values.js';

export interface PublishRequest {
  /** The connection's folder, which exists. */
  readonly folder: string;
  /** From `bundleName`; recorded before the rename, so that a kill in between is mended by rolling forward. */
  readonly name: string;
}

export async function publish(
  bundle: VerifiedBundle,
  { folder, name }: PublishRequest,
): Promise<PublishedBundle> {
  const exclusions = join(folder, `${name}-exclusions.csv`);
  const path = join(folder, `${name}.zip`);
  await rename(bundle.exclusions, exclusions);
  await rename(bundle.path, path);
  await syncFolder(folder);
  await pointLatest(path);
  return { ...bundle, state: 'published', path, exclusions };
}

/** Two refreshes in one second must not overwrite one another: the later one takes the next free second. */
export function bundleName(
  folder: string,
  { version, mode }: Pick<VerifiedBundle, 'version' | 'mode'>,
  startedAt: Date,
): string {
  for (let second = 0; ; second += 1) {
    const at = new Date(startedAt.getTime() + second * 1_000);
    const name = `${compactInstant(at)}-${version}-${mode}`;
    if (!existsSync(join(folder, `${name}.zip`))) return name;
  }
}

/** `latest.zip` is a link that is replaced by a rename, so that it always leads to a whole bundle. */
export async function pointLatest(path: string): Promise<void> {
  const folder = dirname(path);
  const latest = join(folder, 'latest.zip');
  const next = join(folder, '.latest.next');
  if ((await currentLink(latest)) === basename(path)) return;
  await rm(next, { force: true });
  await symlink(basename(path), next);
  await rename(next, latest);
  await syncFolder(folder);
}

async function currentLink(latest: string): Promise<string | undefined> {
  return await readlink(latest).catch(() => undefined);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
