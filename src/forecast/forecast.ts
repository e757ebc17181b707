/**
 * The coming days of one connection: each day on which a date boundary falls is judged by the rules and compared with the last
 * one that would not be on hold. All records are judged once; the days then only take those on which differences between them
 * depend, where the settings allow that and these are few. Holds a bit per record.
 */
import type { District } from '../filter/context.js';
import { wantedOf, type Wanted } from '../filter/wanted.js';
import { holdReasons } from '../guard/guard.js';
import type { Change, Difference } from '../model/difference.js';
import { Notices } from '../model/notices.js';
import type { HoldReason } from '../model/hold-reason.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { SchoolNames } from '../model/school-names.js';
import type { LocalDate } from '../model/values.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { earlyEnds } from '../snapshot/year-end.js';
import { adviceFor } from './advice.js';
import { boundariesOf, daysAfter, daysAfterCalendars, type Boundaries } from './boundaries.js';
import { daysWithoutClasses } from './class-days.js';
import { judgeDay } from './judge.js';
import { excerpt, type Excerpt } from './excerpt.js';
import type { Judged, Totals } from './judged.js';
import {
  FORECAST_TABLES,
  perTable,
  type ConnectionForecast,
  type DayForecast,
  type EarlyEndCount,
  type ForecastTable,
} from './model.js';
import { Moves, type Moved } from './moves.js';
import { advance, type Step } from './step.js';
import { add, NOTHING, subtract } from './totals.js';
import type { Roster } from '../roster/roster.js';

export interface ForecastRequest {
  readonly settings: Omit<ConnectionSettings, 'delivery'>;
  readonly grades: Config['grades'];
  readonly asOf: LocalDate;
  readonly days: number;
  /** Also the day after the last day of each calendar, however far it is. */
  readonly withYearEnd: boolean;
  /** The same SIS with the next school year as the active one, where it has calendars. */
  readonly nextYear?: KnownYear;
  /** Told of each record that leaves or joins. */
  readonly onMove?: (asOf: LocalDate, moved: Moved) => void;
  /** Told of each day before it is judged, today included. */
  readonly onDay?: (asOf: LocalDate) => void;
}

/** A snapshot and what its rules share. */
export interface KnownYear {
  readonly snapshot: Snapshot;
  readonly district: District;
}

/** Records that are judged, and how many others there are, which are the same on all days. */
interface World extends KnownYear {
  readonly wanted: Wanted;
  /** Of the one read, for all of its years and parts. */
  readonly metadata: Pick<Snapshot, 'metadata'>;
  readonly rest: Totals;
}

const worldOf = ({ snapshot, district }: KnownYear, settings: ForecastRequest['settings']): World => ({
  snapshot,
  district,
  wanted: wantedOf(snapshot, district, settings, new Notices()),
  metadata: snapshot,
  rest: NOTHING,
});

export function forecastConnection(known: KnownYear, request: ForecastRequest): ConnectionForecast {
  const { settings, asOf, nextYear } = request;
  const { snapshot, district } = known;
  request.onDay?.(asOf);
  const whole = worldOf(known, settings);
  const coming = daysAfter(asOf, request.days);
  const yearEnds = request.withYearEnd ? daysAfterCalendars(snapshot, asOf) : [];
  const boundaries = boundariesOf(snapshot, settings, new Set([...coming, ...yearEnds]));
  const run = new Run(request, boundaries);
  const { step: today, roster } = run.begin(whole, asOf);
  const { counts } = today.judged;
  const withoutClasses = daysWithoutClasses(roster, coming);
  const earlyEnds = earlyEndCounts(snapshot, district, today.judged, asOf);
  const days = [...judgeDays(run, whole, today, [...boundaries.keys()].sort())];
  if (nextYear !== undefined) {
    const next = { ...worldOf(nextYear, settings), metadata: snapshot };
    days.push(...judgeFirstDay(run, next, asOf));
  }
  return { name: settings.name, version: settings.version, today: counts, days, withoutClasses, earlyEnds };
}

/** First by a part of the records, as far as that takes less time, then by all. Takes over the maps of `today`. */
function judgeDays(run: Run, whole: World, today: Step, days: readonly LocalDate[]): readonly DayForecast[] {
  const { settings, asOf } = run.request;
  const part = excerpt(whole.snapshot, whole.district, settings, { asOf, days });
  const first = part === undefined ? [] : judgePart(run, { ...whole, snapshot: part.snapshot }, today, part);
  return [...first, ...days.slice(first.length).map((day) => run.judge(whole, day))];
}

function judgePart(run: Run, part: World, today: Step, { snapshot, days }: Excerpt): readonly DayForecast[] {
  try {
    const { step: partToday } = run.begin(part, run.request.asOf);
    const rest = subtract(today.judged, partToday.judged);
    const found = days.map((day) => run.judge({ ...part, rest }, day));
    run.goOn((good) => advance({ all: today, today: partToday, later: good }));
    return found;
  } finally {
    snapshot.close();
  }
}

/** Of the next school year: that of its earliest calendar. */
function judgeFirstDay(run: Run, world: World, asOf: LocalDate): readonly DayForecast[] {
  const { snapshot } = world;
  const { endYear, start } = snapshot.year;
  const starts = [...snapshot.rows('Calendar')]
    .filter((calendar) => calendar.endYear === endYear)
    .flatMap(({ startDate }) => startDate ?? [])
    .sort();
  const first = starts[0] ?? start;
  if (first <= asOf) return [];
  return [run.judge(world, first)];
}

class Run {
  /** The last one that would not be on hold. */
  #good: Step | undefined;

  constructor(
    readonly request: ForecastRequest,
    private readonly boundaries: Boundaries,
  ) {}

  /** The day with which the next ones are compared. */
  begin(world: World, asOf: LocalDate): { readonly step: Step; readonly roster: Roster } {
    this.#good = undefined;
    const { step, roster } = this.#judge(world, asOf);
    this.#good = step;
    return { step, roster };
  }

  /** With other records: `change` gives those of the last good day. */
  goOn(change: (good: Step) => Step): void {
    if (this.#good !== undefined) this.#good = change(this.#good);
  }

  judge(world: World, asOf: LocalDate): DayForecast {
    this.request.onDay?.(asOf);
    const { snapshot, district, rest } = world;
    const good = this.#good;
    const { step, moves } = this.#judge(world, asOf);
    const [before, after] = [add(rest, good?.judged ?? step.judged), add(rest, step.judged)];
    const holds = this.#holds(asOf, differenceOf(before, after, moves, district), district);
    if (holds.length === 0) this.#good = step;
    const day = {
      asOf,
      schoolYear: snapshot.year.endYear,
      boundaries: this.boundaries.get(asOf) ?? {},
      tables: outlooks(before, after, moves),
      moves: moves.list(),
      holds,
    };
    return { ...day, advice: adviceFor(this.request.settings.name, day) };
  }

  #judge({ snapshot, metadata, district, wanted }: World, asOf: LocalDate) {
    const { settings, grades, onMove } = this.request;
    const schools = {
      numberOf: (schoolID: number) => district.schools.get(schoolID)?.number ?? `${schoolID}`,
      guidOf: (schoolID: number) => district.schools.get(schoolID)?.schoolGUID ?? `${schoolID}`,
    };
    const moves = new Moves(settings.version, schools, this.#good?.waiting, (moved) => onMove?.(asOf, moved));
    const judging = { snapshot, metadata, district, wanted, settings, grades, asOf };
    const { judged, roster } = judgeDay(judging, this.#good?.judged, moves);
    return { step: { judged, waiting: moves.waiting }, moves, roster };
  }

  #holds(asOf: LocalDate, difference: Difference, district: District): readonly HoldReason[] {
    const schools = new Map(
      [...district.schools.values()].map((school) => [schoolKey(school), namesOf(school)]),
    );
    return holdReasons({ settings: this.request.settings, asOf, difference, schools });
  }
}

function outlooks(before: Totals, after: Totals, { totals }: Moves): DayForecast['tables'] {
  return perTable((table) => ({
    before: before.counts[table],
    after: after.counts[table],
    leave: totals.leave[table],
    join: totals.join[table],
  }));
}

type School = District['schools'] extends ReadonlyMap<number, infer Row> ? Row : never;

/** Of a school in a difference. */
const schoolKey = ({ schoolID, number, schoolGUID }: School): string => number ?? schoolGUID ?? `${schoolID}`;

const namesOf = ({ name, number, schoolGUID }: School): SchoolNames => ({
  name,
  number,
  sourcedId: schoolGUID,
});

/** As the guard takes it. Which records would change is not forecast. */
function differenceOf(before: Totals, after: Totals, moves: Moves, district: District): Difference {
  const change = (table: ForecastTable): Change => ({
    before: before.counts[table],
    after: after.counts[table],
    added: moves.totals.join[table],
    changed: 0,
    removed: moves.totals.leave[table],
  });
  const schools = [...before.schools].map(([schoolID, tally]) => {
    const left = moves.left.get(schoolID);
    const of = (table: 'users' | 'classes' | 'enrollments') => ({
      before: tally[table],
      removed: left?.[table] ?? 0,
    });
    const school = district.schools.get(schoolID);
    const tables = { users: of('users'), classes: of('classes'), enrollments: of('enrollments') };
    return [school === undefined ? `${schoolID}` : schoolKey(school), tables] as const;
  });
  return {
    tables: Object.fromEntries(
      FORECAST_TABLES.map((table) => [table, change(table)] as const).filter(
        ([, { before: had, after: has }]) => had + has > 0,
      ),
    ),
    schools: Object.fromEntries(schools),
  };
}

/** Students who are sent today, by school and days. */
function earlyEndCounts(
  snapshot: Snapshot,
  { schools }: District,
  { users }: Judged,
  asOf: LocalDate,
): readonly EarlyEndCount[] {
  const counts = new Map<string, EarlyEndCount & { students: number }>();
  for (const { enrollment, schoolID, endDate, calendarEnd } of earlyEnds(snapshot)) {
    if (endDate < asOf || !users.has(enrollment.personID, 1)) continue;
    const school = schools.get(schoolID)?.number ?? `${schoolID}`;
    const key = `${school} ${endDate} ${calendarEnd}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { school, endDate, calendarEnd, students: 1 });
    else known.students += 1;
  }
  return [...counts.values()];
}
