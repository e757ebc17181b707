/** Which rows of a table get into the snapshot, and which ids of them are remembered for the tables that come after. */
import type { IdSet } from '../snapshot/id-map.js';
import type { Block, SnapshotCell } from '../snapshot/snapshot.js';
import type { DecodedColumn } from './decode.js';

/** What happens to a table's rows on their way; `cell` gives the number in a column of the row at hand. */
export interface CopyOptions {
  readonly keep?: (cell: (column: string) => number) => boolean;
  readonly collect?: readonly { readonly column: string; readonly into: IdSet }[];
  /** A column whose value names the row; a second row with the same value is left out. */
  readonly unique?: string;
}

/** Called for each row that is left out, or in the wrong place. */
export interface SieveReports {
  /** The row before it has the same value in the unique column. */
  readonly onTwin: () => void;
  /** It has no id in the column that the rows are sorted by. */
  readonly onKeyless: () => void;
  /** Its ids in the columns of the order are lower than those of the row before it. */
  readonly onDisorder: () => void;
}

interface DecodedBatch {
  readonly count: number;
  readonly columns: readonly DecodedColumn[];
}

/** Batch -> block. `order` names the columns of numbers that the rows are sorted by. */
export function sieve(
  names: readonly string[],
  { keep, collect = [], unique }: CopyOptions,
  order: readonly string[],
  { onTwin, onKeyless, onDisorder }: SieveReports,
): (batch: DecodedBatch) => Block {
  let last: SnapshotCell | undefined;
  const ascends = ascent();
  return ({ count, columns }) => {
    const column = (name: string): readonly SnapshotCell[] => columns[names.indexOf(name)]?.values() ?? [];
    const cells = new Map<string, readonly SnapshotCell[]>();
    let at = 0;
    const cell = (name: string): number => {
      const known = cells.get(name) ?? column(name);
      cells.set(name, known);
      return Number(known[at] ?? 0);
    };
    const named = unique === undefined ? undefined : column(unique);
    const keys = order.map(column);
    const [first] = keys;
    if (!ascends(keys, count)) onDisorder();
    const kept: number[] = [];
    for (at = 0; at < count; at += 1) {
      if (first?.[at] === null) {
        onKeyless();
        continue;
      }
      if (keep?.(cell) === false) continue;
      const name = named?.[at];
      if (named !== undefined && name === last) onTwin();
      else kept.push(at);
      last = name;
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

const picked = (cells: readonly SnapshotCell[], kept: readonly number[]): readonly SnapshotCell[] =>
  kept.map((at) => cells[at] ?? null);

/** Whether rows are sorted by their numbers, part by part. An empty one is passed over: where it sorts depends on the database. */
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
