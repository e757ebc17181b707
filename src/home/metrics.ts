/** The state of all connections as a Prometheus text file for node_exporter's textfile collector, replaced by a rename. */
import type { Home } from './home.js';
import { isGood, lastOutcome } from '../state/outcome.js';
import { replaceFile } from './replace-file.js';
import type { State } from '../state/state.js';

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly value: (state: State, connection: string) => number | undefined;
}

const seconds = (at: string | null | undefined): number | undefined =>
  at === null || at === undefined ? undefined : Math.round(new Date(at).getTime() / 1_000);

const metrics: readonly Metric[] = [
  {
    name: 'oneroster_export_last_good_timestamp_seconds',
    help: 'When the last good bundle was published.',
    value: (state, connection) => seconds(state.newestBundle(connection, 'published')?.madeAt),
  },
  {
    name: 'oneroster_export_last_delivery_timestamp_seconds',
    help: 'When the last delivery was confirmed.',
    value: (state, connection) => seconds(state.deliveriesOf(connection, 'delivered')[0]?.finishedAt),
  },
  {
    name: 'oneroster_export_held',
    help: '1 while a bundle is on hold.',
    value: (state, connection) => state.bundles(connection, 'held').length,
  },
  {
    name: 'oneroster_export_last_refresh_ok',
    help: '1 when the newest refresh ended in a good bundle, or its held one was released.',
    value: (state, connection) => {
      const outcome = lastOutcome(state, connection);
      return outcome === undefined ? undefined : isGood(outcome) ? 1 : 0;
    },
  },
  {
    name: 'oneroster_export_rows',
    help: 'Rows of the last good bundle; for a delta, the changed rows.',
    value: (state, connection) => {
      const rows = state.newestBundle(connection, 'published')?.rows;
      return rows && Object.values(rows).reduce((sum, count) => sum + count, 0);
    },
  },
];

export function writeMetrics(state: State, home: Home, connections: readonly string[]): void {
  const text = metrics
    .map(({ name, help, value }) => {
      const lines = connections.flatMap((connection) => {
        const found = value(state, connection);
        return found === undefined ? [] : `${name}{connection="${connection}"} ${found}\n`;
      });
      return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
    })
    .join('');
  replaceFile(home.metrics, text);
}
