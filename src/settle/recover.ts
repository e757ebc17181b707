/**
 * What an earlier start left half done, repaired under the lock before anything new begins: a bundle whose rename happened is
 * rolled forward, one whose rename did not is forgotten, a decided release is carried out. No manual step is needed.
 */
import type { Notice } from '../model/notices.js';
import type { Config } from '../model/settings.js';
import { pointLatest } from '../publish/publish.js';
import { finishRelease, recordPublished, type Desk } from './settle.js';
import type { Home } from '../home/home.js';
import type { BundleRecord } from '../state/records.js';
import { fileOf, isThere, withheldFile } from '../home/bundle-files.js';
import { sweepConnection } from '../home/retention.js';
import type { State } from '../state/state.js';
import { fingerprint } from '../model/fingerprint.js';

/** Returns, by connection, the notices on what could not be repaired yet. */
export async function recover(
  home: Home,
  state: State,
  config: Config,
): Promise<ReadonlyMap<string, readonly Notice[]>> {
  const notices = new Map<string, readonly Notice[]>();
  await state.transaction(async (writing) => {
    const interrupted = await writing.markInterrupted();
    if (interrupted > 0) await writing.audit('interrupted', null, { refreshes: interrupted });
  });
  for (const settings of config.connections) {
    const desk = { home, state, settings };
    for (const bundle of await state.bundles(settings.name, 'verified')) await rollForward(desk, bundle);
    for (const bundle of await state.bundles(settings.name, 'releasing')) await resumeRelease(desk, bundle);
    const newest = await state.newestBundle(settings.name, 'published');
    const shelf = home.bundles(settings.name);
    if (newest?.name != null && isThere(shelf.pathOf(fileOf(newest.name, 'bundle'))))
      notices.set(settings.name, await pointLatest(shelf, newest.name));
    await sweepConnection(state, home, settings.name);
  }
  return notices;
}

async function rollForward(desk: Desk, bundle: BundleRecord): Promise<void> {
  const { home, state, settings } = desk;
  const path = home.bundles(settings.name).pathOf(fileOf(bundle.name, 'bundle'));
  const { refreshId, name, sha256, reason } = bundle;
  if (await holds(path, sha256)) {
    const because = reason === null ? {} : { reason };
    await recordPublished(desk, bundle.id, 'published', { refreshId, ...because, afterInterruption: true });
    return;
  }
  await state.transaction(async (writing) => {
    await writing.setBundle(bundle.id, 'failed', 'interrupted');
    await writing.audit('interrupted', settings.name, { refreshId, name, sha256 });
  });
}

/** The decision was recorded before the first rename, so it is final, unless someone removed the files. */
async function resumeRelease(desk: Desk, bundle: BundleRecord): Promise<void> {
  const { home, state, settings } = desk;
  const { id, name, sha256 } = bundle;
  const published = home.bundles(settings.name).pathOf(fileOf(name, 'bundle'));
  if ((await holds(published, sha256)) || (await holds(withheldFile(home, bundle, 'bundle'), sha256))) {
    await finishRelease(desk, bundle);
    return;
  }
  await state.transaction(async (writing) => {
    await writing.setBundle(id, 'failed', 'the held bundle is no longer in its place');
    await writing.audit('interrupted', settings.name, { name, sha256 });
  });
}

async function holds(path: string, sha256: string | null): Promise<boolean> {
  return isThere(path) && (await fingerprint(path))?.sha256 === sha256;
}
