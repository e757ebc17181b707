/** PostgreSQL allows 65,535 values in a statement. */
const MOST_ROWS = 1_000;

/** A list in parts that fit into a statement each. */
export function* partsOf<T>(list: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < list.length; from += MOST_ROWS) yield list.slice(from, from + MOST_ROWS);
}
