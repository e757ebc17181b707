/** Many rows at once: read in parts, and grouped by what they belong to. */

/** In the order of the list. */
export function byKey<T>(list: readonly T[], keyOf: (each: T) => number): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const each of list) {
    const group = groups.get(keyOf(each));
    if (group === undefined) groups.set(keyOf(each), [each]);
    else group.push(each);
  }
  return groups;
}

/** Both databases refuse a statement with tens of thousands of values. */
const MOST_IN_A_LIST = 500;

export async function inParts<T>(
  ids: readonly number[],
  read: (part: readonly number[]) => PromiseLike<readonly T[]>,
): Promise<readonly T[]> {
  const found: T[] = [];
  for (let from = 0; from < ids.length; from += MOST_IN_A_LIST)
    found.push(...(await read(ids.slice(from, from + MOST_IN_A_LIST))));
  return found;
}
