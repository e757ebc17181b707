/** The coming days on which a date of the SIS or of the config changes what the rules say. */
import type { ConnectionSettings } from '../model/settings.js';
import { nextDay, type LocalDate } from '../model/values.js';
import type { Snapshot, SnapshotTable } from '../snapshot/snapshot.js';

/** By day, what falls on it and how often. In no order. */
export type Boundaries = ReadonlyMap<LocalDate, Readonly<Record<string, number>>>;

/** The days after `asOf`, in order. */
export function daysAfter(asOf: LocalDate, count: number): readonly LocalDate[] {
  const days: LocalDate[] = [];
  for (let day = asOf; days.length < count;) days.push((day = nextDay(day)));
  return days;
}

const DATED = {
  Enrollment: 'enrollments',
  Roster: 'roster rows',
  SectionStaffHistory: 'staff history rows',
  EmploymentAssignment: 'assignments',
  RelatedPair: 'relationships',
  Term: 'terms',
  Calendar: 'calendars',
} as const satisfies Partial<Record<SnapshotTable, string>>;

type DatedTable = keyof typeof DATED;
const TABLES = Object.keys(DATED) as readonly DatedTable[];

class Book {
  readonly #days = new Map<LocalDate, Record<string, number>>();
  readonly #next = new Map<LocalDate, LocalDate>();

  constructor(private readonly isComing: (day: LocalDate) => boolean) {}

  begins(day: LocalDate | null, what: string): void {
    if (day !== null && this.isComing(day)) this.#add(day, `${what} begin`);
  }

  /** An end counts through its day. */
  ends(day: LocalDate | null, what: string): void {
    if (day === null) return;
    const after = this.#next.get(day) ?? nextDay(day);
    this.#next.set(day, after);
    if (this.isComing(after)) this.#add(after, `${what} end`);
  }

  get days(): Boundaries {
    return this.#days;
  }

  #add(day: LocalDate, what: string): void {
    const found = this.#days.get(day) ?? {};
    this.#days.set(day, found);
    found[what] = (found[what] ?? 0) + 1;
  }
}

export function boundariesOf(
  snapshot: Snapshot,
  settings: ConnectionSettings,
  coming: ReadonlySet<LocalDate>,
): Boundaries {
  const book = new Book((day) => coming.has(day));
  for (const table of TABLES) {
    for (const [startDate, endDate] of snapshot.cells(table, ['startDate', 'endDate'])) {
      book.begins(startDate, DATED[table]);
      book.ends(endDate, DATED[table]);
    }
  }
  book.begins(snapshot.year.start, 'school years');
  book.ends(snapshot.year.end, 'school years');
  for (const { from, to } of settings.blackout) {
    book.begins(from, 'blackouts');
    book.ends(to, 'blackouts');
  }
  book.begins(settings.notBefore ?? null, 'publications (notBefore)');
  book.ends(settings.sharingEnds ?? null, 'sharing agreements');
  return book.days;
}

/** The day after the last day of each calendar of the active year, however far it is. */
export function daysAfterCalendars(snapshot: Snapshot, asOf: LocalDate): readonly LocalDate[] {
  const { endYear } = snapshot.year;
  const days = [...snapshot.rows('Calendar')]
    .filter((calendar) => calendar.endYear === endYear)
    .flatMap(({ endDate }) => (endDate === null ? [] : [nextDay(endDate)]));
  return days.filter((day) => day > asOf);
}
