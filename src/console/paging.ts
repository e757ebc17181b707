/** Long lists, newest first, in parts: `?part=2` has what comes after the first part. */
import type { Request } from './desk.js';
import { html, NOTHING, type Html } from '../report/page/html.js';

export interface Part<T> {
  readonly items: readonly T[];
  /** From 1. */
  readonly number: number;
  readonly hasOlder: boolean;
}

/** Reads one item more than is shown, so that the last part has no way on. `read` gives at most `limit` items after `offset`. */
export async function partOf<T>(
  c: Request,
  size: number,
  read: (limit: number, offset: number) => Promise<readonly T[]> | readonly T[],
): Promise<Part<T>> {
  const wanted = c.req.query('part') ?? '';
  const part = /^[1-9]\d{0,5}$/.test(wanted) ? Number(wanted) : 1;
  const items = await read(size + 1, (part - 1) * size);
  return { items: items.slice(0, size), number: part, hasOlder: items.length > size };
}

/** Of a list that is read whole. */
export const slices =
  <T>(all: readonly T[]) =>
  (limit: number, offset: number): readonly T[] =>
    all.slice(offset, offset + limit);

/** In place of a part without entries; `says`: where there are none at all. */
export const emptyPart = ({ number: part }: Part<unknown>, says: string, what: string): Html =>
  html`<p>${part === 1 ? says : `There are no more ${what}.`}</p>`;

/** The ways to the parts beside this one; nothing where there is only one. */
export function waysOn({ number: part, hasOlder }: Part<unknown>, path: string, what: string): Html {
  if (part === 1 && !hasOlder) return NOTHING;
  return html`<nav class="parts" aria-label="Older and newer ${what}">
    ${part > 1 && html`<a href="${path}${part === 2 ? '' : `?part=${part - 1}`}">Newer ${what}</a>`}
    ${hasOlder && html`<a href="${path}?part=${part + 1}">Older ${what}</a>`}
  </nav>`;
}

/** The same in the order of names; `query`: the choices that stay. */
export function pagesOf(
  { number: part, hasOlder }: Part<unknown>,
  query: URLSearchParams,
  what: string,
): Html {
  if (part === 1 && !hasOlder) return NOTHING;
  const to = (number: number): string => {
    const next = new URLSearchParams(query);
    next.set('part', String(number));
    return `/?${next.toString()}`;
  };
  return html`<nav class="parts" aria-label="More ${what}">
    ${part > 1 && html`<a href="${to(part - 1)}">Previous ${what}</a>`}
    ${hasOlder && html`<a href="${to(part + 1)}">Next ${what}</a>`}
  </nav>`;
}
