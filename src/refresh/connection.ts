/**
 * One connection's pass: the bundle to compare with and the delta base are determined first, then a bundle is staged, then
 * published or held. The staging knows no state and may run anywhere; all that touches the state is here. Nothing flows back.
 */
import { join } from 'node:path';
import { deltaBase, type DeltaBase } from './delta-base.js';
import { holdReasons } from '../guard/guard.js';
import { lastGood, type LastGood } from './last-good.js';
import type { KeptBundle } from '../model/bundle.js';
import { switchedTrials } from './switched-trials.js';
import type { Notice } from '../model/notices.js';
import { schoolsById } from '../model/school-names.js';
import type { BundleMode, Config, ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import type { Vanished } from '../model/vanished.js';
import { publishBundle, withholdBundle, type Draft } from '../settle/settle.js';
import type { Staging, StagingRequest } from '../assemble/assemble.js';
import { schemeOf } from '../model/scheme.js';
import type { Home } from '../home/home.js';
import { retain } from '../home/retention.js';
import type { State } from '../state/state.js';
import type { Finding } from '../model/finding.js';
import { explainVanished } from '../vanished/vanished.js';
import type { HoldReason } from '../model/hold-reason.js';
import { joinReasons, type ConnectionResult, type Outcome } from '../model/result.js';

export interface ConnectionRequest {
  readonly config: Config;
  readonly settings: ConnectionSettings;
  readonly mode: BundleMode;
  /** The reason given to let this one bundle pass its thresholds. */
  readonly release?: string;
  readonly home: Home;
  readonly state: State;
  readonly refreshId: number;
  /** A folder of this refresh alone. */
  readonly staging: string;
  /** Path of the sealed snapshot. */
  readonly snapshot: string;
  readonly asOf: LocalDate;
  readonly startedAt: Date;
  /** The day of the night that the bundle is for. */
  readonly night?: LocalDate;
  /** Asks to stop: a staging is given up, and what is not yet being settled is left as it was. */
  readonly signal?: AbortSignal;
}

/** The state of earlier nights. */
interface Before {
  readonly last: LastGood;
  readonly base: DeltaBase;
}

/** Runs the staging, here or elsewhere. */
export type Stage = (request: StagingRequest) => Promise<Staging>;

/** A pass half way: what was staged, and all that settling it needs. */
export interface StagedPass {
  readonly request: ConnectionRequest;
  readonly before: Before;
  readonly staging: Staging;
}

/** Throws what keeps the connection from being judged at all; what the judgment was stands in the staging. */
export async function stagePass(request: ConnectionRequest, stage: Stage): Promise<StagedPass> {
  const { home, state, settings, mode } = request;
  const last = await lastGood(state, home, settings.name);
  const base = await deltaBase(state, home, settings, mode);
  const before = { last, base };
  const folder = join(request.staging, settings.name);
  return { request, before, staging: await stage(stagingRequest({ ...request, folder }, before)) };
}

/** Publishes the bundle if it is verified and within limits; otherwise puts it on hold. */
export async function settlePass(pass: StagedPass): Promise<ConnectionResult> {
  const since = performance.now();
  const result = await settle(pass);
  const seconds = Math.round(pass.staging.seconds * 1_000 + performance.now() - since) / 1_000;
  return { ...result, seconds };
}

type StagingParts = Pick<
  ConnectionRequest,
  'config' | 'settings' | 'home' | 'asOf' | 'startedAt' | 'snapshot'
> & { readonly folder: string };

export function stagingRequest(
  { config, settings, home, asOf, startedAt, snapshot, folder }: StagingParts,
  { last, base }: Before,
): StagingRequest {
  return {
    settings: withoutDelivery(settings),
    grades: config.grades,
    system: config.system,
    asOf,
    startedAt,
    home: home.path,
    snapshot,
    folder,
    ...(last.content !== undefined && { lastGood: last.content }),
    ...(base.content !== undefined && { deltaBase: base.content.path }),
  };
}

/** The secrets of a delivery have no business in a staging. */
export function withoutDelivery(settings: ConnectionSettings): StagingRequest['settings'] {
  const copy: StagingRequest['settings'] & { delivery?: unknown } = { ...settings };
  delete copy.delivery;
  return copy;
}

/** Everything about this pass but what becomes of it. */
function draftOf({ settings, refreshId, night }: ConnectionRequest, staging: Staging): Draft {
  const { bundle, full, exclusions, schools, trials, difference } = staging;
  return {
    refreshId,
    connection: settings.name,
    version: settings.version,
    mode: bundle.mode,
    scheme: schemeOf(settings),
    bundle,
    contentSha256: full.sha256,
    exclusions,
    schools,
    trials,
    ...(difference && { difference }),
    ...(night !== undefined && { night }),
  };
}

async function settle({
  request,
  before: { last, base },
  staging,
}: StagedPass): Promise<Omit<ConnectionResult, 'seconds'>> {
  const { settings, home, state, startedAt } = request;
  const { difference, findings, exclusions, schools, timings, full } = staging;
  const desk = { home, state, settings };

  const draft = draftOf(request, staging);
  const resultOf = (
    outcome: Outcome,
    bundle: KeptBundle,
    holds: readonly HoldReason[] = [],
    remarks: readonly Notice[] = [],
  ): Omit<ConnectionResult, 'seconds'> => {
    return {
      settings,
      mode: bundle.mode,
      outcome,
      bundle,
      exclusions,
      notices: [...staging.notices, ...base.notices, ...switchedTrials(staging, last).notices, ...remarks],
      findings,
      holds,
      schools,
      timings,
      ...(difference && { difference }),
    };
  };

  if (staging.outcome === 'refused') {
    const refused = { state: 'refused', reason: codesOf(findings) } as const;
    return resultOf(
      'withheld',
      await withholdBundle(desk, { bundle: staging.bundle, full, draft, startedAt }, refused),
    );
  }
  const { bundle } = staging;
  const doubts = doubtsAbout(request, staging, last);
  // A release is for doubts; a delta that cannot be made stays impossible.
  const holds = [...base.holds, ...(request.release === undefined ? doubts : [])];
  const based: Draft = { ...draft, ...(base.content && { baseId: base.content.bundleId }) };
  if (holds.length > 0) {
    const reason = joinReasons(holds);
    const gone = await whoVanished(request, staging);
    const verdict = { state: 'held', reason, ...(gone && { vanished: gone.list }) } as const;
    const aside = await withholdBundle(desk, { bundle, full, draft: based, startedAt }, verdict);
    return { ...resultOf('withheld', aside, holds), ...(gone && { vanished: gone.vanished }) };
  }
  const passed = doubts.map(({ code }) => code);
  const release = passed.length > 0 ? request.release : undefined;
  const reason = release === undefined ? {} : { reason: release };
  const published = await publishBundle(
    desk,
    { bundle, full: staging.full, draft: { ...based, ...reason }, startedAt },
    { ...reason, ...(passed.length > 0 && { passed }) },
  );
  await retain({ home, state }, settings.name, request.config.retention, startedAt);
  const { bundle: good, notices } = published;
  const isUnchanged = good.mode === 'delta' && good.rows.size === 0;
  return resultOf(isUnchanged ? 'unchanged' : 'published', good, [], notices);
}

function doubtsAbout(
  { settings, asOf }: ConnectionRequest,
  staging: Staging,
  last: LastGood,
): readonly HoldReason[] {
  const { difference, schools } = staging;
  const { switched } = switchedTrials(staging, last);
  const named = schoolsById(schools, last.lastSchools ?? []);
  return holdReasons({ settings, asOf, difference, ...last, switched, schools: named });
}

/** Who vanished by which rule, for the decision on the hold. */
async function whoVanished(
  { snapshot, settings, staging }: ConnectionRequest,
  { removed, full }: Staging,
): Promise<{ readonly list: string; readonly vanished: Vanished } | undefined> {
  if (removed === undefined) return undefined;
  const list = join(staging, settings.name, 'vanished.csv');
  const vanished = await explainVanished({ removed, exclusions: full.exclusions, snapshot, into: list });
  return { list, vanished };
}

const codesOf = (findings: readonly Finding[]): string =>
  [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))].join(', ');
