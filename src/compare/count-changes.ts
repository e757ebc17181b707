/** Counts what was added, changed and removed between two full bundles: per table, and per school where a row names one. */
import { ExportError } from '../model/errors.js';
import type { Change, Difference, SchoolChange } from '../model/difference.js';
import type { SchoolNames } from '../model/school-names.js';
import { compareBundles, type Comparison, type DifferingRow } from './row-changes.js';

/** The column that names a row's schools; of several the first that there is. */
export const SCHOOL_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  users: ['orgSourcedIds', 'primaryOrgSourcedId'],
  classes: ['schoolSourcedId'],
  enrollments: ['schoolSourcedId'],
};

/** More than any state has; limits memory for files of other origin. */
const MOST_SCHOOLS = 100_000;

const tooManySchools = (): ExportError =>
  new ExportError(
    'not-a-bundle',
    `The zip has more than ${MOST_SCHOOLS} schools, so they cannot be counted.`,
  );

type Tally = { -readonly [K in keyof SchoolChange]-?: number };

class SchoolTallies {
  readonly #schools = new Map<string, Map<string, Tally>>();

  count(row: Omit<DifferingRow, 'kind'>, kind: keyof SchoolChange): void {
    for (const school of schoolsOf(row)) this.#of(school, row.table)[kind] += 1;
  }

  #of(school: string, table: string): Tally {
    const byTable = this.#schools.get(school) ?? new Map<string, Tally>();
    this.#schools.set(school, byTable);
    if (this.#schools.size > MOST_SCHOOLS) throw tooManySchools();
    const tally = byTable.get(table) ?? { before: 0, removed: 0, added: 0, changed: 0 };
    byTable.set(table, tally);
    return tally;
  }

  list(): Difference['schools'] {
    return sorted(new Map([...this.#schools].map(([school, byTable]) => [school, sorted(byTable)])));
  }
}

type Counted = Omit<Comparison, 'onOldRow' | 'oldRowsOf' | 'onTable'>;

/**
 * One walk through both bundles; `onChange` and `onDiffering` receive each row that differs, `onOrg` the names of each
 * organization of the old bundle and of what is added or changed.
 */
export async function countChanges({
  onOrg,
  ...comparison
}: Counted & { readonly onOrg?: (org: SchoolNames) => void }): Promise<Difference> {
  const tables = new Map<string, Change>();
  const schools = new SchoolTallies();
  await compareBundles({
    ...comparison,
    oldRowsOf: [...Object.keys(SCHOOL_COLUMNS), ...(onOrg === undefined ? [] : ['orgs'])],
    onOldRow: (table, header, cells, isRemoved) => {
      if (table === 'orgs') onOrg?.(orgIn(header, cells));
      schools.count({ table, header, cells }, 'before');
      if (isRemoved) schools.count({ table, header, cells }, 'removed');
    },
    onDiffering: (row) => {
      if (row.kind !== 'removed') schools.count(row, row.kind);
      if (row.kind !== 'removed' && row.table === 'orgs') onOrg?.(orgIn(row.header, row.cells));
      comparison.onDiffering?.(row);
    },
    onTable: ({ table, ...change }) => tables.set(table, change),
  });
  return { tables: sorted(tables), schools: schools.list() };
}

function orgIn(header: readonly string[], cells: readonly string[]): SchoolNames {
  const its = (column: string): string | null => cells[header.indexOf(column)] ?? null;
  return { name: its('name'), number: its('identifier'), sourcedId: its('sourcedId') };
}

function schoolsOf({ table, header, cells }: Omit<DifferingRow, 'kind'>): readonly string[] {
  const at = (SCHOOL_COLUMNS[table] ?? []).map((name) => header.indexOf(name)).find((index) => index >= 0);
  return at === undefined ? [] : (cells[at] ?? '').split(',').filter((school) => school !== '');
}

/** An object with its keys in order, so that the same difference reads the same. */
function sorted<T>(byKey: ReadonlyMap<string, T>): Readonly<Record<string, T>> {
  return Object.fromEntries([...byKey].sort(([a], [b]) => (a < b ? -1 : 1)));
}
