/**
 * The rows of one school year on their way into its snapshot. Where rows of several years are read at once, each year takes its own of
 * them, as if it were read alone.
 */
import type { SisTableName } from '../campus/tables.js';
import { IdSet } from '../snapshot/id-map.js';
import type { ActiveYear, ReadTable, Snapshot } from '../snapshot/snapshot.js';
import { keyOf, LINKS_TO_YEAR, type Link } from './queries.js';
import type { CellOf, CopyOptions } from './sieve.js';

/** Records that rows of other tables name by their keys. */
const NAMED: ReadonlySet<SisTableName> = new Set(
  Object.values(LINKS_TO_YEAR).flatMap((links) => links.map(({ of }) => of)),
);

/** People whose last enrollment is older than the year before the active one are not read. */
const isLongGone = (newestYear: number, active: number): boolean => newestYear < active - 1;

export class YearCopy {
  readonly people = new IdSet();
  readonly rooms = new IdSet();
  readonly periods = new IdSet();
  readonly courseMasters = new IdSet();
  readonly longGone = new IdSet();
  readonly enrolled = new IdSet();
  /** By table: keys that several rows have although they differ. */
  readonly #repeated = new Map<string, Set<number>>();
  /** By table: the records of this year. */
  readonly #records = new Map<SisTableName, IdSet>();

  constructor(
    readonly snapshot: Snapshot,
    readonly year: ActiveYear,
  ) {}

  /** The options for a read with the rows of other years among them. */
  amongOthers(table: ReadTable, options: CopyOptions): CopyOptions {
    const take = this.#taker(table as SisTableName);
    if (take === undefined) return options;
    const { keep } = options;
    return { ...options, keep: (cell) => take(cell) && keep?.(cell) !== false };
  }

  /** Takes a row that is of this year, and remembers the record for the rows that name it. */
  #taker(table: SisTableName): ((cell: CellOf) => boolean) | undefined {
    const remember = (cell: CellOf): void => {
      if (NAMED.has(table)) this.#recordsOf(table).add(cell(keyOf(table)));
    };
    if (table === 'Calendar')
      return (cell) => {
        if (cell('endYear') === this.year.endYear) remember(cell);
        return true;
      };
    const [first, ...others] = LINKS_TO_YEAR[table] ?? [];
    if (first === undefined) return undefined;
    const leadsHere = ({ column, of }: Link, cell: CellOf): boolean => this.#recordsOf(of).has(cell(column));
    return (cell) => {
      const isRecord = leadsHere(first, cell);
      if (isRecord) remember(cell);
      return isRecord || others.some((link) => leadsHere(link, cell));
    };
  }

  #recordsOf(table: SisTableName): IdSet {
    const known = this.#records.get(table) ?? new IdSet();
    this.#records.set(table, known);
    return known;
  }

  /** Those of the adjacent years can have a reason; older ones only serve to exclude their relatives. */
  takeOtherYear(cell: CellOf): boolean {
    const person = cell('personID');
    if (this.enrolled.has(person)) return false;
    const newest = cell('endYear');
    const isCalendarGone = newest === 0; // it is unknown which year that was
    if (isCalendarGone || !isLongGone(newest, this.year.endYear)) return true;
    this.longGone.add(person);
    return false;
  }

  addRepeated(table: ReadTable, id: number): void {
    const ids = this.#repeated.get(table) ?? new Set<number>();
    this.#repeated.set(table, ids.add(id));
  }

  /** Keys whose rows differ, for the rules: none of these records is sent. */
  keepRepeated(): void {
    const rows = [...this.#repeated].flatMap(([table, ids]) => [...ids].map((id) => ({ table, id })));
    const columns = [rows.map(({ table }) => table), rows.map(({ id }) => id)];
    this.snapshot.appender('RepeatedKey')({ rows: rows.length, columns });
  }
}
