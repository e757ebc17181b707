/** The whole fleet as Prometheus text, from what `fleet status` reads. The names for one connection are those of its own metrics file. */
import { isGood } from '../state/outcome.js';
import type { DistrictOverview, DistrictState, Overview } from './overview.js';

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const seconds = (at: string): number => Math.round(Date.parse(at) / 1_000);

type Connection = DistrictOverview['connections'][number];

interface OfConnection {
  readonly name: string;
  readonly help: string;
  /** Null where there is nothing to report yet. */
  readonly value: (connection: Connection) => number | null;
}

const CONNECTION_METRICS: readonly OfConnection[] = [
  {
    name: 'oneroster_export_last_good_timestamp_seconds',
    help: 'When the last good bundle was published.',
    value: ({ lastGood }) => (lastGood === null ? null : seconds(lastGood.at)),
  },
  {
    name: 'oneroster_export_last_delivery_timestamp_seconds',
    help: 'When the last delivery was confirmed.',
    value: ({ deliveredAt }) => (deliveredAt === null ? null : seconds(deliveredAt)),
  },
  {
    name: 'oneroster_export_held',
    help: '1 while a bundle is on hold.',
    value: ({ held }) => (held === null ? 0 : 1),
  },
  {
    name: 'oneroster_export_last_refresh_ok',
    help: '1 when the newest refresh ended in a good bundle, or its held one was released.',
    value: ({ lastOutcome }) => (lastOutcome === null ? null : isGood(lastOutcome) ? 1 : 0),
  },
  {
    name: 'oneroster_export_rows',
    help: 'Rows of the last good bundle; for a delta, the changed rows.',
    value: ({ lastGood }) => lastGood?.rows ?? null,
  },
];

interface OfDistrict {
  readonly name: string;
  readonly help: string;
  readonly value: (overview: DistrictOverview) => number | null;
}

const DISTRICT_METRICS: readonly OfDistrict[] = [
  {
    name: 'oneroster_export_fleet_paused',
    help: '1 while a district is paused.',
    value: ({ district }) => (district.pausedAt === null ? 0 : 1),
  },
  {
    name: 'oneroster_export_fleet_failed',
    help: '1 when the newest run of a district failed and is not tried again.',
    value: ({ isFailed }) => (isFailed ? 1 : 0),
  },
  {
    name: 'oneroster_export_fleet_late',
    help: '1 when the receivers of a district did not have the bundles of the newest night in time.',
    value: ({ isLate }) => (isLate ? 1 : 0),
  },
  {
    name: 'oneroster_export_fleet_next_run_timestamp_seconds',
    help: 'When the next night of a district begins.',
    value: ({ nextRunAt }) => (nextRunAt === null ? null : seconds(nextRunAt)),
  },
];

const STATES: readonly DistrictState[] = [
  'paused',
  'running',
  'failed',
  'on hold',
  'late',
  'waiting',
  'ok',
  'never',
];

export function fleetMetrics({ districts, workers, hosts }: Overview): readonly Metric[] {
  return [
    ...CONNECTION_METRICS.map(({ name, help, value }) => ({
      ...{ name, help },
      samples: districts.flatMap(({ district, connections }) =>
        connections.flatMap((connection) =>
          sample({ district: district.name, connection: connection.name }, value(connection)),
        ),
      ),
    })),
    ...DISTRICT_METRICS.map(({ name, help, value }) => ({
      ...{ name, help },
      samples: districts.flatMap((each) => sample({ district: each.district.name }, value(each))),
    })),
    {
      name: 'oneroster_export_fleet_districts',
      help: 'Districts by state.',
      samples: STATES.flatMap((state) =>
        sample({ state }, districts.filter((each) => each.state === state).length),
      ),
    },
    {
      name: 'oneroster_export_fleet_workers',
      help: 'Workers that were seen in the last minutes.',
      samples: sample({}, workers.length),
    },
    {
      name: 'oneroster_export_fleet_slots',
      help: 'How many refreshes may read from a SQL host at once.',
      samples: hosts.flatMap(({ host, slots }) => sample({ host }, slots)),
    },
    {
      name: 'oneroster_export_fleet_slots_held',
      help: 'How many refreshes read from a SQL host now.',
      samples: hosts.flatMap(({ host, held }) => sample({ host }, held)),
    },
  ];
}

const sample = (labels: Sample['labels'], value: number | null): readonly Sample[] =>
  value === null ? [] : [{ labels, value }];

export function metricsText(metrics: readonly Metric[]): string {
  return metrics
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, help, samples }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${samples.map((each) => lineOf(name, each)).join('')}`,
    )
    .join('');
}

function lineOf(name: string, { labels, value }: Sample): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${written.length === 0 ? '' : `{${written.join(',')}}`} ${value}\n`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
