/** Sends a bundle that is there already: the newest good one, or one that is named. Takes the lock like a refresh. */
import { deliverBundle, isDelivering, type DeliveryDesk, type DeliveryOutcome } from './dispatch.js';
import { resolveDeliveries } from './recovery.js';
import { requireRollback } from './rollback.js';
import { HostTurns } from '../deliver/deliver.js';
import { ExportError } from '../model/errors.js';
import { connectionNamed } from '../model/connections.js';
import type { Config } from '../model/settings.js';
import { recover } from '../settle/recover.js';
import { withHome } from '../settle/with-home.js';
import { renewDelivery, renewHomePage } from '../report/after-decision.js';
import { hasSharingEnded, sayEnded, sharingDay } from '../model/sharing.js';
import { writeMetrics } from '../home/metrics.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';

export interface DeliverAgainRequest {
  readonly config: Config;
  readonly connection: string;
  /** Name of a bundle, with or without `.zip`; undefined for the newest good one. */
  readonly bundle?: string;
  /** The reason for sending an older bundle on purpose. */
  readonly rollback?: string;
  readonly now: Date;
  readonly onProgress: DeliveryDesk['onProgress'];
  readonly signal?: AbortSignal;
}

export async function deliverAgain(request: DeliverAgainRequest): Promise<DeliveryOutcome> {
  const { config, connection, now, onProgress, rollback } = request;
  const settings = connectionNamed(config, connection);
  if (!isDelivering(settings)) {
    throw new ExportError(
      'usage',
      `${connection} has no delivery in the config: its bundles stay in ${config.home}.`,
    );
  }
  if (hasSharingEnded(settings, sharingDay(config, now)))
    throw new ExportError('withheld', sayEnded(settings));
  const options = { config, now, ...(request.signal && { signal: request.signal }) };
  return await withHome(options, async ({ home, state, signal }) => {
    const desk: DeliveryDesk = {
      config,
      home,
      state,
      onProgress,
      startedAt: now,
      turns: new HostTurns(),
      ...(signal && { signal }),
      ...(rollback !== undefined && { rollback }),
    };
    await resolveDeliveries(desk, [settings]);
    const bundle = await chosen(state, connection, request.bundle);
    if (rollback !== undefined) await requireRollback(state, home, settings, bundle);
    const outcome = await deliverBundle(desk, settings, bundle);
    // Settles what a rollback changes: `latest.zip`, and full contents that nothing builds on any more.
    if (outcome.state === 'delivered' && rollback !== undefined) await recover(home, state, config);
    await renewDelivery(desk, settings, bundle);
    await renewHomePage(desk, config, now);
    await writeMetrics(
      state,
      home,
      config.connections.map(({ name }) => name),
    );
    return outcome;
  });
}

async function chosen(state: State, connection: string, wanted: string | undefined): Promise<BundleRecord> {
  const published = await state.bundles(connection, 'published');
  if (wanted === undefined) {
    const [newest] = published;
    if (newest !== undefined) return newest;
    throw new ExportError('usage', `${connection} has no good bundle yet. Run the refresh first.`);
  }
  const name = wanted.replace(/\.zip$/, '');
  const found = (await state.bundles(connection)).find((bundle) => bundle.name === name);
  if (found?.state === 'published') return found;
  const there = published.slice(0, 5).map((bundle) => bundle.name);
  const why = found === undefined ? 'is not known' : WHY_NOT[found.state];
  throw new ExportError(
    'usage',
    `The bundle ${name} of ${connection} ${why ?? `is ${found?.state ?? ''}`}. There are: ${there.join(', ') || 'none'}.`,
  );
}

const WHY_NOT: Readonly<Partial<Record<BundleRecord['state'], string>>> = {
  held: 'is on hold: release it first, with a reason',
  refused: 'was refused by verification and is never sent',
  withdrawn: 'was withdrawn when the receiver was rolled back: run the refresh for a new one',
  removed: 'is no longer kept',
};
