/** Which districts of a fleet a person sees, and which of them they have chosen. */
import { hasProblem, withConnections, type DistrictOverview } from '../../fleet/overview.js';
import { DISTRICT_PROBLEMS } from '../../model/district-problems.js';
import { may, personWithin, type Person } from '../access.js';
import type { Request } from '../desk.js';

export const SHOWN = ['all', ...DISTRICT_PROBLEMS] as const;

export interface Filters {
  readonly show: (typeof SHOWN)[number];
  /** Name of a connection; empty: all. */
  readonly receiver: string;
  readonly label: string;
  /** Part of the name of a district or of its SQL host. */
  readonly text: string;
}

const MOST_LETTERS = 100;

export function filtersIn(c: Request): Filters {
  const field = (name: string): string => (c.req.query(name) ?? '').trim().slice(0, MOST_LETTERS);
  const show = SHOWN.find((each) => each === field('show')) ?? 'all';
  return { show, receiver: field('receiver'), label: field('label'), text: field('text') };
}

/** Of each district as much as the roles for its connections show. */
export const seenBy = (person: Person, districts: readonly DistrictOverview[]): readonly DistrictOverview[] =>
  districts.flatMap((overview) => {
    const within = personWithin(person, overview.district.name);
    const own = overview.connections.filter(({ name }) => may(within, 'look', name));
    return own.length === 0 ? [] : [withConnections(overview, own)];
  });

/** With a receiver, what is wrong is judged for its connections alone. */
export function chosenFrom(
  seen: readonly DistrictOverview[],
  { show, receiver, label, text }: Filters,
): readonly DistrictOverview[] {
  const wanted = text.toLowerCase();
  return seen
    .flatMap((overview) => {
      if (receiver === '') return [overview];
      const own = overview.connections.filter(({ name }) => name === receiver);
      return own.length === 0 ? [] : [withConnections(overview, own)];
    })
    .filter(
      (overview) =>
        (show === 'all' || hasProblem(overview, show)) &&
        (label === '' || overview.district.labels.includes(label)) &&
        [overview.district.name, overview.district.host].some((each) => each.toLowerCase().includes(wanted)),
    );
}
