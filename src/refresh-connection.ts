/**
 * One connection's pass through the stages: filter, map, write, verify, compare, then publish or hold. The full content is
 * made and verified every night; a delta is derived from it. Nothing flows back.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { countChanges, type Difference } from './compare/count-changes.js';
import type { Exclusion } from './filter/rule.js';
import { profileNamed } from './profiles/index.js';
import type { Profile } from './profiles/profile.js';
import { shapeOf } from './profiles/shape.js';
import type { District } from './filter/context.js';
import { filter } from './filter/filter.js';
import { holdReasons, type HoldReason } from './guard/guard.js';
import { map } from './map/map.js';
import type { Bundle, StagedBundle, VerifiedBundle } from './model/bundle.js';
import type { ExportError } from './model/errors.js';
import { Notices, type Notice } from './model/notices.js';
import type { BundleMode, Config, ConnectionSettings } from './model/settings.js';
import type { LocalDate } from './model/values.js';
import { versions } from './oneroster/versions.js';
import { bundleName, publish } from './publish/publish.js';
import type { Snapshot } from './snapshot/snapshot.js';
import { makeFolder, type Home } from './state/home.js';
import { fullContent, moveBaseTo, putAside, retain, schemeOf } from './state/shelf.js';
import type { NewBundle, State } from './state/state.js';
import type { Finding } from './verify/findings.js';
import { verify } from './verify/verify.js';
import { writeDelta } from './write/delta.js';
import { ExclusionsFile } from './write/exclusions-file.js';
import { write } from './write/write.js';

export type Outcome = 'published' | 'withheld' | 'failed' | 'unchanged';

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
}

/** Verified, and not yet decided on. */
interface Candidate {
  readonly bundle: VerifiedBundle;
  /** The full content; the bundle itself when that is a bulk one. */
  readonly full: VerifiedBundle;
}

type Judged = Omit<ConnectionResult, 'seconds' | 'settings'>;

/** Throws what keeps the connection from being judged at all; what the judgement was stands in the result. */
export async function refreshConnection(
  request: ConnectionRequest,
): Promise<Omit<ConnectionResult, 'seconds'>> {
  const { settings, state, refreshId } = request;
  const notices = new Notices();
  const folder = makeFolder(join(request.staging, settings.name));
  const exclusions = new ExclusionsFile(join(folder, 'exclusions.csv'));
  const judged = await judge(request, folder, exclusions, notices);
  const { outcome, bundle, holds, findings } = judged;
  if (outcome === 'withheld' && bundle !== undefined) {
    state.transaction(() => {
      const held = holds.length > 0;
      for (const { id } of state.bundles(settings.name, 'held')) state.setBundle(id, 'replaced');
      state.addBundle({
        ...recordOf(request, judged, exclusions, bundle),
        state: held ? 'held' : 'refused',
        reason: held ? holds.map(({ says }) => says).join('; ') : codesOf(findings),
      });
      state.audit(held ? 'held' : 'refused', settings.name, { refreshId, sha256: bundle.sha256 });
    });
  }
  return { ...judged, settings };
}

async function judge(
  request: ConnectionRequest,
  folder: string,
  exclusions: ExclusionsFile,
  notices: Notices,
): Promise<Judged> {
  const { settings, home, state, asOf, release } = request;
  const common = { exclusions: exclusions.counts };
  const staged = await stageFull(request, folder, exclusions, notices);
  const verdict = await verify(staged, asked(settings, asOf));
  const findings = [...emptyTables(staged, settings), ...verdict.findings];
  if (verdict.outcome === 'withheld' || findings.some(({ severity }) => severity === 'error')) {
    const bundle = putAside(staged, staged, home);
    return {
      ...common,
      mode: staged.mode,
      outcome: 'withheld',
      bundle,
      notices: notices.list(),
      findings,
      holds: [],
    };
  }
  const full = verdict.bundle;
  const lastGood = state.bundles(settings.name, 'published')[0];
  const lastFull = lastGood && fullContent(home, lastGood);
  const difference =
    lastFull !== undefined && existsSync(lastFull) ? await countChanges(lastFull, full.path) : undefined;
  const shape = await deriveShape(request, full, folder, notices);
  const compared = difference && { difference };
  if ('findings' in shape) {
    const all = [...findings, ...shape.findings];
    const bundle = putAside(shape.staged, full, home);
    return {
      ...common,
      mode: shape.staged.mode,
      outcome: 'withheld',
      bundle,
      notices: notices.list(),
      findings: all,
      holds: [],
      ...compared,
    };
  }
  const candidate = { bundle: shape.bundle, full };
  const holds = [
    ...shape.holds,
    ...(release === undefined ? holdReasons({ settings, asOf, difference }) : []),
  ];
  const made = { ...common, mode: shape.bundle.mode, findings, holds, ...compared };
  if (holds.length > 0) {
    return {
      ...made,
      outcome: 'withheld',
      bundle: putAside(candidate.bundle, full, home),
      notices: notices.list(),
    };
  }
  const bundle = await publishCandidate(request, candidate, exclusions, difference);
  const outcome = bundle.mode === 'delta' && bundle.rows.size === 0 ? 'unchanged' : 'published';
  return { ...made, outcome, bundle, notices: notices.list() };
}

async function stageFull(
  { config, settings, snapshot, district, asOf }: ConnectionRequest,
  folder: string,
  exclusions: ExclusionsFile,
  notices: Notices,
): Promise<StagedBundle> {
  const report = (kind: string, id: number | string, { code, facts }: Exclusion): void =>
    exclusions.put(kind, id, code, facts);
  const roster = filter({ snapshot, district, settings, asOf, notices, report });
  const shape = shapeOf(profileNamed(settings.profile), settings.version);
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

type Shape =
  | { readonly bundle: VerifiedBundle; readonly holds: readonly HoldReason[] }
  | { readonly staged: StagedBundle; readonly findings: readonly Finding[] };

/** The full content itself, or the delta that leads to it from what the receiver holds. */
async function deriveShape(
  request: ConnectionRequest,
  full: VerifiedBundle,
  folder: string,
  notices: Notices,
): Promise<Shape> {
  const { settings, home, state, startedAt, asOf } = request;
  if (request.mode === 'bulk') return { bundle: full, holds: [] };
  const base = state.base(settings.name);
  if (base === undefined) {
    notices.add(
      'first-delta-is-bulk',
      'info',
      'The receiver has nothing yet that a delta could build on, so this bundle is a bulk one.',
    );
    return { bundle: full, holds: [] };
  }
  if (base.scheme !== schemeOf(settings)) {
    const says = `The version, id scheme or profile changed since the receiver's last bundle (${base.scheme}, now ${schemeOf(settings)}), so a delta would double or lose records. Start anew with: oneroster-export refresh ${settings.name} --mode bulk`;
    return { bundle: full, holds: [{ code: 'delta-base-differs', says }] };
  }
  const staged = await writeDelta({
    folder: makeFolder(join(folder, 'delta')),
    settings,
    version: versions[settings.version],
    exclusions: full.exclusions,
    notices,
    shape: shapeOf(profileNamed(settings.profile), settings.version),
    baseZip: join(home.path, base.file),
    full,
    startedAt,
  });
  const verdict = await verify(staged, asked(settings, asOf));
  return verdict.outcome === 'verified'
    ? { bundle: verdict.bundle, holds: [] }
    : { staged, findings: verdict.findings };
}

/** Records the name, renames, records that it happened: a kill in between is mended by the next start. */
async function publishCandidate(
  request: ConnectionRequest,
  { bundle, full }: Candidate,
  exclusions: ExclusionsFile,
  difference: Difference | undefined,
): Promise<Bundle> {
  const { settings, home, state, startedAt, release, refreshId } = request;
  const folder = makeFolder(home.bundles(settings.name));
  const name = bundleName(folder, bundle, startedAt);
  if (bundle.mode === 'delta') {
    renameSync(full.path, join(makeFolder(home.full(settings.name)), `${name}.zip`));
  }
  const record = recordOf(
    request,
    { mode: bundle.mode, ...(difference && { difference }) },
    exclusions,
    bundle,
  );
  const id = state.addBundle({ ...record, state: 'verified', name });
  const published = await publish(bundle, { folder, name });
  state.transaction(() => {
    state.setBundle(id, 'published');
    for (const held of state.bundles(settings.name, 'held')) state.setBundle(held.id, 'replaced');
    if (settings.delivery === undefined) moveBaseTo(state, home, id);
    state.audit('published', settings.name, {
      refreshId,
      name,
      sha256: bundle.sha256,
      rows: Object.fromEntries(bundle.rows),
      ...(release !== undefined && { releasedBecause: release }),
    });
  });
  // A bundle that waited for a decision is overtaken by a good one.
  rmSync(home.withheld(settings.name), { recursive: true, force: true });
  retain(state, home, settings.name, request.config.retention, startedAt);
  return published;
}

function recordOf(
  { settings, refreshId }: ConnectionRequest,
  { mode, difference }: Pick<Judged, 'mode' | 'difference'>,
  exclusions: ExclusionsFile,
  bundle: Bundle,
): Omit<NewBundle, 'state'> {
  return {
    refreshId,
    connection: settings.name,
    version: settings.version,
    mode,
    scheme: schemeOf(settings),
    bundle,
    exclusions: exclusions.counts,
    ...(difference && { difference: difference.tables }),
  };
}

/** What the bundle is judged by beside the standard. */
function asked(
  { profile }: ConnectionSettings,
  asOf: LocalDate,
): { readonly profile?: Profile; readonly asOf: LocalDate } {
  const named = profileNamed(profile);
  return { asOf, ...(named && { profile: named }) };
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
