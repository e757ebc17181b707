/**
 * One refresh: take the lock, read the SIS once, then pass each connection through the stages on its own. One connection's
 * failure never stops the others; a source that fails stops them all, and nothing is published.
 */
import { join } from 'node:path';
import { deliverResults } from '../dispatch/results.js';
import { resolveDeliveries } from '../dispatch/recovery.js';
import type { DeliveryDesk, DeliveryOutcome } from '../dispatch/dispatch.js';
import { HostTurns } from '../deliver/deliver.js';
import { asExportError } from '../faults/as-export-error.js';
import type { Extraction } from '../extract/extract.js';
import { waitUpTo, type Retries } from '../extract/retrying.js';
import type { Attempt } from '../model/retry.js';
import type { SisSource } from '../extract/source.js';
import { EXIT_CODES, ExportError } from '../model/errors.js';
import { Notices, type Notice } from '../model/notices.js';
import type { BundleMode, Config, ConnectionSettings } from '../model/settings.js';
import { isStop, stopPoint } from '../model/stopping.js';
import { compactInstant, type LocalDate } from '../model/values.js';
import { keepSnapshot, readSis } from './read-sis.js';
import type { ConnectionRequest } from './connection.js';
import type { ConnectionResult } from '../model/result.js';
import { freeStaging, withComing } from './coming.js';
import { failedResult, refreshConnections } from './connections.js';
import { reportConnections } from '../report/report-connections.js';
import type { Foreseer } from '../forecast/coming-thread.js';
import type { ActiveYear } from '../snapshot/snapshot.js';
import { Stagings } from '../assemble/stagings.js';
import type { Stager } from '../assemble/worker-pool.js';
import { makeSubfolder } from '../home/folders.js';
import type { Home } from '../home/home.js';
import { Teller } from './tell-people.js';
import { writeMetrics } from '../home/metrics.js';
import { clockFrom } from '../model/clock.js';
import { retain } from '../home/retention.js';
import { lastBytes, requireSpace } from '../home/space.js';
import type { State } from '../state/state.js';
import { earlierResults, renewEarlier, type EarlierResults } from './same-night.js';
import { recordEnd, recordFailures, recordSharingEnded } from './record.js';
import { withHome, type OpenedHome } from '../settle/with-home.js';
import { connectionsNamed } from '../model/connections.js';
import { endedResult, hasSharingEnded, sharingDay } from '../model/sharing.js';

export interface RefreshRequest {
  readonly config: Config;
  readonly source: SisSource;
  /** Names of the connections to refresh; empty for all. */
  readonly only: readonly string[];
  readonly asOf: LocalDate;
  /** The day was given, not taken from the clock. */
  readonly isAsOfAsked: boolean;
  readonly startedAt: Date;
  /** Instead of each connection's own mode. */
  readonly mode?: BundleMode;
  /** The reason given to let these bundles pass their thresholds. */
  readonly release?: string;
  /** Of this program, for the history. */
  readonly program: string;
  readonly keepSnapshot: boolean;
  /** Publish, but send nothing. */
  readonly noDeliver?: boolean;
  /** The lease of the program that started this one, which renews and ends it. */
  readonly lease?: number;
  /** The day of the night that this refresh is for; without it, it is one by hand. */
  readonly night?: LocalDate;
  /** How often a read that failed in passing starts over; by default as the source's settings have it. */
  readonly retries?: Retries;
  /** Stopped with the refresh; by default this thread or others, by the size of the district. */
  readonly stager?: Stager;
  /** Judges the coming days; by default in this thread or another, by the size of the district. */
  readonly foreseer?: Foreseer;
  /** Receives progress, for people who watch. */
  readonly onProgress: (step: string) => void;
  /** Receives side problems, such as a notice that could not be sent. */
  readonly onWarning?: (message: string) => void;
  /** Asks to stop at the next safe point; its reason is an ExportError. */
  readonly signal?: AbortSignal;
}

export interface RefreshResult {
  readonly asOf: LocalDate;
  readonly year: ActiveYear | undefined;
  readonly connections: readonly (ConnectionResult & { readonly delivery?: DeliveryOutcome })[];
  /** The reads of the SIS, failed ones and the last. */
  readonly attempts: readonly Attempt[];
  /** What the source said that concerns every connection. */
  readonly notices: readonly Notice[];
  /** What kept the refresh from reaching any connection. */
  readonly error?: ExportError;
  readonly keptSnapshot?: string;
  /** Path of the one that was read: removed when the refresh ends. */
  readonly snapshot?: string;
}

export async function refresh(request: RefreshRequest): Promise<RefreshResult> {
  const teller = new Teller(request);
  try {
    const result = await refreshOnce(request, () => teller.begin());
    const untold = await teller.tell(exitCodeOf(result), result);
    return withRemarks(result, 'notice-not-sent', untold);
  } catch (cause) {
    await teller.tellFailure(asExportError(cause, request.config.home));
    throw cause;
  }
}

async function refreshOnce(request: RefreshRequest, onStart: () => void): Promise<RefreshResult> {
  await stopPoint(request.signal);
  const settings = connectionsNamed(request.config, request.only);
  const { config, startedAt, onWarning, lease, signal } = request;
  const options = {
    ...{ config, now: startedAt, onStart },
    ...(onWarning && { onWarning }),
    ...(signal && { signal }),
    ...(lease !== undefined && { lease }),
  };
  return await withHome(options, (opened) =>
    refreshIn(opened, { ...request, ...(opened.signal && { signal: opened.signal }) }, settings),
  );
}

/** A refresh in the home that it holds. */
async function refreshIn(
  { home, state, unrepaired }: OpenedHome,
  request: RefreshRequest,
  settings: readonly ConnectionSettings[],
): Promise<RefreshResult> {
  await refuseBackwardClock(request, state);
  const desk = deliveryDesk(request, home, state);
  if (request.noDeliver !== true) await resolveDeliveries(desk, settings);
  const earlier = await earlierResults({ home, state }, settings, request.night);
  const rest = settings.filter(({ name }) => !earlier.has(name));
  const id = await startRefresh(state, request, rest);
  const fresh = id === undefined ? NOTHING_MADE : await refreshLocked(request, { home, state, id }, rest);
  const result = withUnrepaired(withEarlier(fresh, earlier, settings, request.asOf), unrepaired);
  const snapshot = freeStaging(home, request.config, result);
  if (id !== undefined) await recordFailures(state, id, result);
  const sent = await sendResults(request, desk, result);
  if (id !== undefined) await recordEnd(state, id, exitCodeOf(sent), sent);
  await renewEarlier({ home, state }, earlier, sent.connections);
  const reported = await tellReports(request, { home, state }, sent, clockFrom(request.startedAt)());
  const told = await tellMetrics(request, state, home, reported);
  return { ...told, connections: await withComing({ ...request, home }, snapshot, told.connections) };
}

/** Undefined where nothing is left to be made. */
async function startRefresh(
  state: State,
  { asOf, program }: RefreshRequest,
  connections: readonly ConnectionSettings[],
): Promise<number | undefined> {
  if (connections.length === 0) return undefined;
  return await state.startRefresh(
    asOf,
    program,
    connections.map(({ name }) => name),
  );
}

const NOTHING_MADE = { year: undefined, connections: [], attempts: [], notices: [] };

/** In the order of the config. */
function withEarlier(
  fresh: Omit<RefreshResult, 'asOf'>,
  earlier: EarlierResults,
  settings: readonly ConnectionSettings[],
  asOf: LocalDate,
): RefreshResult {
  const connections = settings.flatMap(
    (each) =>
      earlier.get(each.name)?.result ?? fresh.connections.filter((result) => result.settings === each),
  );
  return { ...fresh, asOf, connections };
}

function deliveryDesk(
  { config, startedAt, onProgress, signal }: RefreshRequest,
  home: Home,
  state: State,
): DeliveryDesk {
  return { config, home, state, startedAt, turns: new HostTurns(), onProgress, ...(signal && { signal }) };
}

async function sendResults(
  { noDeliver, asOf }: RefreshRequest,
  desk: DeliveryDesk,
  result: RefreshResult,
): Promise<RefreshResult> {
  if (noDeliver === true || isStop(result.error)) return result;
  const asError = (cause: unknown): ExportError => asExportError(cause, desk.home.path);
  return { ...result, connections: await deliverResults(desk, result.connections, asOf, asError) };
}

/** What one refresh writes to. */
interface Desk {
  readonly home: Home;
  readonly state: State;
  /** Of the refresh in the history. */
  readonly id: number;
}

/** A clock that was set back would make tonight look like last week. A given day is intentional. */
async function refuseBackwardClock(
  { asOf, isAsOfAsked, startedAt }: RefreshRequest,
  state: State,
): Promise<void> {
  const last = await state.lastRefresh();
  if (last === undefined || isAsOfAsked) return;
  if (last.startedAt <= startedAt.toISOString()) return;
  throw new ExportError(
    'home',
    `The clock is behind the last refresh, which started at ${last.startedAt}. Set the clock, or set the day with --as-of ${asOf}.`,
  );
}

/** Everything is decided and recorded by then; the pages only show it. */
async function tellReports(
  { config, program, startedAt, asOf }: RefreshRequest,
  desk: Pick<Desk, 'home' | 'state'>,
  result: RefreshResult,
  now: Date,
): Promise<RefreshResult> {
  const reading = result.attempts.reduce(
    (sum, { seconds, waitSeconds = 0 }) => sum + seconds + waitSeconds,
    0,
  );
  const { publicUrl } = config.console;
  const refresh = {
    program,
    timezone: config.timezone,
    links: publicUrl === undefined ? {} : { consoleUrl: publicUrl },
    startedAt,
    asOf,
    year: result.year,
    timings: [{ step: 'read the SIS', seconds: reading }],
  };
  const reported = await reportConnections({ ...desk, config, now }, refresh, result.connections);
  return { ...result, connections: reported };
}

/** What was published stays published, also when the numbers about it cannot be written. */
async function tellMetrics(
  { config, startedAt }: RefreshRequest,
  state: State,
  home: Home,
  result: RefreshResult,
): Promise<RefreshResult> {
  try {
    await writeMetrics(
      state,
      home,
      config.connections
        .filter((each) => !hasSharingEnded(each, sharingDay(config, startedAt)))
        .map(({ name }) => name),
    );
    return result;
  } catch (cause) {
    const message = `${home.metrics} is out of date: ${asExportError(cause, home.metrics).message}`;
    return withRemarks(result, 'metrics-not-written', [message]);
  }
}

/** What publishing a new bundle repairs needs no notice. */
function withUnrepaired(
  result: RefreshResult,
  notices: ReadonlyMap<string, readonly Notice[]>,
): RefreshResult {
  const connections = result.connections.map((each) =>
    each.outcome === 'published' || each.outcome === 'unchanged'
      ? each
      : { ...each, notices: [...each.notices, ...(notices.get(each.settings.name) ?? [])] },
  );
  return { ...result, connections };
}

/** Side problems become warnings of every connection. */
function withRemarks(result: RefreshResult, code: string, messages: readonly string[]): RefreshResult {
  if (messages.length === 0) return result;
  const remarks = messages.map((message): Notice => ({ code, severity: 'warning', message, count: 1 }));
  const connections = result.connections.map((each) => ({ ...each, notices: [...each.notices, ...remarks] }));
  return { ...result, connections, notices: [...result.notices, ...remarks] };
}

/** The worst outcome decides: cron sees one number. */
export function exitCodeOf({ connections, error }: RefreshResult): number {
  const codes = connections.flatMap((result) => {
    const delivery = result.delivery?.error?.exitCode ?? 0;
    if (result.outcome === 'withheld') return [EXIT_CODES.withheld, delivery];
    return [result.outcome === 'failed' ? (result.error?.exitCode ?? EXIT_CODES.unexpected) : 0, delivery];
  });
  return Math.max(0, error?.exitCode ?? 0, ...codes);
}

async function refreshLocked(
  request: RefreshRequest,
  desk: Desk,
  settings: readonly ConnectionSettings[],
): Promise<RefreshResult> {
  const hasEnded = endedBy(request);
  const live = settings.filter((connection) => !hasEnded(connection));
  /** In the order of the config, with those whose time is over. */
  const withEnded = async (results: readonly ConnectionResult[]): Promise<readonly ConnectionResult[]> => {
    const all: ConnectionResult[] = [];
    for (const connection of settings) {
      const made = results.find((each) => each.settings === connection);
      all.push(made ?? (await endConnection(request, desk, connection)));
    }
    return all;
  };
  const { asOf } = request;
  if (live.length === 0)
    return { asOf, year: undefined, connections: await withEnded([]), attempts: [], notices: [] };
  const stager = request.stager ?? new Stagings();
  try {
    const result = await refreshLive(request, desk, live, stager);
    return { ...result, connections: await withEnded(result.connections) };
  } finally {
    await stager.stop();
  }
}

async function refreshLive(
  request: RefreshRequest,
  desk: Desk,
  live: readonly ConnectionSettings[],
  stager: Stager,
): Promise<RefreshResult> {
  const { home, state } = desk;
  const { asOf, startedAt } = request;
  const staging = join(home.staging, `${compactInstant(startedAt)}-${process.pid}`);
  const notices = new Notices();
  const attempts: Attempt[] = [];
  let extraction: Extraction;
  try {
    const names = live.map(({ name }) => name);
    const last = await lastBytes(state, home, names);
    requireSpace(home, last);
    stager.warmUp(live.length, last);
    makeSubfolder(staging);
    const reading = { ...request, retries: request.retries ?? retriesOf(request.config) };
    extraction = await readSis(join(staging, 'snapshot.sqlite'), reading, notices, attempts);
  } catch (cause) {
    const error = asExportError(cause, home.path);
    const connections = live.map((connection) => failedResult(connection, error, 0));
    return { asOf, year: undefined, connections, attempts, notices: notices.list(), error };
  }
  const { snapshot, year } = extraction;
  snapshot.close(); // whole on disk now; each connection opens it for itself
  const read = { staging, snapshot: snapshot.path };
  const requests = live.map((connection) => connectionRequest(request, desk, connection, read));
  const made = await refreshConnections(requests, stager, request.onProgress);
  return {
    asOf,
    year,
    connections: made.map((each) =>
      each.outcome === 'failed' ? each : { ...each, notices: [...notices.list(), ...each.notices] },
    ),
    attempts,
    notices: notices.list(),
    snapshot: snapshot.path,
    ...(request.keepSnapshot && { keptSnapshot: keepSnapshot(snapshot.path, home, startedAt) }),
  };
}

/** A file is there or it is not. */
const retriesOf = ({ source }: Config): Retries =>
  waitUpTo(source.client === 'mssql' ? source.retryMinutes : 0);

function connectionRequest(
  { config, mode, release, asOf, startedAt, night, signal }: RefreshRequest,
  { home, state, id }: Desk,
  settings: ConnectionSettings,
  read: Pick<ConnectionRequest, 'staging' | 'snapshot'>,
): ConnectionRequest {
  return {
    ...read,
    config,
    settings,
    mode: mode ?? settings.mode,
    ...(release !== undefined && { release }),
    home,
    state,
    refreshId: id,
    asOf,
    startedAt,
    ...(night !== undefined && { night }),
    ...(signal && { signal }),
  };
}

function endedBy({ config, startedAt, asOf }: RefreshRequest): (settings: ConnectionSettings) => boolean {
  const day = sharingDay(config, startedAt, asOf);
  return (settings) => hasSharingEnded(settings, day);
}

/** What was published before goes when its time has come, as for any other connection. */
async function endConnection(
  { config, startedAt, night }: RefreshRequest,
  { home, state, id }: Desk,
  settings: ConnectionSettings,
): Promise<ConnectionResult> {
  await recordSharingEnded(state, id, settings, night);
  await retain({ home, state }, settings.name, config.retention, startedAt);
  return endedResult(settings);
}
