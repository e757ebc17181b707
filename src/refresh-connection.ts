/** One connection's pass through the stages: filter, map, write, verify, publish. Nothing flows back. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filter } from './filter/filter.js';
import type { District } from './filter/context.js';
import { map } from './map/map.js';
import type { Bundle, StagedBundle } from './model/bundle.js';
import type { ExportError } from './model/errors.js';
import { Notices, type Notice } from './model/notices.js';
import type { Config, ConnectionSettings } from './model/settings.js';
import type { LocalDate } from './model/values.js';
import { versions } from './oneroster/versions.js';
import { publish } from './publish/publish.js';
import type { Snapshot } from './snapshot/snapshot.js';
import { makeFolder, type Home } from './state/home.js';
import type { Finding } from './verify/findings.js';
import { verify } from './verify/verify.js';
import { ExclusionsFile } from './write/exclusions-file.js';
import { write } from './write/write.js';

export type Outcome = 'published' | 'withheld' | 'failed' | 'unchanged';

export interface ConnectionResult {
  readonly settings: ConnectionSettings;
  readonly outcome: Outcome;
  /** Absent when the refresh failed before there was one. */
  readonly bundle?: Bundle;
  /** Excluded records by rule code. */
  readonly exclusions: ReadonlyMap<string, number>;
  readonly notices: readonly Notice[];
  /** What verification found; with an error among them the bundle is withheld. */
  readonly findings: readonly Finding[];
  readonly error?: ExportError;
  readonly seconds: number;
}

export interface ConnectionRequest {
  readonly config: Config;
  readonly settings: ConnectionSettings;
  readonly home: Home;
  /** A folder of this refresh alone. */
  readonly staging: string;
  readonly snapshot: Snapshot;
  readonly district: District;
  readonly asOf: LocalDate;
  readonly startedAt: Date;
}

/** Throws what keeps the connection from being judged at all; what the judgement was stands in the result. */
export async function refreshConnection(
  request: ConnectionRequest,
): Promise<Omit<ConnectionResult, 'seconds'>> {
  const { settings, home, startedAt } = request;
  const notices = new Notices();
  const folder = makeFolder(join(request.staging, settings.name));
  const exclusions = new ExclusionsFile(join(folder, 'exclusions.csv'));
  const staged = await stage(request, folder, exclusions, notices);
  const common = { settings, exclusions: exclusions.counts };

  const verdict = await verify(staged, {});
  const findings = [...emptyTables(staged, settings), ...verdict.findings];
  if (verdict.outcome === 'withheld' || findings.some(({ severity }) => severity === 'error')) {
    const bundle = withhold(staged, home);
    return { ...common, outcome: 'withheld', bundle, notices: notices.list(), findings };
  }
  const bundle = await publish(verdict.bundle, {
    folder: makeFolder(home.bundles(settings.name)),
    startedAt,
  });
  // A bundle that waited for a decision is overtaken by a good one.
  rmSync(home.withheld(settings.name), { recursive: true, force: true });
  return { ...common, outcome: 'published', bundle, notices: notices.list(), findings };
}

async function stage(
  { config, settings, snapshot, district, asOf }: ConnectionRequest,
  folder: string,
  exclusions: ExclusionsFile,
  notices: Notices,
): Promise<StagedBundle> {
  const roster = filter({
    snapshot,
    district,
    settings,
    asOf,
    notices,
    report: (kind, id, { code, facts }) => exclusions.put(kind, id, code, facts),
  });
  const staged = await write({
    folder,
    settings,
    version: versions[settings.version],
    exclusions: exclusions.path,
    notices,
    fill: (put) => map(roster, settings, config.grades, notices, put),
  });
  exclusions.close();
  return staged;
}

/** Receivers take absence as deletion, so a bulk bundle without users, classes or enrollments is never sent by accident. */
function emptyTables({ rows, mode }: StagedBundle, { allowEmpty }: ConnectionSettings): readonly Finding[] {
  if (allowEmpty || mode !== 'bulk') return [];
  return ['users', 'classes', 'enrollments']
    .filter((table) => !rows.has(table))
    .map((table) => ({
      code: 'bundle-empty',
      severity: 'error',
      says: `The bundle has no ${table}, which would delete all of them at the receiver. If that is meant, set allowEmpty: true.`,
      file: `${table}.csv`,
      count: 1,
      places: [],
    }));
}

/** Keeps the newest withheld bundle where people can look at it; the last good one stays what it was. */
function withhold(bundle: StagedBundle, home: Home): Bundle {
  const folder = home.withheld(bundle.connection);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${bundle.version}-${bundle.mode}.zip`);
  const exclusions = join(folder, `${bundle.version}-${bundle.mode}-exclusions.csv`);
  renameSync(bundle.exclusions, exclusions);
  renameSync(bundle.path, path);
  return { ...bundle, path, exclusions };
}
