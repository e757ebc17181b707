/** The coming days, if nothing but the day changes in Campus: what leaves and joins, which nights would be on hold, and what to do. */
import { COMING_TABLES, type ComingDay, type ComingDays } from '../../model/coming-up.js';
import { table } from './frame.js';
import { html, NOTHING, type Html, type Piece } from './html.js';
import { tag } from './mood.js';
import type { ReportSubject, SchoolLine } from './subject.js';
import { doubtInWords } from './verdict.js';
import { day as inFull, number } from './words.js';

export function comingSection({ coming, connection, schools }: ReportSubject): Html {
  if (coming === undefined) return NOTHING;
  return html`<section aria-labelledby="coming">
    <h2 id="coming">Coming up</h2>
    ${
      'failed' in coming
        ? html`<p>The coming days could not be forecast: ${coming.failed}</p>
            <p class="quiet">This changes nothing about tonight's bundle.</p>`
        : comingDays(coming, connection.name, schools)
    }
  </section>`;
}

function comingDays(
  { until, days, withoutClasses }: ComingDays,
  name: string,
  schools: readonly SchoolLine[],
): Html {
  const held = days.filter(({ holds }) => holds.length > 0);
  return html`<p class="lead">
      What the rules will say until ${inFull(until)} if nothing but the day changes in Campus, compared with
      tonight. More days: <code>oneroster-export forecast ${name}</code>
    </p>
    ${daysTable('The coming days', days)}
    ${withoutClasses.map(({ from, to }) => html`<p>No class is current from ${inFull(from)} to ${inFull(to)}.</p>`)}
    ${held.map((night) => heldNight(night, schools))}`;
}

const heldNight = ({ asOf, holds, advice }: ComingDay, schools: readonly SchoolLine[]): Html =>
  html`<h3>${inFull(asOf)} would be on hold</h3>
    <ul>
      ${holds.map(({ code, says }) => html`<li>${doubtInWords(says, schools)} <code class="quiet">${code}</code></li>`)}
    </ul>
    ${
      advice.length > 0 &&
      html`<p>What to do:</p>
        <ol>
          ${advice.map((each) => html`<li>${each}</li>`)}
        </ol>`
    }`;

const TITLES = { users: 'Users', classes: 'Classes', enrollments: 'Enrollments' } as const;

export function daysTable(caption: string, days: readonly ComingDay[]): Html {
  if (days.length === 0) return html`<p>No date boundary falls on these days.</p>`;
  return table(
    caption,
    [
      { title: 'Day' },
      { title: 'Night' },
      ...COMING_TABLES.map((key) => ({ title: TITLES[key], kind: 'num' })),
      { title: 'What falls on it', kind: 'full' },
    ],
    days.map((each) => [
      inFull(each.asOf),
      each.holds.length > 0 ? tag('wait', 'on hold') : tag('good', 'published'),
      ...COMING_TABLES.map((key) => moved(each.tables[key])),
      Object.entries(each.boundaries)
        .map(([what, count]) => `${number(count)} ${what}`)
        .join(', '),
    ]),
  );
}

function moved({ leave, join }: ComingDay['tables']['users']): Piece {
  if (leave + join === 0) return '0';
  return [leave > 0 ? `−${number(leave)}` : '', join > 0 ? `+${number(join)}` : ''].join(' ').trim();
}
