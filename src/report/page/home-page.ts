/** All connections on one page: the state of each, the age of its last good bundle, and the way to its newest report. */
import { limitBelow, trend } from './charts.js';
import { page } from './frame.js';
import { html, NOTHING, type Html } from './html.js';
import { icon, type Mood } from './mood.js';
import type { Night } from './subject.js';
import { command } from './verdict.js';
import { day, number, time } from './words.js';

export interface HomeSubject {
  readonly program: string;
  readonly timezone: string;
  readonly writtenAt: string;
  readonly connections: readonly HomeConnection[];
}

export type HomeState =
  | 'published'
  | 'unchanged'
  | 'held'
  | 'refused'
  | 'discarded'
  | 'failed'
  | 'not-delivered'
  | 'interrupted'
  | 'ended'
  | 'nothing-yet';

export interface HomeConnection {
  readonly name: string;
  readonly version: string;
  readonly mode: string;
  readonly state: HomeState;
  readonly lastGood?: { readonly at: string; readonly asOf: string; readonly ageHours: number };
  /** Why the newest refresh failed. */
  readonly message?: string;
  /** Of the newest report, relative to the home folder. */
  readonly report?: string;
  readonly nights: readonly Night[];
  /** Largest share of users in % that may vanish. */
  readonly usersLimit?: number;
}

const STATES: Readonly<Record<HomeState, { readonly mood: Mood; readonly says: string }>> = {
  published: { mood: 'good', says: 'Published' },
  unchanged: { mood: 'good', says: 'Nothing changed' },
  held: { mood: 'wait', says: 'On hold, waiting for a decision' },
  refused: { mood: 'bad', says: 'Refused by verification' },
  discarded: { mood: 'still', says: 'Discarded; the last good bundle stays' },
  failed: { mood: 'bad', says: 'The newest refresh failed' },
  'not-delivered': { mood: 'bad', says: 'Published, but not delivered' },
  interrupted: { mood: 'bad', says: 'The newest refresh was interrupted' },
  ended: { mood: 'good', says: 'Sharing has ended; nothing is created or sent' },
  'nothing-yet': { mood: 'still', says: 'No refresh yet' },
};

export function homePage({ program, timezone, writtenAt, connections }: HomeSubject): string {
  const asking = connections.filter(({ state }) => STATES[state].mood !== 'good').length;
  const says =
    asking === 0
      ? 'All connections are OK.'
      : `${number(asking)} of ${number(connections.length)} ${connections.length === 1 ? 'connection asks' : 'connections ask'} for a look.`;
  const sorted = [...connections].sort((a, b) => urgency(a) - urgency(b));
  return page(
    `OneRoster exports: ${says}`,
    html`<header>
        <p class="over">oneroster-export</p>
        <h1>Connections</h1>
        <p class="quiet">${says} Written ${time(writtenAt, timezone)}; ages are as of then.</p>
      </header>
      <main>
        <ul class="cards">
          ${sorted.map((connection) => card(connection, timezone))}
        </ul>
      </main>
      <footer><p>Written by oneroster-export ${program} after each refresh and each decision.</p></footer>`,
  );
}

const URGENCY: readonly Mood[] = ['bad', 'wait', 'still', 'good'];
const urgency = ({ state }: HomeConnection): number => URGENCY.indexOf(STATES[state].mood);

function card(connection: HomeConnection, timezone: string): Html {
  const { name, version, mode, state, lastGood, message, report, nights } = connection;
  const { mood, says } = STATES[state];
  return html`<li class="card ${mood}">
    <h2>${name}</h2>
    <p class="over">OneRoster ${version} ${mode}</p>
    <p class="state ${mood}">${icon(mood)} ${says}</p>
    ${message !== undefined && html`<p class="message">${message}</p>`}
    ${
      state === 'failed' &&
      html`<p>To try again and see the full output:</p>
        ${command(`refresh ${name}`)}`
    }
    ${trend(
      'Users',
      nights.map(({ asOf, rows, isGood }) => ({ asOf, isGood, value: rows?.users ?? null })),
      limitBelow(nights.findLast(({ isGood }) => isGood)?.rows?.users, connection.usersLimit),
    )}
    <p>${lastGood === undefined ? 'No good bundle yet.' : goodInWords(lastGood, timezone)}</p>
    ${state === 'held' && command(`release ${name} --reason TEXT`)}
    ${report === undefined ? NOTHING : html`<p><a href="${report}">Newest report of ${name}</a></p>`}
  </li>`;
}

function goodInWords(
  { at, asOf, ageHours }: NonNullable<HomeConnection['lastGood']>,
  timezone: string,
): Html {
  return html`Last good bundle: ${time(at, timezone)}
    <span class="quiet">(${age(ageHours)}, as of ${day(asOf)})</span>`;
}

function age(hours: number): string {
  if (hours < 1) return 'just now';
  return hours < 48 ? `${Math.round(hours)} h old` : `${Math.round(hours / 24)} days old`;
}
