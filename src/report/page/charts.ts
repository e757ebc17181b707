/**
 * Small plots as inline SVG: shapes only, so that they scale on any screen; every number is also available as text. The axis
 * starts at zero, so that a change looks as large as it is.
 */
import { html, NOTHING, type Html, type Piece } from './html.js';
import { number, plural, shortDay } from './words.js';

/** One night of a line: `value` is null where nothing is known, `isGood` false where nothing was published. */
export interface Point {
  readonly asOf: string;
  readonly value: number | null;
  readonly isGood: boolean;
}

/** A value below which a bundle goes on hold. */
export interface Limit {
  readonly value: number;
  readonly says: string;
}

interface Frame {
  readonly width: number;
  /** Zero is here, the highest value at `edge`. */
  readonly ground: number;
  readonly height: number;
  /** Room for the dots at the edges. */
  readonly edge: number;
}

/** Below the ground are the crosses of nights without any number. */
const TREND: Frame = { width: 320, height: 92, ground: 78, edge: 8 };
const SPARK: Frame = { width: 120, height: 30, ground: 27, edge: 4 };

/** A line over the nights with its range and its last value; nights without a good bundle are crosses. */
export function trend(title: string, points: readonly Point[], limit?: Limit): Html {
  const known = points.filter(isKnown);
  const [first, last] = [points[0], points.at(-1)];
  if (known.length < 2 || first === undefined || last === undefined) return NOTHING;
  const [low, high] = rangeOf(known);
  const bad = points.filter(({ isGood }) => !isGood).length;
  const place = placing(points.length, Math.max(high, limit?.value ?? 0), TREND);
  return html`<figure class="trend">
    <figcaption>
      <b>${title}</b>
      <span class="now">${last.value === null ? '–' : number(last.value)}</span>
    </figcaption>
    <svg
      viewBox="0 0 ${TREND.width} ${TREND.height}"
      role="img"
      aria-label="${inWords(title, points, limit)}"
    >
      <path class="grid" d="M0 ${TREND.edge}H${TREND.width}M0 ${TREND.ground}H${TREND.width}" />
      ${area(points, place, TREND)} ${limitLine(limit, place, TREND)}
      <path class="line" d="${path(points, place)}" />
      ${points.map((point, at) => !point.isGood && cross(placeOfCross(point, place, at)))}
      ${endDot(points, place, 4)}
    </svg>
    <p class="axis"><span>${shortDay(first.asOf)}</span><span>${shortDay(last.asOf)}</span></p>
    <p class="range">
      From zero. Lowest ${number(low)}, highest
      ${number(high)}${bad > 0 && html`, ✕ ${plural(bad, 'night')} not published`}
    </p>
    ${limit !== undefined && html`<p class="range">– – ${number(limit.value)}: ${limit.says}</p>`}
    <details class="numbers">
      <summary>All numbers<span class="hidden"> of ${title}</span></summary>
      <ul>
        ${points.map(night)}
      </ul>
    </details>
  </figure>`;
}

function night({ asOf, value, isGood }: Point): Html {
  return html`<li>${shortDay(asOf)} <b>${value === null ? '–' : number(value)}</b>${!isGood && ' ✕'}</li>`;
}

/** A line for a cell of a table, with its range as text. */
export function spark(title: string, points: readonly Point[], limit?: Limit): Html {
  const known = points.filter(isKnown);
  if (known.length < 2) return html`<span class="quiet">–</span>`;
  const [low, high] = rangeOf(known);
  const place = placing(points.length, Math.max(high, limit?.value ?? 0), SPARK);
  return html`<svg
      class="spark"
      viewBox="0 0 ${SPARK.width} ${SPARK.height}"
      role="img"
      aria-label="${inWords(title, points, limit)}"
    >
      <path class="grid" d="M0 ${SPARK.ground}H${SPARK.width}" />
      ${limitLine(limit, place, SPARK)}
      <path class="line" d="${path(points, place)}" />
      ${endDot(points, place, 2.5)}
    </svg>
    <small>${rangeInWords(low, high, limit)}</small>`;
}

function rangeInWords(low: number, high: number, limit: Limit | undefined): Piece {
  const range = low === high ? `always ${number(low)}` : `${number(low)} to ${number(high)}`;
  return limit === undefined ? range : `${range}; limit ${number(limit.value)}`;
}

/** A bar that goes with a number beside it, which says the same. */
export function bar(part: number, whole: number, kind: string): Html {
  const width = whole === 0 ? 0 : Math.max(0.5, (part / whole) * 100);
  return html`<svg class="bar ${kind}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="rail" width="100" height="8" />
    <rect class="fill" width="${round(width)}" height="8" />
  </svg>`;
}

/** The plot in words, for screen readers. */
export function inWords(title: string, points: readonly Point[], limit?: Limit): string {
  const known = points.filter(isKnown);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return `${title}: no data`;
  const [low, high] = rangeOf(known);
  const bad = points.filter(({ isGood }) => !isGood).length;
  return (
    `${title}, ${plural(points.length, 'night')} from ${shortDay(points[0]?.asOf ?? '')}: at first ${number(first.value)}, ` +
    `lowest ${number(low)}, highest ${number(high)}, now ${number(last.value)}` +
    (bad > 0 ? `; ${plural(bad, 'night')} not published` : '') +
    (limit === undefined ? '' : `; limit ${number(limit.value)}`)
  );
}

/** The most that may vanish since the last good bundle, as a line. */
export function limitBelow(before: number | undefined, share: number | undefined): Limit | undefined {
  if (before === undefined || before === 0 || share === undefined || share >= 100) return undefined;
  return {
    value: Math.ceil(before * (1 - share / 100)),
    says: `limit, ${share} % below the last good bundle`,
  };
}

type Known = Point & { readonly value: number };

const isKnown = (point: Point): point is Known => point.value !== null;

function rangeOf(known: readonly Known[]): readonly [low: number, high: number] {
  const values = known.map(({ value }) => value);
  return [Math.min(...values), Math.max(...values)];
}

type Place = (at: number, value: number) => { readonly x: number; readonly y: number };

function placing(count: number, high: number, { width, ground, edge }: Frame): Place {
  const across = (width - 2 * edge) / Math.max(1, count - 1);
  return (at, value) => ({
    x: round(edge + at * across),
    y: round(ground - (high === 0 ? 0 : value / high) * (ground - edge)),
  });
}

/** Only good nights make the line, and tonight, which is judged by it: what was not published is no step on the way. */
function onLine(points: readonly Point[]): readonly { readonly point: Known; readonly at: number }[] {
  return points.flatMap((point, at) =>
    isKnown(point) && (point.isGood || at === points.length - 1) ? [{ point, at }] : [],
  );
}

function path(points: readonly Point[], place: Place): string {
  return onLine(points)
    .map(({ point, at }, step) => {
      const { x, y } = place(at, point.value);
      return `${step === 0 ? 'M' : 'L'}${x} ${y}`;
    })
    .join('');
}

function area(points: readonly Point[], place: Place, { ground }: Frame): Html {
  const [first, last] = [onLine(points)[0], onLine(points).at(-1)];
  if (first === undefined || last === undefined || first.at === last.at) return NOTHING;
  return html`<path class="area" d="${path(points, place)}V${ground}H${place(first.at, 0).x}Z" />`;
}

function limitLine(limit: Limit | undefined, place: Place, { width }: Frame): Piece {
  return limit !== undefined && html`<path class="limit" d="M0 ${place(0, limit.value).y}H${width}" />`;
}

/** Where nothing was made there is no number, which is not zero: the cross is below the ground. */
function placeOfCross(point: Point, place: Place, at: number): ReturnType<Place> {
  return isKnown(point) ? place(at, point.value) : { x: place(at, 0).x, y: TREND.height - 6 };
}

function cross({ x, y }: ReturnType<Place>): Html {
  return html`<path class="cross" d="M${x - 4} ${y - 4}l8 8M${x - 4} ${y + 4}l8 -8" />`;
}

/** A night that was not published has its cross. */
function endDot(points: readonly Point[], place: Place, radius: number): Html {
  const last = onLine(points).at(-1);
  if (last === undefined) return NOTHING;
  const { x, y } = place(last.at, last.point.value);
  return html`<circle class="dot ${!last.point.isGood && 'bad'}" cx="${x}" cy="${y}" r="${radius}" />`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
