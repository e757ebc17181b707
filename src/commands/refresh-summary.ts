/**
 * The summary after a refresh, for the person who reads it at six in the morning: the verdict of each connection in a table, a few
 * lines about each, and what to do. `--verbose` has everything.
 */
import type { ConnectionResult } from '../model/result.js';
import { sayEnded } from '../model/sharing.js';
import type { RefreshResult } from '../refresh/refresh.js';
import { count, counted } from './amounts.js';
import { deliveryLines } from './delivery-lines.js';
import { paint, type Look, type Tone } from './look.js';
import { whatToDo } from './refresh-advice.js';
import {
  attemptLines,
  bundleLines,
  connectionDetails,
  decisionLines,
  findingLines,
} from './refresh-details.js';
import { paragraph, wrappedColumns } from './wrap.js';

export interface SummaryOptions {
  /** The sentence of a rule, by its code. */
  readonly says: (code: string) => string;
  readonly look: Look;
  readonly isVerbose: boolean;
  /** Lines before the final one. */
  readonly places?: string;
}

type Result = RefreshResult['connections'][number];

export function refreshSummary(result: RefreshResult, options: SummaryOptions): string {
  const { asOf, year, connections, error, keptSnapshot } = result;
  const scope =
    year === undefined
      ? ''
      : `, school year ${year.endYear - 1}-${year.endYear} (${year.start} to ${year.end})`;
  const head = `As of ${asOf}${scope}\n${attemptLines(result)}`;
  const end = `\n${paragraph(whatToDo(result), options.look)}`;
  if (error !== undefined) return `${head}\nNothing was published.\n${end}`;
  const kept =
    keptSnapshot === undefined
      ? ''
      : `\nSnapshot kept: ${keptSnapshot} (it holds personal data; delete it when done)\n`;
  const blocks = connections.map((each) => connectionLines(each, options)).join('');
  return `${head}\n${verdictTable(connections, options.look)}${blocks}${kept}${options.places ?? ''}${end}`;
}

function verdictTable(connections: readonly Result[], look: Look): string {
  const header = ['connection', 'version', 'outcome', 'rows', 'change', 'on hold because'];
  const rows = connections.map((result) => [
    result.settings.name,
    result.settings.version,
    outcomeOf(result),
    rowsOf(result),
    changeOf(result),
    holdOf(result),
  ]);
  const numbers = rows.map(([, , , total = '']) => total.length);
  const width = Math.max(4, ...numbers);
  const aligned = [header, ...rows].map((row) =>
    row.map((cell, at) => (at === 3 ? cell.padStart(width) : cell)),
  );
  return wrappedColumns(aligned, look);
}

function outcomeOf({ outcome, delivery }: Result): string {
  const isUnsent = delivery !== undefined && delivery.state !== 'delivered';
  const tone: Tone = outcome === 'failed' || isUnsent ? 'red' : outcome === 'withheld' ? 'yellow' : 'green';
  const unsent = delivery?.state === 'unknown' ? ', delivery unknown' : ', not delivered';
  return paint(tone, `${outcome}${isUnsent ? unsent : ''}`);
}

const total = (counts: Iterable<number>): number => [...counts].reduce((sum, each) => sum + each, 0);

const rowsOf = ({ bundle }: ConnectionResult): string =>
  bundle === undefined ? '-' : count(total(bundle.rows.values()));

/** Of all rows of the full content, against the last good bundle. */
function changeOf({ difference, bundle }: ConnectionResult): string {
  if (difference === undefined) return bundle === undefined ? '-' : 'first';
  const changes = Object.values(difference.tables);
  const [before, after] = [
    total(changes.map((each) => each.before)),
    total(changes.map((each) => each.after)),
  ];
  if (after === before) return '0';
  const sign = after > before ? '+' : '-';
  const share = before === 0 ? '' : ` (${sign}${((Math.abs(after - before) / before) * 100).toFixed(1)} %)`;
  return `${sign}${count(Math.abs(after - before))}${share}`;
}

const MOST_REASONS = 2;

function holdOf({ outcome, holds, findings }: ConnectionResult): string {
  if (outcome !== 'withheld') return '';
  const reasons =
    holds.length > 0
      ? holds.map(({ says }) => says)
      : findings
          .filter(({ severity }) => severity === 'error')
          .map(({ code, count: places }) => `${code} (${count(places)})`);
  const more = reasons.length > MOST_REASONS ? `; and ${reasons.length - MOST_REASONS} more` : '';
  return `${holds.length > 0 ? '' : 'refused by verification: '}${reasons.slice(0, MOST_REASONS).join('; ')}${more}`;
}

function connectionLines(result: Result, options: SummaryOptions): string {
  const { settings, outcome, error, delivery, seconds, mode } = result;
  if (outcome === 'ended') return `\n${sayEnded(settings)}\n`;
  const title = `\n${paint('bold', settings.name)}: OneRoster ${settings.version} ${mode}, ${outcome} after ${seconds.toFixed(1)} s\n`;
  const sent = delivery === undefined ? '' : deliveryLines(delivery, '  ');
  if (error !== undefined) return title + (options.isVerbose ? sent : firstLine(sent));
  if (options.isVerbose)
    return title + bundleLines(result) + sent + reportLine(result) + connectionDetails(result, options);
  return (
    title +
    fileLine(result) +
    firstLine(sent) +
    reportLine(result) +
    remarkLine(result) +
    heldLines(result) +
    refusedLines(result, options) +
    largestRules(result, options)
  );
}

const firstLine = (text: string): string => (text === '' ? '' : `${text.split('\n')[0] ?? ''}\n`);

const fileLine = ({ bundle }: ConnectionResult): string => (bundle === undefined ? '' : `  ${bundle.path}\n`);

const reportLine = ({ report }: ConnectionResult): string =>
  report === undefined ? '' : `  Report: ${report}\n`;

const heldLines = ({ outcome, holds, settings }: ConnectionResult): string =>
  outcome === 'withheld' && holds.length > 0 ? decisionLines(settings.name, '  ') : '';

const MOST_FINDINGS = 3;

/** Why verification refused the bundle: the codes in the table above are not enough to find the record. */
function refusedLines({ outcome, holds, findings }: ConnectionResult, options: SummaryOptions): string {
  if (outcome !== 'withheld' || holds.length > 0) return '';
  const errors = findings.filter(({ severity }) => severity === 'error');
  return findingLines({ findings: errors.slice(0, MOST_FINDINGS) }, options);
}

function remarkLine({ notices, findings, exclusions }: ConnectionResult): string {
  const remarks = [...notices, ...findings].filter(({ severity }) => severity !== 'info').length;
  const out = total(exclusions.values());
  if (out + remarks === 0) return '';
  const seen = remarks === 0 ? '' : `; ${counted(remarks, 'remark')} on the data`;
  return `  Left out: ${counted(out, 'record')} by ${counted(exclusions.size, 'rule')}${seen} (all with --verbose)\n`;
}

const LARGEST = 5;

function largestRules({ exclusions }: ConnectionResult, { says, look }: SummaryOptions): string {
  const rules = [...exclusions].sort(([, a], [, b]) => b - a).slice(0, LARGEST);
  return wrappedColumns(
    rules.map(([code, records]) => [count(records).padStart(7), code, says(code)]),
    look,
    '  ',
  );
}
