/**
 * Walks rows that are sorted by an id, handing out one id's rows at a time. Several cursors side by side join sorted tables
 * without holding any of them. Rows without an id are passed over. Throws where the ids do not ascend: a join of unsorted
 * tables loses rows.
 */
import { ExportError } from '../model/errors.js';

export class GroupCursor<Row> {
  readonly #rows: Iterator<Row>;
  readonly #keyOf: (row: Row) => number | null;
  readonly #path: string;
  #next: Row | undefined;
  #key: number | undefined;

  /** `path` is the column of the ids, as `Table.column`. */
  constructor(rows: Iterable<Row>, keyOf: (row: Row) => number | null, path = 'a table') {
    this.#rows = rows[Symbol.iterator]();
    this.#keyOf = keyOf;
    this.#path = path;
    this.#advance();
  }

  /** The id of the next rows, or undefined at the end. */
  get nextKey(): number | undefined {
    return this.#next === undefined ? undefined : this.#key;
  }

  /** The rows of `key`, passing over all smaller ids. Keys have to be asked for in growing order. */
  take(key: number): readonly Row[] {
    const rows: Row[] = [];
    while (this.#next !== undefined && this.#key !== undefined) {
      if (this.#key > key) break;
      if (this.#key === key) rows.push(this.#next);
      this.#advance();
    }
    return rows;
  }

  #advance(): void {
    for (;;) {
      const step = this.#rows.next();
      this.#next = step.done === true ? undefined : step.value;
      if (this.#next === undefined) return;
      const key = this.#keyOf(this.#next);
      if (key === null) continue;
      if (this.#key !== undefined && key < this.#key) throw doesNotAscend(this.#path);
      this.#key = key;
      return;
    }
  }
}

export function doesNotAscend(path: string): ExportError {
  const problem = { path, message: 'the rows were not read in the order of this number' };
  return new ExportError('source', `The rows of ${path} are out of order. Nothing was published.`, [problem]);
}

/** Each id that any of the cursors holds, in growing order. */
export function* keysOf(...cursors: readonly { readonly nextKey: number | undefined }[]): Iterable<number> {
  for (;;) {
    let lowest: number | undefined;
    for (const { nextKey } of cursors)
      if (nextKey !== undefined && (lowest === undefined || nextKey < lowest)) lowest = nextKey;
    if (lowest === undefined) return;
    yield lowest;
  }
}
