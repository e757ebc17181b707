/**
 * Verified bundle -> published bundle: one atomic rename, then `latest.zip`. A reader sees the old bundle or the new
 * one, never half of one. The exclusions list is in place before the bundle is.
 */
import { basename, dirname, join } from 'node:path';
import type { PublishedBundle, VerifiedBundle } from '../model/bundle.js';
import type { Notice } from '../model/notices.js';
import { compactInstant } from '../model/values.js';
import { pointAlias, replaceBy, syncFolder } from '../platform/files.js';
import { HERE, type System } from '../platform/system.js';

export interface PublishRequest {
  /** The connection's folder, which exists. */
  readonly folder: string;
  /** From `bundleName`; recorded before the rename, so that a kill in between is repaired by rolling forward. */
  readonly name: string;
}

export interface Publication {
  readonly bundle: PublishedBundle;
  /** What went wrong beside the publication. */
  readonly notices: readonly Notice[];
}

export async function publish(
  bundle: VerifiedBundle,
  { folder, name }: PublishRequest,
  system: System = HERE,
): Promise<Publication> {
  const exclusions = join(folder, `${name}-exclusions.csv`);
  const path = join(folder, `${name}.zip`);
  await replaceBy(bundle.exclusions, exclusions, system);
  await replaceBy(bundle.path, path, system);
  await syncFolder(folder, system);
  const notices = await pointLatest(path, system);
  return { bundle: { ...bundle, state: 'published', path, exclusions }, notices };
}

/** Two refreshes in one second must not overwrite one another: the later one takes the next free second. */
export async function bundleName(
  { version, mode }: Pick<VerifiedBundle, 'version' | 'mode'>,
  startedAt: Date,
  isTaken: (name: string) => Promise<boolean>,
): Promise<string> {
  for (let second = 0; ; second += 1) {
    const at = new Date(startedAt.getTime() + second * 1_000);
    const name = `${compactInstant(at)}-${version}-${mode}`;
    if (!(await isTaken(name))) return name;
  }
}

/**
 * `latest.zip` is the newest good bundle under a fixed name, replaced by a rename, so that it always is a whole bundle. The
 * bundle itself is published by then: where the name cannot be replaced, that is a notice, and the next start tries again.
 */
export async function pointLatest(path: string, system: System = HERE): Promise<readonly Notice[]> {
  const folder = dirname(path);
  const latest = join(folder, 'latest.zip');
  try {
    await pointAlias(latest, path, join(folder, '.latest.next'), system);
    await syncFolder(folder, system);
    return [];
  } catch (error) {
    return [notReplaced(latest, basename(path), (error as { code?: unknown } | null)?.code)];
  }
}

function notReplaced(latest: string, bundle: string, code: unknown): Notice {
  const why = code === 'EBUSY' ? 'it is in use by another program' : `the system reports ${String(code)}`;
  const message = `${latest} is not the newest bundle, ${bundle}: ${why}. The next refresh replaces it.`;
  return { code: 'latest-not-replaced', severity: 'warning', message, count: 1 };
}
