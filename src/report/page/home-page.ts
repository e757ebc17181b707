/** All connections on one page: the state of each, the age of its last good bundle, and the way to its newest report. */
import { limitBelow, trend } from './charts.js';
import { page } from './frame.js';
import { html, type Html, type Piece } from './html.js';
import { icon, type Mood } from './mood.js';
import type { Night } from './subject.js';
import { command, releasedInWords, type Released } from './verdict.js';
import { day, number, plural, time } from './words.js';

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
  /** Pages, newest first; the first one is of the newest bundle. Paths are relative to the home folder. */
  readonly reports: readonly HomeReport[];
  /** The list beside the newest bundle. */
  readonly exclusions?: string;
  /** The folder of published bundles. */
  readonly folder?: string;
  /** The newest bundle was on hold, or was let pass beforehand. */
  readonly released?: Released;
  readonly nights: readonly Night[];
  /** Largest share of users in % that may vanish. */
  readonly usersLimit?: number;
}

export interface HomeReport {
  readonly asOf: string;
  readonly path: string;
  /** In two words. */
  readonly outcome: string;
}

export const STATES: Readonly<Record<HomeState, { readonly mood: Mood; readonly says: string }>> = {
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
      : `${number(asking)} of ${plural(connections.length, 'connection')} ${asking === 1 ? 'needs' : 'need'} attention.`;
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
  const { name, version, mode, state, lastGood, message, nights, released } = connection;
  const { mood, says } = STATES[state];
  return html`<li class="card ${mood}">
    <h2>${name}</h2>
    <p class="over">OneRoster ${version} ${mode}</p>
    <p class="state ${mood}">${icon(mood)} ${says}</p>
    ${
      released !== undefined &&
      html`<p class="message">Published after release${releasedInWords(released, timezone)}</p>`
    }
    ${message !== undefined && html`<p class="message">${message}</p>`}
    ${state === 'held' ? decision(connection) : newestReport(connection)}
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
    ${places(connection)}
  </li>`;
}

function newestReport({ name, reports: [newest] }: HomeConnection): Piece {
  return newest !== undefined && html`<p><a href="${newest.path}">Newest report of ${name}</a></p>`;
}

/** The report comes first: the commands are for those who have read it. */
function decision({ name, reports: [newest] }: HomeConnection): Piece {
  return html`${
      newest !== undefined &&
      html`<p>
        <a href="${newest.path}"><b>Read why ${name} is on hold, and who vanished</b></a>
      </p>`
    }
    <p>If the changes are right:</p>
    ${command(`release ${name} --reason "why it is right"`)}
    <p>If they are a mistake:</p>
    ${command(`discard ${name} --reason "what is wrong"`)}`;
}

function places({ name, exclusions, folder, reports: [, ...earlier] }: HomeConnection): Piece {
  return html`<ul class="places">
      ${
        exclusions !== undefined &&
        html`<li>
          <a href="${exclusions}">Exclusions<span class="hidden"> of ${name}</span></a>
        </li>`
      }
      ${
        folder !== undefined &&
        html`<li>
          <a href="${folder}">Bundles<span class="hidden"> of ${name}</span></a>
        </li>`
      }
    </ul>
    ${
      earlier.length > 0 &&
      html`<details>
        <summary>Previous nights<span class="hidden"> of ${name}</span></summary>
        <ul>
          ${earlier.map(
            ({ asOf, path, outcome }) =>
              html`<li><a href="${path}">${day(asOf)}</a> <span class="quiet">${outcome}</span></li>`,
          )}
        </ul>
      </details>`
    }`;
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
