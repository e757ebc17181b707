/** Many rows at once: in parts, and by what they belong to. */

/** Both databases refuse a statement with tens of thousands of values. */
const MOST_IN_A_STATEMENT = 500;

/** A list in parts that fit into a statement each. */
export function* partsOf<T>(list: readonly T[]): Iterable<readonly T[]> {
  for (let from = 0; from < list.length; from += MOST_IN_A_STATEMENT)
    yield list.slice(from, from + MOST_IN_A_STATEMENT);
}

export async function inParts<T>(
  ids: readonly number[],
  read: (part: readonly number[]) => PromiseLike<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (const part of partsOf(ids)) found.push(...(await read(part)));
  return found;
}

/** Each group in the order of the list. */
export function byKey<T, K>(list: readonly T[], keyOf: (each: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const each of list) {
    const group = groups.get(keyOf(each));
    if (group === undefined) groups.set(keyOf(each), [each]);
    else group.push(each);
  }
  return groups;
}
