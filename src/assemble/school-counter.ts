/**
 * Counts what each school has in a bundle and how many of its records were left out by which rule, while rows are written
 * and exclusions reported. Called for every row, so it looks one cell up and adds one; lists are taken apart at the end.
 */
import { SCHOOL_COLUMNS } from '../compare/count-changes.js';
import type { District } from '../filter/context.js';
import type { OneRosterVersion } from '../oneroster/table.js';
import type { SchoolCount } from '../model/result.js';

interface Count {
  value: number;
}

/** The column of a table that names schools, and how often each text stood in it. */
interface Column {
  readonly at: number;
  readonly counts: Map<string, Count>;
}

export class SchoolCounter {
  readonly #district: District;
  /** By table. */
  readonly #columns: ReadonlyMap<string, Column>;
  /** By schoolID, then by rule code. */
  readonly #excluded = new Map<number, Map<string, Count>>();

  constructor(district: District, version: OneRosterVersion) {
    this.#district = district;
    this.#columns = schoolColumns(version);
  }

  countRow(table: string, cells: readonly string[]): void {
    const column = this.#columns.get(table);
    if (column !== undefined) add(column.counts, cells[column.at] ?? '', 1);
  }

  countExclusion(code: string, schoolID: number | null | undefined): void {
    if (schoolID === null || schoolID === undefined) return;
    let counts = this.#excluded.get(schoolID);
    if (counts === undefined) this.#excluded.set(schoolID, (counts = new Map<string, Count>()));
    add(counts, code, 1);
  }

  /** By schoolID; schools without any row or exclusion are not there. */
  list(): readonly SchoolCount[] {
    const rows = [...this.#columns].map(([table, { counts }]) => ({ table, counts: bySchool(counts) }));
    return [...this.#district.schools.values()]
      .map(({ schoolID, schoolGUID, number, name }) => ({
        schoolID,
        sourcedId: schoolGUID,
        number,
        name,
        rows: Object.fromEntries(
          rows.flatMap(({ table, counts }) => {
            const count = counts.get(schoolGUID ?? '');
            return count === undefined ? [] : [[table, count.value]];
          }),
        ),
        excluded: Object.fromEntries(
          [...(this.#excluded.get(schoolID) ?? new Map<string, Count>())]
            .map(([code, { value }]): [string, number] => [code, value])
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ),
      }))
      .filter(({ rows: own, excluded }) => Object.keys(own).length + Object.keys(excluded).length > 0)
      .sort((a, b) => a.schoolID - b.schoolID);
  }
}

function schoolColumns({ tables }: OneRosterVersion): ReadonlyMap<string, Column> {
  return new Map(
    Object.entries(SCHOOL_COLUMNS).flatMap(([table, names]): [string, Column][] => {
      const columns = tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
      const at = names.map((name) => columns.indexOf(name)).find((index) => index >= 0);
      return at === undefined ? [] : [[table, { at, counts: new Map() }]];
    }),
  );
}

/** Nearly all rows name one of a few hundred texts: a school, or a list of some. */
function bySchool(counts: ReadonlyMap<string, Count>): ReadonlyMap<string, Count> {
  const schools = new Map<string, Count>();
  for (const [text, { value }] of counts) {
    for (const school of text.split(',')) if (school !== '') add(schools, school, value);
  }
  return schools;
}

function add(counts: Map<string, Count>, key: string, value: number): void {
  const known = counts.get(key);
  if (known === undefined) counts.set(key, { value });
  else known.value += value;
}
