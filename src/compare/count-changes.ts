/** Counts what was added, changed and removed between two full bundles: per table, and per school where a row names one. */
import type { Row } from '../verify/csv.js';
import { Fingerprints, fingerprint } from './fingerprints.js';
import { readTables, type TableHeader } from './read-tables.js';

export interface Change {
  readonly before: number;
  readonly after: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export interface Difference {
  readonly tables: Readonly<Record<string, Change>>;
  /** By sourcedId of the school, then by table: users, classes and enrollments. */
  readonly schools: Readonly<Record<string, Readonly<Record<string, SchoolChange>>>>;
}

export interface SchoolChange {
  readonly before: number;
  readonly removed: number;
}

/** The column that names a row's schools. */
const SCHOOL_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  users: ['orgSourcedIds', 'primaryOrgSourcedId'],
  classes: ['schoolSourcedId'],
  enrollments: ['schoolSourcedId'],
};

export async function countChanges(beforeZip: string, afterZip: string): Promise<Difference> {
  const after = new Map<string, Fingerprints>();
  await readTables(afterZip, ({ table }) => {
    const rows = new Fingerprints();
    after.set(table, rows);
    return (row) => rows.add(idOf(row), contentOf(row));
  });
  const counts = new Map<string, { before: number; kept: number; changed: number }>();
  const schools = new Map<string, Map<string, { before: number; removed: number }>>();
  await readTables(beforeZip, (header) => {
    const count = { before: 0, kept: 0, changed: 0 };
    counts.set(header.table, count);
    const schoolsOf = schoolReader(header);
    return (row) => {
      count.before += 1;
      const now = after.get(header.table)?.get(idOf(row));
      if (now !== undefined) {
        count.kept += 1;
        if (now !== contentOf(row)) count.changed += 1;
      }
      for (const school of schoolsOf(row)) {
        const tables = schools.get(school) ?? new Map<string, { before: number; removed: number }>();
        schools.set(school, tables);
        const tally = tables.get(header.table) ?? { before: 0, removed: 0 };
        tables.set(header.table, tally);
        tally.before += 1;
        if (now === undefined) tally.removed += 1;
      }
    };
  });
  const names = [...new Set([...counts.keys(), ...after.keys()])].sort();
  return {
    tables: Object.fromEntries(
      names.map((table) => {
        const { before, kept, changed } = counts.get(table) ?? { before: 0, kept: 0, changed: 0 };
        const size = after.get(table)?.size ?? 0;
        return [table, { before, after: size, added: size - kept, changed, removed: before - kept }];
      }),
    ),
    schools: Object.fromEntries([...schools].map(([school, tables]) => [school, Object.fromEntries(tables)])),
  };
}

function schoolReader({ table, columns }: TableHeader): (row: Row) => readonly string[] {
  const at = (SCHOOL_COLUMNS[table] ?? []).map((name) => columns.indexOf(name)).find((index) => index >= 0);
  return at === undefined
    ? () => []
    : (row) =>
        row
          .text(at)
          .split(',')
          .filter((school) => school !== '');
}

/** sourcedId is the first column of every data table. */
function idOf(row: Row): number {
  return fingerprint(row.bytes, row.starts[0] ?? 0, row.ends[0] ?? 0);
}

/** Everything behind status and dateLastModified, which tell of the sending and not of the record. */
function contentOf(row: Row): number {
  let content = 0;
  for (let cell = 3; cell < row.width; cell += 1) {
    const value = fingerprint(row.bytes, row.starts[cell] ?? 0, row.ends[cell] ?? 0);
    content = (content * 31 + value + cell) % Number.MAX_SAFE_INTEGER;
  }
  return content;
}
