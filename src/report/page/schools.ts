/** School by school: what it has, what vanished there, and what was left out of it. */
import { limitBelow, spark } from './charts.js';
import { table } from './frame.js';
import { html, NOTHING, type Html, type Piece } from './html.js';
import {
  SCHOOL_TABLES,
  type Night,
  type ReportSubject,
  type SchoolLine,
  type SchoolTable,
} from './subject.js';
import { number, percent, plural } from './words.js';

export function schoolsSection(subject: ReportSubject): Html {
  const { schools, nights, schoolLimit, withoutSchool, rules } = subject;
  if (schools.length === 0) return NOTHING;
  const over = schools.filter((school) => isOver(school, schoolLimit)).length;
  const sorted = [...schools].sort((a, b) => worst(b) - worst(a) || byName(a, b));
  const total = rules.reduce((sum, { count }) => sum + count, 0);
  return html`<section aria-labelledby="schools">
    <h2 id="schools">Schools</h2>
    <p class="lead">
      ${plural(schools.length, 'school')}${
        over > 0 &&
        html`; at <span class="flag">${number(over)}</span> of them more vanished than the
          ${String(schoolLimit)} % limit`
      }.
      ${worst(sorted[0]) > 0 ? 'Schools with the largest loss come first.' : 'Sorted by name.'}
      ${
        withoutSchool > 0 &&
        html`Of the ${number(total)} excluded records, ${number(withoutSchool)} do not belong to one school.`
      }
    </p>
    ${table(
      'Rows, vanished records and excluded records per school',
      [
        { title: 'School' },
        ...SCHOOL_TABLES.map((name) => ({ title: TITLES[name], kind: 'num' })),
        { title: 'Left out', kind: 'num' },
        { title: 'Users by night', kind: 'full night' },
      ],
      sorted.map((school) => row(school, nights, schoolLimit)),
    )}
  </section>`;
}

const TITLES: Readonly<Record<SchoolTable, string>> = {
  users: 'Users',
  classes: 'Classes',
  enrollments: 'Enrollments',
};

/** In lists of records: `Aspen Ridge Elementary (0010)`. The table of schools has the ids. */
export function schoolInWords(schoolNumber: string, schools: readonly SchoolLine[]): Piece {
  if (schoolNumber === '') return 'no school';
  const known = schools.find((school) => school.number === schoolNumber || school.sourcedId === schoolNumber);
  if (known === undefined) return html`school <bdi>${schoolNumber}</bdi>`;
  return html`<bdi>${known.name}</bdi> <span class="quiet">(<bdi>${schoolNumber}</bdi>)</span>`;
}

/** Many districts have two schools of one name. */
function keys({ number: schoolNumber, sourcedId }: SchoolLine): Piece {
  return html`${schoolNumber !== '' && html`<small>number <bdi>${schoolNumber}</bdi></small>`}${
    sourcedId !== '' && html`<small>id <bdi>${sourcedId}</bdi></small>`
  }`;
}

function row(school: SchoolLine, nights: readonly Night[], limit: number | undefined): readonly Piece[] {
  const { name, tables, excluded, topRules, users } = school;
  return [
    html`<bdi>${name}</bdi>${keys(school)}`,
    ...SCHOOL_TABLES.map((table) => count(tables[table], limit)),
    html`${number(excluded)}${
      topRules[0] !== undefined && html`<small>${topRules[0].code} ${number(topRules[0].count)}</small>`
    }`,
    spark(
      `Users of ${name}`,
      users.map((value, at) => ({
        value,
        asOf: nights[at]?.asOf ?? '',
        isGood: nights[at]?.isGood ?? true,
      })),
      limitBelow(tables.users.before, limit),
    ),
  ];
}

function count(
  { rows, before, removed = 0 }: SchoolLine['tables'][SchoolTable],
  limit: number | undefined,
): Piece {
  const gone = before !== undefined && removed > 0;
  const isTooMuch = gone && limit !== undefined && removed * 100 > limit * before;
  return html`${number(rows)}${
    gone &&
    html`<small class="${isTooMuch ? 'flag' : ''}"
      >−${number(removed)}, ${percent(removed, before)}${isTooMuch && ' !'}</small
    >`
  }`;
}

const shares = ({ tables }: SchoolLine): readonly number[] =>
  SCHOOL_TABLES.map((name) => (tables[name].removed ?? 0) / Math.max(1, tables[name].before ?? 0));

const worst = (school: SchoolLine | undefined): number =>
  school === undefined ? 0 : Math.max(...shares(school));

const isOver = (school: SchoolLine, limit: number | undefined): boolean =>
  limit !== undefined && worst(school) * 100 > limit;

/** By code units, so that the order is the same on every machine. */
const byName = (a: SchoolLine, b: SchoolLine): number =>
  a.name === b.name ? (a.number < b.number ? -1 : 1) : a.name < b.name ? -1 : 1;
