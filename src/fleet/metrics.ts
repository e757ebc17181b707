/** The whole fleet as Prometheus text, from what `fleet status` reads. The names for one connection are those of its own metrics file. */
import {
  connectionMetrics,
  inSeconds,
  metricsText,
  sample,
  type LabeledFacts,
  type Metric,
} from '../state/metrics.js';
import type { DistrictOverview, DistrictState, Overview } from './overview.js';

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
    value: ({ nextRunAt }) => (nextRunAt === null ? null : inSeconds(nextRunAt)),
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
    ...connectionMetrics(districts.flatMap(factsOf)),
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

const factsOf = ({ district, connections }: DistrictOverview): readonly LabeledFacts[] =>
  connections.map((connection) => ({
    labels: { district: district.name, connection: connection.name },
    facts: { ...connection, held: connection.held === null ? 0 : 1 },
  }));

/** Without metrics that nothing is known of. */
export const fleetMetricsText = (metrics: readonly Metric[]): string =>
  metricsText(metrics.filter(({ samples }) => samples.length > 0));
