/** Until when a delivery that failed in passing is retried. */
import { DELIVERY_LIMITS, inMs } from '../model/limits.js';
import { dayIn, nextDay, type LocalDate } from '../model/values.js';

const MINUTE_MS = 60_000;
/** A time of day further ahead is meant for another refresh than this one. */
const LOOK_AHEAD_MS = inMs(DELIVERY_LIMITS.lookAhead);

export interface DeadlineSettings {
  readonly deliverBy?: string;
  readonly retryMinutes: number;
  /** Of the whole delivery, which ends retries as well. */
  readonly maxMinutes: number;
}

export interface Deadline {
  /** No attempt begins later, but for the first. */
  readonly lastAttemptBy: Date;
  /** What arrives after it arrives late; undefined where no time is set. */
  readonly dueBy?: Date;
}

/** `startedAt`: of the refresh, so that one that ran over the time knows that it is late. */
export function deadlineFor(
  { deliverBy, retryMinutes, maxMinutes }: DeadlineSettings,
  timezone: string,
  startedAt: Date,
  now: Date,
): Deadline {
  const end = now.getTime() + maxMinutes * MINUTE_MS;
  const dueBy = deliverBy === undefined ? undefined : nextTime(deliverBy, timezone, startedAt);
  if (dueBy !== undefined && dueBy.getTime() - startedAt.getTime() <= LOOK_AHEAD_MS) {
    return { lastAttemptBy: new Date(Math.min(dueBy.getTime(), end)), dueBy };
  }
  return { lastAttemptBy: new Date(Math.min(now.getTime() + retryMinutes * MINUTE_MS, end)) };
}

/** The next instant after `from` at which clocks of the zone show the time. */
function nextTime(time: string, timezone: string, from: Date): Date {
  const today = dayIn(timezone, from);
  const due = atLocal(today, time, timezone);
  return due > from ? due : atLocal(nextDay(today), time, timezone);
}

/** In the hour that spring skips, the instant an hour later; in the one that autumn doubles, the first. */
function atLocal(day: LocalDate, time: string, timezone: string): Date {
  const asUtc = Date.parse(`${day}T${time}:00Z`);
  const guess = asUtc - offsetMs(timezone, new Date(asUtc));
  const before = asUtc - offsetMs(timezone, new Date(guess - 3 * 60 * MINUTE_MS));
  const after = asUtc - offsetMs(timezone, new Date(guess + 3 * 60 * MINUTE_MS));
  const isRight = (instant: number): boolean => instant + offsetMs(timezone, new Date(instant)) === asUtc;
  return new Date([before, after].find(isRight) ?? before);
}

function offsetMs(timezone: string, instant: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(instant);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return local - Math.floor(instant.getTime() / MINUTE_MS) * MINUTE_MS;
}
