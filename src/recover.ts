/**
 * What an earlier refresh left half done, mended under the lock before a new one starts: a bundle whose rename happened is
 * rolled forward, one whose rename did not is forgotten. Nobody has to help.
 */
import { join } from 'node:path';
import type { Config } from './model/settings.js';
import { pointLatest } from './publish/publish.js';
import type { Home } from './state/home.js';
import { isThere, moveBaseTo, sweepConnection } from './state/shelf.js';
import type { State } from './state/state.js';
import { fingerprint } from './write/zip.js';

export async function recover(home: Home, state: State, config: Config): Promise<void> {
  const interrupted = state.markInterrupted();
  for (const { name: connection, delivery } of config.connections) {
    for (const { id, name, sha256 } of state.bundles(connection, 'verified')) {
      const path = join(home.bundles(connection), `${name ?? ''}.zip`);
      const isPublished = isThere(path) && (await fingerprint(path)).sha256 === sha256;
      state.transaction(() => {
        state.setBundle(
          id,
          isPublished ? 'published' : 'failed',
          isPublished ? {} : { reason: 'interrupted' },
        );
        if (isPublished && delivery === undefined) moveBaseTo(state, home, id);
        state.audit(isPublished ? 'published' : 'interrupted', connection, {
          name,
          sha256,
          afterInterruption: true,
        });
      });
    }
    const newest = state.bundles(connection, 'published')[0];
    const path =
      newest?.name === undefined ? undefined : join(home.bundles(connection), `${newest.name ?? ''}.zip`);
    if (isThere(path)) await pointLatest(path);
    if (interrupted > 0) sweepConnection(state, home, connection);
  }
}
