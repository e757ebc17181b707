/** Exclusions by rule, with the rule's text and where to fix the data in Campus. */
import { bar, spark, trend } from './charts.js';
import { table } from './frame.js';
import { html, NOTHING, type Html, type Piece } from './html.js';
import type { Night, ReportSubject, RuleCause, RuleLine } from './subject.js';
import { command } from './verdict.js';
import { number, plural, signed } from './words.js';

interface Group {
  readonly causes: readonly RuleCause[];
  readonly title: string;
  readonly says: string;
}

const GROUPS: readonly Group[] = [
  {
    causes: ['data'],
    title: 'Fix in Campus',
    says: 'These records lack something. The screen on which it is fixed is listed with each rule.',
  },
  {
    causes: ['expected', 'choice'],
    title: 'Expected',
    says: 'They ended, are marked so in Campus, or are excluded by the connection. Check a number that jumps.',
  },
  {
    causes: ['follows'],
    title: 'Depends on another record',
    says: 'They return automatically with the record they depend on.',
  },
];

const rulesOf = ({ causes }: Group, rules: readonly RuleLine[]): readonly RuleLine[] =>
  rules.filter(({ cause }) => causes.includes(cause));

export function leftOutSection(subject: ReportSubject): Html {
  const { rules, nights, bundle, connection } = subject;
  const total = recordsOf(rules);
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
          ${GROUPS.map((group) => groupTrend(group.title, rulesOf(group, rules), nights))}
        </div>
        ${GROUPS.map((group) => ruleGroup(group, rules, nights))}`
    }
  </section>`;
}

/** All rules of a group, night by night. */
function groupTrend(title: string, rules: readonly RuleLine[], nights: readonly Night[]): Piece {
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

function ruleGroup(group: Group, all: readonly RuleLine[], nights: readonly Night[]): Html {
  const { title, says } = group;
  const rules = rulesOf(group, all);
  if (rules.length === 0) return NOTHING;
  const few = rules.filter(isFew);
  const [shown, hidden] = few.length < 2 ? [rules, []] : [rules.filter((rule) => !isFew(rule)), few];
  return html`<h3>${title}</h3>
    <p class="lead">${says}</p>
    ${shown.length > 0 && ruleTable(title, shown, nights)}
    ${
      hidden.length > 0 &&
      html`<details class="few">
        <summary>
          ${shown.length > 0 && 'and '}${plural(hidden.length, 'rule')} with few records,
          ${number(recordsOf(hidden))} in all
        </summary>
        ${ruleTable(`${title}: rules with few records`, hidden, nights)}
      </details>`
    }`;
}

/** So few records, and no more or fewer than that since the last good bundle, are seldom what matters tonight. */
const FEW = 10;

const isFew = ({ count, before = count }: RuleLine): boolean => count < FEW && Math.abs(count - before) < FEW;

const recordsOf = (rules: readonly RuleLine[]): number => rules.reduce((sum, { count }) => sum + count, 0);

function ruleTable(title: string, rules: readonly RuleLine[], nights: readonly Night[]): Html {
  const most = Math.max(1, ...rules.map(({ count }) => count));
  const isCompared = rules.some(({ before }) => before !== undefined);
  return table(
    title,
    [
      { title: 'Rule', kind: 'rule' },
      { title: 'Records', kind: 'num count' },
      ...(isCompared ? [{ title: 'Since last good', kind: 'num since' }] : []),
      { title: 'What it found', kind: 'full bare' },
      { title: 'By night', kind: 'full bare night' },
    ],
    rules.map((rule) => row(rule, most, isCompared, nights)),
  );
}

/** The words before the screen. */
const FIX: Readonly<Partial<Record<RuleCause, string>>> = {
  data: 'Fix in',
  expected: 'If it is wrong, fix in',
};

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
    html`${says}${cause in FIX && html`<small>${FIX[cause]} ${fixIn}</small>`}`,
    spark(`Left out by ${code}`, points),
  ];
}
