/** Until when a delivery that failed in passing is retried. */
import { DELIVERY_LIMITS, inMs } from '../model/limits.js';
import { atLocal } from '../model/local-time.js';
import { dayIn, nextDay } from '../model/values.js';

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
