/** Rows by column name in, rows in declaration order out; and the numbers that rows get. */
import { sisTables } from '../campus/tables.js';
import type { SisTable, SisTableName } from '../campus/tables.js';

export type Cell = string | number | null;
export type Sink = (table: SisTableName, row: readonly Cell[]) => void;
export type Emit = (table: SisTableName, fields: Readonly<Record<string, Cell>>) => void;
export type NextId = (table: SisTableName) => number;

/** Columns that are not named become null, so that a newly declared nullable column needs no change here. */
export function emitTo(sink: Sink): Emit {
  const layouts = new Map<string, ReadonlyMap<string, number>>();
  for (const { name, columns } of sisTables as readonly SisTable[]) {
    layouts.set(name, new Map(columns.map((column, position) => [column.name, position])));
  }
  return (table, fields) => {
    const layout = layouts.get(table);
    if (layout === undefined) throw new Error(`undeclared table ${table}`);
    const row = new Array<Cell>(layout.size).fill(null);
    for (const name in fields) {
      const position = layout.get(name);
      if (position === undefined) throw new Error(`undeclared column ${table}.${name}`);
      row[position] = fields[name] ?? null;
    }
    sink(table, row);
  };
}

/** Ids in this range belong to the hand-placed cases; generated rows step over it. */
export const CASE_IDS = { first: 900_000, last: 999_999 } as const;

/** Each table starts elsewhere, so that a join on the wrong id finds nothing instead of something plausible. */
const firstIds: Readonly<Partial<Record<SisTableName, number>>> = {
  School: 11,
  Calendar: 201,
  ScheduleStructure: 301,
  TermSchedule: 401,
  Term: 501,
  Trial: 601,
  Period: 701,
  Department: 21,
  CourseMaster: 1_001,
  Person: 2_001,
  Room: 3_001,
  Course: 4_001,
  EmploymentAssignment: 6_001,
  SectionStaffHistory: 8_001,
  Section: 10_001,
  UserAccount: 20_001,
  Enrollment: 30_001,
  Identity: 50_001,
  Roster: 100_001,
};

export function numberRows(): NextId {
  const next = new Map<SisTableName, number>();
  return (table) => {
    let id = next.get(table) ?? firstIds[table] ?? 1;
    if (id >= CASE_IDS.first && id <= CASE_IDS.last) id = CASE_IDS.last + 1;
    next.set(table, id + 1);
    return id;
  };
}
