/**
 * Reads back what was written, before it becomes visible.
 * Takes a staged bundle, and what was found in its files if they were judged while they were packed. Gives the same bundle as verified, or the findings for which it is withheld.
 * A verified bundle has exactly the bytes, tables and rows that the writer intended, and violates no rule of the
 * standard or of the receiver. Shares no code with the writer.
 */
import type { Bundle, StagedBundle, VerifiedBundle } from '../model/bundle.js';
import { fingerprint } from '../model/fingerprint.js';
import { OWN_ZIP_LIMITS } from '../model/reading-limits.js';
import type { CheckCode } from './catalogue/checks.js';
import { Findings } from './catalogue/findings.js';
import type { Finding } from '../model/finding.js';
import { judge, type JudgeOptions, type Judgment } from './judge.js';
import type { Prover } from './judged-files.js';

export type Verdict =
  | { readonly outcome: 'verified'; readonly bundle: VerifiedBundle; readonly findings: readonly Finding[] }
  | { readonly outcome: 'withheld'; readonly findings: readonly Finding[] };

/** A zip whose content differs from the files checked before is checked again from the start. */
export async function verify(
  bundle: StagedBundle,
  options: Pick<JudgeOptions, 'profile' | 'asOf'> = {},
  judged?: Prover,
): Promise<Verdict> {
  const proof = await judged?.prove(bundle.path);
  const judgment = proof?.isProven
    ? proof.judgment
    : await judge(bundle.path, { ...options, name: undefined, limits: OWN_ZIP_LIMITS });
  const altered = proof?.isProven === false ? proof.altered : [];
  const findings = [...(await compare(bundle, judgment, altered)), ...judgment.findings];
  if (findings.some(({ severity }) => severity === 'error')) return { outcome: 'withheld', findings };
  return { outcome: 'verified', bundle: asVerified(bundle), findings };
}

/**
 * A bundle that passed on an earlier night and was stored since: verified again as long as its bytes are those that passed.
 * Undefined if they differ, or if there is nothing to compare them with.
 */
export async function reverify(stored: StoredBundle): Promise<VerifiedBundle | undefined> {
  const { sha256, bytes, ...rest } = stored;
  if (sha256 === null || bytes === null) return undefined;
  const found = await fingerprint(stored.path);
  if (found?.bytes !== bytes || found.sha256 !== sha256.toLowerCase()) return undefined;
  return asVerified({ ...rest, sha256, bytes });
}

/** What the state keeps of a bundle; null where an old record has no such fact. */
export type StoredBundle = Omit<Bundle, 'sha256' | 'bytes'> & {
  readonly sha256: string | null;
  readonly bytes: number | null;
};

const asVerified = (bundle: Bundle): VerifiedBundle => ({ ...bundle, state: 'verified' }) as VerifiedBundle;

/** Compares what was read with what was intended. */
async function compare(
  bundle: Bundle,
  judgment: Judgment,
  altered: readonly string[],
): Promise<readonly Finding[]> {
  const findings = new Findings(0, false);
  const differ = (code: CheckCode, file?: string): void => findings.tally(code, file).hit();
  const found = await fingerprint(bundle.path);
  if (found?.bytes !== bundle.bytes || found.sha256 !== bundle.sha256.toLowerCase())
    differ('written.checksum');
  for (const file of altered) differ('written.checksum', file);
  if (judgment.version !== bundle.version) differ('written.version');
  // A package without data files is a delta without changes, and has no mode of its own.
  const mode = judgment.mode ?? (bundle.rows.size === 0 ? bundle.mode : undefined);
  if (mode !== bundle.mode) differ('written.mode');
  for (const [table, rows] of bundle.rows) {
    const read = judgment.rows.get(table);
    if (read === undefined) differ('written.tables', `${table}.csv`);
    else if (read !== rows) differ('written.rows', `${table}.csv`);
  }
  for (const [table, rows] of judgment.rows) {
    if (rows > 0 && !bundle.rows.has(table)) differ('written.tables', `${table}.csv`);
  }
  // This program did not write anything else in the package.
  for (const finding of judgment.findings) {
    if (STRANGERS.includes(finding.code)) differ('written.tables', finding.file);
  }
  return findings.list();
}

const STRANGERS = ['package.foreign-entry', 'package.foreign-csv', 'package.foreign-bytes'];
