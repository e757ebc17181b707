/** Rows as columns, for sources whose driver gives rows. */
import type { RawColumns, RawRow } from './source.js';

export function columnsOfRows(rows: readonly RawRow[]): RawColumns {
  const width = rows[0]?.length ?? 0;
  return {
    count: rows.length,
    columns: Array.from({ length: width }, (_, at) => ({ values: () => rows.map((row) => row[at]) })),
  };
}
