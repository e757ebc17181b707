/**
 * How the coming night will go, played with what refreshes took before: begins by the schedule, at most so many at once on each SQL host and
 * over all workers, the most urgent first, as the queue gives them. Pure.
 */
import { deadlineOf } from './deadlines.js';
import type { District, PlannedNight } from './model.js';

export interface Conditions {
  /** By district, of its last refreshes. */
  readonly durations: ReadonlyMap<string, readonly number[]>;
  /** By host. */
  readonly slots: ReadonlyMap<string, number>;
  /** How many districts all workers refresh at once; 0 where no worker is known, which counts as enough. */
  readonly atOnce: number;
}

export interface ExpectedRun extends PlannedNight {
  readonly beginsAt: Date;
  readonly endsAt: Date;
  readonly seconds: number;
  /** The district has not been refreshed yet: others were looked at. */
  readonly isGuess: boolean;
  readonly deadline: Date | undefined;
  readonly isLate: boolean;
}

/** In the order in which they begin. */
export function comingNight(
  nights: readonly PlannedNight[],
  districts: readonly District[],
  conditions: Conditions,
): readonly ExpectedRun[] {
  const due = candidatesOf(nights, districts, conditions);
  const expected: ExpectedRun[] = [];
  let ready: Candidate[] = [];
  let running: ExpectedRun[] = [];
  for (let [now, next] = [due[0]?.beginning ?? 0, 0]; expected.length < due.length;) {
    running = running.filter(({ endsAt }) => endsAt.getTime() > now);
    const come = due.slice(next).findIndex(({ beginning }) => beginning > now);
    const upTo = come < 0 ? due.length : next + come;
    ready = [...ready, ...due.slice(next, upTo)];
    next = upTo;
    const chosen = mostUrgent(ready, running, conditions);
    if (chosen === undefined) {
      now = Math.min(due[next]?.beginning ?? Infinity, ...running.map(({ endsAt }) => endsAt.getTime()));
      continue;
    }
    const run = runAt(now, chosen);
    expected.push(run);
    running.push(run);
    ready = ready.filter((each) => each !== chosen);
  }
  return expected;
}

interface Candidate extends Pick<ExpectedRun, 'seconds' | 'isGuess' | 'deadline'> {
  readonly night: PlannedNight;
  readonly beginning: number;
  /** The smaller, the more urgent. */
  readonly rank: string;
}

/** A district of some thousand students. */
const FIRST_GUESS_SECONDS = 60;

/** In the order of their beginnings. */
function candidatesOf(
  nights: readonly PlannedNight[],
  districts: readonly District[],
  { durations }: Conditions,
): readonly Candidate[] {
  const byName = new Map(districts.map((district) => [district.name, district]));
  const usual = median([...durations.values()].flat()) ?? FIRST_GUESS_SECONDS;
  return nights
    .map((night): Candidate => {
      const district = byName.get(night.district);
      const deadline = district && deadlineOf(district, night.night);
      const known = median(durations.get(night.district) ?? []);
      const rank = [deadline?.toISOString() ?? '9', night.startsAt.toISOString(), night.district].join(' ');
      const beginning = night.startsAt.getTime();
      return { night, beginning, rank, deadline, seconds: known ?? usual, isGuess: known === undefined };
    })
    .toSorted((a, b) => a.beginning - b.beginning);
}

function mostUrgent(
  ready: readonly Candidate[],
  running: readonly ExpectedRun[],
  { slots, atOnce }: Conditions,
): Candidate | undefined {
  if (atOnce > 0 && running.length >= atOnce) return undefined;
  const busy = (host: string): number => running.filter((each) => each.host === host).length;
  return ready
    .filter(({ night: { host } }) => busy(host) < (slots.get(host) ?? 1))
    .reduce<Candidate | undefined>(
      (best, each) => (best === undefined || each.rank < best.rank ? each : best),
      undefined,
    );
}

function runAt(now: number, { night, seconds, isGuess, deadline }: Candidate): ExpectedRun {
  const endsAt = new Date(now + seconds * 1_000);
  const isLate = deadline !== undefined && endsAt > deadline;
  return { ...night, beginsAt: new Date(now), endsAt, seconds, isGuess, deadline, isLate };
}

function median(seconds: readonly number[]): number | undefined {
  const sorted = seconds.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
