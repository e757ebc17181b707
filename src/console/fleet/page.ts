/** The list of the districts of a fleet, with what is wrong with which. */
import {
  hoursBetween,
  type ConnectionOverview,
  type DistrictOverview,
  type DistrictState,
  type Overview,
} from '../../fleet/overview.js';
import { runInWords, type Run } from '../../fleet/runs.js';
import { table } from '../../report/page/frame.js';
import { html, type Html, type Piece } from '../../report/page/html.js';
import { tag, type Mood } from '../../report/page/mood.js';
import { plural, time } from '../../report/page/words.js';
import { consolePage, type Place } from '../pages/page.js';
import { emptyPart, pagesOf, type Part } from '../paging.js';
import type { Session } from '../sessions.js';
import { SHOWN, type Filters } from './chosen.js';

export interface DistrictsParts {
  readonly session: Session;
  readonly overview: Pick<Overview, 'at' | 'workers'>;
  /** All that the person may see. */
  readonly seen: readonly DistrictOverview[];
  readonly filters: Filters;
  /** Of those that were chosen. */
  readonly part: Part<DistrictOverview>;
}

const PLACES: readonly Place[] = [['/', 'All districts', () => true]];

export function districtsPage({ session, overview, seen, filters, part }: DistrictsParts): string {
  return consolePage({
    title: 'Districts',
    session,
    at: '/',
    places: PLACES,
    body: html`<p class="lead">${summary(seen)}</p>
      ${overview.workers.length === 0 && html`<p class="said bad" role="alert">No worker is running: no night begins.</p>`}
      ${choices(seen, filters)}
      <section>
        <h2>${SAYS[filters.show]}</h2>
        ${
          part.items.length === 0
            ? emptyPart(part, 'No district fits.', 'districts')
            : districtTable(part.items, overview.at)
        }
        ${pagesOf(part, queryOf(filters), 'districts')}
      </section>`,
  });
}

function summary(seen: readonly DistrictOverview[]): string {
  const many = (isSo: (each: DistrictOverview) => boolean): number => seen.filter(isSo).length;
  const parts = [
    [many(({ isOnHold }) => isOnHold), 'on hold'],
    [many(({ isFailed }) => isFailed), 'failed'],
    [many(({ isLate }) => isLate), 'late'],
  ] as const;
  const open = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return `${plural(seen.length, 'district')}${open.length === 0 ? ', all of them well.' : `: ${open.join(', ')}.`}`;
}

const SAYS: Readonly<Record<Filters['show'], string>> = {
  all: 'All districts',
  hold: 'With a bundle on hold',
  late: 'Late',
  failed: 'Failed',
  paused: 'Paused',
};

function choices(seen: readonly DistrictOverview[], { show, receiver, label, text }: Filters): Html {
  const receivers = namesIn(seen.flatMap(({ connections }) => connections.map(({ name }) => name)));
  const labels = namesIn(seen.flatMap(({ district }) => district.labels));
  return html`<form method="get" action="/">
    <div class="row">
      <div>
        <label for="show">Show</label>
        <select id="show" name="show">
          ${SHOWN.map((each) => option(each, SAYS[each], show))}
        </select>
      </div>
      <div>
        <label for="receiver">Receiver</label>
        <select id="receiver" name="receiver">
          ${option('', 'All receivers', receiver)} ${receivers.map((each) => option(each, each, receiver))}
        </select>
      </div>
      <div>
        <label for="label">Label</label>
        <select id="label" name="label">
          ${option('', 'All labels', label)} ${labels.map((each) => option(each, each, label))}
        </select>
      </div>
      <div>
        <label for="text">Name or SQL host</label>
        <input type="text" id="text" name="text" value="${text}" />
      </div>
      <button>Show</button>
    </div>
  </form>`;
}

const namesIn = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

const option = (value: string, says: string, chosen: string): Html =>
  html`<option value="${value}" ${value === chosen && html`selected`}>${says}</option>`;

const queryOf = (filters: Filters): URLSearchParams =>
  new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== '' && value !== 'all'));

function districtTable(districts: readonly DistrictOverview[], at: string): Html {
  return table(
    'Districts by name',
    [
      { title: 'District' },
      { title: 'State' },
      { title: 'Last good' },
      { title: 'On hold' },
      { title: 'Delivery' },
      { title: 'Newest run' },
      { title: 'Next run' },
    ],
    districts.map((overview) => rowOf(overview, at)),
  );
}

const MOODS: Readonly<Record<DistrictState, Mood>> = {
  ok: 'good',
  running: 'still',
  waiting: 'still',
  paused: 'still',
  never: 'wait',
  'on hold': 'wait',
  late: 'bad',
  failed: 'bad',
};

function rowOf(overview: DistrictOverview, at: string): readonly Piece[] {
  const { district, state, lastGoodAt, nextRunAt, connections, newestRun } = overview;
  const local = (instant: string): string => time(instant, district.timezone);
  const held = connections.filter((each) => each.held !== null).map(({ name }) => name);
  return [
    html`<a href="/d/${district.name}/">${district.name}</a
      ><small>${[district.host, ...district.labels].join(', ')}</small>`,
    html`${tag(MOODS[state], state)}${district.pauseReason !== null && html`<small>${district.pauseReason}</small>`}`,
    lastGoodAt === null
      ? 'never'
      : html`${local(lastGoodAt)}<small>${hoursBetween(lastGoodAt, at).toFixed(1)} h old</small>`,
    held.map(
      (name, place) =>
        html`${place > 0 && ', '}<a href="/d/${district.name}/connections/${name}/hold">${name}</a>`,
    ),
    connections.map(deliveryOf),
    newestRun === null ? '' : runOf(newestRun),
    nextRunAt === null ? 'paused' : local(nextRunAt),
  ];
}

const deliveryOf = ({ name, lastDelivery }: ConnectionOverview): Piece =>
  lastDelivery === null ? false : html`<small>${name}: ${lastDelivery.state}</small>`;

const runOf = (run: Run): Html => html`${runInWords(run)}<small>${plural(run.attempts, 'attempt')}</small>`;
