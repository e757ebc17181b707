/**
 * On which of the coming days the verdict on a record can first be another than today, because a row begins or ends. A start counts for
 * relationships alone: the rules send other rows that begin later.
 */
import type { District } from '../filter/context.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import type { Shape } from '../profiles/shape.js';
import { IdSet, WordMap } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';

export interface Span {
  readonly asOf: LocalDate;
  /** Later ones, in order. */
  readonly days: readonly LocalDate[];
}

export interface FirstMoves {
  readonly people: FirstDays;
  /** Of students whose other rows need not move. */
  readonly rosters: FirstDays;
}

type Known = Pick<District, 'calendars' | 'guids'>;

/** Of a connection, and of what its receiver takes. */
type Traits = Pick<ConnectionSettings, 'ids' | 'endedRosters'> & Pick<Shape, 'oneEnrollment'>;

export function firstMoves(snapshot: Snapshot, district: Known, traits: Traits, span: Span): FirstMoves {
  const { begins, ends } = numbersOf(span);
  const people = new FirstDays();
  for (const [personID, start, end] of datedRows(snapshot, district, traits)) {
    people.note(personID, begins(start));
    people.note(personID, ends(end));
  }
  // If one of those who share a GUID leaves, another may join.
  if (traits.ids === 'guid')
    for (const group of district.guids.shared()) for (const personID of group) people.note(personID, 1);
  const rosters = new FirstDays();
  if (traits.endedRosters === 'drop')
    for (const [rosterID, end] of snapshot.cells('Roster', ['rosterID', 'endDate']))
      rosters.note(rosterID, ends(end));
  return { people, rosters };
}

type Dates = readonly [start: LocalDate | null, end: LocalDate | null];

/** Those dates of people's rows on which a verdict depends. */
function* datedRows(
  snapshot: Snapshot,
  { calendars }: Known,
  { oneEnrollment }: Traits,
): Generator<readonly [personID: number, ...Dates]> {
  const columns = ['personID', 'endDate'] as const;
  for (const [personID, end, calendarID] of snapshot.cells('Enrollment', [...columns, 'calendarID']))
    // Who ends with the calendar stays.
    yield [personID, null, end === calendars.get(calendarID)?.endDate ? null : end];
  for (const table of ['EmploymentAssignment', 'SectionStaffHistory'] as const)
    for (const [personID, end] of snapshot.cells(table, columns)) yield [personID, null, end];
  yield* snapshot.cells('RelatedPair', ['personID2', 'startDate', 'endDate']);
  // Of several enrollments of a person in a class, a current one is chosen.
  for (const table of oneEnrollment ? (['Roster', 'SectionStaffHistory'] as const) : [])
    yield* snapshot.cells(table, ['personID', 'startDate', 'endDate']);
}

type NumberOf = (date: LocalDate | null) => number;

/** The number of the first day on which a row with this start, or end, has begun, or ended; 0: none of them, or today already. */
function numbersOf({ asOf, days }: Span): { readonly begins: NumberOf; readonly ends: NumberOf } {
  const remembering = (numberOf: (date: LocalDate) => number): NumberOf => {
    const known = new Map<LocalDate, number>();
    return (date) => {
      if (date === null) return 0;
      const number = known.get(date) ?? numberOf(date);
      known.set(date, number);
      return number;
    };
  };
  return {
    begins: remembering((start) => (start <= asOf ? 0 : 1 + days.findIndex((day) => day >= start))),
    ends: remembering((end) => (end < asOf ? 0 : 1 + days.findIndex((day) => day > end))),
  };
}

/** Numbers of days, from 1, by id. */
export class FirstDays {
  readonly #days = new WordMap();
  readonly #known = new IdSet();
  #count = 0;

  /** How many ids were noted, those that never move among them. */
  get count(): number {
    return this.#count;
  }

  /** 0: it never moves. */
  note(id: number, day: number): void {
    if (!this.#known.has(id)) this.#count += 1;
    this.#known.add(id);
    const known = this.#days.get(id);
    if (day > 0 && (known === 0 || day < known)) this.#days.set(id, day);
  }

  isUpTo(id: number, day: number): boolean {
    const first = this.#days.get(id);
    return first > 0 && first <= day;
  }

  upTo(day: number): IdSet {
    const ids = new IdSet();
    for (const id of this.#days.ids()) if (this.isUpTo(id, day)) ids.add(id);
    return ids;
  }

  /** Up to which day no more than so many have moved; 0: not even on the first one. `last`: there are no more days. */
  lastWithin(most: number, last: number): number {
    const counts: number[] = [];
    for (const id of this.#days.ids()) {
      const day = this.#days.get(id);
      counts[day] = (counts[day] ?? 0) + 1;
    }
    let moved = 0;
    for (let day = 1; day <= last; day += 1) {
      moved += counts[day] ?? 0;
      if (moved > most) return day - 1;
    }
    return last;
  }
}
