/** Everything about one connection of a refresh, for `--verbose`: rows, exclusions with reasons, the hold, and remarks. */
import type { Problem } from '../model/errors.js';
import type { ConnectionResult } from '../model/result.js';
import type { RefreshResult } from '../refresh/refresh.js';
import { bytesInWords } from './amounts.js';
import { differenceTable } from './difference-table.js';
import { attemptError } from './refresh-json.js';
import type { Look } from './look.js';
import { columns } from './terminal.js';
import { wrappedColumns } from './wrap.js';

/** Only where the SIS was not read at the first attempt. */
export function attemptLines({ attempts }: RefreshResult): string {
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

export function bundleLines({ bundle }: ConnectionResult): string {
  return bundle === undefined
    ? ''
    : `  ${bundle.path}\n  ${bytesInWords(bundle.bytes)}, sha256 ${bundle.sha256}\n`;
}

export interface DetailOptions {
  /** The sentence of a rule, by its code. */
  readonly says: (code: string) => string;
  readonly look: Look;
}

export function connectionDetails(result: ConnectionResult, options: DetailOptions): string {
  return [rowLines, holdLines, exclusionLines, noticeLines, findingLines]
    .map((lines) => lines(result, options))
    .join('');
}

function rowLines({ bundle }: ConnectionResult): string {
  if (bundle === undefined) return '';
  const rows = [...bundle.rows].map(([table, count]) => [table, count.toLocaleString('en-US').padStart(11)]);
  return `\n  Rows\n${columns(rows, '    ')}`;
}

function exclusionLines({ exclusions, bundle }: ConnectionResult, { says, look }: DetailOptions): string {
  if (exclusions.size === 0) return '';
  const lines = [...exclusions]
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => [count.toLocaleString('en-US').padStart(9), code, says(code)]);
  const list = bundle === undefined ? '' : `  Each of them: ${bundle.exclusions}\n`;
  return `\n  Left out, by rule\n${wrappedColumns(lines, look, '  ')}${list}`;
}

function noticeLines({ notices }: ConnectionResult, { look }: DetailOptions): string {
  if (notices.length === 0) return '';
  return `\n  Notices\n${wrappedColumns(
    notices.map(({ severity, code, message, count }) => [
      severity,
      code,
      count > 1 ? `${message} (${count})` : message,
    ]),
    look,
    '    ',
  )}`;
}

function holdLines({ holds, settings, difference }: ConnectionResult, { look }: DetailOptions): string {
  if (holds.length === 0) return '';
  const shown = holds.slice(0, 20).map(({ code, says }) => [code, says]);
  const more = holds.length > 20 ? `    and ${holds.length - 20} more\n` : '';
  const compared = difference === undefined ? '' : `\n${differenceTable(difference.tables, '    ')}`;
  return (
    `\n  On hold; the last good bundle stays\n${wrappedColumns(shown, look, '    ')}${more}${compared}` +
    `\n${decisionLines(settings.name, '    ')}`
  );
}

/** The commands for a bundle on hold. They are copied from the terminal, so each stays on one line at any width. */
export function decisionLines(connection: string, indent: string): string {
  return (
    `${indent}To publish it anyway: oneroster-export release ${connection} --reason TEXT\n` +
    `${indent}To drop it:           oneroster-export discard ${connection} --reason TEXT\n`
  );
}

/** What verification found, with file, column and the first places. */
export function findingLines(
  { findings }: Pick<ConnectionResult, 'findings'>,
  { look }: Pick<DetailOptions, 'look'>,
): string {
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
  return `\n  ${title}\n${wrappedColumns(lines, look, '    ')}`;
}
