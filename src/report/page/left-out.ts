/** Exclusions by rule, with the rule's text and where to fix the data in Campus. */
import { bar, spark, trend } from './charts.js';
import { table } from './frame.js';
import { html, NOTHING, type Html, type Piece } from './html.js';
import type { Night, ReportSubject, RuleCause, RuleLine } from './subject.js';
import { command } from './verdict.js';
import { number, signed } from './words.js';

const GROUPS: readonly { readonly cause: RuleCause; readonly title: string; readonly says: string }[] = [
  {
    cause: 'data',
    title: 'Check these in Campus',
    says: 'The rule found these in Campus. Many are right: a student who left, a parent without Portal.',
  },
  {
    cause: 'follows',
    title: 'Because another record is out',
    says: 'They return automatically with the record they depend on.',
  },
  {
    cause: 'choice',
    title: 'By choice of this connection',
    says: 'The config of the connection or a requirement of its receiver excludes them.',
  },
];

export function leftOutSection(subject: ReportSubject): Html {
  const { rules, nights, bundle, connection } = subject;
  const total = rules.reduce((sum, { count }) => sum + count, 0);
  return html`<section aria-labelledby="left-out">
    <h2 id="left-out">Left out</h2>
    <p class="lead">
      ${
        total === 0
          ? 'No record was left out.'
          : html`${number(total)} records, each in
              <a href="${bundle.name}-exclusions.csv">${bundle.name}-exclusions.csv</a> with its id and the
              facts behind it.`
      }
    </p>
    ${
      total > 0 &&
      html`<p>To see why a record is in or out, live from Campus:</p>
        ${command(`explain person ID --connection ${connection.name}`)}
        <div class="trends">
          ${trend(
            'Left out in all',
            nights.map(({ asOf, isGood, excluded }) => ({ asOf, isGood, value: excluded })),
          )}
          ${GROUPS.map(({ cause, title }) =>
            causeTrend(
              title,
              rules.filter((rule) => rule.cause === cause),
              nights,
            ),
          )}
        </div>
        ${GROUPS.map((group) => ruleGroup(group, rules, nights))}`
    }
  </section>`;
}

/** All rules of a group, night by night. */
function causeTrend(title: string, rules: readonly RuleLine[], nights: readonly Night[]): Piece {
  if (rules.length === 0) return NOTHING;
  return trend(
    title,
    nights.map(({ asOf, isGood }, at) => ({
      asOf,
      isGood,
      value: rules.reduce<number | null>((sum, rule) => add(sum, rule.nights[at] ?? null), null),
    })),
  );
}

const add = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);

function ruleGroup(
  { cause, title, says }: (typeof GROUPS)[number],
  all: readonly RuleLine[],
  nights: readonly Night[],
): Html {
  const rules = all.filter((rule) => rule.cause === cause);
  if (rules.length === 0) return NOTHING;
  const most = Math.max(...rules.map(({ count }) => count));
  const isCompared = rules.some(({ before }) => before !== undefined);
  return html`<h3>${title}</h3>
    <p class="lead">${says}</p>
    ${table(
      title,
      [
        { title: 'Rule', kind: 'rule' },
        { title: 'Records', kind: 'num count' },
        ...(isCompared ? [{ title: 'Since last good', kind: 'num since' }] : []),
        { title: 'What it found', kind: 'full bare' },
        { title: 'By night', kind: 'full bare night' },
      ],
      rules.map((rule) => row(rule, most, isCompared, nights)),
    )}`;
}

function row(rule: RuleLine, most: number, isCompared: boolean, nights: readonly Night[]): readonly Piece[] {
  const { code, says, fixIn, count, before, cause } = rule;
  const points = rule.nights.map((value, at) => ({
    value,
    asOf: nights[at]?.asOf ?? '',
    isGood: nights[at]?.isGood ?? true,
  }));
  return [
    html`<code>${code}</code>`,
    html`${number(count)}${bar(count, most, cause === 'data' ? '' : 'still')}`,
    ...(isCompared ? [before === undefined ? '–' : signed(count - before)] : []),
    html`${says}${cause === 'data' && html`<small>Fix in ${fixIn}</small>`}`,
    spark(`Left out by ${code}`, points),
  ];
}
