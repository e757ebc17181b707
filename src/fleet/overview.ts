/**
 * How each district of the fleet is, from the runs and from the state, in a few queries for all of them and as of one moment. The words are
 * those of the commands for one district.
 */
import type { Knex } from 'knex';
import type { DistrictProblem } from '../model/district-problems.js';
import { byKey } from '../state/lists.js';
import { outcomeIn, type LastOutcome } from '../state/outcome.js';
import type { BundleRecord, DeliveryRecord, RefreshRecord } from '../state/records.js';
import { clockOf } from './clock.js';
import type { FleetDatabase } from './database.js';
import { deadlineOf } from './deadlines.js';
import { districtsOf, type AppliedDistrict } from './districts.js';
import { nightsAhead, nightsBegun } from './nights.js';
import type { PlannedNight } from './model.js';
import { newestRuns, type Run } from './runs.js';
import { readSlots, readWorkers, type SlotsOfHost, type WorkerAtWork } from './workers.js';

export interface ConnectionOverview {
  readonly name: string;
  readonly lastGood: {
    readonly name: string | null;
    readonly at: string;
    /** Over all files. */
    readonly rows: number;
  } | null;
  readonly held: { readonly at: string; readonly reason: string | null } | null;
  readonly lastOutcome: LastOutcome | null;
  readonly lastDelivery: Pick<DeliveryRecord, 'state' | 'target' | 'startedAt' | 'finishedAt'> | null;
  /** When a delivery was last confirmed. */
  readonly deliveredAt: string | null;
}

/** In one word, the most urgent one. */
export type DistrictState = 'paused' | 'running' | 'failed' | 'on hold' | 'late' | 'waiting' | 'ok' | 'never';

export interface DistrictOverview {
  readonly district: AppliedDistrict;
  readonly state: DistrictState;
  readonly connections: readonly ConnectionOverview[];
  /** When the oldest of the last good bundles was made; null if a connection has none. */
  readonly lastGoodAt: string | null;
  readonly isOnHold: boolean;
  readonly isFailed: boolean;
  /** Receivers did not have the bundles of the newest night by the time of deliverBy. */
  readonly isLate: boolean;
  readonly newestRun: Run | null;
  /** Null while it is paused. */
  readonly nextRunAt: string | null;
}

export interface Overview {
  /** By the database's clock. */
  readonly at: string;
  /** In the order of their names. */
  readonly districts: readonly DistrictOverview[];
  readonly workers: readonly WorkerAtWork[];
  readonly hosts: readonly SlotsOfHost[];
}

export async function readOverview({ transaction }: Pick<FleetDatabase, 'transaction'>): Promise<Overview> {
  return await transaction(async (trx) => {
    await trx.raw('set transaction isolation level repeatable read, read only');
    await trx.raw('set local jit to off'); // it would compile for a second what is read in a tenth of one
    const at = await clockOf(trx);
    const applied = await districtsOf(trx);
    const connections = await readConnections(trx);
    const [runs, nightRuns] = [await newestRuns(trx), await newestNights(trx)];
    const active = applied.filter(({ pausedAt }) => pausedAt === null);
    const next = new Map(nightsAhead(active, new Date(at)).map((night) => [night.district, night]));
    const begun = new Map(nightsBegun(active, new Date(at)).map((night) => [night.district, night]));
    const districts = applied.map((district) =>
      overviewOf({
        ...{ district, at },
        connections: connections.get(district.name) ?? [],
        newestRun: runs.get(district.name) ?? null,
        nightRun: nightRuns.get(district.name),
        next: next.get(district.name),
        begun: begun.get(district.name),
      }),
    );
    return { at, districts, workers: await readWorkers(trx, at), hosts: await readSlots(trx) };
  });
}

interface Known {
  readonly district: AppliedDistrict;
  readonly at: string;
  readonly connections: readonly ConnectionOverview[];
  readonly newestRun: Run | null;
  /** The newest one of a night. */
  readonly nightRun: Run | undefined;
  readonly next: PlannedNight | undefined;
  readonly begun: PlannedNight | undefined;
}

function overviewOf(known: Known): DistrictOverview {
  const { district, connections, newestRun, next } = known;
  return judged({
    ...{ district, connections, newestRun },
    isFailed: newestRun?.state === 'failed',
    isLate: isLate(known),
    nextRunAt: next?.startsAt.toISOString() ?? null,
  });
}

/** The same district as far as some of its connections are concerned. */
export const withConnections = (
  overview: DistrictOverview,
  connections: readonly ConnectionOverview[],
): DistrictOverview => judged({ ...overview, connections });

type Unjudged = Omit<DistrictOverview, 'state' | 'lastGoodAt' | 'isOnHold'>;

function judged(facts: Unjudged): DistrictOverview {
  const made = facts.connections.map(({ lastGood }) => lastGood?.at ?? '').sort();
  const lastGoodAt = made[0] === undefined || made[0] === '' ? null : made[0];
  const isOnHold = facts.connections.some(({ held }) => held !== null);
  return { ...facts, lastGoodAt, isOnHold, state: stateOf({ ...facts, lastGoodAt, isOnHold }) };
}

function stateOf(overview: Omit<DistrictOverview, 'state'>): DistrictState {
  const { district, newestRun, isFailed, isOnHold, isLate: late, lastGoodAt } = overview;
  const states: readonly (readonly [isSo: boolean, state: DistrictState])[] = [
    [district.pausedAt !== null, 'paused'],
    [newestRun?.state === 'running', 'running'],
    [isFailed, 'failed'],
    [isOnHold, 'on hold'],
    [late, 'late'],
    [newestRun?.state === 'waiting', 'waiting'],
    [lastGoodAt === null, 'never'],
  ];
  return states.find(([isSo]) => isSo)?.[1] ?? 'ok';
}

/** Of the newest night that has begun; nights before the district was applied are none of it. */
function isLate({ district, at, begun, nightRun }: Known): boolean {
  if (begun === undefined || begun.startsAt.toISOString() < district.appliedAt) return false;
  const deadline = deadlineOf(district, begun.night);
  if (deadline === undefined) return false;
  const run = nightRun?.night === begun.night ? nightRun : undefined;
  const arrivedAt = run?.state === 'done' && run.exitCode === 0 ? run.endedAt : null;
  return (arrivedAt ?? at) > deadline.toISOString();
}

/** From one instant to another, ISO 8601. */
export const hoursBetween = (from: string, to: string): number =>
  (Date.parse(to) - Date.parse(from)) / 3_600_000;

export const hasProblem = (
  { isOnHold, isLate, isFailed, district }: DistrictOverview,
  problem: DistrictProblem,
): boolean =>
  ({ hold: isOnHold, late: isLate, failed: isFailed, paused: district.pausedAt !== null })[problem];

async function newestNights(trx: Knex): Promise<ReadonlyMap<string, Run>> {
  const { rows } = await trx.raw<{ rows: readonly Run[] }>(
    `select r.* from "fleetDistrict" d cross join lateral
       (select * from "fleetRun" where district = d.name and night is not null order by night desc limit 1) r`,
  );
  return new Map(rows.map((run) => [run.district, run]));
}

interface Row {
  readonly district: string;
  readonly connection: string;
  readonly goodAt: string | null;
  readonly goodName: string | null;
  readonly goodRows: string | null;
  readonly heldAt: string | null;
  readonly heldReason: string | null;
  /** Of the newest bundle of any state. */
  readonly newestState: BundleRecord['state'] | null;
  /** Of the newest refresh that was about the connection. */
  readonly outcome: RefreshRecord['outcome'] | null;
  readonly madeState: BundleRecord['state'] | null;
  readonly madeMode: BundleRecord['mode'];
  readonly madeRows: string;
  readonly deliveryState: DeliveryRecord['state'] | null;
  readonly target: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly deliveredAt: string | null;
}

/** Each part reads the newest row that fits, by an index, for each connection. Names of connections mean nothing in a pattern. */
const CONNECTIONS = `
select d.name as district, c.connection,
  good."madeAt" as "goodAt", good.name as "goodName", good.rows as "goodRows",
  held."madeAt" as "heldAt", held.reason as "heldReason", newest.state as "newestState",
  r.outcome, made.state as "madeState", made.mode as "madeMode", made.rows as "madeRows",
  v.state as "deliveryState", v.target, v."startedAt", v."finishedAt", confirmed."finishedAt" as "deliveredAt"
from "fleetDistrict" d
cross join lateral jsonb_array_elements_text(d.connections::jsonb) with ordinality as c(connection, place)
left join lateral (select * from bundle where district = d.name and connection = c.connection and state = 'published'
  order by id desc limit 1) good on true
left join lateral (select * from bundle where district = d.name and connection = c.connection and state = 'held'
  order by id desc limit 1) held on true
left join lateral (select * from bundle where district = d.name and connection = c.connection
  order by id desc limit 1) newest on true
left join lateral (select * from refresh where district = d.name and connections like '%"' || c.connection || '"%'
  order by id desc limit 1) r on true
left join lateral (select * from bundle where district = d.name and "refreshId" = r.id and connection = c.connection
  order by id desc limit 1) made on true
left join lateral (select x.* from delivery x join bundle b on b.district = x.district and b.id = x."bundleId"
  where x.district = d.name and b.connection = c.connection order by x.id desc limit 1) v on true
left join lateral (select x.* from delivery x join bundle b on b.district = x.district and b.id = x."bundleId"
  where x.district = d.name and b.connection = c.connection and x.state = 'delivered' order by x.id desc limit 1) confirmed on true
order by d.name, c.place`;

async function readConnections(trx: Knex): Promise<ReadonlyMap<string, readonly ConnectionOverview[]>> {
  const { rows } = await trx.raw<{ rows: readonly Row[] }>(CONNECTIONS);
  const byDistrict = byKey(rows, ({ district }) => district);
  return new Map([...byDistrict].map(([district, own]) => [district, own.map(connectionOf)]));
}

function connectionOf(row: Row): ConnectionOverview {
  const { goodAt, goodName, goodRows, heldAt, heldReason, newestState, deliveredAt } = row;
  return {
    name: row.connection,
    lastGood: goodAt === null ? null : { name: goodName, at: goodAt, rows: sumOf(goodRows) },
    // Of a receiver whose sharing has ended, nothing needs a decision.
    held: heldAt === null || newestState === 'ended' ? null : { at: heldAt, reason: heldReason },
    lastOutcome: lastOutcomeOf(row),
    lastDelivery: deliveryOf(row),
    deliveredAt,
  };
}

function lastOutcomeOf({ outcome, madeState, madeMode, madeRows }: Row): LastOutcome | null {
  if (outcome === null) return null;
  const made =
    madeState === null
      ? undefined
      : { state: madeState, mode: madeMode, rows: JSON.parse(madeRows) as BundleRecord['rows'] };
  return outcomeIn({ outcome }, made);
}

const deliveryOf = ({
  deliveryState: state,
  target,
  startedAt,
  finishedAt,
}: Row): ConnectionOverview['lastDelivery'] =>
  state === null ? null : { state, target, startedAt, finishedAt };

const sumOf = (rows: string | null): number =>
  Object.values(JSON.parse(rows ?? '{}') as BundleRecord['rows']).reduce((sum, count) => sum + count, 0);
