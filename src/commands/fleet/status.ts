/** `fleet status`: one line for each district, and what is wrong with which. */
import {
  hasProblem,
  hoursBetween,
  readOverview,
  type ConnectionOverview,
  type DistrictOverview,
  type Overview,
} from '../../fleet/overview.js';
import { runInWords, type Run } from '../../fleet/runs.js';
import { atOnceOf } from '../../fleet/workers.js';
import type { DistrictProblem } from '../../model/district-problems.js';
import { localTime } from '../../model/local-time.js';
import { splitReasons } from '../../model/result.js';
import { counted } from '../amounts.js';
import { columns } from '../terminal.js';
import { asJson, NO_WORKER, withDatabase, type FleetCall } from './call.js';
import { chosenFrom } from './chosen.js';

export interface FleetStatusOptions {
  readonly label?: readonly string[];
  /** With one problem. */
  readonly only?: DistrictProblem;
  readonly json?: boolean;
}

export async function fleetStatusCommand(
  call: FleetCall,
  names: readonly string[],
  { label = [], only, json }: FleetStatusOptions,
): Promise<void> {
  const overview = await withDatabase(call, readOverview);
  const all = overview.districts.map(({ district }) => district);
  const chosen = new Set(chosenFrom(all, { names, labels: label }).map(({ name }) => name));
  const districts = overview.districts.filter(
    (each) => chosen.has(each.district.name) && (only === undefined || hasProblem(each, only)),
  );
  const shown = { ...overview, districts };
  call.terminal.out(json === true ? asJson(statusJson(shown)) : inWords(shown));
}

function inWords({ at, districts, workers }: Overview): string {
  const rows = districts.map((each) => lineOf(each, at));
  const header = ['district', 'state', 'last good', 'age', 'next run', 'on hold', 'delivery', 'newest run'];
  return [
    districts.length === 0 ? 'No districts.\n' : columns([header, ...rows]),
    ...districts.map(remarksOn),
    workers.length === 0
      ? NO_WORKER
      : `${counted(workers.length, 'worker')}, ${counted(atOnceOf(workers), 'district')} at once.\n`,
  ].join('');
}

function lineOf(overview: DistrictOverview, at: string): readonly string[] {
  const { district, state, lastGoodAt, nextRunAt, connections, newestRun } = overview;
  const local = (instant: string): string => localTime(district.timezone, instant);
  const held = connections.filter((each) => each.held !== null).map(({ name }) => name);
  return [
    district.name,
    state,
    lastGoodAt === null ? 'never' : local(lastGoodAt),
    lastGoodAt === null ? '' : `${hoursBetween(lastGoodAt, at).toFixed(1)} h`,
    nextRunAt === null ? '-' : local(nextRunAt),
    held.join(', ') || '-',
    deliveryInWords(connections),
    newestRun === null ? '-' : newestInWords(newestRun),
  ];
}

/** The worst first. */
const DELIVERY_STATES = ['failed', 'unknown', 'delivering', 'delivered'] as const;

/** Of the newest delivery of each connection, how many are in which state. */
function deliveryInWords(connections: readonly ConnectionOverview[]): string {
  const states = connections.flatMap(({ lastDelivery }) => lastDelivery?.state ?? []);
  const counts = DELIVERY_STATES.map(
    (state) => [state, states.filter((each) => each === state).length] as const,
  );
  return (
    counts
      .filter(([, many]) => many > 0)
      .map(([state, many]) => (states.length === 1 ? state : `${many} ${state}`))
      .join(', ') || '-'
  );
}

function newestInWords(run: Run): string {
  const { state, attempts } = run;
  const again = state === 'waiting' && attempts > 0 ? `, ${counted(attempts, 'attempt')} failed` : '';
  return `${runInWords(run)}${again}`;
}

function remarksOn({ district, connections, newestRun, isLate, isFailed }: DistrictOverview): string {
  const { name, pausedAt, pausedBy, pauseReason, deliverBy, config } = district;
  const lines = [
    pausedAt === null
      ? ''
      : `paused by ${pausedBy ?? 'someone'} since ${localTime(district.timezone, pausedAt)}: ${pauseReason ?? ''}`,
    isLate ? `late: the receivers should have had the bundles by ${deliverBy ?? ''}` : '',
    isFailed && newestRun !== null
      ? `failed after ${counted(newestRun.attempts, 'attempt')}: ${firstLine(newestRun.message)}. To try again: oneroster-export fleet retry ${name}`
      : '',
    ...connections.map(({ name: connection, held }) =>
      held === null
        ? ''
        : `${connection} is on hold: ${splitReasons(held.reason)[0] ?? ''}. See oneroster-export status --config ${config}`,
    ),
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => `${name} ${line}\n`)
    .join('');
}

const firstLine = (message: string | null): string =>
  (message ?? 'no message').split('\n')[0]?.replace(/\.$/, '') ?? '';

/** A promise to other programs. */
function statusJson({ at, districts, workers, hosts }: Overview): object {
  return {
    at,
    districts: districts.map(({ district, ...overview }) => ({
      ...{ district: district.name, host: district.host, labels: district.labels, config: district.config },
      ...overview,
      ageHours:
        overview.lastGoodAt === null ? null : Math.round(hoursBetween(overview.lastGoodAt, at) * 10) / 10,
      paused:
        district.pausedAt === null
          ? null
          : { at: district.pausedAt, by: district.pausedBy, reason: district.pauseReason },
    })),
    workers,
    hosts,
  };
}
