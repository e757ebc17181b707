/**
 * The coming days of one connection: each day on which a date boundary falls is judged by the rules and compared with the last
 * one that would not be on hold. Reads the snapshot once per judged day; holds a bit per record.
 */
import { loadDistrict, type District } from '../filter/context.js';
import { holdReasons } from '../guard/guard.js';
import type { Change, Difference } from '../model/difference.js';
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
import type { Judged } from './judged.js';
import {
  FORECAST_TABLES,
  type ConnectionForecast,
  type DayForecast,
  type EarlyEndCount,
  type ForecastTable,
} from './model.js';
import { Moves, type Moved } from './moves.js';

export interface ForecastRequest {
  readonly settings: Omit<ConnectionSettings, 'delivery'>;
  readonly grades: Config['grades'];
  readonly asOf: LocalDate;
  readonly days: number;
  /** Also the day after the last day of each calendar, however far it is. */
  readonly withYearEnd: boolean;
  /** The same SIS with the next school year as the active one, where it has calendars. */
  readonly nextYear?: Snapshot;
  /** Told of each record that leaves or joins. */
  readonly onMove?: (asOf: LocalDate, moved: Moved) => void;
  readonly onDay?: (asOf: LocalDate) => void;
}

/** A day as it was judged. */
interface Step {
  readonly judged: Judged;
  readonly waiting: ReadonlyMap<string, string>;
}

export function forecastConnection(snapshot: Snapshot, request: ForecastRequest): ConnectionForecast {
  const { settings, asOf } = request;
  const district = loadDistrict(snapshot);
  const coming = daysAfter(asOf, request.days);
  const yearEnds = request.withYearEnd ? daysAfterCalendars(snapshot, asOf) : [];
  const boundaries = boundariesOf(snapshot, settings, new Set([...coming, ...yearEnds]));
  const run = new Run(request, boundaries);
  const today = run.begin(snapshot, district);
  const days = [...boundaries.keys()].sort().map((day) => run.judge(snapshot, district, day));
  const next = request.nextYear === undefined ? [] : run.judgeFirstDay(request.nextYear);
  return {
    name: settings.name,
    version: settings.version,
    today: today.counts,
    days: [...days, ...next],
    withoutClasses: daysWithoutClasses({ snapshot, district, settings, asOf }, coming),
    earlyEnds: earlyEndCounts(snapshot, district, today, asOf),
  };
}

class Run {
  /** The last one that would not be on hold. */
  #good: Step | undefined;

  constructor(
    private readonly request: ForecastRequest,
    private readonly boundaries: Boundaries,
  ) {}

  begin(snapshot: Snapshot, district: District): Judged {
    const { judged, moves } = this.#judge(snapshot, district, this.request.asOf);
    this.#good = { judged, waiting: moves.waiting };
    return judged;
  }

  judge(snapshot: Snapshot, district: District, asOf: LocalDate): DayForecast {
    this.request.onDay?.(asOf);
    const good = this.#good;
    const { judged, moves } = this.#judge(snapshot, district, asOf);
    const difference = differenceOf(good?.judged ?? judged, judged, moves, district);
    const holds = this.#holds(asOf, difference, district);
    if (holds.length === 0) this.#good = { judged, waiting: moves.waiting };
    const day = {
      asOf,
      schoolYear: snapshot.year.endYear,
      boundaries: this.boundaries.get(asOf) ?? {},
      tables: outlooks(good?.judged ?? judged, judged, moves),
      moves: moves.list(),
      holds,
    };
    return { ...day, advice: adviceFor(this.request.settings.name, day) };
  }

  /** Of the next school year: that of its earliest calendar. */
  judgeFirstDay(snapshot: Snapshot): readonly DayForecast[] {
    const { endYear, start } = snapshot.year;
    const starts = [...snapshot.rows('Calendar')]
      .filter((calendar) => calendar.endYear === endYear)
      .flatMap(({ startDate }) => startDate ?? [])
      .sort();
    const first = starts[0] ?? start;
    return first <= this.request.asOf ? [] : [this.judge(snapshot, loadDistrict(snapshot), first)];
  }

  #judge(snapshot: Snapshot, district: District, asOf: LocalDate): { judged: Judged; moves: Moves } {
    const { settings, grades, onMove } = this.request;
    const schools = {
      numberOf: (schoolID: number) => district.schools.get(schoolID)?.number ?? `${schoolID}`,
      guidOf: (schoolID: number) => district.schools.get(schoolID)?.schoolGUID ?? `${schoolID}`,
    };
    const moves = new Moves(settings.version, schools, this.#good?.waiting, (moved) => onMove?.(asOf, moved));
    const judged = judgeDay({ snapshot, district, settings, grades, asOf }, this.#good?.judged, moves);
    return { judged, moves };
  }

  #holds(asOf: LocalDate, difference: Difference, district: District): readonly HoldReason[] {
    const schools = new Map(
      [...district.schools.values()].map((school) => [schoolKey(school), namesOf(school)]),
    );
    return holdReasons({ settings: this.request.settings, asOf, difference, schools });
  }
}

function outlooks(before: Judged, after: Judged, { totals }: Moves): DayForecast['tables'] {
  const of = (table: ForecastTable) => ({
    before: before.counts[table],
    after: after.counts[table],
    leave: totals.leave[table],
    join: totals.join[table],
  });
  return {
    users: of('users'),
    classes: of('classes'),
    enrollments: of('enrollments'),
    courses: of('courses'),
    orgs: of('orgs'),
    academicSessions: of('academicSessions'),
    demographics: of('demographics'),
    roles: of('roles'),
  };
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
function differenceOf(before: Judged, after: Judged, moves: Moves, district: District): Difference {
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
