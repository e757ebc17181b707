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

interface DecodedBatch {
  readonly count: number;
  readonly columns: readonly DecodedColumn[];
}

/** Batch -> block; `onTwin` is told of each row that is left out because the row before it has the same name. */
export function sieve(
  names: readonly string[],
  { keep, collect = [], unique }: CopyOptions,
  onTwin: () => void,
): (batch: DecodedBatch) => Block {
  let last: SnapshotCell | undefined;
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
    const kept: number[] = [];
    for (at = 0; at < count; at += 1) {
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
