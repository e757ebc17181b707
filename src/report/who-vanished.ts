/** Who vanished, summed up for a page: by rule and by school, with the first records. */
import type { Vanished, VanishedCount } from '../model/vanished.js';
import { whyVanished } from '../vanished/why.js';
import { SCHOOL_TABLES, type VanishedCounts, type VanishedLines } from './page/subject.js';

export function vanishedLines({ counts, first }: Vanished): VanishedLines {
  return {
    rules: summed(counts, ({ rule }) => rule).map(([code, sums]) => ({
      code,
      says: whyVanished(code),
      counts: sums,
    })),
    schools: summed(counts, ({ school }) => school).map(([number, sums]) => ({ number, counts: sums })),
    records: first,
    total: counts.reduce((sum, { count }) => sum + count, 0),
  };
}

type Sums = Record<keyof VanishedCounts, number>;

/** Most users first, then most records. */
function summed(
  counts: readonly VanishedCount[],
  keyOf: (line: VanishedCount) => string,
): readonly (readonly [key: string, sums: VanishedCounts])[] {
  const byKey = new Map<string, Sums>();
  for (const line of counts) {
    const sums = byKey.get(keyOf(line)) ?? { users: 0, classes: 0, enrollments: 0, others: 0 };
    byKey.set(keyOf(line), sums);
    sums[SCHOOL_TABLES.find((table) => table === line.file) ?? 'others'] += line.count;
  }
  const all = (sums: VanishedCounts): number => Object.values(sums).reduce((sum, count) => sum + count, 0);
  return [...byKey].sort(([a, x], [b, y]) => y.users - x.users || all(y) - all(x) || (a < b ? -1 : 1));
}
