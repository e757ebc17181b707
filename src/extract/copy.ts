/** The tables of the SIS, one after the other, into a snapshot of each year: which rows of each, and in which order. */
import type { Knex } from 'knex';
import type { ReadTable, Snapshot } from '../snapshot/snapshot.js';
import { findIncomparable } from './incomparable.js';
import { hasTable, type Names } from './names.js';
import { otherYearsOfEachQuery, otherYearsQuery, personQuery, tableQuery, type EndYears } from './queries.js';
import { ReadFaults } from './read-faults.js';
import { activeYear, yearAfter } from './school-years.js';
import type { CellOf, CopyOptions } from './sieve.js';
import { rowsMoved, SourceFault } from './source-fault.js';
import type { SisView } from './source.js';
import { BY_STUDENT, BY_STUDENT_ORDER, TableReader, type ReadRequest, type Target } from './table-reader.js';
import { PERSON_KEY, uniqueIn, type CopiedTable } from './unique-keys.js';
import { YearCopy } from './year-copy.js';

export interface CopyRequest extends ReadRequest {
  /** By its end year: judged as the active one, whatever is marked. */
  readonly schoolYear?: number;
}

/** Where the rows go: those of the active year, and of the next one where that is wanted. */
export interface CopyTargets {
  readonly snapshot: Snapshot;
  readonly next?: Snapshot;
}

/** The active one, and then the next one where it has calendars. */
export type Years = readonly [active: YearCopy, ...next: YearCopy[]];

export interface Reading {
  readonly view: SisView;
  readonly names: Names;
  readonly request: CopyRequest;
}

/** Gives the years that were read. */
export async function copyYears({ view, names, request }: Reading, targets: CopyTargets): Promise<Years> {
  const faults = new ReadFaults();
  const reader = new TableReader(view, names, faults, request);
  const years = await schoolYears(reader, targets, request);
  return await new Copy(reader, request, years).everything();
}

async function schoolYears(
  reader: TableReader,
  { snapshot, next }: CopyTargets,
  request: CopyRequest,
): Promise<Years> {
  await reader.read({
    table: 'SchoolYear',
    query: tableQuery(reader.names, 'SchoolYear', []),
    targets: [snapshot, ...(next ? [next] : [])].map((each) => ({ snapshot: each, options: {} })),
  });
  reader.faults.settle(request.label, request.notices);
  const years = [...snapshot.rows('SchoolYear')];
  const active = activeYear(years, request);
  const after = next && yearAfter(years, active, request.label);
  return [new YearCopy(snapshot, active), ...(next && after ? [new YearCopy(next, after)] : [])];
}

type OptionsOf = (of: YearCopy) => CopyOptions;

const people = (of: YearCopy) => ({ column: 'personID', into: of.people });
const isOfPeople = (of: YearCopy) => (cell: CellOf) => of.people.has(cell('personID'));

class Copy {
  constructor(
    private readonly reader: TableReader,
    private readonly request: CopyRequest,
    private years: Years,
  ) {}

  /** The order matters: a table whose rows others name comes after them, and is copied only as far as they name it. */
  async everything(): Promise<Years> {
    for (const name of wholeTables) await this.#table(name);
    this.#requireCalendars();
    await this.#table('Course', (of) => ({
      collect: [{ column: 'courseMasterID', into: of.courseMasters }],
    }));
    await this.#table('CourseMaster', (of) => ({
      keep: (cell) => of.courseMasters.has(cell('courseMasterID')),
    }));
    await this.#table('Section', (of) => ({ collect: [{ column: 'roomID', into: of.rooms }] }));
    await this.#table('Room', (of) => ({ keep: (cell) => of.rooms.has(cell('roomID')) }));
    await this.#table('SectionPlacement', (of) => ({ collect: [{ column: 'periodID', into: of.periods }] }));
    await this.#table('Period', (of) => ({ keep: (cell) => of.periods.has(cell('periodID')) }));
    await this.#table('Enrollment', (of) => ({
      collect: [people(of), { column: 'personID', into: of.enrolled }],
    }));
    await this.#otherYearStudents();
    await this.#table('Roster');
    await this.#table('SectionStaffHistory', (of) => ({ collect: [people(of)] }));
    await this.#table('EmploymentAssignment', (of) => ({ collect: [people(of)] }));
    await this.#table('EmploymentAssignmentLocation');
    await this.#relationships();
    await this.#table('UserAccount', (of) => ({ keep: isOfPeople(of) }));
    await this.#copy('Person', personQuery(this.reader.names), (of) => ({
      keep: isOfPeople(of),
      unique: PERSON_KEY,
    }));
    for (const of of this.years) of.keepRepeated();
    const { view, names, faults } = this.reader;
    if (names.focus === undefined) await findIncomparable(view, names, faults);
    this.#settle();
    return this.years;
  }

  get #endYears(): EndYears {
    const endYears = this.years.map(({ year }) => year.endYear);
    return endYears.length === 1 ? this.years[0].year.endYear : endYears;
  }

  #settle(): void {
    this.reader.faults.settle(this.request.label, this.request.notices);
  }

  /** Without any, nothing of the year is found, and an empty bundle would look like a closed district. */
  #requireCalendars(): void {
    const [active, ...others] = this.years;
    const { own, all } = calendarsOf(active);
    this.years = [active, ...others.filter((of) => calendarsOf(of).own > 0)];
    if (own > 0 || all === 0) return;
    this.#settle(); // where no year could be read, that is the cause
    const { endYear } = active.year;
    throw new SourceFault(
      `In ${this.request.label}, no calendar belongs to the active school year ${endYear}. Check Calendar.endYear and the active year: System Administration > Calendar > School Years.`,
      { problems: [{ path: 'Calendar.endYear', message: `none of ${all} calendars has ${endYear}` }] },
    );
  }

  /** The query for several years has two columns for each: the newest other year, and whether there is one. */
  async #otherYearStudents(): Promise<void> {
    const table = 'OtherYearStudent';
    const options: OptionsOf = (of) => ({ keep: (cell) => of.takeOtherYear(cell) });
    const endYears = this.#endYears;
    if (typeof endYears === 'number') {
      await this.#copy(table, otherYearsQuery(this.reader.names, endYears), options);
      return;
    }
    await this.reader.read({
      table,
      query: otherYearsOfEachQuery(this.reader.names, endYears),
      columns: ['personID', ...endYears.flatMap(() => ['endYear', 'endYear'])],
      targets: this.years.map((of, at) => ({
        snapshot: of.snapshot,
        options: { keep: (cell) => cell('isElsewhere') === 1 && of.takeOtherYear(cell) },
        picks: { columns: [0, 1 + 2 * at, 2 + 2 * at], names: ['isElsewhere'] },
      })),
    });
  }

  /** Twice, in two orders: from the side of the guardian and from that of the student. Both have to be the same rows. */
  async #relationships(): Promise<void> {
    if (!hasTable(this.reader.names, 'RelatedPair')) return;
    const keep = (of: YearCopy) => (cell: CellOf) => !of.longGone.has(cell('personID1'));
    const query = tableQuery(this.reader.names, 'RelatedPair', this.#endYears);
    const collect = (of: YearCopy) => [{ column: 'personID2', into: of.people }];
    const rows = await this.#copy('RelatedPair', query, (of) => ({ keep: keep(of), collect: collect(of) }));
    const byStudent = tableQuery(this.reader.names, 'RelatedPair', this.#endYears, BY_STUDENT_ORDER);
    const again = await this.#copy(BY_STUDENT, byStudent, (of) => ({ keep: keep(of) }));
    if (rows !== again) throw rowsMoved('RelatedPair', rows, again);
  }

  async #table(name: CopiedTable, options?: OptionsOf): Promise<void> {
    if (!hasTable(this.reader.names, name)) return;
    const query = tableQuery(this.reader.names, name, this.#endYears);
    await this.#copy(name, query, (of) => ({ ...options?.(of), ...uniqueIn(name) }));
  }

  async #copy(table: ReadTable, query: Knex.QueryBuilder, options: OptionsOf): Promise<number> {
    const isAlone = this.years.length === 1;
    const targets = this.years.map((of): Target => ({
      snapshot: of.snapshot,
      options: isAlone ? options(of) : of.amongOthers(table, options(of)),
      onRepeated: (id) => of.addRepeated(table, id),
    }));
    return await this.reader.read({ table, query, targets });
  }
}

/** How many calendars the year has, and how many there are. */
function calendarsOf({ snapshot, year }: YearCopy): { readonly own: number; readonly all: number } {
  const endYears = [...snapshot.cells('Calendar', ['endYear'])].map(([endYear]) => endYear);
  return { own: endYears.filter((endYear) => endYear === year.endYear).length, all: endYears.length };
}

/** Small tables, read whole or for all calendars of the year, before those that name their rows. */
const wholeTables: readonly CopiedTable[] = [
  'District',
  'School',
  'Calendar',
  'ScheduleStructure',
  'TermSchedule',
  'Term',
  'Trial',
  'GradeLevel',
  'Department',
];
