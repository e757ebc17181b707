/** The tables of the SIS, one after the other, into a snapshot: which rows of each, in which order, and what is checked on the way. */
import type { Knex } from 'knex';
import { inSis } from '../campus/mapping.js';
import { sisTable, type SisTableName } from '../campus/tables.js';
import type { Notices } from '../model/notices.js';
import type { LocalDate } from '../model/values.js';
import { IdSet } from '../snapshot/id-map.js';
import { snapshotColumns, type ActiveYear, type Snapshot, type ReadTable } from '../snapshot/snapshot.js';
import { requireAllRows } from './all-rows.js';
import { isComparedAsNumber, isDeclaredNumeric } from './column-types.js';
import { decodeColumn, type DecodedColumn } from './decode.js';
import { declaredColumnOf, sisTableOf, type DeclaredColumn } from './declared.js';
import { findIncomparable } from './incomparable.js';
import { foundColumnOf, hasTable, type Names } from './names.js';
import { filledQuery, otherYearsQuery, personQuery, tableQuery } from './queries.js';
import { ReadFaults } from './read-faults.js';
import { reading, rowsMoved, SourceFault } from './source-fault.js';
import { sieve, type CopyOptions } from './sieve.js';
import type { RawColumn, SisView } from './source.js';
import { PERSON_KEY, uniqueIn, type CopiedTable } from './unique-keys.js';

export interface CopyRequest {
  /** The name of the source for people. */
  readonly label: string;
  readonly notices: Notices;
  /** By its end year: judged as the active one, whatever is marked. */
  readonly schoolYear?: number;
  readonly onTable?: (table: string, rows: number) => void;
  readonly onBatch?: () => Promise<void>;
}

/** People whose last enrollment is older than the year before the active one are not read. */
const isLongGone = (newestYear: number, active: number): boolean => newestYear < active - 1;

export class Copy {
  readonly #people = new IdSet();
  readonly #rooms = new IdSet();
  readonly #periods = new IdSet();
  readonly #courseMasters = new IdSet();
  readonly #longGone = new IdSet();
  readonly #enrolled = new IdSet();
  readonly #faults = new ReadFaults();
  /** By table: keys that several rows have although they differ. */
  readonly #repeated = new Map<string, Set<number>>();

  constructor(
    readonly view: SisView,
    readonly names: Names,
    private readonly snapshot: Snapshot,
    private readonly request: CopyRequest,
  ) {}

  /** The one year that is marked active, or the one that is asked for; its blank dates become Jan 1 of the start year and Dec 31 of the end year. */
  async activeYear(): Promise<ActiveYear> {
    const { label, schoolYear } = this.request;
    await this.#copy('SchoolYear', tableQuery(this.names, 'SchoolYear', 0));
    this.#settle();
    const years = [...this.snapshot.rows('SchoolYear')];
    const [year, ...others] = years.filter(({ active, endYear }) =>
      schoolYear === undefined ? active === 1 : endYear === schoolYear,
    );
    if (year === undefined && schoolYear !== undefined) throw unknownYear(label, schoolYear, years);
    if (year?.endYear == null || others.length > 0)
      throw ambiguousYear(label, year === undefined ? 0 : others.length + 1);
    const { endYear } = year;
    const startYear = (year.startYear as number | null) ?? endYear - 1;
    return {
      endYear,
      startYear,
      start: year.startDate ?? (`${startYear}-01-01` as LocalDate),
      end: year.endDate ?? (`${endYear}-12-31` as LocalDate),
      label: year.label,
    };
  }

  /** The order matters: a table whose rows others name comes after them, and is copied only as far as they name it. */
  async everything({ endYear }: ActiveYear): Promise<void> {
    const table = async (name: CopiedTable, options: CopyOptions = {}): Promise<void> => {
      if (hasTable(this.names, name)) await this.#copy(name, tableQuery(this.names, name, endYear), options);
    };
    const people = (column = 'personID') => ({ column, into: this.#people });
    for (const name of wholeTables) await table(name, uniqueIn(name));
    this.#requireCalendars(endYear);
    await table('Course', {
      collect: [{ column: 'courseMasterID', into: this.#courseMasters }],
      ...uniqueIn('Course'),
    });
    await table('CourseMaster', { keep: (cell) => this.#courseMasters.has(cell('courseMasterID')) });
    await table('Section', { collect: [{ column: 'roomID', into: this.#rooms }], ...uniqueIn('Section') });
    await table('Room', { keep: (cell) => this.#rooms.has(cell('roomID')) });
    await table('SectionPlacement', { collect: [{ column: 'periodID', into: this.#periods }] });
    await table('Period', { keep: (cell) => this.#periods.has(cell('periodID')) });
    await table('Enrollment', { collect: [people(), { column: 'personID', into: this.#enrolled }] });
    await this.#otherYearStudents(endYear);
    await table('Roster', uniqueIn('Roster'));
    await table('SectionStaffHistory', { collect: [people()], ...uniqueIn('SectionStaffHistory') });
    await table('EmploymentAssignment', { collect: [people()] });
    await table('EmploymentAssignmentLocation');
    await this.#relationships(endYear);
    await table('UserAccount', { keep: (cell) => this.#people.has(cell('personID')) });
    await this.#copy('Person', personQuery(this.names), {
      keep: (cell) => this.#people.has(cell('personID')),
      unique: PERSON_KEY,
    });
    this.#keepRepeated();
    if (this.names.focus === undefined) await findIncomparable(this.view, this.names, this.#faults);
    this.#settle();
  }

  /** Keys whose rows differ, for the rules: none of these records is sent. */
  #keepRepeated(): void {
    const rows = [...this.#repeated].flatMap(([table, ids]) => [...ids].map((id) => ({ table, id })));
    const columns = [rows.map(({ table }) => table), rows.map(({ id }) => id)];
    this.snapshot.appender('RepeatedKey')({ rows: rows.length, columns });
  }

  #settle(): void {
    this.#faults.settle(this.request.label, this.request.notices);
  }

  /** Without any, nothing of the year is found, and an empty bundle would look like a closed district. */
  #requireCalendars(endYear: number): void {
    let calendars = 0;
    for (const [year] of this.snapshot.cells('Calendar', ['endYear'])) {
      if (year === endYear) return;
      calendars += 1;
    }
    if (calendars === 0) return;
    this.#settle(); // where no year could be read, that is the cause
    throw new SourceFault(
      `In ${this.request.label}, no calendar belongs to the active school year ${endYear}. Check Calendar.endYear and the active year: System Administration > Calendar > School Years.`,
      { problems: [{ path: 'Calendar.endYear', message: `none of ${calendars} calendars has ${endYear}` }] },
    );
  }

  /** Those of the adjacent years can have a reason; older ones only serve to exclude their relatives. */
  async #otherYearStudents(endYear: number): Promise<void> {
    await this.#copy('OtherYearStudent', otherYearsQuery(this.names, endYear), {
      keep: (cell) => {
        const person = cell('personID');
        if (this.#enrolled.has(person)) return false;
        const newest = cell('endYear');
        const isCalendarGone = newest === 0; // it is unknown which year that was
        if (isCalendarGone || !isLongGone(newest, endYear)) return true;
        this.#longGone.add(person);
        return false;
      },
    });
  }

  /** Twice, in two orders: from the side of the guardian and from that of the student. Both have to be the same rows. */
  async #relationships(endYear: number): Promise<void> {
    if (!hasTable(this.names, 'RelatedPair')) return;
    const keep: CopyOptions['keep'] = (cell) => !this.#longGone.has(cell('personID1'));
    const query = tableQuery(this.names, 'RelatedPair', endYear);
    const collect = [{ column: 'personID2', into: this.#people }];
    const rows = await this.#copy('RelatedPair', query, { keep, collect });
    const byStudent = tableQuery(this.names, 'RelatedPair', endYear, BY_STUDENT_ORDER);
    const again = await this.#copy(BY_STUDENT, byStudent, { keep });
    if (rows !== again) throw rowsMoved('RelatedPair', rows, again);
  }

  async #copy(table: ReadTable, query: Knex.QueryBuilder, options: CopyOptions = {}): Promise<number> {
    const columns = this.#columnsOf(table);
    const append = this.snapshot.appender(table);
    const { notices } = this.request;
    const order = this.#numbersOfOrder(table);
    const [first = ''] = order;
    let twins = 0;
    const sift = sieve(snapshotColumns(table), options, order, {
      onTwin: () => (twins += 1),
      onDifferingTwin: (id) => {
        const ids = this.#repeated.get(table) ?? new Set<number>();
        this.#repeated.set(table, ids.add(id));
      },
      onKeyless: () => {
        notices.add(
          'row-without-id',
          'warning',
          `${this.#inWords(table)} has rows without ${first}; they are excluded.`,
        );
      },
      onDisorder: () => {
        this.#faults.isOutOfOrder(declaredColumnOf(table, first, this.names.tables).path);
      },
    });
    let rows = 0;
    const batches = reading(this.#inWords(table), this.view.readColumns(query));
    for await (const { count, columns: raw } of batches) {
      await this.request.onBatch?.();
      append(sift({ count, columns: raw.map((cells, at) => this.#decoded(cells, columns[at])) }));
      rows += count;
    }
    await requireAllRows(this, this.#inWords(table), query, rows);
    if (twins > 0) await this.#noticeTwins(table, options.unique?.column ?? '', twins);
    this.request.onTable?.(sisTableOf(table), rows);
    return rows;
  }

  #inWords(table: ReadTable): string {
    return inSis(this.names.tables, sisTableOf(table));
  }

  /** What is read twice is counted once. */
  #columnsOf(table: ReadTable): readonly ReadColumn[] {
    return snapshotColumns(table).map((name) => {
      const column = declaredColumnOf(table, name, this.names.tables);
      const found = foundColumnOf(this.names, column.table, column);
      return {
        column,
        isNumeric: found?.isNumeric === true && !isDeclaredNumeric(column),
        isCounted: table !== BY_STUDENT,
      };
    });
  }

  #decoded(cells: RawColumn, read: ReadColumn | undefined): DecodedColumn {
    if (read === undefined) throw new Error('more columns than were selected');
    const { column, isNumeric, isCounted } = read;
    const decoded = decodeColumn(cells, column.type, { isNumeric, isName: column.isName === true });
    if (isCounted && decoded.json === undefined) this.#faults.add(column, decoded);
    return decoded;
  }

  /** The ids that the rows are sorted by, as far as this database has them. */
  #numbersOfOrder(table: ReadTable): readonly string[] {
    if (table === 'OtherYearStudent') return ['personID'];
    const order = table === BY_STUDENT ? BY_STUDENT_ORDER : sisTable(sisTableOf(table)).order;
    const isNumber = (name: string): boolean => isComparedAsNumber(declaredColumnOf(table, name));
    const end = order.findIndex((name) => !isNumber(name));
    return end < 0 ? order : order.slice(0, end);
  }

  /** A person's row is made of three tables: the notice names the one that repeats. */
  async #noticeTwins(table: ReadTable, unique: string, twins: number): Promise<void> {
    const keys = table === 'Person' ? PERSON_KEYS : [];
    let name: string = this.#inWords(table);
    for (const [part, key] of keys) {
      for await (const [row] of this.view.read(filledQuery(this.names, part, key)))
        if (Number(row?.[0]) > Number(row?.[1])) name = inSis(this.names.tables, part);
    }
    this.request.notices.add(
      'duplicate-row',
      'warning',
      `${name} has several rows for one ${unique}; the first is used.`,
      twins,
    );
  }
}

const BY_STUDENT = 'RelatedPairByStudent';
const BY_STUDENT_ORDER: readonly string[] = ['personID1', 'personID2'];

const PERSON_KEYS: readonly (readonly [SisTableName, string])[] = [
  ['Person', 'personID'],
  ['Identity', 'identityID'],
  ['Contact', 'personID'],
];

interface ReadColumn {
  readonly column: DeclaredColumn;
  /** A text column of the SIS that is one of numbers in this database. */
  readonly isNumeric: boolean;
  readonly isCounted: boolean;
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

function unknownYear(
  label: string,
  schoolYear: number,
  years: readonly { readonly endYear: number | null }[],
): SourceFault {
  const known = years.map(({ endYear }) => endYear).join(', ');
  return new SourceFault(
    `${label} has no school year that ends in ${schoolYear}. It has: ${known}. See System Administration > Calendar > School Years.`,
  );
}

function ambiguousYear(label: string, active: number): SourceFault {
  const found = active === 0 ? 'no school year is' : `${active} school years are`;
  return new SourceFault(
    `In ${label} ${found} marked active. Exactly one must be: System Administration > Calendar > School Years.`,
    { problems: [{ path: 'SchoolYear.active', message: `YEAR_AMBIGUOUS: ${found} marked active` }] },
  );
}
