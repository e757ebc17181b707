/** What is remembered of the tables already read: ids, and the few facts that later rows ask for. */
import type { OneRosterVersion } from '../../oneroster/table.js';
import type { Demand } from '../../profiles/profile.js';
import type { Findings, Located } from '../catalogue/findings.js';
import { IdIndex } from './ids.js';
import { HomeMap, NumberColumn, type PairMap } from './numbers.js';

/** Facts are numbers: the position of a token, 0 or 1, a day as yyyymmdd, a row number. These are the others. */
export const BLANK = -1;
export const FAULTY = -2;
/** An `ext:` token where those are allowed. */
export const EXTENSION = -3;
/** A reference that leads to no row that is known. */
export const UNRESOLVED = -4;

/** Columns of which each row's fact is kept, by table. */
export const REMEMBERED = {
  orgs: ['type'],
  academicSessions: ['type', 'startDate', 'endDate'],
  users: ['role', 'primaryOrgSourcedId'],
  userProfiles: ['userSourcedId'],
  classes: ['schoolSourcedId'],
  lineItems: ['classSourcedId', 'resultValueMin', 'resultValueMax'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What rules keep for each row beside the columns, by table. */
interface Kept {
  readonly classes: 'spanFrom' | 'spanTo';
  readonly users: 'isStudent' | 'line' | `blank ${string}` | `value ${string}`;
}

type Remembered = typeof REMEMBERED;
export type RememberedColumn = Remembered[keyof Remembered][number];

export function rememberedOf(table: string): readonly RememberedColumn[] {
  return Object.entries(REMEMBERED).find(([name]) => name === table)?.[1] ?? [];
}

type FactOf<Name extends string> = string extends Name
  ? RememberedColumn | Kept[keyof Kept]
  : | (Name extends keyof Remembered ? Remembered[Name][number] : never)
    | (Name extends keyof Kept ? Kept[Name] : never);

/** `Name` is known where a table is looked up by its name: then only facts that this table keeps can be recalled. */
export class KnownTable<Name extends string = string> {
  /** Filled only where the version has references to this table, its own included. */
  readonly ids = new IdIndex();
  rows = 0;
  mode: 'bulk' | 'delta' | undefined;
  /** False when its rows or ids could not all be read, so that a missing id proves nothing. */
  whole = true;
  /** True when a row was not judged, so that only its id is known. */
  torn = false;
  /** Which rows belong to which orgs; filled only when a receiver asks. */
  readonly orgs = new HomeMap();
  readonly #columns = new Map<string, NumberColumn>();

  constructor(
    readonly name: Name,
    mode: 'bulk' | 'delta' | undefined,
  ) {
    this.mode = mode;
  }

  /** False when rows may be missing here that the receiver has, or facts of rows: what is not found proves nothing. */
  get isComplete(): boolean {
    return this.mode !== 'delta' && this.whole && !this.torn;
  }

  /** The remembered facts of a column, or of anything else that is kept per row. */
  column(name: FactOf<Name>, fallback = BLANK): NumberColumn {
    const known = this.#columns.get(name);
    if (known) return known;
    const column = new NumberColumn(fallback);
    this.#columns.set(name, column);
    return column;
  }

  /** The remembered facts of a column, if there are any. */
  recalled(name: FactOf<Name>): NumberColumn | undefined {
    return this.#columns.get(name);
  }

  /** The facts of a column that the standard names. Throws TypeError where they are not kept. */
  recalledColumn(column: string): NumberColumn | undefined {
    if (!rememberedOf(this.name).some((each) => each === column))
      throw new TypeError(`${this.name}.${column} is not kept for later tables`);
    return this.#columns.get(column);
  }
}

/** Tables read so far, in reading order. */
export interface KnownTables {
  get<Name extends string>(name: Name): KnownTable<Name> | undefined;
  set(name: string, known: KnownTable): unknown;
  values(): Iterable<KnownTable>;
  [Symbol.iterator](): Iterator<[string, KnownTable]>;
}

/** The state of one check run. */
export interface Inquiry {
  readonly version: OneRosterVersion;
  readonly findings: Findings;
  readonly tables: KnownTables;
  /** Tables whose file is in the package. */
  readonly present: ReadonlySet<string>;
  /** Who is enrolled in which class, by row numbers; kept only to compare results with it. */
  readonly enrolled: PairMap | undefined;
  /** What the receiver requires beyond the standard. */
  readonly demands: readonly Demand[];
  /** The day it is, for what depends on it. */
  readonly asOf: string | undefined;
}

/** A row as the rules on whole rows see it. */
export interface JudgedRow extends Located {
  readonly line: number;
  /** Row number of its sourcedId in the table, or -1 for a repeated one. */
  readonly id: number;
  readonly isDeleted: boolean;
  /** The fact of a column, by the column's position in the table. */
  readonly facts: Float64Array;
  text(column: number): string;
}

/** A rule on whole rows and their relations. */
export interface RowRule {
  /** Called for each reference of a list to another table, before `row` is called for its row. */
  item?(column: string, target: number): void;
  /** Called for each reference inside the table, when all its rows were read. `owner` is -1 for repeated ids. */
  related?(column: string, owner: number, target: number, line: number): void;
  row?(row: JudgedRow): void;
  end?(): void;
}
