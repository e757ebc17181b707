/** What each school has before and after, by table. */
import type { Difference, Change } from '../model/difference.js';
import type { SchoolCount } from '../model/result.js';

export interface SchoolLine {
  readonly number: string | null;
  readonly sourcedId: string;
  readonly tables: Readonly<Record<string, Change>>;
}

const TABLES = ['users', 'classes', 'enrollments'] as const;

/** By number; schools in which nothing changed are there too. */
export function schoolLines(
  difference: Difference | undefined,
  schools: readonly SchoolCount[],
): readonly SchoolLine[] {
  const now = new Map(
    schools.flatMap((school) => (school.sourcedId === null ? [] : [[school.sourcedId, school]])),
  );
  const ids = new Set([...now.keys(), ...Object.keys(difference?.schools ?? {})]);
  return [...ids]
    .map((sourcedId): SchoolLine => {
      const school = now.get(sourcedId);
      const tables = TABLES.flatMap((table): [string, Change][] => {
        const {
          before = 0,
          removed = 0,
          added = 0,
          changed = 0,
        } = difference?.schools[sourcedId]?.[table] ?? {};
        const after = school?.rows[table] ?? 0;
        return before + after === 0 ? [] : [[table, { before, after, added, changed, removed }]];
      });
      return { number: school?.number ?? null, sourcedId, tables: Object.fromEntries(tables) };
    })
    .filter(({ tables }) => Object.keys(tables).length > 0)
    .sort((a, b) => ((a.number ?? a.sourcedId) < (b.number ?? b.sourcedId) ? -1 : 1));
}
