/** One connection: its nights as plots and as a list, what its receiver got, and the way back to an older bundle. */
import { trend } from '../../report/page/charts.js';
import { table } from '../../report/page/frame.js';
import { STATES, type HomeConnection } from '../../report/page/home-page.js';
import { html, type Html, type Piece } from '../../report/page/html.js';
import { icon, tag, type Mood } from '../../report/page/mood.js';
import { day, number, size, time } from '../../report/page/words.js';
import { splitReasons } from '../../model/result.js';
import type { ConnectionSettings } from '../../model/settings.js';
import type { LedgerEntry } from '../../state/ledger.js';
import { bundleOutcome, type LastOutcome } from '../../state/outcome.js';
import type { BundleRecord, DeliveryRecord } from '../../state/records.js';
import { may } from '../access.js';
import type { Session } from '../sessions.js';
import { emptyPart, waysOn, type Part } from '../paging.js';
import { consolePage, once, panel, reasonField } from './page.js';

export interface NightLine {
  readonly bundle: BundleRecord;
  readonly asOf: string;
  readonly deliveries: readonly DeliveryRecord[];
  readonly files: {
    readonly report: boolean;
    readonly exclusions: boolean;
    readonly vanished: boolean;
    readonly bundle: boolean;
  };
}

export interface ConnectionParts {
  readonly session: Session;
  readonly settings: ConnectionSettings;
  readonly timezone: string;
  readonly card?: HomeConnection;
  /** The newest that was published. */
  readonly newest?: BundleRecord;
  readonly nights: Part<NightLine>;
}

export function connectionPage(parts: ConnectionParts): string {
  const { session, settings, card, nights } = parts;
  const { name, version, mode, profile } = settings;
  return consolePage({
    title: name,
    session,
    body: html`<p class="lead">OneRoster ${version} ${mode}, profile ${profile}</p>
      ${card !== undefined && state(card, name)} ${actions(parts)}
      ${card !== undefined && html`<div class="trends">${plots(card)}</div>`}
      <section>
        <h2 id="nights">Nights</h2>
        ${nights.items.length === 0 ? emptyPart(nights, 'No refresh has run yet.', 'nights') : nightTable(parts)}
        ${waysOn(nights, `/connections/${name}`, 'nights')}
        <p><a href="/connections/${name}/received">What the receiver of ${name} got</a></p>
      </section>`,
  });
}

function state({ state: now, message }: HomeConnection, name: string): Html {
  const { mood, says } = STATES[now];
  return html`<p class="state ${mood}">${icon(mood)} ${says}</p>
    ${message !== undefined && html`<p class="message">${message}</p>`}
    ${now === 'held' && html`<p><a class="button" href="/connections/${name}/hold">See what is on hold</a></p>`}`;
}

function actions({ session, settings: { name, delivery }, newest }: ConnectionParts): Html {
  const button = (path: string, says: string): Html =>
    html`<form method="post" action="/connections/${name}/${path}">
      ${once(session)}<button class="quietly">${says}</button>
    </form>`;
  return html`<div class="actions">
    ${may(session.person, 'refresh', name) && button('refresh', 'Refresh now')}
    ${delivery !== undefined && newest !== undefined && may(session.person, 'deliver', name) && button('deliver', 'Send the newest bundle again')}
  </div>`;
}

const PLOTS = [
  ['users', 'Users'],
  ['classes', 'Classes'],
  ['enrollments', 'Enrollments'],
] as const;

const plots = ({ nights }: HomeConnection): readonly Html[] =>
  PLOTS.map(([key, title]) =>
    trend(
      title,
      nights.map(({ asOf, rows, isGood }) => ({ asOf, isGood, value: rows?.[key] ?? null })),
    ),
  );

const MOODS: Readonly<Partial<Record<LastOutcome, Mood>>> = {
  published: 'good',
  unchanged: 'good',
  held: 'wait',
  releasing: 'wait',
  refused: 'bad',
  failed: 'bad',
};

function nightTable(parts: ConnectionParts): Html {
  const { settings, nights, newest } = parts;
  return table(
    `Refreshes of ${settings.name}, newest first`,
    [
      { title: 'As of' },
      { title: 'Outcome' },
      { title: 'Rows', kind: 'num' },
      { title: 'Delivery' },
      { title: 'Files', kind: 'full' },
    ],
    nights.items.map((night) => nightRow(night, night.bundle.id === newest?.id, parts)),
  );
}

function nightRow(
  { bundle, asOf, deliveries, files }: NightLine,
  isNewest: boolean,
  parts: ConnectionParts,
): readonly Piece[] {
  const { timezone } = parts;
  const outcome = bundleOutcome(bundle);
  const [reason, ...others] = splitReasons(bundle.reason);
  const [delivery] = deliveries;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return [
    html`${day(asOf)}<small>${time(bundle.madeAt, timezone)}</small>`,
    html`${tag(MOODS[outcome] ?? 'still', outcome)}${reason !== undefined && html`<small>${reason}${more}</small>`}`,
    number(Object.values(bundle.rows).reduce((sum, each) => sum + each, 0)),
    delivery === undefined
      ? 'none'
      : html`${delivery.state}<small>${time(delivery.finishedAt ?? delivery.startedAt, timezone)}</small>`,
    nightLinks({ bundle, files, isOlder: bundle.state === 'published' && !isNewest }, parts),
  ];
}

interface LinkedNight extends Pick<NightLine, 'bundle' | 'files'> {
  readonly isOlder: boolean;
}

function nightLinks(
  { bundle, files, isOlder }: LinkedNight,
  { session, settings }: ConnectionParts,
): readonly Html[] {
  const { name, delivery } = settings;
  const at = `/connections/${name}/nights/${bundle.name ?? ''}`;
  const mayList = may(session.person, 'lists', name);
  const isBack = isOlder && delivery !== undefined && may(session.person, 'rollBack', name);
  const links: readonly (readonly [isThere: boolean, path: string, says: string])[] = [
    [files.report, 'report', 'Report'],
    [mayList && files.exclusions, 'exclusions.csv', 'Exclusions'],
    [mayList && files.vanished, 'vanished.csv', 'Who vanished'],
    [
      files.bundle && may(session.person, 'anonymize', name),
      'anonymize',
      'Download a version without personal data',
    ],
    [isBack, 'roll-back', 'Roll back to it'],
  ];
  return links
    .filter(([isThere]) => isThere)
    .map(([, path, says]) => html`<a href="${at}/${path}">${says}</a> `);
}

export function receivedPage(
  session: Session,
  name: string,
  part: Part<LedgerEntry>,
  timezone: string,
): string {
  const rows = part.items.map(
    ({ at, bundle, bytes, sha256, files, fields, metadata, to }): readonly Piece[] => [
      time(at, timezone),
      html`${bundle}<small>${sha256}</small>`,
      size(bytes ?? 0),
      Object.entries(files)
        .map(([file, { rows: count }]) => `${file} ${number(count)}`)
        .join(', ') || 'no changes',
      html`${to}${Object.keys(fields).length > 0 && html`<small>not sent or masked: ${hidden(fields)}</small>`}${metadata.length > 0 && html`<small>extension columns: ${metadata.join(', ')}</small>`}`,
    ],
  );
  return consolePage({
    title: `What the receiver of ${name} got`,
    session,
    body: html`<section>
      ${
        rows.length === 0
          ? emptyPart(part, 'Nothing yet.', 'entries')
          : table(
              'Newest first',
              [
                { title: 'When' },
                { title: 'Bundle', kind: 'full' },
                { title: 'Size', kind: 'num' },
                { title: 'Rows', kind: 'full' },
                { title: 'To', kind: 'full' },
              ],
              rows,
            )
      }
      ${waysOn(part, `/connections/${name}/received`, 'entries')}
      <p><a href="/connections/${name}">Back to ${name}</a></p>
    </section>`,
  });
}

const hidden = (fields: LedgerEntry['fields']): string =>
  Object.entries(fields)
    .flatMap(([file, choices]) =>
      Object.entries(choices).map(([column, choice]) => `${file}.${column} (${choice})`),
    )
    .join(', ');

export function anonymizePage(
  session: Session,
  { connection, name }: { readonly connection: string; readonly name: string },
): string {
  return consolePage({
    title: 'A version without personal data',
    session,
    body: html`<section>
      <p>
        This makes a copy of the bundle <code>${name}</code> of ${connection}, for support. Names, addresses,
        numbers and ids are replaced. Faults of the file stay.
      </p>
      <form method="post" action="/connections/${connection}/nights/${name}/anonymize">
        ${once(session)}
        <button>Make it</button>
        <a class="button quietly" href="/connections/${connection}">Cancel</a>
      </form>
    </section>`,
  });
}

export interface RollBackParts {
  readonly session: Session;
  readonly bundle: BundleRecord;
  readonly newest: BundleRecord | undefined;
  readonly timezone: string;
  readonly problem?: string;
}

export function rollBackPage({ session, bundle, newest, timezone, problem }: RollBackParts): string {
  const { connection, name, madeAt, rows } = bundle;
  const files = Object.keys({ ...newest?.rows, ...rows }).sort();
  return consolePage({
    title: `Roll ${connection} back`,
    session,
    body: html`${problem !== undefined && panel('bad', html`<a href="#reason">${problem}</a>`)}
      <section>
        <p>
          This sends the bundle of ${time(madeAt, timezone)} again, although a newer one was published. Later
          bundles are compared with it, and the next delta is a bulk bundle.
        </p>
        ${table(
          'Rows of both bundles',
          [{ title: 'File' }, { title: 'Now', kind: 'num' }, { title: 'After rolling back', kind: 'num' }],
          files.map((file) => [file, number(newest?.rows[file] ?? 0), number(rows[file] ?? 0)]),
        )}
        <form method="post" action="/connections/${connection}/nights/${name}/roll-back">
          ${once(session)} ${reasonField(problem !== undefined)}
          <button>Send this older bundle</button>
          <a class="button quietly" href="/connections/${connection}">Cancel</a>
        </form>
      </section>`,
  });
}
