/** The state of all connections as a Prometheus text file for node_exporter's textfile collector, replaced by a rename. */
import { waitingFor, type Home } from './home.js';
import { isGood, lastOutcome } from '../state/outcome.js';
import { replaceFile } from './replace-file.js';
import type { State } from '../state/state.js';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly value: (state: State, connection: string) => Promise<number | undefined>;
}

const seconds = (at: string | null | undefined): number | undefined =>
  at === null || at === undefined ? undefined : Math.round(new Date(at).getTime() / 1_000);

const metrics: readonly Metric[] = [
  {
    name: 'oneroster_export_last_good_timestamp_seconds',
    help: 'When the last good bundle was published.',
    value: async (state, connection) => seconds((await state.newestBundle(connection, 'published'))?.madeAt),
  },
  {
    name: 'oneroster_export_last_delivery_timestamp_seconds',
    help: 'When the last delivery was confirmed.',
    value: async (state, connection) =>
      seconds((await state.deliveriesOf(connection, 'delivered'))[0]?.finishedAt),
  },
  {
    name: 'oneroster_export_held',
    help: '1 while a bundle is on hold.',
    value: async (state, connection) => (await state.bundles(connection, 'held')).length,
  },
  {
    name: 'oneroster_export_last_refresh_ok',
    help: '1 when the newest refresh ended in a good bundle, or its held one was released.',
    value: async (state, connection) => {
      const outcome = await lastOutcome(state, connection);
      return outcome === undefined ? undefined : isGood(outcome) ? 1 : 0;
    },
  },
  {
    name: 'oneroster_export_rows',
    help: 'Rows of the last good bundle; for a delta, the changed rows.',
    value: async (state, connection) => {
      const rows = (await state.newestBundle(connection, 'published'))?.rows;
      return rows && Object.values(rows).reduce((sum, count) => sum + count, 0);
    },
  },
];

export async function writeMetrics(state: State, home: Home, connections: readonly string[]): Promise<void> {
  const parts: string[] = [];
  for (const { name, help, value } of metrics) {
    parts.push(`# HELP ${name} ${help}\n# TYPE ${name} gauge\n`);
    for (const connection of connections) {
      const found = await value(state, connection);
      if (found !== undefined) parts.push(`${name}{connection="${connection}"} ${found}\n`);
    }
  }
  replaceFile(home.metrics, parts.join(''), waitingFor(home, home.metrics));
}
