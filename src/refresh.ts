/**
 * One refresh: take the lock, read the SIS once, then pass each connection through the stages on its own. One connection's
 * failure never stops the others; a source that fails stops them all, and nothing is published.
 */
import { join } from 'node:path';
import { asExportError } from './as-export-error.js';
import { extract, type Extraction, type ExtractOptions } from './extract/extract.js';
import type { Attempt } from './extract/retry.js';
import type { SisSource } from './extract/source.js';
import { EXIT_CODES, ExportError } from './model/errors.js';
import { Notices, type Notice } from './model/notices.js';
import type { BundleMode, Config, ConnectionSettings } from './model/settings.js';
import { compactInstant, type LocalDate } from './model/values.js';
import {
  settlePass,
  stagePass,
  type ConnectionRequest,
  type ConnectionResult,
  type StagedPass,
} from './refresh-connection.js';
import { Snapshot, type ActiveYear } from './snapshot/snapshot.js';
import { StagingThreads } from './staging-threads.js';
import { makeFolder, openHome, sweepStaging, type Home } from './state/home.js';
import { takeLock } from './state/lock.js';
import { writeMetrics } from './state/metrics.js';
import { schemeOf } from './state/base.js';
import { clockFrom } from './state/clock.js';
import { requireSpace } from './state/space.js';
import { State } from './state/state.js';
import { recover } from './recover.js';

export { asExportError } from './as-export-error.js';

export interface RefreshRequest {
  readonly config: Config;
  readonly source: SisSource;
  /** Names of the connections to refresh; empty for all. */
  readonly only: readonly string[];
  readonly asOf: LocalDate;
  /** The day was asked for, and not taken from the clock. */
  readonly isAsOfAsked: boolean;
  readonly startedAt: Date;
  /** Instead of each connection's own mode. */
  readonly mode?: BundleMode;
  /** The reason given to let these bundles pass their thresholds. */
  readonly release?: string;
  /** Of this program, for the history. */
  readonly program: string;
  readonly keepSnapshot: boolean;
  /** How often a read that failed in passing is begun anew; by default as suits a night. */
  readonly retries?: ExtractOptions['retries'];
  /** Told what is going on, for people who watch. */
  readonly onProgress: (step: string) => void;
}

export interface RefreshResult {
  readonly asOf: LocalDate;
  readonly year: ActiveYear | undefined;
  readonly connections: readonly ConnectionResult[];
  /** The reads of the SIS, failed ones and the last. */
  readonly attempts: readonly Attempt[];
  /** What the source said that concerns every connection. */
  readonly notices: readonly Notice[];
  /** What kept the refresh from reaching any connection. */
  readonly error?: ExportError;
  readonly keptSnapshot?: string;
}

export async function refresh(request: RefreshRequest): Promise<RefreshResult> {
  const settings = selected(request);
  const home = openHome(request.config.home);
  const lock = takeLock(home.lock, request.startedAt);
  let state: State | undefined;
  try {
    sweepStaging(home);
    state = State.open(home.state, clockFrom(request.startedAt));
    await recover(home, state, request.config);
    refuseBackwardClock(request, state);
    const id = state.startRefresh(
      request.asOf,
      request.program,
      settings.map(({ name }) => name),
    );
    const result = await refreshLocked(request, { home, state, id }, settings);
    sweepStaging(home); // of a full disk it may be all that can be freed for the record
    recordFailures(state, id, result);
    state.finishRefresh(id, result.error ? 'failed' : 'done', exitCodeOf(result), result.error?.message);
    return tellMetrics(request, state, home, result);
  } finally {
    state?.close();
    try {
      sweepStaging(home);
    } finally {
      lock.release();
    }
  }
}

/** What one refresh writes to. */
interface Desk {
  readonly home: Home;
  readonly state: State;
  /** Of the refresh in the history. */
  readonly id: number;
}

/** A clock that was set back would make tonight look like last week. A day that was asked for is somebody's decision. */
function refuseBackwardClock({ asOf, isAsOfAsked, startedAt }: RefreshRequest, state: State): void {
  const last = state.lastRefresh();
  if (last === undefined || isAsOfAsked) return;
  if (last.startedAt <= startedAt.toISOString()) return;
  throw new ExportError(
    'home',
    `The clock is behind the last refresh, which started at ${last.startedAt}. Set the clock, or name the day with --as-of ${asOf}.`,
  );
}

/** What was published stays published, also when the numbers about it cannot be written. */
function tellMetrics(
  { config }: RefreshRequest,
  state: State,
  home: Home,
  result: RefreshResult,
): RefreshResult {
  try {
    writeMetrics(
      state,
      home,
      config.connections.map(({ name }) => name),
    );
    return result;
  } catch (cause) {
    const message = `${home.metrics} is out of date: ${asExportError(cause, home.metrics).message}`;
    const notice: Notice = { code: 'metrics-not-written', severity: 'warning', message, count: 1 };
    const connections = result.connections.map((each) => ({ ...each, notices: [...each.notices, notice] }));
    return { ...result, connections, notices: [...result.notices, notice] };
  }
}

function recordFailures(state: State, refreshId: number, { connections }: RefreshResult): void {
  for (const { settings, mode, outcome, error, seconds } of connections) {
    if (outcome !== 'failed') continue;
    state.transaction(() => {
      state.addBundle({
        refreshId,
        connection: settings.name,
        state: 'failed',
        version: settings.version,
        mode,
        scheme: schemeOf(settings),
        seconds,
        ...(error && { reason: error.message }),
      });
      state.audit('failed', settings.name, { refreshId, code: error?.code ?? 'unexpected' });
    });
  }
}

/** The worst outcome decides: cron sees one number. */
export function exitCodeOf({ connections, error }: RefreshResult): number {
  const codes = connections.map((result) => {
    if (result.outcome === 'withheld') return EXIT_CODES.withheld;
    return result.outcome === 'failed' ? (result.error?.exitCode ?? EXIT_CODES.unexpected) : 0;
  });
  return Math.max(0, error?.exitCode ?? 0, ...codes);
}

function selected({ config, only }: RefreshRequest): readonly ConnectionSettings[] {
  const unknown = only.filter((name) => !config.connections.some((connection) => connection.name === name));
  if (unknown.length > 0) {
    const known = config.connections.map(({ name }) => name).join(', ');
    throw new ExportError('usage', `The config has no connection ${unknown.join(', ')}. It has: ${known}.`);
  }
  return config.connections.filter(({ name }) => only.length === 0 || only.includes(name));
}

async function refreshLocked(
  request: RefreshRequest,
  { home, state, id }: Desk,
  settings: readonly ConnectionSettings[],
): Promise<RefreshResult> {
  const { asOf, startedAt, onProgress } = request;
  const staging = join(home.staging, `${compactInstant(startedAt)}-${process.pid}`);
  const notices = new Notices();
  const attempts: Attempt[] = [];
  let extraction: Extraction;
  try {
    requireSpace(
      state,
      home,
      settings.map(({ name }) => name),
    );
    makeFolder(staging);
    extraction = await extractTo(join(staging, 'snapshot.sqlite'), request, notices, attempts);
  } catch (cause) {
    const error = asExportError(cause, home.path);
    const connections = settings.map((connection): ConnectionResult => failed(connection, error, 0));
    return { asOf, year: undefined, connections, attempts, notices: notices.list(), error };
  }
  const { snapshot, year } = extraction;
  snapshot.close(); // whole on disk now; each connection opens it for itself
  const connections = await refreshConnections(
    settings.map((connection): ConnectionRequest => ({
      config: request.config,
      settings: connection,
      mode: request.mode ?? connection.mode,
      ...(request.release !== undefined && { release: request.release }),
      home,
      state,
      refreshId: id,
      staging,
      snapshot: snapshot.path,
      asOf,
      startedAt,
    })),
    onProgress,
  );
  return {
    asOf,
    year,
    connections: connections.map((each) =>
      each.outcome === 'failed' ? each : { ...each, notices: [...notices.list(), ...each.notices] },
    ),
    attempts,
    notices: notices.list(),
    ...(request.keepSnapshot && { keptSnapshot: keepSnapshot(snapshot.path, home, startedAt) }),
  };
}

/** Staged side by side, but settled one after the other in the order of the config: the history reads like the config. */
async function refreshConnections(
  requests: readonly ConnectionRequest[],
  onProgress: (step: string) => void,
): Promise<readonly ConnectionResult[]> {
  const threads = new StagingThreads();
  try {
    const passes = requests.map(async (request): Promise<StagedPass | ConnectionResult> => {
      const { settings, home } = request;
      const since = performance.now();
      try {
        return await stagePass(request, (staging) => {
          onProgress(`refreshing ${settings.name}`);
          return threads.stage(staging);
        });
      } catch (cause) {
        return failed(settings, asExportError(cause, home.path), secondsSince(since));
      }
    });
    const results: ConnectionResult[] = [];
    for (const pass of passes) results.push(await settled(await pass));
    return results;
  } finally {
    await threads.stop();
  }
}

async function settled(pass: StagedPass | ConnectionResult): Promise<ConnectionResult> {
  if ('outcome' in pass) return pass;
  const since = performance.now();
  const { settings, home } = pass.request;
  try {
    return await settlePass(pass);
  } catch (cause) {
    return failed(settings, asExportError(cause, home.path), pass.staging.seconds + secondsSince(since));
  }
}

const secondsSince = (since: number): number => Math.round(performance.now() - since) / 1_000;

async function extractTo(
  path: string,
  request: RefreshRequest,
  notices: Notices,
  attempts: Attempt[],
): Promise<Extraction> {
  request.onProgress('reading the SIS');
  return await extract(request.source, path, {
    notices,
    ...(request.retries !== undefined && { retries: request.retries }),
    onTable: (table, rows) => request.onProgress(`read ${table}: ${rows} rows`),
    onAttempt: (attempt) => {
      attempts.push(attempt);
      if (attempt.waitSeconds !== undefined)
        request.onProgress('reading the SIS failed; it will be read again');
    },
  });
}

function failed(settings: ConnectionSettings, error: ExportError, seconds: number): ConnectionResult {
  return {
    settings,
    mode: settings.mode,
    outcome: 'failed',
    exclusions: new Map(),
    notices: [],
    findings: [],
    holds: [],
    error,
    seconds,
  };
}

function keepSnapshot(path: string, home: Home, startedAt: Date): string {
  const kept = join(makeFolder(home.snapshots), `${compactInstant(startedAt)}.sqlite`);
  const snapshot = Snapshot.open(path);
  try {
    snapshot.copyForPeople(kept);
  } finally {
    snapshot.close();
  }
  return kept;
}
