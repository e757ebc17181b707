/**
 * One connection's pass through the stages: filter, map, write, verify, compare, then publish or hold. The full content is
 * made and verified every night; a delta is derived from it. Nothing flows back.
 */
import { join } from 'node:path';
import { countChanges, type Difference } from './compare/count-changes.js';
import { deriveShape } from './derive-shape.js';
import type { District } from './filter/context.js';
import { filter } from './filter/filter.js';
import type { Exclusion } from './filter/rule.js';
import { receiverOf } from './profiles/receiver.js';
import { holdReasons, type HoldReason } from './guard/guard.js';
import { lastGood } from './last-good.js';
import { map } from './map/map.js';
import type { Bundle, StagedBundle } from './model/bundle.js';
import type { ExportError } from './model/errors.js';
import { Notices, type Notice } from './model/notices.js';
import type { BundleMode, Config, ConnectionSettings } from './model/settings.js';
import { stopPoint } from './model/stopping.js';
import type { LocalDate } from './model/values.js';
import { versions } from './oneroster/versions.js';
import { publishBundle, withholdBundle, type Draft } from './settle.js';
import type { Snapshot } from './snapshot/snapshot.js';
import { schemeOf } from './state/base.js';
import { makeFolder, type Home } from './state/home.js';
import { retain } from './state/shelf.js';
import type { State } from './state/state.js';
import type { Finding } from './verify/findings.js';
import { verify } from './verify/verify.js';
import { ExclusionsFile } from './write/exclusions-file.js';
import { write } from './write/write.js';

/** `ended`: by its own settings the connection gets nothing any more. */
export type Outcome = 'published' | 'withheld' | 'failed' | 'unchanged' | 'ended';

export interface ConnectionResult {
  readonly settings: ConnectionSettings;
  /** What was made: a first delta is a bulk bundle. */
  readonly mode: BundleMode;
  readonly outcome: Outcome;
  /** Absent when the refresh failed before there was one. */
  readonly bundle?: Bundle;
  /** Excluded records by rule code. */
  readonly exclusions: ReadonlyMap<string, number>;
  readonly notices: readonly Notice[];
  /** What verification found; with an error among them the bundle is withheld. */
  readonly findings: readonly Finding[];
  /** Why a sound bundle waits for a person's decision. */
  readonly holds: readonly HoldReason[];
  /** Against the last good bundle, where there is one. */
  readonly difference?: Difference;
  readonly error?: ExportError;
  readonly seconds: number;
}

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
  readonly snapshot: Snapshot;
  readonly district: District;
  readonly asOf: LocalDate;
  readonly startedAt: Date;
  /** Asks to stop: heeded between the steps, up to the one that publishes. */
  readonly signal?: AbortSignal;
}

/** Throws what keeps the connection from being judged at all; what the judgement was stands in the result. */
export async function refreshConnection(
  request: ConnectionRequest,
): Promise<Omit<ConnectionResult, 'seconds'>> {
  const { settings, home, state, startedAt, refreshId } = request;
  const desk = { home, state, settings };
  const notices = new Notices();
  const folder = makeFolder(join(request.staging, settings.name));
  const exclusions = new ExclusionsFile(join(folder, 'exclusions.csv'));
  const staged = await stageFull(request, folder, exclusions, notices);
  await stopPoint(request.signal);
  const verdict = await verify(staged, { ...receiverOf(settings).asked, asOf: request.asOf });
  const findings = [...emptyTables(staged, settings), ...verdict.findings];

  /** Everything about this pass but what becomes of it. */
  const draftOf = (bundle: Bundle, more: Partial<Draft> = {}): Draft => ({
    refreshId,
    connection: settings.name,
    version: settings.version,
    mode: bundle.mode,
    scheme: schemeOf(settings),
    bundle,
    contentSha256: staged.sha256,
    exclusions: exclusions.counts,
    ...more,
  });
  const resultOf = (
    outcome: Outcome,
    bundle: Bundle,
    more: Partial<ConnectionResult> = {},
  ): Omit<ConnectionResult, 'seconds'> => {
    const made = { settings, mode: bundle.mode, outcome, bundle, exclusions: exclusions.counts };
    return { ...made, notices: notices.list(), findings, holds: [], ...more };
  };

  if (verdict.outcome === 'withheld' || hasError(findings)) {
    const refused = { state: 'refused', reason: codesOf(findings) } as const;
    return resultOf('withheld', withholdBundle(desk, staged, staged, draftOf(staged), startedAt, refused));
  }
  const full = verdict.bundle;
  await stopPoint(request.signal);
  const last = await lastGood(state, home, settings.name);
  const difference =
    last.content === undefined
      ? undefined
      : await countChanges({
          before: last.content,
          after: full.path,
          scratch: join(folder, 'compare.sqlite'),
        });
  noteUpheaval(difference, notices);
  const compared = difference && { difference };
  await stopPoint(request.signal);
  const shape = await deriveShape({ ...request, folder, notices }, full);
  if (shape.outcome === 'refused') {
    const all = [...findings, ...shape.findings];
    const refused = { state: 'refused', reason: codesOf(all) } as const;
    const draft = draftOf(shape.staged, difference && { difference });
    const aside = withholdBundle(desk, shape.staged, full, draft, startedAt, refused);
    return resultOf('withheld', aside, { findings: all, ...compared });
  }
  const doubts = holdReasons({ settings, asOf: request.asOf, difference, ...last });
  await stopPoint(request.signal);
  // A release is for doubts; a delta that cannot be made stays impossible.
  const holds = [...shape.holds, ...(request.release === undefined ? doubts : [])];
  const draft = draftOf(shape.bundle, {
    ...(shape.baseId !== undefined && { baseId: shape.baseId }),
    ...compared,
  });
  if (holds.length > 0) {
    const reason = holds.map(({ says }) => says).join('; ');
    const aside = withholdBundle(desk, shape.bundle, full, draft, startedAt, { state: 'held', reason });
    return resultOf('withheld', aside, { holds, ...compared });
  }
  const passed = doubts.map(({ code }) => code);
  const release = passed.length > 0 ? request.release : undefined;
  const reason = release === undefined ? {} : { reason: release };
  const published = await publishBundle(desk, shape.bundle, full, { ...draft, ...reason }, startedAt, {
    ...reason,
    ...(passed.length > 0 && { passed }),
  });
  retain(state, home, settings.name, request.config.retention, startedAt);
  const isUnchanged = published.mode === 'delta' && published.rows.size === 0;
  return resultOf(isUnchanged ? 'unchanged' : 'published', published, compared);
}

async function stageFull(
  { config, settings, snapshot, district, asOf }: ConnectionRequest,
  folder: string,
  exclusions: ExclusionsFile,
  notices: Notices,
): Promise<StagedBundle> {
  const { shape } = receiverOf(settings);
  const report = (kind: string, id: number | string, { code, facts }: Exclusion): void =>
    exclusions.put(kind, id, code, facts);
  const roster = filter({ snapshot, district, settings, asOf, notices, report });
  const staged = await write({
    folder: makeFolder(join(folder, 'full')),
    settings,
    version: versions[settings.version],
    exclusions: exclusions.path,
    notices,
    shape,
    fill: (put) => map({ roster, settings, grades: config.grades, notices, shape, report }, put),
  });
  exclusions.close();
  return staged;
}

const hasError = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'error');

/** Hubs hold a feed in which this share of a kind changed at once: better to read it here first. */
const UPHEAVAL = 0.75;

function noteUpheaval(difference: Difference | undefined, notices: Notices): void {
  for (const [table, { changed, before }] of Object.entries(difference?.tables ?? {})) {
    if (changed <= before * UPHEAVAL) continue;
    notices.add(
      'most-rows-changed',
      'warning',
      `Most rows of ${table}.csv changed since the last good bundle: ${changed} of ${before}. Some receivers hold such a feed back.`,
    );
  }
}

const codesOf = (findings: readonly Finding[]): string =>
  [...new Set(findings.filter(({ severity }) => severity === 'error').map(({ code }) => code))].join(', ');

/** Receivers take absence as deletion, so a bulk bundle without users, classes or enrollments is never sent by accident. */
function emptyTables({ rows }: StagedBundle, { allowEmpty }: ConnectionSettings): readonly Finding[] {
  if (allowEmpty) return [];
  return ['users', 'classes', 'enrollments']
    .filter((table) => (rows.get(table) ?? 0) === 0)
    .map((table) => ({
      code: 'bundle-empty',
      severity: 'error',
      says: `The bundle has no ${table}, which would delete all of them at the receiver. If that is meant, set allowEmpty: true.`,
      file: `${table}.csv`,
      count: 1,
      places: [],
    }));
}
