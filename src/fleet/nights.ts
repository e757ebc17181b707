/**
 * When each district's night begins. Pure: the same districts and the same instant give the same plan, whichever worker asks, so that a
 * planner that was away, or runs twice, sends nothing else.
 */
import { atLocal } from '../model/local-time.js';
import { dayIn, nextDay, previousDay, type LocalDate } from '../model/values.js';
import type { District, PlannedNight } from './model.js';

const MINUTE_MS = 60_000;

/**
 * The newest night of each district that has begun by `now`. A night that nothing was sent for, because no worker ran, is begun late,
 * as long as it is the newest; older ones are not made up for: their data is gone.
 */
export function nightsBegun(districts: readonly District[], now: Date): readonly PlannedNight[] {
  return eachWithOffset(districts).map(({ district, offsetMs }) => {
    const today = dayIn(district.timezone, now);
    const isBegun = beginningOf(district, today, offsetMs) <= now;
    return planned(district, isBegun ? today : previousDay(today), offsetMs);
  });
}

/** The next night of each district after `now`, in the order of their beginnings. */
export function nightsAhead(districts: readonly District[], now: Date): readonly PlannedNight[] {
  return eachWithOffset(districts)
    .map(({ district, offsetMs }) => {
      const today = dayIn(district.timezone, now);
      const night = beginningOf(district, today, offsetMs) > now ? today : nextDay(today);
      return planned(district, night, offsetMs);
    })
    .toSorted((a, b) => a.startsAt.getTime() - b.startsAt.getTime() || (a.district < b.district ? -1 : 1));
}

interface Placed {
  readonly district: District;
  /** After the start of its schedule. */
  readonly offsetMs: number;
}

/** Spread over the window of their host; those with a time to deliver by come first, the earliest of them before the others. */
function eachWithOffset(districts: readonly District[]): readonly Placed[] {
  const hosts = [...new Set(districts.map(({ host }) => host))];
  const each = hosts.map((host) => districts.filter((district) => district.host === host));
  return each.flatMap((atHost) =>
    atHost.toSorted(byUrgency).map((district, place) => ({
      district,
      offsetMs: Math.floor((place * district.windowMinutes) / atHost.length) * MINUTE_MS,
    })),
  );
}

const NO_TIME = '99:99';

function byUrgency(a: District, b: District): number {
  const [first, other] = [a.deliverBy ?? NO_TIME, b.deliverBy ?? NO_TIME];
  if (first !== other) return first < other ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}

const beginningOf = ({ start, timezone }: District, night: LocalDate, offsetMs: number): Date =>
  new Date(atLocal(night, start, timezone).getTime() + offsetMs);

const planned = (district: District, night: LocalDate, offsetMs: number): PlannedNight => ({
  district: district.name,
  night,
  host: district.host,
  startsAt: beginningOf(district, night, offsetMs),
});
