/**
 * Counts what each school has in a bundle and how many of its records were left out by which rule, while rows are written
 * and exclusions reported. Called for every row, so it looks up one number and adds one.
 */
import { SCHOOL_COLUMNS } from './compare/count-changes.js';
import type { District } from './filter/context.js';
import type { OneRosterVersion } from './oneroster/table.js';
import type { SchoolCount } from './state/records.js';

type Counts = Map<string, number>;

export class SchoolCounter {
  readonly #district: District;
  readonly #columns: ReadonlyMap<string, number>;
  /** By table, then by the school's sourcedId. */
  readonly #rows: ReadonlyMap<string, Counts>;
  /** By schoolID, then by rule code. */
  readonly #excluded = new Map<number, Counts>();

  constructor(district: District, version: OneRosterVersion) {
    this.#district = district;
    this.#columns = schoolColumns(version);
    this.#rows = new Map([...this.#columns.keys()].map((table) => [table, new Map<string, number>()]));
  }

  countRow(table: string, cells: readonly string[]): void {
    const counts = this.#rows.get(table);
    if (counts === undefined) return;
    const cell = cells[this.#columns.get(table) ?? -1] ?? '';
    if (cell === '') return;
    if (!cell.includes(',')) increment(counts, cell);
    else for (const school of cell.split(',')) increment(counts, school);
  }

  countExclusion(code: string, schoolID: number | null | undefined): void {
    if (schoolID === null || schoolID === undefined) return;
    let counts = this.#excluded.get(schoolID);
    if (counts === undefined) this.#excluded.set(schoolID, (counts = new Map<string, number>()));
    increment(counts, code);
  }

  /** By schoolID; schools without any row or exclusion are not there. */
  list(): readonly SchoolCount[] {
    return [...this.#district.schools.values()]
      .map(({ schoolID, schoolGUID, number, name }) => ({
        schoolID,
        sourcedId: schoolGUID,
        number,
        name,
        rows: Object.fromEntries(
          [...this.#rows].flatMap(([table, counts]) => {
            const count = counts.get(schoolGUID ?? '');
            return count === undefined ? [] : [[table, count]];
          }),
        ),
        excluded: Object.fromEntries([...(this.#excluded.get(schoolID) ?? new Map<string, number>())].sort()),
      }))
      .filter(({ rows, excluded }) => Object.keys(rows).length + Object.keys(excluded).length > 0)
      .sort((a, b) => a.schoolID - b.schoolID);
  }
}

function schoolColumns({ tables }: OneRosterVersion): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(SCHOOL_COLUMNS).flatMap(([table, names]): [string, number][] => {
      const columns = tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
      const at = names.map((name) => columns.indexOf(name)).find((index) => index >= 0);
      return at === undefined ? [] : [[table, at]];
    }),
  );
}

function increment(counts: Counts, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
