/** A bundle on hold, and the page that repeats the numbers before a decision. */
import type { SchoolCount } from '../../model/result.js';
import { splitReasons } from '../../model/result.js';
import { table } from '../../report/page/frame.js';
import { html, NOTHING, type Html, type Piece } from '../../report/page/html.js';
import { number, percent, plural, time } from '../../report/page/words.js';
import type { BundleRecord } from '../../state/records.js';
import type { VanishedCount } from '../../model/vanished.js';
import { whyVanished } from '../../vanished/why.js';
import { may } from '../access.js';
import type { Session } from '../sessions.js';
import { consolePage, once, panel, reasonField } from './page.js';

export interface VanishedLists {
  /** By file, rule and school, most first. */
  readonly counts: readonly VanishedCount[];
  /** The first rows of the list: file, sourcedId, rule, number, school. */
  readonly records: readonly (readonly string[])[];
}

export interface HoldParts {
  readonly session: Session;
  readonly held: BundleRecord;
  readonly schools: readonly SchoolCount[];
  readonly timezone: string;
  readonly vanished?: VanishedLists;
  readonly problem?: string;
}

export function holdPage(parts: HoldParts): string {
  const { session, held, timezone, vanished, problem } = parts;
  const { connection, madeAt, name } = held;
  return consolePage({
    title: `${connection} is on hold`,
    session,
    body: html`${problem !== undefined && panel('bad', html`<a href="#reason">${problem}</a>`)}
      <p class="lead">Since ${time(madeAt, timezone)}. The last good bundle stays until someone decides.</p>
      <section>
        <h2>Why</h2>
        <ul class="reasons">
          ${splitReasons(held.reason).map((reason) => html`<li>${reason}</li>`)}
        </ul>
        ${changes(held)}
        <p><a href="/connections/${connection}/nights/${name}/report">The report of this night</a></p>
      </section>
      ${schoolTable(parts)} ${vanished === undefined ? NOTHING : vanishedPart(vanished, parts)}
      ${decision(parts)}`,
  });
}

function changes({ difference }: BundleRecord): Html {
  if (difference === null) return NOTHING;
  return table(
    'Changes since the last good bundle',
    [
      { title: 'File' },
      ...['Before', 'After', 'Added', 'Changed', 'Removed'].map((title) => ({ title, kind: 'num' })),
    ],
    Object.entries(difference.tables).map(([file, { before, after, added, changed, removed }]) => [
      file,
      ...[before, after, added, changed, removed].map(number),
    ]),
  );
}

function schoolTable({ held, schools }: HoldParts): Html {
  const changed = Object.entries(held.difference?.schools ?? {}).filter(([, tables]) =>
    Object.values(tables).some(({ removed }) => removed > 0),
  );
  if (changed.length === 0) return NOTHING;
  const byId = new Map(schools.map((school) => [school.sourcedId, school]));
  const cell = (of: { readonly before: number; readonly removed: number } | undefined): Piece =>
    of === undefined || of.removed === 0
      ? '0'
      : html`${number(of.removed)}<small>${percent(of.removed, of.before)}</small>`;
  return html`<section>
    <h2>By school</h2>
    ${table(
      'Records that vanish at each school',
      [
        { title: 'School' },
        { title: 'Users', kind: 'num' },
        { title: 'Classes', kind: 'num' },
        { title: 'Enrollments', kind: 'num' },
      ],
      changed.map(([id, tables]) => [
        html`${byId.get(id)?.name ?? 'School'} ${byId.get(id)?.number ?? ''}<small>${id}</small>`,
        cell(tables['users']),
        cell(tables['classes']),
        cell(tables['enrollments']),
      ]),
    )}
  </section>`;
}

const MOST_COUNTS = 60;

function vanishedPart({ counts, records }: VanishedLists, { held: { connection, name } }: HoldParts): Html {
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return html`<section>
    <h2 id="vanished">Who vanished, and by which rule</h2>
    <p class="lead">
      ${plural(total, 'record')}.
      <a href="/connections/${connection}/nights/${name}/vanished.csv">The whole list</a> has ids and numbers,
      no names.
    </p>
    ${table(
      'Records that vanish, by rule',
      [
        { title: 'Rule', kind: 'rule' },
        { title: 'File' },
        { title: 'School' },
        { title: 'Records', kind: 'num' },
      ],
      counts
        .slice(0, MOST_COUNTS)
        .map(({ file, rule, school, count }) => [
          html`<code>${rule}</code><span class="says">${whyVanished(rule)}</span>`,
          file,
          school,
          number(count),
        ]),
    )}
    ${
      counts.length > MOST_COUNTS &&
      html`<p>${plural(counts.length - MOST_COUNTS, 'more line')} with fewer records: see the whole list.</p>`
    }
    <details>
      <summary>The first ${number(records.length)} ids</summary>
      ${table(
        'Records that vanish',
        [
          { title: 'sourcedId', kind: 'full' },
          { title: 'File' },
          { title: 'Rule' },
          { title: 'Number' },
          { title: 'School' },
        ],
        records.map(([file, id, rule, no, school]) => [id, file, rule, no, school]),
      )}
    </details>
  </section>`;
}

function decision({ session, held: { connection }, problem }: HoldParts): Html {
  if (!may(session.person, 'decide', connection))
    return html`<section>
      <h2>Decision</h2>
      <p>Your roles do not include a decision on this bundle.</p>
    </section>`;
  return html`<section>
    <h2>Decision</h2>
    <form method="post" action="/connections/${connection}/hold">
      ${once(session)} ${reasonField(problem !== undefined)}
      <div class="actions">
        <button name="decision" value="release">Release it …</button>
        <button name="decision" value="discard" class="quietly">Discard it …</button>
      </div>
      <p class="hint">The next page repeats the numbers before anything happens.</p>
    </form>
  </section>`;
}

export interface ConfirmParts {
  readonly session: Session;
  readonly held: BundleRecord;
  readonly decision: 'release' | 'discard';
  readonly reason: string;
  readonly timezone: string;
}

export function confirmPage({ session, held, decision: what, reason, timezone }: ConfirmParts): string {
  const { connection, name, sha256, madeAt } = held;
  const isRelease = what === 'release';
  return consolePage({
    title: isRelease ? `Release the bundle of ${connection}?` : `Discard the bundle of ${connection}?`,
    session,
    body: html`<section>
      <p>
        ${
          isRelease
            ? 'This publishes the bundle on hold, this one time. These numbers reach the receiver:'
            : 'This drops the bundle on hold; the last good bundle stays. These numbers do not reach the receiver:'
        }
      </p>
      ${changes(held)}
      <p class="quiet">${name}, created ${time(madeAt, timezone)}</p>
      <p>Reason: ${reason}</p>
      <form method="post" action="/connections/${connection}/hold/decide">
        ${once(session)}
        <input type="hidden" name="decision" value="${what}" />
        <input type="hidden" name="reason" value="${reason}" />
        <input type="hidden" name="sha256" value="${sha256 ?? ''}" />
        <button>${isRelease ? 'Yes, release it' : 'Yes, discard it'}</button>
        <a class="button quietly" href="/connections/${connection}/hold">Cancel</a>
      </form>
    </section>`,
  });
}

export const nothingHeldPage = (session: Session, connection: string): string =>
  consolePage({
    title: connection,
    session,
    body: html`<section>
      <p>No bundle of ${connection} is on hold.</p>
      <p><a href="/connections/${connection}">Back to ${connection}</a></p>
    </section>`,
  });
