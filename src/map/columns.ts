/** How a table is filled: a function per column. The type demands one for each column of the declared table. */
import type { ColumnName, Table } from '../oneroster/table.js';

export type PutRow = (table: string, cells: readonly string[]) => void;

export type ColumnsFor<T extends Table, Subject> = {
  readonly [Name in ColumnName<T>]: (subject: Subject) => string | null;
};

/** Subject -> cells in the order of the table's columns. */
export function rowMaker<T extends Table, Subject>(
  table: T,
  columns: ColumnsFor<T, Subject>,
): (subject: Subject) => readonly string[] {
  const cells = table.columns.map(({ name }) => columns[name as ColumnName<T>]);
  return (subject) => cells.map((cell) => cell(subject) ?? '');
}
