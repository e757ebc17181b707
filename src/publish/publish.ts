/**
 * Verified bundle -> published bundle: one atomic rename; once that is recorded, `latest.zip`. A reader sees the old bundle or the
 * new one, never half of one. The exclusions list is in place before the bundle is.
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

export async function publish(
  bundle: VerifiedBundle,
  { folder, name }: PublishRequest,
  system: System = HERE,
): Promise<PublishedBundle> {
  const exclusions = join(folder, `${name}-exclusions.csv`);
  const path = join(folder, `${name}.zip`);
  await replaceBy(bundle.exclusions, exclusions, system);
  await replaceBy(bundle.path, path, system);
  await syncFolder(folder, system);
  return { ...bundle, state: 'published', path, exclusions };
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
 * `via`: the folder in which the link is made.
 */
export async function pointLatest(
  path: string,
  via = dirname(path),
  system: System = HERE,
): Promise<readonly Notice[]> {
  const folder = dirname(path);
  const latest = join(folder, 'latest.zip');
  try {
    await pointAlias(latest, path, join(via, '.latest.next'), system);
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
