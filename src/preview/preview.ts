/**
 * A full dry run: reads the SIS, makes and verifies each bundle, compares it with the last good one (or with what another config
 * makes of the same snapshot) and judges it. Writes into a folder for temporary files only: the home stays as it is.
 */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Staging } from '../assemble/assemble.js';
import { Stagings } from '../assemble/stagings.js';
import type { Stager } from '../assemble/worker-pool.js';
import type { SisSource } from '../extract/source.js';
import { asExportError } from '../faults/as-export-error.js';
import { holdReasons } from '../guard/guard.js';
import { makeFolder } from '../home/folders.js';
import { homeAt, type Home } from '../home/home.js';
import { makeScratchFolder } from '../home/scratch.js';
import { lastBytes } from '../home/space.js';
import { connectionsNamed } from '../model/connections.js';
import type { Difference } from '../model/difference.js';
import { EXIT_CODES, type ExportError } from '../model/errors.js';
import type { Finding } from '../model/finding.js';
import { Notices, type Notice } from '../model/notices.js';
import type { HoldReason } from '../model/hold-reason.js';
import type { SchoolCount } from '../model/result.js';
import { schoolsById } from '../model/school-names.js';
import type { BundleMode, Config, ConnectionSettings } from '../model/settings.js';
import { hasSharingEnded, sharingDay } from '../model/sharing.js';
import type { LocalDate } from '../model/values.js';
import type { VanishedCount } from '../model/vanished.js';
import { deltaBase } from '../refresh/delta-base.js';
import { lastGood, type LastGood } from '../refresh/last-good.js';
import { switchedTrials } from '../refresh/switched-trials.js';
import { stagingRequest } from '../refresh/connection.js';
import { readSis } from '../refresh/read-sis.js';
import type { ActiveYear } from '../snapshot/snapshot.js';
import type { State } from '../state/state.js';
import { explainVanished } from '../vanished/vanished.js';
import { copyState } from './baseline.js';
import { keepFiles } from './keep-files.js';

export interface PreviewRequest {
  readonly config: Config;
  readonly source: SisSource;
  /** Names of connections; empty for all. */
  readonly only: readonly string[];
  readonly asOf: LocalDate;
  readonly startedAt: Date;
  readonly mode?: BundleMode;
  /** Compare with what this config makes of the same snapshot, instead of with the last good bundle. */
  readonly against?: Config;
  /** By its end year: judged as the active one. */
  readonly schoolYear?: number;
  /** Where bundles and lists are kept. */
  readonly out?: string;
  readonly onProgress: (step: string) => void;
  readonly signal?: AbortSignal;
  /** Stopped with the preview; by default this thread or others, by the size of the district. */
  readonly stager?: Stager;
}

export type Verdict = 'publish' | 'unchanged' | 'hold' | 'refuse' | 'fail' | 'ended';

export interface ConnectionPreview {
  readonly settings: ConnectionSettings;
  readonly verdict: Verdict;
  readonly mode: BundleMode;
  readonly holds: readonly HoldReason[];
  readonly findings: readonly Finding[];
  readonly notices: readonly Notice[];
  /** Rows of the full content by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly exclusions: Readonly<Record<string, number>>;
  /** Against the baseline, where there is one. */
  readonly difference?: Difference;
  readonly schools: readonly SchoolCount[];
  readonly vanished: readonly VanishedCount[];
  /** Paths below `out`. */
  readonly kept: readonly string[];
  readonly error?: ExportError;
}

export interface PreviewResult {
  readonly asOf: LocalDate;
  readonly year: ActiveYear;
  readonly connections: readonly ConnectionPreview[];
  readonly notices: readonly Notice[];
}

/** What all connections of a preview share. */
interface Desk {
  readonly request: PreviewRequest;
  readonly home: Home;
  readonly state: State | undefined;
  readonly folder: string;
  readonly snapshot: string;
  readonly stager: Stager;
}

export async function preview(request: PreviewRequest): Promise<PreviewResult> {
  const { config, only, asOf } = request;
  const settings = connectionsNamed(config, only);
  const folder = makeScratchFolder();
  const home = homeAt(config.home);
  const stager = request.stager ?? new Stagings();
  let state: State | undefined;
  try {
    state = await copyState({ settings: config.state, file: home.state }, folder);
    const notices = new Notices();
    const names = settings.map(({ name }) => name);
    stager.warmUp(settings.length, await lastBytes(state, home, names));
    const { snapshot, year } = await readSis(join(folder, 'snapshot.sqlite'), request, notices, []);
    snapshot.close();
    const desk = { request, home, state, folder, snapshot: snapshot.path, stager };
    const connections = await Promise.all(settings.map((each) => previewOne(desk, each)));
    return { asOf, year, connections, notices: notices.list() };
  } finally {
    await state?.close();
    await stager.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const NOTHING = {
  holds: [],
  findings: [],
  notices: [],
  rows: {},
  exclusions: {},
  schools: [],
  vanished: [],
  kept: [],
} as const;

async function previewOne(desk: Desk, settings: ConnectionSettings): Promise<ConnectionPreview> {
  const { request, home } = desk;
  const mode = request.mode ?? settings.mode;
  if (hasSharingEnded(settings, sharingDay(request.config, request.startedAt, request.asOf)))
    return { settings, mode, verdict: 'ended', ...NOTHING };
  try {
    return await judged(desk, settings, mode);
  } catch (cause) {
    return { settings, mode, verdict: 'fail', ...NOTHING, error: asExportError(cause, home.path) };
  }
}

async function judged(
  desk: Desk,
  settings: ConnectionSettings,
  mode: BundleMode,
): Promise<ConnectionPreview> {
  const { request, folder, snapshot } = desk;
  const last = await baselineOf(desk, settings);
  const base = await baseOf(desk, settings, mode);
  const staging = await stage(desk, settings, { last, ...base, at: join(folder, settings.name) });
  const { difference, findings, bundle, full } = staging;
  const schools = schoolsById(staging.schools, last.lastSchools ?? []);
  const { switched, notices: switches } = switchedTrials(staging, last);
  const doubts = [
    ...base.holds,
    ...holdReasons({ settings, asOf: request.asOf, difference, ...last, switched, schools }),
  ];
  const list = join(folder, settings.name, 'vanished.csv');
  const vanished =
    staging.removed === undefined
      ? []
      : (
          await explainVanished({
            removed: staging.removed,
            exclusions: full.exclusions,
            snapshot,
            into: list,
          })
        ).counts;
  const files = {
    bundle: bundle.path,
    exclusions: full.exclusions,
    ...(staging.removed && { vanished: list }),
  };
  return {
    settings,
    mode: bundle.mode,
    verdict: verdictOf(staging, doubts),
    holds: staging.outcome === 'refused' ? [] : doubts,
    findings,
    notices: [...staging.notices, ...base.notices, ...switches],
    rows: Object.fromEntries(full.rows),
    exclusions: Object.fromEntries(staging.exclusions),
    ...(difference && { difference }),
    schools: staging.schools,
    vanished,
    kept: request.out === undefined ? [] : keepFiles(request.out, settings.name, files),
  };
}

function verdictOf({ outcome, bundle }: Staging, doubts: readonly HoldReason[]): Verdict {
  if (outcome === 'refused') return 'refuse';
  if (doubts.length > 0) return 'hold';
  return bundle.mode === 'delta' && bundle.rows.size === 0 ? 'unchanged' : 'publish';
}

/** What the bundle is compared with. A refresh that runs meanwhile may remove the file, so a copy is compared. */
async function baselineOf(desk: Desk, settings: ConnectionSettings): Promise<LastGood> {
  const { request, home, state, folder } = desk;
  if (request.against !== undefined) return await baselineOfConfig(desk, request.against, settings);
  const last = await lastGood(state, home, settings.name);
  if (last.content === undefined) return last;
  const copy = join(makeFolder(join(folder, `${settings.name}-before`)), 'last-good.zip');
  copyFileSync(last.content, copy);
  return { ...last, content: copy };
}

/** A connection that the other config does not have is a new one. */
async function baselineOfConfig(
  desk: Desk,
  against: Config,
  { name }: ConnectionSettings,
): Promise<LastGood> {
  const other = against.connections.find((connection) => connection.name === name);
  if (other === undefined) return {};
  const at = join(desk.folder, `${name}-before`);
  const { outcome, full } = await stage(desk, other, { last: {}, at, config: against });
  return outcome === 'refused'
    ? { incomparable: 'the other config makes a bundle that verification refuses' }
    : { content: full.path };
}

async function baseOf({ request, home, state }: Desk, settings: ConnectionSettings, mode: BundleMode) {
  if (state === undefined || request.against !== undefined || mode === 'bulk')
    return { holds: [], notices: [] };
  return await deltaBase(state, home, settings, mode);
}

interface StageOptions {
  readonly last: LastGood;
  readonly content?: { readonly path: string; readonly bundleId: number };
  readonly at: string;
  /** Where it is not the config of the request. */
  readonly config?: Config;
}

async function stage(
  { request, home, snapshot, stager }: Desk,
  settings: ConnectionSettings,
  { last, content, at, config = request.config }: StageOptions,
): Promise<Staging> {
  const { asOf, startedAt, onProgress } = request;
  onProgress(`judging ${settings.name}`);
  const before = { last, base: { holds: [], notices: [], ...(content && { content }) } };
  return await stager.stage(
    stagingRequest({ config, settings, home, asOf, startedAt, snapshot, folder: at }, before),
  );
}

/** The worst verdict decides. */
export function exitCodeOf({ connections }: PreviewResult): number {
  const codes = connections.map(({ verdict, error }) => {
    if (verdict === 'hold' || verdict === 'refuse') return EXIT_CODES.withheld;
    return verdict === 'fail' ? (error?.exitCode ?? EXIT_CODES.unexpected) : 0;
  });
  return Math.max(0, ...codes);
}
