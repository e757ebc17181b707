/**
 * SIS -> snapshot. Takes a source and the path of a file that does not exist yet; gives a sealed snapshot of the active
 * year, read in one view, table by table, never holding a table. After a fault that passes, the whole read begins anew.
 * Throws SourceFault when the source cannot be read, when the schema lacks something, when not exactly one year is active,
 * or when a table does not give all its rows.
 */
import { rmSync } from 'node:fs';
import type { Knex } from 'knex';
import { sisTable, type SisTableName, type SisType } from '../campus/tables.js';
import { Notices } from '../model/notices.js';
import type { LocalDate } from '../model/values.js';
import { IdSet } from '../snapshot/id-map.js';
import {
  Snapshot,
  UNNAMED,
  snapshotColumns,
  type ActiveYear,
  type SnapshotTable,
} from '../snapshot/snapshot.js';
import { decodeColumn, type DecodedColumn } from './decode.js';
import {
  countQuery,
  hasTable,
  otherYearsQuery,
  personQuery,
  tableQuery,
  type Focus,
  type Names,
} from './queries.js';
import { retry, systemClock, type Attempt, type Clock, type RetryPolicy } from './retry.js';
import { checkSchema } from './schema.js';
import { SourceFault } from './source-fault.js';
import { sieve, type CopyOptions } from './sieve.js';
import type { RawColumn, SisSource, SisView } from './source.js';

export interface Extraction {
  readonly snapshot: Snapshot;
  readonly year: ActiveYear;
}

export interface ExtractOptions {
  readonly notices: Notices;
  /** Reads a part of the district instead of the whole; asked with the names, inside the same view. */
  readonly focus?: (view: SisView, names: Names) => Promise<Focus>;
  /** Told of each table that is done, for people who watch. */
  readonly onTable?: (table: string, rows: number) => void;
  /** Awaited between batches: gives others a turn, and may throw to stop the read. */
  readonly onBatch?: () => Promise<void>;
  /** Told of each attempt that is over, the successful one included. */
  readonly onAttempt?: (attempt: Attempt) => void;
  readonly retries?: { readonly policy: RetryPolicy; readonly clock: Clock };
}

/** Long enough for a failover or a restart of the server; all waits together are under a minute. */
const RETRIES: RetryPolicy = {
  attempts: 5,
  firstWaitMs: 3_000,
  longestWaitMs: 60_000,
  deadlineMs: 60 * 60_000,
};

export async function extract(source: SisSource, path: string, options: ExtractOptions): Promise<Extraction> {
  const { policy, clock } = options.retries ?? { policy: RETRIES, clock: systemClock };
  const { extraction, notices } = await retry(
    async () => {
      if (path !== UNNAMED) rmSync(path, { force: true }); // what an attempt before this one left
      const notices = new Notices();
      return { extraction: await extractOnce(source, path, { ...options, notices }), notices };
    },
    {
      policy,
      clock,
      isWorthAnother: isPassing(),
      onAttempt: (attempt) => options.onAttempt?.(attempt),
    },
  );
  const { remarks } = source;
  for (const { code, severity, message } of remarks) options.notices.add(code, severity, message);
  for (const { code, severity, message, count } of notices.list())
    options.notices.add(code, severity, message, count);
  return extraction;
}

/** Rows that changed between reading and counting are read a second time, and not a third: then it is too busy to read. */
function isPassing(): (error: unknown) => boolean {
  let moved = 0;
  return (error) => {
    if (error instanceof RowsMoved) moved += 1;
    return error instanceof SourceFault && error.passing && moved < 2;
  };
}

class RowsMoved extends SourceFault {}

const rowsMoved = (table: string, rows: number, then: number): RowsMoved =>
  new RowsMoved(
    `${rows} rows of ${table} were read, but then there were ${then}: others write to it at this hour. Run the refresh when nobody does, or have snapshot isolation allowed.`,
    { passing: true },
  );

async function extractOnce(source: SisSource, path: string, options: ExtractOptions): Promise<Extraction> {
  return await source.withView(async (view) => {
    const found: Names = { knex: view.knex, forms: view.forms, schema: await view.schema() };
    checkSchema(found.schema, source, options.notices);
    const names = options.focus === undefined ? found : { ...found, focus: await options.focus(view, found) };
    const snapshot = Snapshot.create(path);
    try {
      const copy = new Copy(view, names, snapshot, options);
      const year = await copy.activeYear(source.label);
      await copy.everything(year);
      snapshot.seal(year);
      return { snapshot, year };
    } catch (error) {
      snapshot.close();
      throw error;
    }
  });
}

/** People who were last enrolled before the year before the active one are of no concern any more. */
const isLongGone = (newestYear: number, active: number): boolean => newestYear < active - 1;

class Copy {
  readonly #people = new IdSet();
  readonly #rooms = new IdSet();
  readonly #periods = new IdSet();
  readonly #courseMasters = new IdSet();
  readonly #longGone = new IdSet();
  readonly #enrolled = new IdSet();

  constructor(
    private readonly view: SisView,
    private readonly names: Names,
    private readonly snapshot: Snapshot,
    private readonly options: ExtractOptions,
  ) {}

  /** The one year that is marked active; its blank dates become Jan 1 of the start year and Dec 31 of the end year. */
  async activeYear(label: string): Promise<ActiveYear> {
    await this.#copy('SchoolYear', tableQuery(this.names, 'SchoolYear', 0));
    const [year, ...others] = [...this.snapshot.rows('SchoolYear')].filter(({ active }) => active === 1);
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
    for (const name of wholeTables) await table(name);
    await table('Course', {
      collect: [{ column: 'courseMasterID', into: this.#courseMasters }],
      unique: 'courseID',
    });
    await table('CourseMaster', { keep: (cell) => this.#courseMasters.has(cell('courseMasterID')) });
    await table('Section', { collect: [{ column: 'roomID', into: this.#rooms }], unique: 'sectionID' });
    await table('Room', { keep: (cell) => this.#rooms.has(cell('roomID')) });
    await table('SectionPlacement', { collect: [{ column: 'periodID', into: this.#periods }] });
    await table('Period', { keep: (cell) => this.#periods.has(cell('periodID')) });
    await table('Enrollment', { collect: [people(), { column: 'personID', into: this.#enrolled }] });
    await this.#otherYearStudents(endYear);
    await table('Roster');
    await table('SectionStaffHistory', { collect: [people()] });
    await table('EmploymentAssignment', { collect: [people()] });
    await table('EmploymentAssignmentLocation');
    await this.#relationships(endYear);
    await table('UserAccount', { keep: (cell) => this.#people.has(cell('personID')) });
    await this.#copy('Person', personQuery(this.names), {
      keep: (cell) => this.#people.has(cell('personID')),
      unique: 'personID',
    });
  }

  /** Those of the neighbouring years are candidates for a reason; the long gone only serve to leave out their relatives. */
  async #otherYearStudents(endYear: number): Promise<void> {
    await this.#copy('OtherYearStudent', otherYearsQuery(this.names, endYear), {
      keep: (cell) => {
        const person = cell('personID');
        if (this.#enrolled.has(person)) return false;
        const newest = cell('endYear');
        const isCalendarGone = newest === 0; // nobody knows which year that was
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
    const byStudent = tableQuery(this.names, 'RelatedPair', endYear, ['personID1', 'personID2']);
    const again = await this.#copy('RelatedPairByStudent', byStudent, { keep });
    if (rows !== again) throw rowsMoved('RelatedPair', rows, again);
  }

  async #copy(table: SnapshotTable, query: Knex.QueryBuilder, options: CopyOptions = {}): Promise<number> {
    const names = snapshotColumns(table);
    const append = this.snapshot.appender(table);
    const sift = sieve(names, options, () => {
      this.options.notices.add(
        'duplicate-row',
        'warning',
        `${table} holds several rows for one ${options.unique ?? ''}; the first is used.`,
      );
    });
    let rows = 0;
    for await (const { count, columns: raw } of this.view.readColumns(query)) {
      await this.options.onBatch?.();
      const columns = raw.map((column, at) => this.#decoded(column, table, names[at] ?? ''));
      append(sift({ count, columns }));
      rows += count;
    }
    await this.#requireAllRows(table, query, rows);
    this.options.onTable?.(table, rows);
    return rows;
  }

  #decoded(column: RawColumn, table: SnapshotTable, name: string): DecodedColumn {
    const decoded = decodeColumn(column, typeOf(table, name));
    if (decoded.unreadable > 0) {
      this.options.notices.add(
        'unreadable-value',
        'warning',
        `${table}.${name} holds values that are not of its type; they count as blank.`,
        decoded.unreadable,
      );
    }
    return decoded;
  }

  /** A read that ends early without an error is the most dangerous fault of all: absence means deletion at the receiver. */
  async #requireAllRows(table: string, query: Knex.QueryBuilder, rows: number): Promise<void> {
    let counted: unknown;
    for await (const [row] of this.view.read(countQuery(this.names, query))) counted = row?.[0];
    if (Number(counted) === rows) return;
    if (this.view.isOneMoment)
      throw new SourceFault(
        `Only ${rows} of ${String(counted)} rows of ${table} could be read. Nothing was published; run the refresh again.`,
      );
    throw rowsMoved(table, rows, Number(counted));
  }
}

type CopiedTable = Exclude<
  SnapshotTable,
  'Person' | 'OtherYearStudent' | 'SchoolYear' | 'RelatedPair' | 'RelatedPairByStudent'
>;

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

const PERSON_TYPES: ReadonlyMap<string, SisType> = new Map(
  (['Contact', 'Identity', 'Person'] as const).flatMap((name) =>
    sisTable(name).columns.map((column): [string, SisType] => [column.name, column.type]),
  ),
);

function typeOf(table: SnapshotTable, column: string): SisType {
  if (table === 'OtherYearStudent') return 'integer';
  if (table === 'RelatedPairByStudent') return typeOf('RelatedPair', column);
  if (table === 'Person') return PERSON_TYPES.get(column) ?? 'text';
  return sisTable(table as SisTableName).columns.find((each) => each.name === column)?.type ?? 'text';
}

function ambiguousYear(label: string, active: number): SourceFault {
  const found = active === 0 ? 'no school year is' : `${active} school years are`;
  return new SourceFault(
    `In ${label} ${found} marked active. Exactly one has to be: System Administration > Calendar > School Years.`,
    { problems: [{ path: 'SchoolYear.active', message: `YEAR_AMBIGUOUS: ${found} marked active` }] },
  );
}
