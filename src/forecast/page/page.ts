/** A forecast as one self-contained page: a strip of the days, the plots, then each day that would be on hold or moves records. */
import { trend } from '../../report/page/charts.js';
import { daysTable } from '../../report/page/coming-up.js';
import { page, table } from '../../report/page/frame.js';
import { html, NOTHING, type Html } from '../../report/page/html.js';
import { icon } from '../../report/page/mood.js';
import { day as inFull, number, plural, shortDay } from '../../report/page/words.js';
import type { ConnectionForecast, DayForecast, Forecast } from '../model.js';
import { strip } from './strip.js';

export interface PageFacts {
  readonly program: string;
  readonly madeAt: string;
}

export function forecastPage(forecast: Forecast, { program, madeAt }: PageFacts): string {
  const { asOf, until } = forecast;
  return page(
    `Forecast, ${asOf} to ${until}`,
    html`<header>
        <p class="over">Forecast</p>
        <h1>${inFull(asOf)} to ${inFull(until)}</h1>
        <p class="quiet">
          What the rules will say on the coming days if nothing but the day changes in Campus. Nothing was
          published, sent or recorded.
        </p>
      </header>
      <main>${forecastBody(forecast)}</main>
      <footer>
        <p>Made ${madeAt} by oneroster-export ${program}. Holds codes and counts, no personal data.</p>
      </footer>`,
  );
}

/** One part for each connection. */
export const forecastBody = (forecast: Forecast): Html =>
  html`${forecast.connections.map((connection) => connectionPart(connection, forecast))}`;

function connectionPart(connection: ConnectionForecast, forecast: Forecast): Html {
  const { name, version, days } = connection;
  const held = days.filter(({ holds }) => holds.length > 0);
  const [first] = held;
  const mood = first === undefined ? 'good' : 'wait';
  const says =
    first === undefined
      ? 'No night would be on hold.'
      : `${plural(held.length, 'night')} would be on hold, the first on ${inFull(first.asOf)}.`;
  return html`<h2 id="${name}">${name}: OneRoster ${version}</h2>
    <div class="panel ${mood}">
      ${icon(mood)}
      <p class="verdict">${says}</p>
      ${remarks(connection)}
    </div>
    <section>
      <h3>Calendar of ${name}</h3>
      ${strip(connection, forecast)}
      <div class="trends">${TABLES.map(([key, title]) => plot(title, key, connection, forecast))}</div>
      ${daysTable(`Days of ${connection.name}`, days)}
    </section>
    ${days.filter(({ moves, holds }) => moves.length + holds.length > 0).map((each) => dayPart(name, each))}`;
}

const TABLES = [
  ['users', 'Users'],
  ['classes', 'Classes'],
  ['enrollments', 'Enrollments'],
] as const;

function plot(
  title: string,
  key: (typeof TABLES)[number][0],
  { today, days }: ConnectionForecast,
  { asOf }: Forecast,
): Html {
  const coming = days.map((each) => ({
    asOf: each.asOf,
    value: each.tables[key].after,
    isGood: each.holds.length === 0,
  }));
  return trend(title, [{ asOf, value: today[key], isGood: true }, ...coming]);
}

function remarks({ withoutClasses, earlyEnds }: ConnectionForecast): Html {
  if (withoutClasses.length + earlyEnds.length === 0) return NOTHING;
  return html`<ul>
    ${withoutClasses.map(({ from, to }) => html`<li>No class is current from ${inFull(from)} to ${inFull(to)}.</li>`)}
    ${earlyEnds.map(
      ({ school, endDate, calendarEnd, students }) =>
        html`<li>
          School ${school}: the enrollments of ${plural(students, 'student')} end on ${inFull(endDate)}, the
          last term day, but the calendar ends on ${inFull(calendarEnd)}. They leave on the next day.
        </li>`,
    )}
  </ul>`;
}

const MOST_LINES = 40;

function dayPart(name: string, { asOf, schoolYear, holds, advice, moves }: DayForecast): Html {
  return html`<section>
    <h3>${inFull(asOf)}, ${name}</h3>
    <p class="lead">School year ${schoolYear - 1}-${schoolYear}.</p>
    ${
      holds.length > 0 &&
      html`<ul>
        ${holds.map(({ code, says }) => html`<li><code>${code}</code>: ${says}</li>`)}
      </ul>`
    }
    ${
      advice.length > 0 &&
      html`<p>What to do:</p>
        <ol>
          ${advice.map((each) => html`<li>${each}</li>`)}
        </ol>`
    }
    ${moves.length > 0 && movesTable(name, asOf, moves)}
    ${moves.length > MOST_LINES && html`<p class="quiet">And ${plural(moves.length - MOST_LINES, 'line')} more, in --json.</p>`}
  </section>`;
}

function movesTable(name: string, asOf: string, moves: DayForecast['moves']): Html {
  return table(
    `Who leaves and joins ${name} on ${shortDay(asOf)}`,
    [
      { title: 'Rule' },
      { title: 'File' },
      { title: 'School' },
      { title: 'Leave', kind: 'num' },
      { title: 'Join', kind: 'num' },
    ],
    moves
      .slice(0, MOST_LINES)
      .map(({ table: file, kind, rule, school, count }) => [
        rule === '' ? 'none' : html`<code>${rule}</code>`,
        file,
        school === '' ? '–' : school,
        kind === 'leave' ? number(count) : '0',
        kind === 'join' ? number(count) : '0',
      ]),
  );
}
