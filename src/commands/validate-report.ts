/** The result for people, at most one page. */
import { printable } from '../model/printable.js';
import type { Profile } from '../profiles/profile.js';
import type { Finding, Place } from '../model/finding.js';
import type { Judgment } from '../verify/judge.js';

/** Kinds of findings with their places; as many again in one line each. */
const IN_FULL = 10;
const IN_SHORT = 10;

const TITLES = { error: 'ERRORS', warning: 'WARNINGS', info: 'REMARKS' } as const;
const SEVERITIES = ['error', 'warning', 'info'] as const;

export function validateReport(zipPath: string, judgment: Judgment, profile: Profile | undefined): string {
  const { findings } = judgment;
  const lines = [...heading(zipPath, judgment, profile), ''];
  let shown = 0;
  for (const severity of SEVERITIES) {
    const list = findings.filter((finding) => finding.severity === severity);
    if (list.length === 0 || shown >= IN_FULL + IN_SHORT) continue;
    lines.push(TITLES[severity]);
    for (const finding of list.slice(0, IN_FULL + IN_SHORT - shown)) {
      lines.push(...(shown < IN_FULL ? inFull(finding) : inShort(finding)));
      shown += 1;
    }
  }
  if (shown < findings.length)
    lines.push('', `And ${findings.length - shown} more kinds of findings; --json lists them all.`);
  return `${lines.join('\n').trimEnd()}\n`;
}

function heading(zipPath: string, judgment: Judgment, profile: Profile | undefined): readonly string[] {
  const { version, mode, rows, findings } = judgment;
  const kind = [`OneRoster ${version ?? 'of unknown version'}`, ...(mode ? [mode] : [])].join(', ');
  const tables = [...rows].map(([name, count]) => `${name} ${inThousands(count)}`).join(', ');
  const measure =
    profile && profile.demands.length > 0
      ? `the standard and ${profile.title} (${profile.name})`
      : 'the standard';
  const counts = SEVERITIES.map((severity) => countOf(findings, severity)).filter((text) => text !== '');
  return [
    `${zipPath}: ${kind}`,
    `  rows: ${tables === '' ? 'none' : tables}`,
    `  judged by ${measure}`,
    '',
    counts.length === 0 ? 'No findings.' : `Found ${counts.join(', ')}.`,
  ];
}

const NOUNS = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['remark', 'remarks'],
} as const;

function countOf(findings: readonly Finding[], severity: Finding['severity']): string {
  const list = findings.filter((finding) => finding.severity === severity);
  const count = list.reduce((sum, finding) => sum + finding.count, 0);
  if (count === 0) return '';
  const kinds = list.length === 1 ? 'one kind' : `${list.length} kinds`;
  return `${inThousands(count)} ${NOUNS[severity][count === 1 ? 0 : 1]} of ${kinds}`;
}

function inFull(finding: Finding): readonly string[] {
  const places = finding.places.map(inWords).filter((text) => text !== '');
  const more = finding.count > finding.places.length && places.length > 0 ? ' …' : '';
  return [
    inShort(finding)[0] ?? '',
    `    ${finding.says}`,
    ...(places.length > 0 ? [`    ${places.join('; ')}${more}`] : []),
  ];
}

function inShort({ code, file, column, count }: Finding): readonly string[] {
  const where = [file, column].filter((text) => text !== undefined).map(printable);
  return [`  ${[...where, code].join('  ')}${count > 1 ? `  ${inThousands(count)} times` : ''}`];
}

function inWords({ line, sourcedId, value }: Place): string {
  return [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(sourcedId === undefined ? [] : [printable(sourcedId)]),
    ...(value === undefined ? [] : [`"${printable(value)}"`]),
  ].join(' ');
}

function inThousands(count: number): string {
  return count.toLocaleString('en-US');
}
