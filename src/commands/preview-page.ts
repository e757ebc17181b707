/** A preview, for people and for programs. */
import type { Change } from '../model/difference.js';
import type { VanishedCount } from '../model/vanished.js';
import type { ConnectionPreview, PreviewResult, Verdict } from '../preview/preview.js';
import { schoolLines } from '../preview/school-counts.js';
import { whyVanished } from '../vanished/why.js';
import { differenceTable } from './difference-table.js';
import { columns } from './terminal.js';

const VERDICTS: Readonly<Record<Verdict, string>> = {
  publish: 'would be published',
  unchanged: 'would be published: nothing changed',
  hold: 'WOULD BE PUT ON HOLD',
  refuse: 'WOULD BE REFUSED by verification',
  fail: 'could not be judged',
  ended: 'gets nothing any more: sharing has ended',
};

export function previewPage({ asOf, year, connections }: PreviewResult): string {
  const head = `As of ${asOf}, school year ${year.endYear - 1}-${year.endYear} (${year.start} to ${year.end}). Nothing was published, sent or recorded.\n`;
  return head + connections.map(connectionPage).join('');
}

function connectionPage(each: ConnectionPreview): string {
  const { settings, verdict, mode, holds, findings, kept } = each;
  const title = `\n${settings.name}: OneRoster ${settings.version} ${mode}, ${VERDICTS[verdict]}\n`;
  const reasons = holds.map(({ code, says: why }) => `  ${code}: ${why}\n`).join('');
  const errors = findings
    .filter(({ severity }) => severity === 'error')
    .map(
      ({ code, file, column, says: what, count }) =>
        `  ${code}: ${file ?? ''} ${column ?? ''}: ${what} (${count})\n`,
    )
    .join('');
  const files =
    kept.length === 0
      ? ''
      : `\n  Kept (personal data; delete it when done)\n${kept.map((path) => `    ${path}\n`).join('')}`;
  return (
    title + reasons + errors + fileLines(each) + schoolTable(each) + vanishedLines(each.vanished) + files
  );
}

function fileLines({ difference, rows }: ConnectionPreview): string {
  if (difference !== undefined) return `\n  Files\n${differenceTable(difference.tables, '    ')}`;
  const counts = Object.entries(rows).map(([table, count]) => [table, count.toLocaleString('en-US')]);
  return counts.length === 0 ? '' : `\n  Rows (there is nothing to compare with)\n${columns(counts, '    ')}`;
}

const COUNTS = [
  'before',
  'after',
  'added',
  'changed',
  'removed',
] as const satisfies readonly (keyof Change)[];

/** Only schools in which something changed. */
function schoolTable({ difference, schools }: ConnectionPreview): string {
  const lines = schoolLines(difference, schools).flatMap(({ number, sourcedId, tables }) =>
    Object.entries(tables)
      .filter(([, { added, changed, removed }]) => added + changed + removed > 0)
      .map(([table, change]) => [
        number ?? sourcedId,
        table,
        ...COUNTS.map((count) => change[count].toLocaleString('en-US')),
      ]),
  );
  if (difference === undefined || lines.length === 0) return '';
  return `\n  Schools\n${columns([['school', 'file', ...COUNTS], ...lines], '    ')}`;
}

function vanishedLines(vanished: readonly VanishedCount[]): string {
  if (vanished.length === 0) return '';
  const lines = vanished.map(({ file, rule, school, count }) => [
    count.toLocaleString('en-US').padStart(9),
    file,
    rule,
    school,
    whyVanished(rule),
  ]);
  return `\n  Who vanishes, by file, rule and school\n${columns(lines, '  ')}`;
}

/** A promise to other programs. */
export function previewJson({ asOf, year, connections, notices }: PreviewResult): object {
  return {
    asOf,
    year: { endYear: year.endYear, start: year.start, end: year.end },
    connections: connections.map((each) => ({
      name: each.settings.name,
      version: each.settings.version,
      mode: each.mode,
      verdict: each.verdict,
      holds: each.holds,
      findings: each.findings.map(({ code, severity, says: what, file, column, count }) => ({
        code,
        severity,
        file: file ?? null,
        column: column ?? null,
        says: what,
        count,
      })),
      rows: each.rows,
      exclusions: each.exclusions,
      difference: each.difference ?? null,
      schools: schoolLines(each.difference, each.schools),
      vanished: each.vanished.map((line) => ({ ...line, says: whyVanished(line.rule) })),
      notices: each.notices,
      kept: each.kept,
      error: each.error === undefined ? null : { code: each.error.code, message: each.error.message },
    })),
    notices,
  };
}
