/** A decision on a held bundle: publish exactly these bytes, or drop them. Both are audited with the reason. */
import { ExportError } from '../model/errors.js';
import { connectionNamed } from '../model/connections.js';
import type { Config } from '../model/settings.js';
import { withHome } from './with-home.js';
import { renewHomePage } from '../report/after-decision.js';
import { hasSharingEnded, sayEnded, sharingDay } from '../model/sharing.js';
import { finishRelease, type Desk } from './settle.js';
import { whyNotSendable } from '../home/base.js';
import { writeMetrics } from '../home/metrics.js';
import type { BundleRecord } from '../state/records.js';
import { isThere, withheldFile } from '../home/bundle-files.js';
import { retain, sweepConnection } from '../home/retention.js';
import { fingerprint } from '../model/fingerprint.js';

export interface Decision {
  readonly config: Config;
  readonly connection: string;
  readonly reason: string;
  readonly now: Date;
}

/** Gives the path of the bundle that is published now. */
export async function release(decision: Decision): Promise<string> {
  return await decide(decision, async (desk, held) => {
    const { home, state, settings } = desk;
    if (hasSharingEnded(settings, sharingDay(decision.config, decision.now)))
      throw new ExportError('withheld', sayEnded(settings));
    const path = withheldFile(home, held, 'bundle');
    // The decision was about these bytes and no others.
    if (!isThere(path) || (await fingerprint(path))?.sha256 !== held.sha256) {
      throw new ExportError(
        'withheld',
        `The held bundle of ${held.connection} is not the one that was put on hold (sha256 ${held.sha256 ?? ''}). Run the refresh again.`,
      );
    }
    const obstacle = await whyNotSendable(state, home, settings, held);
    if (obstacle !== undefined) throw new ExportError('withheld', obstacle);
    await state.setBundle(held.id, 'releasing', decision.reason);
    const published = await finishRelease(desk, { ...held, reason: decision.reason });
    await retain({ home, state }, held.connection, decision.config.retention, decision.now);
    return published;
  });
}

export async function discard(decision: Decision): Promise<void> {
  await decide(decision, async ({ home, state }, { id, connection, name, sha256 }) => {
    await state.transaction(async (writing) => {
      await writing.setBundle(id, 'discarded', decision.reason);
      await writing.audit('discarded', connection, { name, sha256, reason: decision.reason });
    });
    await sweepConnection(state, home, connection);
  });
}

async function decide<T>(
  { config, connection, reason, now }: Decision,
  act: (desk: Desk, held: BundleRecord) => Promise<T>,
): Promise<T> {
  const settings = connectionNamed(config, connection);
  if (reason.trim() === '')
    throw new ExportError('usage', 'A decision requires --reason TEXT; it is recorded in the history.');
  return await withHome({ config, now }, async ({ home, state }) => {
    const held = await state.newestBundle(connection, 'held');
    if (held === undefined) throw new ExportError('usage', `${connection} has no held bundle.`);
    const result = await act({ home, state, settings }, held);
    await writeMetrics(
      state,
      home,
      config.connections.map(({ name }) => name),
    );
    await renewHomePage({ home, state }, config, now);
    return result;
  });
}
