/** The search box and its answer: the headline for each connection first, then the rules behind it. */
import type { ExplainedRecord, ExportedRow } from '../../explain/answer.js';
import type { Ruling } from '../../explain/ruling.js';
import { SUBJECT_KINDS } from '../../explain/search/subject.js';
import type { Facts } from '../../filter/rule.js';
import { table } from '../../report/page/frame.js';
import { html, NOTHING, type Html, type Piece } from '../../report/page/html.js';
import { tag } from '../../report/page/mood.js';
import { day, time } from '../../report/page/words.js';
import { may } from '../access.js';
import type { Answer } from '../answer.js';
import type { Session } from '../sessions.js';
import { consolePage, panel } from './page.js';

export function searchPage({
  session,
  problem,
}: {
  readonly session: Session;
  readonly problem?: string;
}): string {
  return consolePage({
    title: 'Why is it missing?',
    session,
    at: '/why',
    body: html`${problem !== undefined && panel('bad', html`<a href="#key">${problem}</a>`)}
      <section>${searchForm(problem !== undefined)}</section>`,
  });
}

const searchForm = (isInvalid = false): Html =>
  html`<form method="post" action="/why">
    <div class="row">
      <p>
        <label for="key">Id or number</label>
        <input
          type="text"
          id="key"
          name="key"
          required
          maxlength="200"
          autocomplete="off"
          ${isInvalid && html`aria-invalid="true"`}
          aria-describedby="key-hint"
        />
      </p>
      <p>
        <label for="kind">Kind</label>
        <select id="kind" name="kind">
          <option value="any">anything</option>
          ${SUBJECT_KINDS.map((kind) => html`<option>${kind}</option>`)}
        </select>
      </p>
      <button>Search</button>
    </div>
    <p class="hint" id="key-hint">
      Student or staff number, username, sourcedId, course-section, school number, or an id of Campus.
    </p>
  </form>`;

export interface MatchesParts {
  readonly session: Session;
  readonly answer: Answer;
  readonly ids: readonly string[];
}

export function matchesPage({ session, answer, ids }: MatchesParts): string {
  const { kind, near, more } = answer;
  return consolePage({
    title: 'Why is it missing?',
    session,
    at: '/why',
    body: html`<section>
        ${
          ids.length === 0
            ? html`<p role="status">
                No record has that id in the SIS.${near.length > 0 && ` Similar: ${near.join(', ')}.`}
              </p>`
            : html`<p role="status">Several records match:</p>
                <ul>
                  ${ids.map((id) => html`<li><a href="/why/${kind}/${id}">${kind} ${id}</a></li>`)}
                </ul>
                ${more > 0 && html`<p>${more} more match. Use the id of Campus.</p>`}`
        }
      </section>
      <section>${searchForm()}</section>`,
  });
}

export interface AnswerParts {
  readonly session: Session;
  readonly answer: Answer;
  readonly id: string;
  readonly withNames: boolean;
  readonly timezone: string;
  /** When the last good bundle of each connection was made. */
  readonly lastNight: ReadonlyMap<string, string | undefined>;
}

export function answerPage({ session, answer, id, withNames, timezone, lastNight }: AnswerParts): string {
  const { kind, asOf, connections, found } = answer;
  return consolePage({
    title: `${kind} ${id}`,
    session,
    at: '/why',
    body: html`<p class="lead">Live from the SIS, by the rules as of ${day(asOf)}.</p>
      ${!found && html`<section><p role="status">No ${kind} has the id ${id} in the SIS.</p></section>`}
      ${connections.map(({ name, version, records }) =>
        records.map(
          (record) =>
            html`<section>
              <h2>
                <a href="/connections/${name}">${name}</a> <small class="quiet">OneRoster ${version}</small>
              </h2>
              ${recordPart(record, name)}
              ${lastNight.get(name) !== undefined && html`<p class="quiet">The last good bundle of ${name} is of ${time(lastNight.get(name) ?? '', timezone)}; what changed in Campus since then is not in it.</p>`}
            </section>`,
        ),
      )}
      ${
        found &&
        !withNames &&
        may(session.person, 'names') &&
        html`<p>
          <a href="/why/${kind}/${id}?names=yes">Show names and exported values</a>
          <span class="hint">(recorded in the audit trail)</span>
        </p>`
      }
      <section>
        <h2>Search again</h2>
        ${searchForm()}
      </section>`,
  });
}

function recordPart(record: ExplainedRecord, connection: string): Html {
  const { kind, id, name, roles = [], record: traced, chain, rows, exclusions, isOfOtherYear } = record;
  const codeOf = (as: string): string | undefined => exclusions.find((each) => each.kind === as)?.code;
  const lines = roles.map(({ role, isExported }) =>
    headline({ connection, as: role, isExported, code: codeOf(role) }, record),
  );
  const own =
    traced === undefined
      ? []
      : [
          headline(
            { connection, as: kind, isExported: traced.isExported, code: exclusions[0]?.code },
            record,
          ),
        ];
  const none = lines.length + own.length === 0;
  return html`${name !== undefined && html`<p><b>${name}</b> (${kind} ${id})</p>`} ${lines} ${own}
    ${isOfOtherYear && html`<p>It has no rows in the active school year, so a refresh does not read it. (YEAR_NOT_ACTIVE)</p>`}
    ${none && exclusions.map(({ kind: as, code, facts }) => html`<p>${tag('bad', 'not sent')} as ${as}: ${code} ${inWords(facts)}</p>`)}
    ${none && exclusions.length === 0 && html`<p>It has no enrollment, assignment, staff or relationship row in the active year, so no role applies.</p>`}
    ${
      chain.length > 0 &&
      html`<h3>Because</h3>
        <ul>
          ${chain.map((link) => html`<li><a href="/why/${KIND_OF_LINK[link.kind] ?? 'person'}/${link.id}">${link.kind} ${link.id}</a> is not sent: ${link.says} <span class="quiet">Fix in: ${link.fixIn}</span></li>`)}
        </ul>`
    }
    <details>
      <summary>All rules with the values they saw</summary>
      ${roles.map(
        ({ role, person, rows: own2 }) =>
          html`<h3>As ${role}</h3>
            ${own2.map(
              (row) =>
                html`<p><b>${row.table}</b> ${inWords(row.values)}</p>
                  ${rulings(row.rulings, `Rules about this row of ${row.table}`)}`,
            )}${rulings(person, 'Rules about the person')}`,
      )}
      ${
        traced !== undefined &&
        html`<p>${inWords(traced.values)}</p>
          ${rulings(traced.rulings, 'Rules about the record')}${traced.rows.map(
            (row) =>
              html`<p><b>${row.table}</b> ${inWords(row.values)}</p>
                ${rulings(row.rulings, `Rules about this row of ${row.table}`)}`,
          )}`
      }
    </details>
    ${rows.map(rowPart)}`;
}

function rowPart({ table: name, columns, cells, origins = {} }: ExportedRow): Html {
  return table(
    `Exported row of ${name}.csv`,
    [{ title: 'Column' }, { title: 'Value', kind: 'full' }],
    columns.map((column, at): readonly Piece[] => {
      const origin = origins[column];
      return [column, html`${cells[at] ?? ''}${origin !== undefined && html`<small>from ${origin}</small>`}`];
    }),
  );
}

const KIND_OF_LINK: Readonly<Record<string, string>> = {
  section: 'section',
  course: 'course',
  school: 'school',
};

interface Verdict {
  readonly connection: string;
  /** The role of a person, or the kind of the record. */
  readonly as: string;
  readonly isExported: boolean;
  /** Of the rule that excludes it. */
  readonly code: string | undefined;
}

/** The answer in one line, as on the command line. */
function headline({ connection, as, isExported, code }: Verdict, record: ExplainedRecord): Html {
  if (isExported) return html`<p>${tag('good', 'sent')} Sent to ${connection} as ${as}.</p>`;
  const ruling = allRulings(record).find((each) => each.verdict === 'out' && each.code === code);
  const link = record.chain.find((each) => each.code === code);
  const { says = '', fixIn } = ruling ?? link ?? {};
  return html`<p>
    ${tag('bad', 'not sent')} Not sent to ${connection} as ${as}: ${says} <code>${code ?? ''}</code>
    ${fixIn !== undefined && html`<br /><span class="quiet">Fix in Campus: ${fixIn}</span>`}
  </p>`;
}

const allRulings = ({ roles = [], record }: ExplainedRecord): readonly Ruling[] => [
  ...roles.flatMap(({ person, rows }) => [...rows.flatMap(({ rulings: own }) => own), ...person]),
  ...(record === undefined ? [] : [...record.rulings, ...record.rows.flatMap(({ rulings: own }) => own)]),
];

const VERDICTS = {
  keep: ['still', 'keeps'],
  out: ['bad', 'excludes'],
  'not-asked': ['still', 'not reached'],
} as const;

function rulings(all: readonly Ruling[], caption: string): Html {
  if (all.length === 0) return NOTHING;
  return table(
    caption,
    [{ title: 'Rule', kind: 'rule' }, { title: 'Verdict' }, { title: 'Values', kind: 'full' }],
    all.map(({ code, verdict, says, saw, facts }): readonly Piece[] => {
      const [mood, word] = VERDICTS[verdict];
      return [
        html`<code>${code}</code><span class="says">${says}</span>`,
        tag(mood, word),
        inWords({ ...saw, ...facts }),
      ];
    }),
  );
}

const inWords = (facts: Facts): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}=${value === null ? 'empty' : String(value)}`)
    .join(' ');
