/** The first thing on the page: the outcome of the night in one sentence, and what to do now, if anything. */
import { html, NOTHING, type Html, type Piece } from './html.js';
import { icon, type Mood } from './mood.js';
import type { ReportSubject, SchoolLine } from './subject.js';
import { day, plural, time } from './words.js';

export interface Verdict {
  readonly mood: Mood;
  /** One sentence. */
  readonly says: Piece;
  /** What that means for the receiver. */
  readonly more?: Piece;
  /** In the order in which they are done. */
  readonly steps: readonly Piece[];
  /** Two words for lists. */
  readonly short: string;
}

export function verdictOf(subject: ReportSubject): Verdict {
  switch (subject.outcome) {
    case 'held':
      return held(subject);
    case 'refused':
      return refused(subject);
    case 'unchanged':
      return { ...good(subject), short: 'Nothing changed', says: unchanged(subject) };
    case 'released':
      return released(subject);
    case 'published':
      return good(subject);
  }
}

export function verdictPanel(subject: ReportSubject): Html {
  const { mood, says, more, steps } = verdictOf(subject);
  const list =
    steps.length > 1
      ? html`<ol>
          ${steps.map((step) => html`<li>${step}</li>`)}
        </ol>`
      : html`<div class="more">${steps}</div>`;
  return html`<div class="panel ${mood}">
    ${icon(mood)}
    <p class="verdict">${says}</p>
    ${more !== undefined && html`<p class="more">${more}</p>`} ${steps.length > 0 ? list : NOTHING}
  </div>`;
}

function good(subject: ReportSubject): Verdict {
  const { delivery, lastGood, connection } = subject;
  if (delivery.state === 'failed' || delivery.state === 'unknown') {
    return {
      mood: 'bad',
      short: 'Not delivered',
      says: html`Published, but
      ${delivery.state === 'failed' ? 'not delivered to' : 'its arrival is not confirmed by'}
      ${delivery.target}.`,
      steps: [
        delivery.message === undefined ? NOTHING : html`<p>${delivery.message}</p>`,
        html`<p>When this is fixed, send it again:</p>
          ${command(`deliver ${connection.name}`)}`,
      ],
    };
  }
  const first =
    lastGood === undefined &&
    html`<p>
      This is the first bundle of this connection. Starting with the next one, this page shows what changed.
    </p>`;
  return {
    mood: 'good',
    short: delivery.state === 'delivered' ? 'Delivered' : 'Published',
    says: html`Published${afterDelivery(subject)}.`,
    steps: [[first, remarks(subject)]],
  };
}

function released(subject: ReportSubject): Verdict {
  const release = releaseOf(subject);
  const verdict = { ...good(subject), ...(release !== undefined && { more: release }) };
  // A delivery that failed is what to act on.
  if (verdict.mood === 'bad') return verdict;
  return { ...verdict, short: 'Released', says: html`Published after release${afterDelivery(subject)}.` };
}

/** Who let the bundle pass, when and why; undefined if nothing held it. */
export function releaseOf({ reason, releasedBy, releasedAt, timezone }: ReportSubject): Html | undefined {
  if (reason === undefined) return undefined;
  return html`Released${releasedInWords({ by: releasedBy, at: releasedAt, because: reason }, timezone)}`;
}

/** Who and when are unknown where the audit trail, or a report of an earlier version, lacks them. */
export interface Released {
  readonly by?: string | undefined;
  readonly at?: string | undefined;
  readonly because: string;
}

export function releasedInWords({ by, at, because }: Released, timezone: string): Html {
  const account = by !== undefined && html` by <bdi>${by}</bdi>`;
  return html`${account}${at !== undefined && ` on ${time(at, timezone)}`} because: <bdi>${because}</bdi>`;
}

function unchanged(subject: ReportSubject): Html {
  return html`Nothing changed since the receiver’s last bundle${afterDelivery(subject)}.`;
}

function afterDelivery({ delivery }: ReportSubject): Piece {
  if (delivery.state === 'delivered') return html` and delivered`;
  return delivery.state === 'not-sent' ? html`, not sent to the receiver` : NOTHING;
}

/** What is worth a look although nothing has to be done tonight. */
function remarks({ notices, findings, rules }: ReportSubject): Piece {
  const remarks = [...notices, ...findings].filter(({ severity }) => severity !== 'info').length;
  const grown = rules.filter(
    ({ count, before = count, cause }) => (cause === 'data' || cause === 'expected') && count > before,
  ).length;
  const looks = [
    remarks > 0 && html`<a href="#remarks">${plural(remarks, 'remark')} on the data</a>`,
    grown > 0 &&
      html`<a href="#left-out">${plural(grown, 'rule')} that excluded more than the night before</a>`,
  ].filter((look) => look !== false);
  if (looks.length === 0) return html`<p>Nothing to do.</p>`;
  return html`<p>No action is required tonight. Worth a look: ${joined(looks)}.</p>`;
}

function held(subject: ReportSubject): Verdict {
  const {
    connection: { name },
    lastGood,
    timezone,
  } = subject;
  const stays =
    lastGood === undefined
      ? html`Nothing was sent.`
      : html`Until you decide, the receiver keeps the bundle of ${time(lastGood.at, timezone)}.`;
  return {
    mood: 'wait',
    short: 'Waiting for a decision',
    says: html`On hold: ${heldBecause(subject)}.`,
    more: stays,
    steps: [
      html`Read
        <a href="#holds">why it is on hold</a
        >${subject.vanished !== undefined && html` and <a href="#vanished">who vanished, and why</a>`}.`,
      html`If the changes are right, release this bundle. The reason is kept in the history.
      ${command(`release ${name} --reason "why it is right"`)}`,
      html`If they are a mistake, fix them in Campus and run the refresh again; the new bundle replaces this
      one. ${command(`refresh ${name}`)} To discard this bundle until the next night:
      ${command(`discard ${name} --reason "what is wrong"`)}`,
    ],
  };
}

function refused({ connection: { name }, findings, lastGood, timezone }: ReportSubject): Verdict {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const stays =
    lastGood === undefined
      ? html`Nothing was sent.`
      : html`The receiver keeps the bundle of ${time(lastGood.at, timezone)}.`;
  return {
    mood: 'bad',
    short: 'Refused',
    says: html`Refused: verification found ${plural(errors, 'error')}.`,
    more: stays,
    steps: [
      html`Read <a href="#remarks">what verification found</a>; each line lists the file, the column and some
        records.`,
      html`See why a record is the way it is, and where to fix it:
      ${command(`explain person ID --connection ${name}`)}`,
      html`Fix it, then run the refresh again. ${command(`refresh ${name}`)}`,
    ],
  };
}

/** The first doubt, which is most often the one that matters, in words with a school's name instead of its id. */
function heldBecause({ holds, schools }: ReportSubject): Piece {
  const [first] = holds;
  if (first === undefined) return 'it requires a decision';
  const more = holds.length - 1;
  return html`${doubtInWords(first.says, schools)}${more > 0 && html`, and ${plural(more, 'more doubt')}`}`;
}

/** Reasons of earlier releases name a school by its id alone. */
export function doubtInWords(doubt: string, schools: readonly SchoolLine[]): Piece {
  const says = doubt.replaceAll(' %', '\u00a0%');
  const school = schools.find(({ sourcedId }) => sourcedId !== '' && says.includes(sourcedId));
  if (school === undefined || says.includes(`id ${school.sourcedId})`)) return says;
  const [before = '', after = ''] = says.split(school.sourcedId);
  return html`${before}<bdi>${school.name}</bdi>${after}`;
}

/** For headings: `As of Thu, Oct 15, 2026, school year 2026-2027`. */
export function whenOf({ asOf, year }: ReportSubject): string {
  return `As of ${day(asOf)}${year === undefined ? '' : `, school year ${year.endYear - 1}–${year.endYear}`}`;
}

/** A line may break only between words, because people copy it. */
export const command = (text: string): Html =>
  html`<pre><code>${`oneroster-export ${text}`.split(' ').map((word, at) => [at > 0 && ' ', html`<span>${word}</span>`])}</code></pre>`;

const joined = (pieces: readonly Piece[]): Piece =>
  pieces.flatMap((piece, at) => (at === 0 ? [piece] : [at === pieces.length - 1 ? ' and ' : ', ', piece]));
