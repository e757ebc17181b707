/** The coming days in a row: a bar for what leaves, a cross where a night would be on hold. All of it also stands as text. */
import { html, NOTHING, type Html } from '../../report/page/html.js';
import { number, plural, shortDay } from '../../report/page/words.js';
import { daysAfter } from '../boundaries.js';
import type { ConnectionForecast, DayForecast, Forecast } from '../model.js';

const CELL = 20;
const HEIGHT = 64;
const GAP = 3;
/** A few days are not drawn as wide as a page. */
const FEWEST = 14;

export function strip({ name, days }: ConnectionForecast, { asOf, until }: Forecast): Html {
  const count = Math.round((Date.parse(until) - Date.parse(asOf)) / 86_400_000);
  const all = daysAfter(asOf, count);
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return NOTHING;
  const byDay = new Map<string, DayForecast>(days.map((each) => [each.asOf, each]));
  const most = Math.max(0, ...all.map((day) => leaving(byDay.get(day))));
  return html`<figure class="trend">
    <svg
      viewBox="0 0 ${Math.max(FEWEST, all.length) * CELL} ${HEIGHT}"
      role="img"
      aria-label="${inWords(name, all, byDay)}"
    >
      ${all.map((day, at) => cell(byDay.get(day), at * CELL, Math.max(1, most)))}
    </svg>
    <p class="axis"><span>${shortDay(first)}</span><span>${shortDay(last)}</span></p>
    <p class="range">A bar: records that leave, at most ${number(most)} on one day. ✕: on hold.</p>
  </figure>`;
}

function leaving(day: DayForecast | undefined): number {
  if (day === undefined) return 0;
  const { users, classes, enrollments } = day.tables;
  return users.leave + classes.leave + enrollments.leave;
}

function cell(day: DayForecast | undefined, x: number, most: number): Html {
  const width = CELL - GAP;
  const height = Math.ceil((leaving(day) / most) * (HEIGHT - 24));
  const isHeld = day !== undefined && day.holds.length > 0;
  const left = x + width / 2 - 4;
  return html`<path class="grid" d="M${x} ${HEIGHT - 2}h${width}" />
    ${height > 0 && html`<rect class="dot" x="${x}" y="${HEIGHT - 4 - height}" width="${width}" height="${height}" />`}
    ${isHeld && html`<path class="cross" d="M${left} 4l8 8M${left} 12l8 -8" />`}`;
}

function inWords(name: string, all: readonly string[], byDay: ReadonlyMap<string, DayForecast>): string {
  const held = all.filter((day) => (byDay.get(day)?.holds.length ?? 0) > 0);
  const losing = all.filter((day) => leaving(byDay.get(day)) > 0);
  const which = held.length === 0 ? '' : `: ${held.map(shortDay).join(', ')}`;
  return `${name}, ${plural(all.length, 'day')}: records leave on ${number(losing.length)}; on hold on ${number(held.length)}${which}`;
}
