/** Counts what was added, changed and removed between two full bundles: per table, and per school where a row names one. */
import { ExportError } from '../model/errors.js';
import type { Change, Difference } from '../model/difference.js';
import { compareBundles, type Comparison } from './row-changes.js';

/** The column that names a row's schools; of several the first that there is. */
export const SCHOOL_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  users: ['orgSourcedIds', 'primaryOrgSourcedId'],
  classes: ['schoolSourcedId'],
  enrollments: ['schoolSourcedId'],
};

/** More than any state has; of a stranger's file as many as fit in memory. */
const MOST_SCHOOLS = 100_000;

const tooManySchools = (): ExportError =>
  new ExportError(
    'not-a-bundle',
    `The zip names more than ${MOST_SCHOOLS} schools, so they cannot be counted.`,
  );

/** One walk through both bundles; `onChange` is told each row that differs. */
export async function countChanges(
  comparison: Omit<Comparison, 'onOldRow' | 'oldRowsOf' | 'onTable'>,
): Promise<Difference> {
  const tables = new Map<string, Change>();
  const schools = new Map<string, Map<string, { before: number; removed: number }>>();
  await compareBundles({
    ...comparison,
    oldRowsOf: Object.keys(SCHOOL_COLUMNS),
    onOldRow: (table, header, cells, isRemoved) => {
      for (const school of schoolsOf(table, header, cells)) {
        const byTable = schools.get(school) ?? new Map<string, { before: number; removed: number }>();
        schools.set(school, byTable);
        if (schools.size > MOST_SCHOOLS) throw tooManySchools();
        const tally = byTable.get(table) ?? { before: 0, removed: 0 };
        byTable.set(table, tally);
        tally.before += 1;
        if (isRemoved) tally.removed += 1;
      }
    },
    onTable: ({ table, ...change }) => tables.set(table, change),
  });
  return {
    tables: sorted(tables),
    schools: sorted(new Map([...schools].map(([school, byTable]) => [school, sorted(byTable)]))),
  };
}

function schoolsOf(table: string, header: readonly string[], cells: readonly string[]): readonly string[] {
  const at = (SCHOOL_COLUMNS[table] ?? []).map((name) => header.indexOf(name)).find((index) => index >= 0);
  return at === undefined ? [] : (cells[at] ?? '').split(',').filter((school) => school !== '');
}

/** An object with its keys in order, so that the same difference reads the same. */
function sorted<T>(byKey: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)));
}
