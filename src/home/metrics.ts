/** The state of all connections as a Prometheus text file for node_exporter's textfile collector, replaced by a rename. */
import { waitingFor, type Home } from './home.js';
import { connectionMetrics, metricsText, type ConnectionFacts, type LabeledFacts } from '../state/metrics.js';
import { lastOutcome } from '../state/outcome.js';
import { replaceFile } from './replace-file.js';
import type { State } from '../state/state.js';

export async function writeMetrics(state: State, home: Home, connections: readonly string[]): Promise<void> {
  const found: LabeledFacts[] = [];
  for (const connection of connections)
    found.push({ labels: { connection }, facts: await factsOf(state, connection) });
  replaceFile(home.metrics, metricsText(connectionMetrics(found)), waitingFor(home, home.metrics));
}

async function factsOf(state: State, connection: string): Promise<ConnectionFacts> {
  const good = await state.newestBundle(connection, 'published');
  const rows = Object.values(good?.rows ?? {}).reduce((sum, count) => sum + count, 0);
  return {
    lastGood: good === undefined ? null : { at: good.madeAt, rows },
    deliveredAt: (await state.deliveriesOf(connection, 'delivered'))[0]?.finishedAt ?? null,
    held: (await state.bundles(connection, 'held')).length,
    lastOutcome: (await lastOutcome(state, connection)) ?? null,
  };
}
