/**
 * Verified bundle -> published bundle: one atomic rename; once that is recorded, `latest.zip`. A reader sees the old bundle or the
 * new one, never half of one. The exclusions list is in place before the bundle is.
 */
import { fileOf } from '../home/bundle-files.js';
import type { Shelf } from '../home/shelf.js';
import type { PublishedBundle, VerifiedBundle } from '../model/bundle.js';
import type { Notice } from '../model/notices.js';
import { compactInstant } from '../model/values.js';

export interface PublishRequest {
  /** That of the connection, which is prepared. */
  readonly shelf: Shelf;
  /** From `bundleName`; recorded before the rename, so that a kill in between is repaired by rolling forward. */
  readonly name: string;
}

export async function publish(
  bundle: VerifiedBundle,
  { shelf, name }: PublishRequest,
): Promise<PublishedBundle> {
  const [zip, exclusions] = [fileOf(name, 'bundle'), fileOf(name, 'exclusions')];
  await shelf.take(bundle.exclusions, exclusions);
  await shelf.take(bundle.path, zip);
  await shelf.sync();
  return {
    ...bundle,
    state: 'published',
    name,
    path: shelf.pathOf(zip),
    exclusions: shelf.pathOf(exclusions),
  };
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
export async function pointLatest(shelf: Shelf, name: string): Promise<readonly Notice[]> {
  const zip = fileOf(name, 'bundle');
  try {
    await shelf.point(LATEST, zip);
    await shelf.sync();
    return [];
  } catch (error) {
    return [notReplaced(shelf.pathOf(LATEST), zip, (error as { code?: unknown } | null)?.code)];
  }
}

const LATEST = 'latest.zip';

function notReplaced(latest: string, bundle: string, code: unknown): Notice {
  const why = code === 'EBUSY' ? 'it is in use by another program' : `the system reports ${String(code)}`;
  const message = `${latest} is not the newest bundle, ${bundle}: ${why}. The next refresh replaces it.`;
  return { code: 'latest-not-replaced', severity: 'warning', message, count: 1 };
}
