/** How a table is filled: a function per column. The type demands one for each column of the declared table. */
import type { ColumnName, Table } from '../oneroster/table.js';
import { blank } from './cells.js';

export type PutRow = (table: string, cells: readonly string[]) => void;

export type ColumnsFor<T extends Table, Subject> = {
  readonly [Name in ColumnName<T>]: (subject: Subject) => string | null;
};

/** Subject -> cells in the order of the table's columns. */
export function rowMaker<T extends Table, Subject>(
  table: T,
  columns: ColumnsFor<T, Subject>,
): (subject: Subject) => readonly string[] {
  const blanks = table.columns.map(() => '');
  const filled = table.columns
    .map(({ name }, at) => ({ at, cellOf: columns[name as ColumnName<T>] }))
    .filter(({ cellOf }) => cellOf !== blank);
  return (subject) => {
    const row = blanks.slice();
    for (const { at, cellOf } of filled) row[at] = cellOf(subject) ?? '';
    return row;
  };
}
