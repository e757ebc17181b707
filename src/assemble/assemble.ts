/**
 * One connection's way from the snapshot to a bundle that is sound or refused: filter, map, write and verify the full
 * content, compare it with the last good one, derive the delta where one is wanted. What it takes and gives is plain, and
 * it knows neither the state nor the other connections, so that it can run in a thread of its own. Publishes nothing.
 */
import { join } from 'node:path';
import { countChanges } from '../compare/count-changes.js';
import type { Difference } from '../model/difference.js';
import { SchoolCounter } from './school-counter.js';
import { RemovedRows } from './removed-rows.js';
import { RequiredParts } from './empty-bundle.js';
import { ExcludedRecords } from './excluded-record.js';
import { loadDistrict } from '../filter/context.js';
import { filter } from '../filter/filter.js';
import type { Whereabouts } from '../filter/exclusions.js';
import type { Exclusion } from '../filter/rule.js';
import { map } from '../map/map.js';
import type { Bundle, StagedBundle, VerifiedBundle, WrittenBundle } from '../model/bundle.js';
import { Notices, type Notice } from '../model/notices.js';
import type { BundleMode, Config, ConnectionSettings, SystemSettings } from '../model/settings.js';
import type { ActiveTrials } from '../model/trials.js';
import { Laps, type Timing } from '../model/timing.js';
import type { LocalDate } from '../model/values.js';
import { versionSent } from '../oneroster/extensions.js';
import { versions } from '../oneroster/versions.js';
import { receiverOf } from '../profiles/receiver.js';
import { Judging } from './judging.js';
import { settleBoth } from './settle-both.js';
import { activeTrials } from '../snapshot/active-trials.js';
import { Snapshot } from '../snapshot/snapshot.js';
import { makeSubfolder } from '../home/folders.js';
import type { SchoolCount } from '../model/result.js';
import type { Finding } from '../model/finding.js';
import { verify, type Verdict } from '../verify/verify.js';
import { writeDelta, type DeltaRequest } from '../write/delta.js';
import { ExclusionsFile } from '../write/exclusions-file.js';
import { pack, write, type StageRequest } from '../write/write.js';

export interface StagingRequest {
  readonly settings: Omit<ConnectionSettings, 'delivery'>;
  readonly grades: Config['grades'];
  readonly system: SystemSettings;
  readonly asOf: LocalDate;
  readonly startedAt: Date;
  /** Path of the home folder, for people to whom a fault of the disk is told. */
  readonly home: string;
  /** Path of the sealed snapshot. */
  readonly snapshot: string;
  /** Of this connection's pass alone. */
  readonly folder: string;
  /** Path of the full content of the last good bundle, where there is one to compare with. */
  readonly lastGood?: string;
  /** Path of the full content that the receiver holds. Present: a delta that leads from it to tonight's is wanted. */
  readonly deltaBase?: string;
}

interface Staged {
  /** Excluded records by rule code. */
  readonly exclusions: ReadonlyMap<string, number>;
  readonly notices: readonly Notice[];
  /** What verification found in the full content, and in a delta that is refused. */
  readonly findings: readonly Finding[];
  /** Against the last good content; absent as well when the full content was refused. */
  readonly difference?: Difference;
  /** Path of the list of rows that vanished since the last good content: what they are, not yet why. */
  readonly removed?: string;
  /** What each school has in the full content, and what was left out of it. */
  readonly schools: readonly SchoolCount[];
  /** Of the schools that are sent. */
  readonly trials: ActiveTrials;
  readonly timings: readonly Timing[];
  readonly seconds: number;
}

/** `bundle` is what a receiver would get: `full` itself, or the delta. */
export type Staging = Staged &
  (
    | { readonly outcome: 'sound'; readonly bundle: VerifiedBundle; readonly full: VerifiedBundle }
    | { readonly outcome: 'refused'; readonly bundle: StagedBundle; readonly full: Bundle }
  );

/** Throws what keeps the connection from being judged at all; what the judgment was stands in the result. */
export async function stageConnection(request: StagingRequest): Promise<Staging> {
  const since = performance.now();
  const notices = new Notices();
  const laps = new Laps();
  const folder = makeSubfolder(request.folder);
  const exclusions = new ExclusionsFile(join(folder, 'exclusions.csv'));
  const parts = new RequiredParts(request.settings);
  let schools: readonly SchoolCount[] = [];
  let trials: ActiveTrials = {};
  const { staged, verdict } = await stageBundle(request, 'bulk', async (onFiles) => {
    const full = await writeFull(request, { exclusions, parts, notices, onFiles });
    ({ schools, trials } = full);
    laps.lap('filter, map and write');
    return full.written;
  });
  const findings = [...parts.findings(), ...verdict.findings];
  laps.lap('zip and verify');
  const sum = (found: readonly Finding[], compared: Partial<Compared> = {}): Staged => ({
    exclusions: exclusions.counts,
    notices: notices.list(),
    findings: found,
    ...compared,
    schools,
    trials,
    timings: laps.list(),
    seconds: Math.round(performance.now() - since) / 1_000,
  });
  if (verdict.outcome === 'withheld' || hasError(findings))
    return { ...sum(findings), outcome: 'refused', bundle: staged, full: staged };
  const full = verdict.bundle;
  const compared = await compareWithLast(request, full, notices);
  if (compared !== undefined) laps.lap('compare with the last good bundle');
  if (request.deltaBase === undefined)
    return { ...sum(findings, compared), outcome: 'sound', bundle: full, full };
  const { deltaBase } = request;
  const delta = await stageBundle(request, 'delta', (onFiles) =>
    deriveDelta(request, full, { baseZip: deltaBase, notices, onFiles }),
  );
  laps.lap('derive the delta and verify it');
  return delta.verdict.outcome === 'verified'
    ? { ...sum(findings, compared), outcome: 'sound', bundle: delta.verdict.bundle, full }
    : {
        ...sum([...findings, ...delta.verdict.findings], compared),
        outcome: 'refused',
        bundle: delta.staged,
        full,
      };
}

type OnFiles = StageRequest['onFiles'];

/** Its files are judged while others are written, and while they are packed, which keeps a thread of zlib's busy and this one hardly at all. */
async function stageBundle(
  { settings, asOf, home }: StagingRequest,
  mode: BundleMode,
  writeFiles: (onFiles: OnFiles) => Promise<WrittenBundle>,
): Promise<{ readonly staged: StagedBundle; readonly verdict: Verdict }> {
  const judging = new Judging({ settings, asOf, home, expected: { version: settings.version, mode } });
  try {
    const written = await writeFiles((files) => judging.take(files));
    const [staged, judged] = await settleBoth(pack(written, settings), judging.end(written.manifest));
    return { staged, verdict: await verify(staged, { ...receiverOf(settings).asked, asOf }, judged) };
  } finally {
    await judging.stop();
  }
}

/** What hears of rows, exclusions and notices while the full content is written. */
interface Heard {
  readonly exclusions: ExclusionsFile;
  readonly parts: RequiredParts;
  readonly notices: Notices;
  readonly onFiles: OnFiles;
}

async function writeFull(
  { settings, grades, system, asOf, folder, snapshot: path }: StagingRequest,
  { exclusions, parts, notices, onFiles }: Heard,
): Promise<{
  readonly written: WrittenBundle;
  readonly schools: readonly SchoolCount[];
  readonly trials: ActiveTrials;
}> {
  const { shape } = receiverOf(settings);
  const snapshot = Snapshot.open(path);
  try {
    const district = loadDistrict(snapshot);
    const records = new ExcludedRecords(snapshot, district);
    const counter = new SchoolCounter(district, versions[settings.version]);
    const report = (
      kind: string,
      id: number | string,
      { code, facts }: Exclusion,
      at?: Whereabouts,
    ): void => {
      exclusions.put({ kind, id, code, facts }, records.cellsOf(kind, id, code, at));
      counter.countExclusion(code, at?.schoolID);
      parts.countExclusion(kind, code);
    };
    const roster = filter({ snapshot, district, settings, asOf, notices, report });
    const written = await write({
      folder: makeSubfolder(join(folder, 'full')),
      settings,
      version: versionSent(settings),
      system,
      exclusions: exclusions.path,
      notices,
      shape,
      onFiles,
      fill: (put, complete) => {
        const counted: typeof put = (table, cells) => {
          counter.countRow(table, cells);
          parts.countRow(table, cells);
          put(table, cells);
        };
        map({ roster, settings, grades, notices, shape, report, snapshot }, counted, complete);
      },
    });
    exclusions.close();
    const sent = new Set(roster.schools.map(({ schoolID }) => schoolID));
    const trials = activeTrials(snapshot, (schoolID) => sent.has(schoolID));
    return { written, schools: counter.list(), trials };
  } finally {
    snapshot.close();
  }
}

interface Compared {
  readonly difference: Difference;
  readonly removed: string;
}

async function compareWithLast(
  { settings, lastGood, folder }: StagingRequest,
  full: VerifiedBundle,
  notices: Notices,
): Promise<Compared | undefined> {
  if (lastGood === undefined) return undefined;
  const scratch = join(folder, 'compare.sqlite');
  const removed = new RemovedRows(join(folder, 'removed.csv'), settings.values);
  const difference = await countChanges({
    before: lastGood,
    after: full.path,
    scratch,
    onDiffering: (row) => {
      if (row.kind === 'removed') removed.put(row);
    },
  }).finally(() => removed.close());
  noteUpheaval(difference, notices);
  return { difference, removed: removed.path };
}

async function deriveDelta(
  { settings, system, folder, startedAt }: StagingRequest,
  full: VerifiedBundle,
  more: Pick<DeltaRequest, 'baseZip' | 'notices' | 'onFiles'>,
): Promise<WrittenBundle> {
  return await writeDelta({
    folder: makeSubfolder(join(folder, 'delta')),
    settings,
    version: versionSent(settings),
    system,
    exclusions: full.exclusions,
    shape: receiverOf(settings).shape,
    ...more,
    full,
    startedAt,
  });
}

const hasError = (findings: readonly Finding[]): boolean =>
  findings.some(({ severity }) => severity === 'error');

/** Hubs hold a feed in which this share of a kind changed at once: better to read it here first. */
const UPHEAVAL = 0.75;

function noteUpheaval(difference: Difference, notices: Notices): void {
  for (const [table, { changed, before }] of Object.entries(difference.tables)) {
    if (changed <= before * UPHEAVAL) continue;
    notices.add(
      'most-rows-changed',
      'warning',
      `Most rows of ${table}.csv changed since the last good bundle: ${changed} of ${before}. Some receivers put such a feed on hold.`,
    );
  }
}
