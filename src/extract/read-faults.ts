/**
 * Cells of the SIS that are not as declared. A few unreadable cells count as empty, with a notice; more than
 * that is a fault of the source: another format, another column, a broken copy. Messages carry counts and shapes, never a value.
 */
import type { SisType } from '../campus/tables.js';
import type { Problem } from '../model/errors.js';
import { SOURCE_LIMITS } from '../model/limits.js';
import type { Notices } from '../model/notices.js';
import type { DeclaredColumn } from './declared.js';
import { isDeclaredNumeric } from './column-types.js';
import type { DecodedColumn } from './decode.js';
import { SourceFault } from './source-fault.js';

/** Up to this many unreadable cells are a slip, and up to this share of the filled cells of the column. */
const FEW_CELLS = SOURCE_LIMITS.unreadableCells.most;
const SMALL_SHARE = SOURCE_LIMITS.unreadableShare.most / 100;

/** What is known of a column whose cells are counted. */
export type CountedColumn = Pick<DeclaredColumn, 'path' | 'type' | 'sql' | 'isName'>;

interface Tally {
  readonly column: CountedColumn;
  filled: number;
  unreadable: number;
  standIns: number;
  numbers: number;
  readonly shapes: Map<string, number>;
}

type Counts = Pick<DecodedColumn, 'unreadable' | 'filled' | 'standIns' | 'numbers' | 'shapes'>;

const KINDS_IN_WORDS: Readonly<Record<SisType, string>> = {
  id: 'a number',
  integer: 'a number',
  flag: 'a yes/no value',
  day: 'a date',
  guid: 'a GUID',
  text: 'text',
};

export class ReadFaults {
  readonly #tallies = new Map<string, Tally>();
  readonly #disordered = new Map<string, Problem>();

  /** Takes in a part of a column. */
  add(column: CountedColumn, { unreadable, filled = 0, standIns = 0, numbers = 0, shapes }: Counts): void {
    const tally = this.#tallyOf(column);
    tally.filled += filled;
    tally.unreadable += unreadable;
    tally.standIns += standIns;
    tally.numbers += numbers;
    for (const [shape, count] of shapes ?? [])
      tally.shapes.set(shape, (tally.shapes.get(shape) ?? 0) + count);
  }

  /** The rows were not given in the order of this column, which joins depend on. */
  isOutOfOrder(path: string): void {
    this.#disordered.set(path, {
      path,
      message:
        'the rows are not sorted by this number; the column has values that are not plain whole numbers',
    });
  }

  /** Adds the notices of tolerated faults. Throws SourceFault with each column that is beyond that. */
  settle(label: string, notices: Notices): void {
    const problems = [...this.#disordered.values(), ...[...this.#tallies.values()].flatMap(problemsOf)];
    if (problems.length > 0) {
      throw new SourceFault(
        `${label} has unusable data in ${problems.length === 1 ? 'one column' : `${problems.length} columns`}. Nothing was published. Fix the database, or the process that copies it, then run preflight.`,
        { problems },
      );
    }
    for (const tally of this.#tallies.values()) addNotices(tally, notices);
    this.#tallies.clear();
  }

  #tallyOf(column: CountedColumn): Tally {
    const known = this.#tallies.get(column.path);
    if (known !== undefined) return known;
    const tally = { column, filled: 0, unreadable: 0, standIns: 0, numbers: 0, shapes: new Map() };
    this.#tallies.set(column.path, tally);
    return tally;
  }
}

function isMany(count: number, filled: number): boolean {
  return count > FEW_CELLS && count > filled * SMALL_SHARE;
}

function problemsOf({ column, filled, unreadable, standIns, numbers, shapes }: Tally): readonly Problem[] {
  const problem = (message: string): readonly Problem[] => [{ path: column.path, message }];
  if (isMany(unreadable, filled)) {
    return problem(
      `${unreadable} of ${filled} filled cells cannot be read as ${KINDS_IN_WORDS[column.type]}: ${inWords(shapes)}`,
    );
  }
  if (numbers > 0 && !isDeclaredNumeric(column)) {
    return problem(
      `${numbers} of ${filled} filled cells are numbers, expected ${column.sql}: a column of this type loses leading zeros; reload it as text`,
    );
  }
  if (column.isName === true && isMany(standIns, filled))
    return problem(`${standIns} of ${filled} filled cells have a word such as NULL instead of a name`);
  return [];
}

function inWords(shapes: ReadonlyMap<string, number>): string {
  const [first, ...more] = [...shapes].sort(([, a], [, b]) => b - a).map(([shape]) => shape);
  const others = more.length === 0 ? '' : more.length === 1 ? ' and one other' : ` and ${more.length} others`;
  return `shape ${first ?? ''}${others}`;
}

function addNotices({ column, unreadable, standIns }: Tally, notices: Notices): void {
  const { path } = column;
  if (unreadable > 0) {
    notices.add(
      'unreadable-value',
      'warning',
      `${path} has values that are not of its type; they are treated as empty.`,
      unreadable,
    );
  }
  if (standIns > 0) {
    notices.add(
      'stand-in-for-empty',
      'warning',
      column.isName === true
        ? `${path} has a word such as NULL; it is sent as a name.`
        : `${path} has a word that means empty, such as NULL or N/A; it is treated as empty.`,
      standIns,
    );
  }
}
