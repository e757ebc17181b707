/** The summary after a refresh: per connection the outcome, the rows, exclusions with reasons, and remarks. */
import type { Problem } from '../model/errors.js';
import type { ConnectionResult } from '../model/result.js';
import type { RefreshResult } from '../refresh/refresh.js';
import { sayEnded } from '../model/sharing.js';
import { deliveryLines } from './delivery-lines.js';
import { differenceTable } from './difference-table.js';
import { attemptError } from './refresh-json.js';
import { columns } from './terminal.js';

/** `says`: the sentence of a rule, by its code. */
export function refreshSummary(result: RefreshResult, says: (code: string) => string): string {
  const { asOf, year, connections, error, keptSnapshot } = result;
  const scope =
    year === undefined
      ? ''
      : `, school year ${year.endYear - 1}-${year.endYear} (${year.start} to ${year.end})`;
  const head = `As of ${asOf}${scope}\n${attemptLines(result)}`;
  if (error !== undefined) {
    return `${head}\nNothing was published.\n`;
  }
  const kept =
    keptSnapshot === undefined
      ? ''
      : `\nSnapshot kept: ${keptSnapshot} (it holds personal data; delete it when done)\n`;
  return head + connections.map((each) => connectionSummary(each, says)).join('') + kept;
}

/** Only where the SIS was not read at the first attempt. */
function attemptLines({ attempts }: RefreshResult): string {
  if (attempts.length < 2) return '';
  const lines = attempts.map(({ seconds, error, waitSeconds }, at) => [
    `attempt ${at + 1}`,
    `${seconds.toFixed(1)} s`,
    error === undefined ? 'read' : attemptError(error),
    waitSeconds === undefined ? '' : `(waited ${waitSeconds.toFixed(1)} s)`,
  ]);
  return `\n  Reading the SIS\n${columns(lines, '    ')}`;
}

export function problemLines(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `  ${path}: ${message}\n`).join('');
}

function connectionSummary(
  result: RefreshResult['connections'][number],
  says: (code: string) => string,
): string {
  const { settings, outcome, bundle, error, delivery, seconds, report } = result;
  if (outcome === 'ended') return `\n${sayEnded(settings)}\n`;
  const title = `\n${settings.name}: OneRoster ${settings.version} ${result.mode}, ${outcome} after ${seconds.toFixed(1)} s\n`;
  const sent = delivery === undefined ? '' : deliveryLines(delivery, '  ');
  if (error !== undefined) return title + sent;
  const file =
    bundle === undefined ? '' : `  ${bundle.path}\n  ${size(bundle.bytes)}, sha256 ${bundle.sha256}\n`;
  const page = report === undefined ? '' : `  Report: ${report}\n`;
  return (
    title +
    file +
    sent +
    page +
    rowLines(result) +
    exclusionLines(result, says) +
    holdLines(result) +
    noticeLines(result) +
    findingLines(result)
  );
}

function rowLines({ bundle }: ConnectionResult): string {
  if (bundle === undefined) return '';
  const rows = [...bundle.rows].map(([table, count]) => [table, count.toLocaleString('en-US').padStart(11)]);
  return `\n  Rows\n${columns(rows, '    ')}`;
}

function exclusionLines({ exclusions, bundle }: ConnectionResult, says: (code: string) => string): string {
  if (exclusions.size === 0) return '';
  const lines = [...exclusions]
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => [count.toLocaleString('en-US').padStart(9), code, says(code)]);
  const list = bundle === undefined ? '' : `  Each of them: ${bundle.exclusions}\n`;
  return `\n  Left out, by rule\n${columns(lines, '  ')}${list}`;
}

function noticeLines({ notices }: ConnectionResult): string {
  if (notices.length === 0) return '';
  return `\n  Notices\n${columns(
    notices.map(({ severity, code, message, count }) => [
      severity,
      code,
      count > 1 ? `${message} (${count})` : message,
    ]),
    '    ',
  )}`;
}

function holdLines({ holds, settings, difference }: ConnectionResult): string {
  if (holds.length === 0) return '';
  const shown = holds.slice(0, 20).map(({ code, says }) => [code, says]);
  const more = holds.length > 20 ? `    and ${holds.length - 20} more\n` : '';
  const compared = difference === undefined ? '' : `\n${differenceTable(difference.tables, '    ')}`;
  return (
    `\n  On hold; the last good bundle stays\n${columns(shown, '    ')}${more}${compared}` +
    `\n    To publish it anyway: oneroster-export release ${settings.name} --reason TEXT\n` +
    `    To drop it:           oneroster-export discard ${settings.name} --reason TEXT\n`
  );
}

function findingLines({ findings }: ConnectionResult): string {
  if (findings.length === 0) return '';
  const title = findings.some(({ severity }) => severity === 'error')
    ? 'Withheld, because verification found'
    : 'Verification remarks';
  const lines = findings.map(({ severity, code, file = '', column = '', says, count, places }) => {
    const at = places
      .map(({ line, sourcedId }) =>
        [line === undefined ? '' : `line ${line}`, sourcedId ?? ''].join(' ').trim(),
      )
      .filter((place) => place !== '')
      .slice(0, 3)
      .join(', ');
    return [severity, code, [file, column].filter(Boolean).join(' '), `${says} (${count}${at && `: ${at}`})`];
  });
  return `\n  ${title}\n${columns(lines, '    ')}`;
}

function size(bytes: number): string {
  const [divisor, unit] = bytes < 1_000_000 ? [1_000, 'kB'] : [1_000_000, 'MB'];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}
