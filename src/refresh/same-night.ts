/**
 * A refresh for a night that an earlier process has begun: the bundles that it made are not made again. Their connections have the outcome
 * that they had, so that the exit code is the same; only their delivery is completed.
 */
import { renewDelivery, type ReportDesk } from '../report/after-decision.js';
import { readReport } from '../report/files.js';
import { fileOf, shelfWith } from '../home/bundle-files.js';
import type { Shelf } from '../home/shelf.js';
import type { Finding } from '../model/finding.js';
import type { HoldReason } from '../model/hold-reason.js';
import type { Notice } from '../model/notices.js';
import { splitReasons, type ConnectionResult } from '../model/result.js';
import type { ConnectionSettings } from '../model/settings.js';
import { endedResult } from '../model/sharing.js';
import type { LocalDate } from '../model/values.js';
import { bundleOutcome } from '../state/outcome.js';
import type { BundleRecord } from '../state/records.js';

/** By name of the connection. */
export type EarlierResults = ReadonlyMap<string, EarlierResult>;

interface EarlierResult {
  readonly record: BundleRecord;
  readonly result: ConnectionResult;
}

export async function earlierResults(
  { home, state }: ReportDesk,
  connections: readonly ConnectionSettings[],
  night: LocalDate | undefined,
): Promise<EarlierResults> {
  const found = new Map<string, EarlierResult>();
  if (night === undefined) return found;
  for (const settings of connections) {
    const { name } = settings;
    const record = await state.bundleOfNight(name, night);
    if (record === undefined) continue;
    const shelf = shelfWith(home, record, 'report');
    found.set(name, { record, result: resultOf(settings, record, shelf) });
  }
  return found;
}

function resultOf(
  settings: ConnectionSettings,
  record: BundleRecord,
  shelf: Shelf | undefined,
): ConnectionResult {
  if (record.state === 'ended') return endedResult(settings);
  const outcome = bundleOutcome(record);
  const report = shelf?.pathOf(fileOf(record.name, 'report'));
  return {
    settings,
    mode: record.mode,
    outcome: WITHHELD.has(record.state) ? 'withheld' : outcome === 'unchanged' ? outcome : 'published',
    exclusions: new Map(Object.entries(record.exclusions)),
    notices: [MADE_EARLIER],
    ...doubtsOf(record, shelf),
    ...(record.difference && { difference: record.difference }),
    ...(report !== undefined && { report }),
    seconds: 0,
  };
}

/** A night whose bundle was discarded, or overtaken by another one, had no good bundle. */
const WITHHELD: ReadonlySet<BundleRecord['state']> = new Set(['held', 'refused', 'discarded', 'replaced']);

const MADE_EARLIER: Notice = {
  code: 'made-earlier-tonight',
  severity: 'info',
  message: 'The bundle of this night is there already: it was not made again.',
  count: 1,
};

/** As the report has them, or as far as the state does, where the earlier process did not come to the report. */
function doubtsOf(
  { state, name, reason }: BundleRecord,
  shelf: Shelf | undefined,
): Pick<ConnectionResult, 'holds' | 'findings'> {
  if (!WITHHELD.has(state)) return { holds: [], findings: [] };
  const subject = shelf && readReport(shelf, name);
  if (state === 'refused') {
    const codes = reason === null ? [] : reason.split(', ');
    const findings = codes.map((code): Finding => ({
      code,
      severity: 'error',
      says: code,
      count: 1,
      places: [],
    }));
    return { holds: [], findings };
  }
  const holds = splitReasons(reason).map((says): HoldReason => ({ code: 'earlier-hold', says }));
  return { holds: subject?.holds ?? holds, findings: [] };
}

/** The page of a bundle that was made earlier shows a delivery that was completed now. */
export async function renewEarlier(
  desk: ReportDesk,
  earlier: EarlierResults,
  results: readonly { readonly settings: ConnectionSettings; readonly delivery?: unknown }[],
): Promise<void> {
  for (const { settings, delivery } of results) {
    const made = earlier.get(settings.name);
    if (made !== undefined && delivery !== undefined) await renewDelivery(desk, settings, made.record);
  }
}
