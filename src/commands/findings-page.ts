/** The findings of `preflight`, as text and as JSON. */
import type { FindingSeverity } from '../preflight/findings/finding.js';
import type { FindingResult } from '../preflight/preflight.js';
import { SEVERITIES } from '../preflight/register.js';
import type { SurveyResult } from '../preflight/survey.js';

const TITLES: Readonly<Record<FindingSeverity, string>> = {
  error: 'Will be missing or wrong',
  warning: 'Probably a mistake',
  info: 'Good to know',
};

export function findingsPage(survey: SurveyResult, folder: string | undefined): string {
  const { asOf, year, district, connections, notices, lists } = survey;
  const remarks = notices.filter(({ severity }) => severity !== 'info'); // the schema part reports the others
  const parts = [
    `Data as of ${asOf}${year === undefined ? '' : `, school year ${year.start} to ${year.end}`}\n`,
    ...remarks.map(
      ({ severity, message, count }) => `  ${severity}  ${message}${count > 1 ? ` (${count})` : ''}\n`,
    ),
    part('The district', district),
    ...connections.map(({ name, version, findings }) => part(`${name}, OneRoster ${version}`, findings)),
    `\n${summary(survey)}\n`,
    folder === undefined || lists.length === 0
      ? ''
      : `${lists.length === 1 ? 'One list of records is' : `${lists.length} lists of records are`} in ${folder}.\n`,
  ];
  return parts.join('');
}

function part(title: string, results: readonly FindingResult[]): string {
  if (results.length === 0) return `\n${title}: nothing to fix.\n`;
  const groups = SEVERITIES.map((severity) => {
    const found = results.filter(({ finding }) => finding.severity === severity);
    return found.length === 0 ? '' : `  ${TITLES[severity]}\n${found.map(resultLines).join('')}`;
  });
  return `\n${title}\n${groups.join('')}`;
}

function resultLines({ finding, count, examples, takesOut }: FindingResult): string {
  const some = examples.map(({ kind, id }) => `${kind} ${id}`).join(', ');
  const taken = Object.entries(takesOut).map(([kind, records]) => `${records} ${kind}`);
  const indent = ' '.repeat(13);
  return [
    `    ${String(count).padStart(7)}  ${finding.code}: ${finding.says}\n`,
    ...(taken.length === 0 ? [] : [`${indent}excludes: ${taken.join(', ')}\n`]),
    `${indent}fix in: ${finding.fixIn}\n`,
    some === '' ? '' : `${indent}${count > examples.length ? 'such as' : 'these:'} ${some}\n`,
  ].join('');
}

function summary({ district, connections }: SurveyResult): string {
  const all = [...district, ...connections.flatMap(({ findings }) => findings)];
  if (all.length === 0) return 'Nothing to fix was found in the data.';
  const counts = SEVERITIES.map(
    (severity) => all.filter(({ finding }) => finding.severity === severity).length,
  );
  const [errors = 0, warnings = 0, infos = 0] = counts;
  return `Found: ${errors} that exclude records or make them wrong, ${warnings} that are probably mistakes, ${infos} that are good to know.`;
}

/** A promise to other programs. */
export function findingsJson({ asOf, year, district, connections, notices, lists }: SurveyResult): object {
  return {
    asOf,
    year: year === undefined ? null : { endYear: year.endYear, start: year.start, end: year.end },
    notices,
    district: district.map(resultJson),
    connections: connections.map(({ name, version, findings }) => ({
      name,
      version,
      findings: findings.map(resultJson),
    })),
    lists,
  };
}

function resultJson({ finding, count, examples, takesOut }: FindingResult): object {
  const { code, severity, says, fixIn } = finding;
  return { code, severity, count, says, fixIn, examples, takesOut };
}
