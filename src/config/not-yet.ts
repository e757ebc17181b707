/**
 * Settings that are part of the config but that this version cannot honour. They are refused, never ignored: a district
 * that asks for delivery must not believe that it happens. A release that brings one deletes its entry here.
 */
import type { Finding, Place, Places } from './places.js';

export interface NotYet {
  /** The path, with `[]` for any item of a list. */
  readonly at: string;
  /** Which values are refused; without it, the key itself is. */
  readonly when?: (value: unknown) => boolean;
  readonly what: string;
  readonly instead: string;
}

export const NOT_YET: readonly NotYet[] = [
  {
    at: 'connections[].delivery',
    what: 'delivery',
    instead: 'leave it out and fetch the bundles from `home`',
  },
];

export function refuseNotYet(places: Places, entries: readonly NotYet[] = NOT_YET): readonly Finding[] {
  return [...places].flatMap(([path, place]) =>
    entries
      .filter(({ at, when }) => at === withoutIndices(path) && (when?.(place.value) ?? true))
      .map((entry) => refusal(path, place, entry)),
  );
}

/** Whether a setting lies inside one that is refused as a whole: what is wrong in there does not matter yet. */
export function isInsideNotYet(path: string, entries: readonly NotYet[] = NOT_YET): boolean {
  return entries.some(({ at, when }) => !when && withoutIndices(path).startsWith(`${at}.`));
}

/** What the list of settings adds to a line. */
export function notYetRemark(key: string, entries: readonly NotYet[] = NOT_YET): string {
  const entry = entries.find(({ at }) => key === at || key.startsWith(`${at}.`));
  return entry ? ` Not yet supported in this version${entry.when ? `: ${entry.what}` : ''}.` : '';
}

function refusal(path: string, place: Place, { when, what, instead }: NotYet): Finding {
  const message = `${what} is not yet supported in this version: ${instead}`;
  return { path, offset: when ? place.valueAt : place.keyAt, message };
}

function withoutIndices(path: string): string {
  return path.replace(/\[\d+\]/g, '[]');
}
