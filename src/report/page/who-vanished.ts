/** Of a bundle that was put on hold: which rules exclude more or less than before, and who vanished, by rule and school and one by one. */
import { table } from './frame.js';
import { html, NOTHING, type Html, type Piece } from './html.js';
import { schoolInWords } from './schools.js';
import { SCHOOL_TABLES, type ReportSubject, type RuleLine, type VanishedCounts } from './subject.js';
import { number, plural, signed } from './words.js';

export function vanishedSection(subject: ReportSubject): Html {
  const { vanished, bundle, outcome } = subject;
  if (vanished === undefined || vanished.total === 0) return NOTHING;
  const { total, records } = vanished;
  const list =
    outcome === 'held'
      ? html`<a href="${bundle.name}-vanished.csv">${bundle.name}-vanished.csv</a>`
      : 'the list that was removed with the decision';
  return html`<section aria-labelledby="vanished">
    <h2 id="vanished">Who vanished, and why</h2>
    <p class="lead">
      ${plural(total, 'row')} of the last good bundle ${total === 1 ? 'is' : 'are'} no longer in this one; all
      of them are in ${list}.
    </p>
    ${changedRules(subject)}
    <h3>By rule</h3>
    ${byRule(subject)}
    <h3>By school</h3>
    ${bySchool(subject)}
    <details class="records">
      <summary>
        ${
          records.length < total
            ? html`The first ${number(records.length)} of ${number(total)} rows, one by one`
            : html`${plural(total, 'row')}, one by one`
        }
      </summary>
      ${recordTable(subject)}
    </details>
  </section>`;
}

/** So many rules are listed; the section of exclusions has all. */
const MOST_RULES = 10;

function changedRules({ rules }: ReportSubject): Piece {
  const change = ({ count, before = count }: RuleLine): number => count - before;
  const changed = rules
    .filter((rule) => change(rule) !== 0)
    .sort((a, b) => Math.abs(change(b)) - Math.abs(change(a)));
  if (changed.length === 0) return html`<p>No rule excludes more or less than in the last good bundle.</p>`;
  const more = changed.length - MOST_RULES;
  return html`<h3>Exclusions that changed since the last good bundle</h3>
    ${table(
      'Exclusions by rule, compared with the last good bundle',
      [
        { title: 'Rule', kind: 'rule' },
        { title: 'Difference', kind: 'num since' },
        { title: 'Last good', kind: 'num since' },
        { title: 'Now', kind: 'num since' },
        { title: 'What it found', kind: 'full bare' },
      ],
      changed
        .slice(0, MOST_RULES)
        .map((rule) => [
          html`<code>${rule.code}</code>`,
          signed(change(rule)),
          number(rule.before ?? 0),
          number(rule.count),
          rule.says,
        ]),
    )}
    ${more > 0 && html`<p class="quiet">and ${plural(more, 'more rule')}, see <a href="#left-out">Left out</a>.</p>`}`;
}

const COUNTS = [
  ...SCHOOL_TABLES.map((name) => ({ name, title: `${name.charAt(0).toUpperCase()}${name.slice(1)}` })),
  { name: 'others', title: 'Other rows' },
] as const;

const COLUMNS = COUNTS.map(({ title }) => ({ title, kind: 'num since' }));

const cells = (counts: VanishedCounts): readonly Piece[] => COUNTS.map(({ name }) => number(counts[name]));

function byRule({ vanished }: ReportSubject): Piece {
  return table(
    'Vanished rows by rule',
    [{ title: 'Rule', kind: 'rule' }, ...COLUMNS, { title: 'What it found', kind: 'full bare' }],
    (vanished?.rules ?? []).map(({ code, says, counts }) => [
      html`<code>${code}</code>`,
      ...cells(counts),
      says,
    ]),
  );
}

function bySchool({ vanished, schools }: ReportSubject): Piece {
  return table(
    'Vanished rows by school',
    [{ title: 'School' }, ...COLUMNS],
    (vanished?.schools ?? []).map((line) => [schoolInWords(line.number, schools), ...cells(line.counts)]),
  );
}

function recordTable({ vanished, schools }: ReportSubject): Piece {
  return table(
    'Vanished rows',
    [
      { title: 'Id' },
      { title: 'File' },
      { title: 'Number' },
      { title: 'School' },
      { title: 'Grade' },
      { title: 'Rule', kind: 'full' },
    ],
    (vanished?.records ?? []).map(({ sourcedId, file, number: own, school, grade, rule }) => [
      html`<code>${sourcedId}</code>`,
      file,
      html`<bdi>${own === '' ? '–' : own}</bdi>`,
      schoolInWords(school, schools),
      grade === '' ? '–' : grade,
      html`<code>${rule}</code>`,
    ]),
  );
}
