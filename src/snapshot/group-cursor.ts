/**
 * Walks rows that are sorted by an id, handing out one id's rows at a time. Several cursors side by side join sorted tables
 * without holding any of them.
 */
export class GroupCursor<Row> {
  readonly #rows: Iterator<Row>;
  readonly #keyOf: (row: Row) => number;
  #next: Row | undefined;

  constructor(rows: Iterable<Row>, keyOf: (row: Row) => number) {
    this.#rows = rows[Symbol.iterator]();
    this.#keyOf = keyOf;
    this.#advance();
  }

  /** The id of the next rows, or undefined at the end. */
  get nextKey(): number | undefined {
    return this.#next === undefined ? undefined : this.#keyOf(this.#next);
  }

  /** The rows of `key`, passing over all smaller ids. Keys have to be asked for in growing order. */
  take(key: number): readonly Row[] {
    const rows: Row[] = [];
    while (this.#next !== undefined) {
      const next = this.#keyOf(this.#next);
      if (next > key) break;
      if (next === key) rows.push(this.#next);
      this.#advance();
    }
    return rows;
  }

  #advance(): void {
    const step = this.#rows.next();
    this.#next = step.done === true ? undefined : step.value;
  }
}

/** Each id that any of the cursors holds, in growing order. */
export function* keysOf(...cursors: readonly { readonly nextKey: number | undefined }[]): Iterable<number> {
  for (;;) {
    const keys = cursors.flatMap((cursor) => cursor.nextKey ?? []);
    if (keys.length === 0) return;
    yield Math.min(...keys);
  }
}
