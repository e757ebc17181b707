/** The whole fleet as Prometheus text, from what `fleet status` reads. The names for one connection are those of its own metrics file. */
import {
  connectionMetrics,
  inSeconds,
  metricsText,
  sample,
  type LabeledFacts,
  type Metric,
} from '../state/metrics.js';
import { DISTRICT_PROBLEMS } from '../model/district-problems.js';
import { isGood } from '../state/outcome.js';
import { hasProblem, type DistrictOverview, type DistrictState, type Overview } from './overview.js';

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

interface FleetMetricsOptions {
  /** Totals alone: a thousand districts have some ten thousand series. */
  readonly isSummary?: boolean;
}

export const fleetMetrics = (
  overview: Overview,
  { isSummary = false }: FleetMetricsOptions = {},
): readonly Metric[] => [...(isSummary ? [] : ofEach(overview)), ...totals(overview)];

const ofEach = ({ districts }: Overview): readonly Metric[] => [
  ...connectionMetrics(districts.flatMap(factsOf)),
  ...DISTRICT_METRICS.map(({ name, help, value }) => ({
    ...{ name, help },
    samples: districts.flatMap((each) => sample({ district: each.district.name }, value(each))),
  })),
];

function totals({ districts, workers, hosts }: Overview): readonly Metric[] {
  const connections = districts.flatMap((each) => each.connections);
  return [
    {
      name: 'oneroster_export_fleet_districts',
      help: 'Districts by state.',
      samples: STATES.flatMap((state) =>
        sample({ state }, districts.filter((each) => each.state === state).length),
      ),
    },
    {
      name: 'oneroster_export_fleet_districts_with',
      help: 'Districts by problem; one may have several.',
      samples: DISTRICT_PROBLEMS.flatMap((problem) =>
        sample({ problem }, districts.filter((each) => hasProblem(each, problem)).length),
      ),
    },
    {
      name: 'oneroster_export_fleet_oldest_last_good_timestamp_seconds',
      help: 'When the oldest of the last good bundles of all districts that are not paused was published.',
      samples: sample({}, oldestOf(districts)),
    },
    {
      name: 'oneroster_export_fleet_connections',
      help: 'Connections of all districts.',
      samples: sample({}, connections.length),
    },
    {
      name: 'oneroster_export_fleet_connections_held',
      help: 'Connections with a bundle on hold.',
      samples: sample({}, connections.filter(({ held }) => held !== null).length),
    },
    {
      name: 'oneroster_export_fleet_connections_not_ok',
      help: 'Connections whose newest refresh ended without a good bundle.',
      samples: sample(
        {},
        connections.filter(({ lastOutcome }) => lastOutcome !== null && !isGood(lastOutcome)).length,
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

/** Null where there is none. */
function oldestOf(districts: readonly DistrictOverview[]): number | null {
  const times = districts
    .filter(({ district }) => district.pausedAt === null)
    .flatMap(({ lastGoodAt }) => (lastGoodAt === null ? [] : [inSeconds(lastGoodAt)]));
  return times.length === 0 ? null : times.reduce((oldest, time) => Math.min(oldest, time));
}

const factsOf = ({ district, connections }: DistrictOverview): readonly LabeledFacts[] =>
  connections.map((connection) => ({
    labels: { district: district.name, connection: connection.name },
    facts: { ...connection, held: connection.held === null ? 0 : 1 },
  }));

/** Without metrics that nothing is known of. */
export const fleetMetricsText = (metrics: readonly Metric[]): string =>
  metricsText(metrics.filter(({ samples }) => samples.length > 0));
