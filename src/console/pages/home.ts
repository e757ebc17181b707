/** The first page: each connection with its state, age, last delivery and plot. */
import type { Holder } from '../../home/lock.js';
import { trend } from '../../report/page/charts.js';
import type { HomeConnection } from '../../report/page/home-page.js';
import { STATES } from '../../report/page/home-page.js';
import { html, NOTHING, type Html } from '../../report/page/html.js';
import { icon } from '../../report/page/mood.js';
import { plural, time } from '../../report/page/words.js';
import type { DeliveryRecord } from '../../state/records.js';
import { may } from '../access.js';
import type { Job } from '../jobs.js';
import type { Session } from '../sessions.js';
import { consolePage, once } from './page.js';

export interface HomeParts {
  readonly session: Session;
  readonly timezone: string;
  readonly connections: readonly HomeConnection[];
  readonly lastDelivery: ReadonlyMap<string, DeliveryRecord | undefined>;
  /** Who has the lock of the home; who has the lease of the district, in words. */
  readonly holder?: Holder | string;
  readonly isRefreshAllowed: boolean;
  readonly running: readonly Job[];
}

export function homePage(parts: HomeParts): string {
  const { session, connections, timezone, isRefreshAllowed } = parts;
  const open = connections.filter(isOpen);
  const says =
    open.length === 0
      ? 'All connections are OK.'
      : `${plural(open.length, 'connection')} of ${connections.length} must be checked.`;
  return consolePage({
    title: 'Connections',
    session,
    at: '/',
    body: html`<p class="lead">${says}</p>
      ${running(parts)}
      ${
        isRefreshAllowed &&
        html`<form method="post" action="/refresh">${once(session)}<button>Refresh all now</button></form>`
      }
      ${connections.length === 0 && html`<section><p>Your roles include no connection.</p></section>`}
      <ul class="cards">
        ${[...open, ...connections.filter((each) => !isOpen(each))].map((each) => card(each, parts, timezone))}
      </ul>`,
  });
}

/** It must be checked, and so comes before the others. */
const isOpen = ({ state }: HomeConnection): boolean => STATES[state].mood !== 'good';

function running({ holder, running: jobs, timezone, session }: HomeParts): Html {
  if (holder === undefined && jobs.length === 0) return NOTHING;
  const seen = jobs.filter(({ connections }) =>
    connections.some((name) => may(session.person, 'look', name)),
  );
  return html`<div class="said wait" role="status">
    ${holder !== undefined && html`<p>A refresh is running: ${holderInWords(holder, timezone)}.</p>`}
    ${seen.map(
      ({ id, kind, login, step }) =>
        html`<p><a href="/jobs/${id}">${kind}, started by ${login}</a>: ${step}</p>`,
    )}
  </div>`;
}

const holderInWords = (holder: Holder | string, timezone: string): Html | string =>
  typeof holder === 'string'
    ? holder
    : html`process ${holder.pid} on ${holder.host}, since ${time(holder.startedAt, timezone)}`;

function card(connection: HomeConnection, { session, lastDelivery }: HomeParts, timezone: string): Html {
  const { name, version, mode, state, lastGood, message, nights } = connection;
  const { mood, says } = STATES[state];
  const delivery = lastDelivery.get(name);
  return html`<li class="card ${mood}">
    <h2><a href="/connections/${name}">${name}</a></h2>
    <p class="over">OneRoster ${version} ${mode}</p>
    <p class="state ${mood}">${icon(mood)} ${says}</p>
    ${message !== undefined && html`<p class="message">${message}</p>`}
    ${state === 'held' && html`<p><a class="button" href="/connections/${name}/hold">See what is on hold</a></p>`}
    ${trend(
      'Users',
      nights.map(({ asOf, rows, isGood }) => ({ asOf, isGood, value: rows?.users ?? null })),
    )}
    <p>
      ${lastGood === undefined ? 'No good bundle yet.' : html`Last good bundle: ${time(lastGood.at, timezone)} <span class="quiet">(${age(lastGood.ageHours)})</span>`}
    </p>
    ${delivery !== undefined && html`<p>Last delivery: ${delivery.state}, ${time(delivery.finishedAt ?? delivery.startedAt, timezone)}</p>`}
    ${
      may(session.person, 'refresh', name) &&
      html`<form method="post" action="/connections/${name}/refresh">
        ${once(session)}<button class="quietly">Refresh ${name} now</button>
      </form>`
    }
  </li>`;
}

function age(hours: number): string {
  if (hours < 1) return 'just now';
  return hours < 48 ? `${Math.round(hours)} h old` : `${Math.round(hours / 24)} days old`;
}
