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
  snapshotColumns,
  type ActiveYear,
  type SnapshotCell,
  type SnapshotTable,
} from '../snapshot/snapshot.js';
import { decoders, UNREADABLE, type Decoder } from './decode.js';
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
import type { RawRow, SisSource, SisView } from './source.js';

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
      rmSync(path, { force: true }); // what an attempt before this one left
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

/** Rows to keep, or all; told each row's decoded cells by column name. */
interface CopyOptions {
  readonly keep?: (cell: (column: string) => number) => boolean;
  readonly collect?: readonly { readonly column: string; readonly into: IdSet }[];
  /** A column whose value names the row; a second row with the same value is left out. */
  readonly unique?: string;
}

/** People who were last enrolled before the year before the active one are of no concern any more. */
const isLongGone = (newestYear: number, active: number): boolean => newestYear < active - 1;

class Copy {
  readonly #people = new IdSet();
  readonly #rooms = new IdSet();
  readonly #periods = new IdSet();
  readonly #courseMasters = new IdSet();
  readonly #longGone = new IdSet();

  constructor(
    private readonly view: SisView,
    private readonly names: Names,
    private readonly snapshot: Snapshot,
    private readonly options: ExtractOptions,
  ) {}

  /** The one year that is marked active; its blank dates become Jan 1 of the start year and Dec 31 of the end year. */
  async activeYear(label: string): Promise<ActiveYear> {
    const active: (readonly SnapshotCell[])[] = [];
    const columns = snapshotColumns('SchoolYear');
    const cell = (row: readonly SnapshotCell[], name: string): SnapshotCell =>
      row[columns.indexOf(name)] ?? null;
    await this.#copy('SchoolYear', tableQuery(this.names, 'SchoolYear', 0), {}, (cells) => {
      if (cell(cells, 'active') === 1) active.push([...cells]);
    });
    const [year, ...others] = active;
    const endYear = year && cell(year, 'endYear');
    if (year === undefined || typeof endYear !== 'number' || others.length > 0)
      throw ambiguousYear(label, active.length);
    const startYear = (cell(year, 'startYear') as number | null) ?? endYear - 1;
    return {
      endYear,
      startYear,
      start: ((cell(year, 'startDate') as string | null) ?? `${startYear}-01-01`) as LocalDate,
      end: ((cell(year, 'endDate') as string | null) ?? `${endYear}-12-31`) as LocalDate,
      label: cell(year, 'label') as string | null,
    };
  }

  /** The order matters: a table whose rows others name comes after them, and is copied only as far as they name it. */
  async everything({ endYear }: ActiveYear): Promise<void> {
    const table = async (name: CopiedTable, options: CopyOptions = {}): Promise<void> => {
      if (hasTable(this.names, name)) await this.#copy(name, tableQuery(this.names, name, endYear), options);
    };
    const people = (column = 'personID') => ({ column, into: this.#people });
    for (const name of wholeTables) await table(name);
    await table('Course', { collect: [{ column: 'courseMasterID', into: this.#courseMasters }] });
    await table('CourseMaster', { keep: (cell) => this.#courseMasters.has(cell('courseMasterID')) });
    await table('Section', { collect: [{ column: 'roomID', into: this.#rooms }] });
    await table('Room', { keep: (cell) => this.#rooms.has(cell('roomID')) });
    await table('SectionPlacement', { collect: [{ column: 'periodID', into: this.#periods }] });
    await table('Period', { keep: (cell) => this.#periods.has(cell('periodID')) });
    await table('Enrollment', { collect: [people()] });
    await this.#otherYearStudents(endYear);
    await table('Roster');
    await table('SectionStaffHistory', { collect: [people()] });
    await table('EmploymentAssignment', { collect: [people()] });
    await table('EmploymentAssignmentLocation');
    await table('RelatedPair', {
      keep: (cell) => !this.#longGone.has(cell('personID1')),
      collect: [people('personID2')],
    });
    await table('UserAccount', { keep: (cell) => this.#people.has(cell('personID')) });
    await this.#copy('Person', personQuery(this.names), {
      keep: (cell) => this.#people.has(cell('personID')),
      unique: 'personID',
    });
  }

  /** Those of the neighbouring years are candidates for a reason; the long gone only serve to leave out their relatives. */
  async #otherYearStudents(endYear: number): Promise<void> {
    const enrolled = new IdSet();
    for (const row of this.snapshot.rows('Enrollment')) enrolled.add(row.personID);
    await this.#copy('OtherYearStudent', otherYearsQuery(this.names, endYear), {
      keep: (cell) => {
        const person = cell('personID');
        if (enrolled.has(person)) return false;
        const newest = cell('endYear');
        const isCalendarGone = newest === 0; // nobody knows which year that was
        if (isCalendarGone || !isLongGone(newest, endYear)) return true;
        this.#longGone.add(person);
        return false;
      },
    });
  }

  async #copy(
    table: SnapshotTable,
    query: Knex.QueryBuilder,
    options: CopyOptions,
    onRow?: (cells: readonly SnapshotCell[]) => void,
  ): Promise<void> {
    const columns = snapshotColumns(table);
    const decode = columns.map((column) => decoders[typeOf(table, column)]);
    const append = this.snapshot.appender(table);
    const position = (column: string): number => columns.indexOf(column);
    const collect = (options.collect ?? []).map(({ column, into }) => ({ at: position(column), into }));
    const uniqueAt = options.unique === undefined ? -1 : position(options.unique);
    let cells: SnapshotCell[] = [];
    let last: SnapshotCell = null;
    const keep = options.keep;
    const cell = (column: string): number => Number(cells[position(column)] ?? 0);
    let rows = 0;
    for await (const batch of this.view.read(query)) {
      await this.options.onBatch?.();
      for (const raw of batch) {
        cells = this.#decodeRow(raw, decode, table, columns);
        if (keep && !keep(cell)) continue;
        if (uniqueAt >= 0) {
          const key = cells[uniqueAt] ?? null;
          if (key === last) {
            this.options.notices.add(
              'duplicate-row',
              'warning',
              `${table} holds several rows for one ${columns[uniqueAt] ?? ''}; the first is used.`,
            );
            continue;
          }
          last = key;
        }
        for (const { at, into } of collect) {
          const id = cells[at];
          if (typeof id === 'number') into.add(id);
        }
        append(cells);
        onRow?.(cells);
      }
      rows += batch.length;
    }
    await this.#requireAllRows(table, query, rows);
    this.options.onTable?.(table, rows);
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
    throw new RowsMoved(
      `${rows} rows of ${table} were read, but then there were ${String(counted)}: others write to it at this hour. Run the refresh when nobody does, or have snapshot isolation allowed.`,
      { passing: true },
    );
  }

  #decodeRow(
    raw: RawRow,
    decode: readonly Decoder[],
    table: string,
    columns: readonly string[],
  ): SnapshotCell[] {
    const cells: SnapshotCell[] = new Array<SnapshotCell>(decode.length);
    for (let at = 0; at < decode.length; at += 1) {
      const decoded = decode[at]?.(raw[at]) ?? null;
      if (decoded === UNREADABLE) {
        this.options.notices.add(
          'unreadable-value',
          'warning',
          `${table}.${columns[at] ?? ''} holds values that are not of its type; they count as blank.`,
        );
      }
      cells[at] = decoded === UNREADABLE ? null : decoded;
    }
    return cells;
  }
}

type CopiedTable = Exclude<SnapshotTable, 'Person' | 'OtherYearStudent' | 'SchoolYear'>;

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
