/**
 * Checks a whole package.
 * Takes the path of a zip. Returns all findings about it as a OneRoster 1.1 or 1.2 CSV package.
 * Works on any file, in memory that grows only with the ids of its rows, and shows no
 * cell values unless asked.
 */
import { basename } from 'node:path';
import { demandsFor, demandsOf, type Profile } from '../profiles/profile.js';
import type { ZipLimits } from '../model/reading-limits.js';
import type { OneRosterVersion } from '../oneroster/table.js';
import { versions } from '../oneroster/versions.js';
import { CsvReader } from '../csv/csv-reader.js';
import type { CsvSource } from '../zip/csv-source.js';
import { isRefused, judgeLineEnds, judgePackageDemands } from './demands/demands.js';
import { Findings } from './catalogue/findings.js';
import type { Finding } from '../model/finding.js';
import { PairMap } from './memory/numbers.js';
import { KnownTable, type Inquiry } from './memory/known.js';
import { guessVersion, judgeManifest, readManifest, type FileMode, type Manifest } from './manifest.js';
import { findFiles, judgeForeignTables, judgeRosterSet } from './package.js';
import { READING_ORDER } from './catalogue/reading-order.js';
import { missingFile } from './rows/references.js';
import { rowRules } from './rows/register.js';
import { TableJudge } from './table-judge.js';
import { openZip, type ZipReport } from '../zip/zip.js';

export interface Judgment {
  readonly version: '1.1' | '1.2' | undefined;
  readonly mode: 'bulk' | 'delta' | 'mixed' | undefined;
  /** Data rows by table found. */
  readonly rows: ReadonlyMap<string, number>;
  readonly findings: readonly Finding[];
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

export interface JudgeOptions {
  /** Number of places per finding; 5 by default. */
  readonly limit?: number;
  readonly showValues?: boolean;
  readonly profile?: Profile;
  /** The name at the receiver; by default the file's own, and `undefined` if it is not known yet. */
  readonly name?: string | undefined;
  /** How far a zip is unpacked. */
  readonly limits?: ZipLimits;
  /** Today, YYYY-MM-DD; without it, requirements on future dates are not checked. */
  readonly asOf?: string;
}

export async function judge(zipPath: string, options: JudgeOptions = {}): Promise<Judgment> {
  const findings = gatherFindings(options);
  const name = 'name' in options ? options.name : basename(zipPath);
  if (name !== undefined && !/\.zip$/i.test(name)) findings.tally('package.name').hit();
  const zip = await openZip(zipPath, zipReport(findings), options.limits);
  try {
    const files = findFiles(zip.entries, findings);
    return conclude(files, await judgeContent(files, options, findings), { name, bytes: zip.bytes });
  } finally {
    await zip.close();
  }
}

export function gatherFindings({ limit = 5, showValues = false, profile }: JudgeOptions): Findings {
  const tightened = demandsOf(profile?.demands ?? [], 'tighten').map(({ code }) => code);
  return new Findings(limit, showValues, new Set(tightened));
}

/** Faults of the zip become findings. */
export function zipReport(findings: Findings): ZipReport {
  return (fault, entry) => findings.tally(fault, entry).hit();
}

/** What is known of a package once its files were read, wherever they lay. */
export interface JudgedContent {
  readonly manifest: Manifest | undefined;
  readonly inquiry: Inquiry;
}

/** Judges the manifest and the rows of every table. `files` go by their defined names. */
export async function judgeContent(
  files: ReadonlyMap<string, CsvSource>,
  options: JudgeOptions,
  findings: Findings,
): Promise<JudgedContent> {
  const { manifest, version, modes, present } = await judgeManifestOf(files, options, findings);
  const inquiry = openInquiry({ version, present, findings }, options);
  await judgeTables(files, (table) => modes.get(table), inquiry);
  return { manifest, inquiry };
}

/** What a package says of itself. */
export interface JudgedManifest {
  readonly manifest: Manifest | undefined;
  readonly version: OneRosterVersion;
  readonly modes: ReadonlyMap<string, FileMode | undefined>;
  /** Tables whose file is in the package. */
  readonly present: ReadonlySet<string>;
}

export async function judgeManifestOf(
  files: ReadonlyMap<string, CsvSource>,
  { profile }: JudgeOptions,
  findings: Findings,
): Promise<JudgedManifest> {
  const manifest = await openManifest(files, findings);
  const version = versions[manifest?.version ?? guessVersion(manifest, new Set(files.keys()))];
  const modes = manifest ? judgeManifest(manifest, version, findings) : new Map<string, undefined>();
  const present = new Set(version.tables.filter(({ file }) => files.has(file)).map((table) => table.name));
  if (manifest) {
    judgePresence(modes, present, findings);
    judgeLineEnds(manifest.csv, 'manifest.csv', findings, demandsFor(profile, version.version));
  }
  return { manifest, version, modes, present };
}

/** `present`: tables whose file is in the package; of those that are judged later it may learn later. */
export function openInquiry(
  begun: Pick<Inquiry, 'version' | 'present' | 'findings'>,
  { profile, asOf }: JudgeOptions,
): Inquiry {
  const { version } = begun.version;
  const enrolled = version === '1.2' && begun.present.has('results') ? new PairMap() : undefined;
  return { ...begun, tables: new Map(), enrolled, demands: demandsFor(profile, version), asOf };
}

/** Judges the files of tables in the reading order. Every table before them in it was judged already, or is not there. */
export async function judgeTables(
  files: ReadonlyMap<string, CsvSource>,
  modeOf: (table: string) => FileMode | undefined,
  inquiry: Inquiry,
): Promise<void> {
  for (const each of READING_ORDER) {
    const table = inquiry.version.tables.find((declared) => declared.name === each);
    const file = table && files.get(table.file);
    if (!table || !file || file.refused) continue;
    const mode = modeOf(each);
    const known = new KnownTable(each, mode === 'absent' ? undefined : mode);
    inquiry.tables.set(each, known);
    const judging = new TableJudge(table, known, inquiry, rowRules(table, known, inquiry));
    await judgeFile(judging, table.file, file, inquiry);
  }
}

async function openManifest(
  files: ReadonlyMap<string, CsvSource>,
  findings: Findings,
): Promise<Manifest | undefined> {
  const entry = files.get('manifest.csv');
  if (entry && !entry.refused) return readManifest(entry, findings);
  if (entry) return undefined; // the reason for the refusal has its own finding
  findings.tally('manifest.missing').hit();
  return undefined;
}

function judgePresence(
  modes: ReadonlyMap<string, FileMode | undefined>,
  present: ReadonlySet<string>,
  findings: Findings,
): void {
  for (const [name, mode] of modes) {
    if ((mode === 'bulk' || mode === 'delta') && !present.has(name)) {
      findings.tally('manifest.declared-but-missing', `${name}.csv`).hit();
    }
  }
  for (const name of present) {
    if (modes.get(name) === 'absent') findings.tally('manifest.undeclared-file', `${name}.csv`).hit();
  }
}

async function judgeFile(
  table: TableJudge,
  file: string,
  source: CsvSource,
  { findings, demands }: Inquiry,
): Promise<void> {
  const csv = new CsvReader(table);
  const damaged = findings.tally('package.damaged-entry', source.name);
  for await (const chunk of source.read()) csv.push(chunk);
  // Rows that did not come out of a damaged entry are not missing.
  if (damaged.count > 0) table.known.whole = false;
  else csv.end();
  table.end();
  judgeLineEnds(csv, file, findings, demands);
}

/** Checks the package as a whole and sums up. `files` are those of the zip. */
export function conclude(
  files: ReadonlyMap<string, CsvSource>,
  { manifest, inquiry }: JudgedContent,
  zip: { readonly name: string | undefined; readonly bytes: number },
): Judgment {
  const { findings, version, tables, present } = inquiry;
  judgeForeignTables(files, version, findings);
  judgePackageDemands(inquiry, zip.name, zip.bytes);
  const modes = new Set([...tables.values()].map(({ mode }) => mode).filter((mode) => mode !== undefined));
  if (modes.size > 1) findings.tally('manifest.mixed-modes').hit();
  for (const table of version.tables) {
    if (tables.get(table.name)?.mode !== 'bulk') continue;
    for (const needed of table.needs) {
      if (!present.has(needed) && !isRefused(needed, inquiry)) missingFile(table, needed, inquiry).hit();
    }
  }
  if (!modes.has('delta')) judgeRosterSet(inquiry);
  const list = findings.list();
  const count = (severity: Finding['severity']): number =>
    list.reduce((sum, finding) => sum + (finding.severity === severity ? finding.count : 0), 0);
  return {
    version: manifest?.version,
    mode: modes.size > 1 ? 'mixed' : [...modes][0],
    rows: new Map([...tables].map(([name, known]) => [name, known.rows])),
    findings: list,
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
  };
}
