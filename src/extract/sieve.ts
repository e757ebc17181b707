/** Which rows of a table get into the snapshot, and which ids of them are remembered for the tables that come after. */
import { IdSet } from '../snapshot/id-map.js';
import type { Block, SnapshotCell } from '../snapshot/snapshot.js';
import type { DecodedColumn } from './decode.js';

/** The number in a column of the row at hand; 0 where it is empty. */
export type CellOf = (column: string) => number;

/** What happens to a table's rows on their way. */
export interface CopyOptions {
  readonly keep?: (cell: CellOf) => boolean;
  readonly collect?: readonly { readonly column: string; readonly into: IdSet }[];
  readonly unique?: UniqueKey;
}

/** A column whose value names the row: of several rows with one value the first gets in. */
export interface UniqueKey {
  readonly column: string;
  /** Columns in which the rows have to be equal; undefined: all. */
  readonly equalIn?: readonly string[];
  /** The table is not read in the order of the column. */
  readonly isScattered?: boolean;
}

/** Called for each row that is left out, or in the wrong place. */
export interface SieveReports {
  /** An equal row has the same value in the unique column. */
  readonly onTwin: () => void;
  /** Another row has the same value in the unique column and differs, so which of them is right is not known. */
  readonly onDifferingTwin: (id: number) => void;
  /** It has no id in the column that the rows are sorted by. */
  readonly onKeyless: () => void;
  /** Its ids in the columns of the order are lower than those of the row before it. */
  readonly onDisorder: () => void;
}

export interface DecodedBatch {
  readonly count: number;
  readonly columns: readonly DecodedColumn[];
}

/** A row of the batch at hand or of the one before. */
interface Place {
  readonly columns: readonly DecodedColumn[];
  readonly at: number;
}

/** Batch -> block. `order` names the columns of numbers that the rows are sorted by. */
export function sieve(
  names: readonly string[],
  { keep, collect = [], unique }: CopyOptions,
  order: readonly string[],
  reports: SieveReports,
): (batch: DecodedBatch) => Block {
  const isTwin = unique && twinFinder(names, unique, reports);
  const ascends = ascent();
  return ({ count, columns }) => {
    const column = (name: string): readonly SnapshotCell[] => columns[names.indexOf(name)]?.values() ?? [];
    const cells = new Map<string, readonly SnapshotCell[]>();
    let at = 0;
    const cell: CellOf = (name) => {
      const known = cells.get(name) ?? column(name);
      cells.set(name, known);
      return Number(known[at] ?? 0);
    };
    const named = unique === undefined ? undefined : column(unique.column);
    const keys = order.map(column);
    const [first] = keys;
    if (!ascends(keys, count)) reports.onDisorder();
    const kept: number[] = [];
    for (at = 0; at < count; at += 1) {
      if (first?.[at] === null) {
        reports.onKeyless();
        continue;
      }
      if (keep?.(cell) === false) continue;
      if (isTwin?.(named?.[at] ?? null, { columns, at }) !== true) kept.push(at);
    }
    for (const { column: name, into } of collect) {
      const ids = column(name);
      for (const row of kept) {
        const id = ids[row];
        if (typeof id === 'number') into.add(id);
      }
    }
    return kept.length === count
      ? { rows: count, columns: columns.map((each) => each.json ?? each.values()) }
      : { rows: kept.length, columns: columns.map((each) => picked(each.values(), kept)) };
  };
}

/** A row without a key has no twin. */
function twinFinder(
  names: readonly string[],
  { equalIn = names, isScattered = false }: UniqueKey,
  { onTwin, onDifferingTwin }: SieveReports,
): (key: SnapshotCell, place: Place) => boolean {
  const compared = equalIn.map((name) => names.indexOf(name));
  const seen = isScattered ? new IdSet() : undefined;
  let [last, lastPlace]: [SnapshotCell, Place | undefined] = [null, undefined];
  return (key, place) => {
    if (key === null) return false;
    const isNeighbor = key === last;
    if (isNeighbor && lastPlace && areEqual(compared, lastPlace, place)) {
      onTwin();
      return true;
    }
    const isRepeated = isNeighbor || (typeof key === 'number' && seen?.has(key) === true);
    if (isRepeated && typeof key === 'number') onDifferingTwin(key);
    if (typeof key === 'number') seen?.add(key);
    if (!isNeighbor) [last, lastPlace] = [key, place];
    return isRepeated;
  };
}

const areEqual = (compared: readonly number[], one: Place, other: Place): boolean =>
  compared.every((column) => cellAt(one, column) === cellAt(other, column));

const cellAt = ({ columns, at }: Place, column: number): SnapshotCell | undefined =>
  columns[column]?.values()[at];

const picked = (cells: readonly SnapshotCell[], kept: readonly number[]): readonly SnapshotCell[] =>
  kept.map((at) => cells[at] ?? null);

/** Whether rows are sorted by their numbers, part by part. An empty one is skipped: its sort position depends on the database. */
function ascent(): (keys: readonly (readonly SnapshotCell[])[], count: number) => boolean {
  const before: SnapshotCell[] = [];
  return (keys, count) => {
    let isSorted = true;
    for (let at = 0; at < count; at += 1) {
      let isTied = true;
      for (let each = 0; each < keys.length && isTied; each += 1) {
        const key = keys[each]?.[at] ?? null;
        if (key === null) break;
        const known = before[each] ?? null;
        isTied = key === known;
        if (known !== null && key < known) isSorted = false;
        if (isTied) continue;
        before.length = each;
        before.push(key);
      }
    }
    return isSorted;
  };
}
