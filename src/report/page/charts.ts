/** Small plots as inline SVG: shapes only, so that they scale on any screen; every number is also available as text. */
import { html, NOTHING, type Html } from './html.js';
import { number, plural, shortDay } from './words.js';

/** One night of a line: `value` is null where nothing is known, `isGood` false where nothing was published. */
export interface Point {
  readonly asOf: string;
  readonly value: number | null;
  readonly isGood: boolean;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  /** Room for the dots at the edges. */
  readonly edge: number;
}

const TREND: Frame = { width: 320, height: 88, edge: 8 };
const SPARK: Frame = { width: 120, height: 24, edge: 3 };

/** A line over the nights with its range and its last value; nights without a good bundle are crosses. */
export function trend(title: string, points: readonly Point[]): Html {
  const known = points.filter(isKnown);
  const [first, last] = [points[0], points.at(-1)];
  if (known.length < 2 || first === undefined || last === undefined) return NOTHING;
  const values = known.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const bad = points.filter(({ isGood }) => !isGood).length;
  const place = placing(points.length, low, high, TREND);
  return html`<figure class="trend">
    <figcaption>
      <b>${title}</b>
      <span class="now">${last.value === null ? '–' : number(last.value)}</span>
    </figcaption>
    <svg viewBox="0 0 ${TREND.width} ${TREND.height}" role="img" aria-label="${inWords(title, points)}">
      <path class="grid" d="M0 ${TREND.edge}H${TREND.width}M0 ${TREND.height - TREND.edge}H${TREND.width}" />
      ${area(points, place, TREND)}
      <path class="line" d="${path(points, place)}" />
      ${points.map((point, at) => !point.isGood && cross(place(at, point.value)))} ${endDot(points, place, 4)}
    </svg>
    <p class="axis"><span>${shortDay(first.asOf)}</span><span>${shortDay(last.asOf)}</span></p>
    <p class="range">
      lowest ${number(low)}, highest
      ${number(high)}${bad > 0 && html`, ✕ ${plural(bad, 'night')} not published`}
    </p>
  </figure>`;
}

/** A line without any text for a cell of a table. */
export function spark(title: string, points: readonly Point[]): Html {
  const known = points.filter(isKnown);
  if (known.length < 2) return html`<span class="quiet">–</span>`;
  const values = known.map(({ value }) => value);
  const place = placing(points.length, Math.min(...values), Math.max(...values), SPARK);
  return html`<svg
    class="spark"
    viewBox="0 0 ${SPARK.width} ${SPARK.height}"
    role="img"
    aria-label="${inWords(title, points)}"
  >
    <path class="line" d="${path(points, place)}" />
    ${endDot(points, place, 2.5)}
  </svg>`;
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
export function inWords(title: string, points: readonly Point[]): string {
  const known = points.filter(isKnown);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return `${title}: no data`;
  const values = known.map(({ value }) => value);
  const bad = points.filter(({ isGood }) => !isGood).length;
  return (
    `${title}, ${plural(points.length, 'night')} from ${shortDay(points[0]?.asOf ?? '')}: at first ${number(first.value)}, ` +
    `lowest ${number(Math.min(...values))}, highest ${number(Math.max(...values))}, now ${number(last.value)}` +
    (bad > 0 ? `; ${plural(bad, 'night')} not published` : '')
  );
}

const isKnown = (point: Point): point is Point & { readonly value: number } => point.value !== null;

type Place = (at: number, value: number | null) => { readonly x: number; readonly y: number };

/** The scale runs from the lowest to the highest value, not from zero: what matters here is the step from night to night. */
function placing(count: number, low: number, high: number, { width, height, edge }: Frame): Place {
  const across = (width - 2 * edge) / Math.max(1, count - 1);
  const inside = height - 2 * edge;
  return (at, value) => {
    const share = value === null ? 0 : high === low ? 0.5 : (value - low) / (high - low);
    return { x: round(edge + at * across), y: round(height - edge - share * inside) };
  };
}

/** Only good nights make the line: what was not published is no step on the way. */
function path(points: readonly Point[], place: Place): string {
  return points
    .map((point, at) => ({ point, at }))
    .filter(({ point }) => isKnown(point) && point.isGood)
    .map(({ point, at }, step) => {
      const { x, y } = place(at, point.value);
      return `${step === 0 ? 'M' : 'L'}${x} ${y}`;
    })
    .join('');
}

function area(points: readonly Point[], place: Place, { height }: Frame): Html {
  const line = path(points, place);
  const good = points.flatMap((point, at) => (isKnown(point) && point.isGood ? [at] : []));
  const [first, last] = [good[0], good.at(-1)];
  if (first === undefined || last === undefined || first === last) return NOTHING;
  return html`<path class="area" d="${line}V${height}H${place(first, null).x}Z" />`;
}

function cross({ x, y }: ReturnType<Place>): Html {
  return html`<path class="cross" d="M${x - 4} ${y - 4}l8 8M${x - 4} ${y + 4}l8 -8" />`;
}

function endDot(points: readonly Point[], place: Place, radius: number): Html {
  const at = points.findLastIndex((point) => isKnown(point) && point.isGood);
  if (at < 0) return NOTHING;
  const { x, y } = place(at, points[at]?.value ?? null);
  return html`<circle class="dot" cx="${x}" cy="${y}" r="${radius}" />`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
