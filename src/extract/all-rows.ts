/** A read that ends early without an error is the most dangerous fault: a missing record means deletion at the receiver. */
import type { Knex } from 'knex';
import type { Names } from './names.js';
import { countQuery } from './queries.js';
import { reading, rowsMoved, SourceFault } from './source-fault.js';
import type { SisView } from './source.js';

/** Throws unless the query has as many rows as were read of the table. */
export async function requireAllRows(
  { view, names }: { readonly view: SisView; readonly names: Names },
  table: string,
  query: Knex.QueryBuilder,
  rows: number,
): Promise<void> {
  let counted: unknown;
  const batches = reading(table, view.read(countQuery(names, query)));
  for await (const [row] of batches) counted = row?.[0];
  if (Number(counted) === rows) return;
  if (view.isOneMoment)
    throw new SourceFault(
      `Only ${rows} of ${String(counted)} rows of ${table} could be read. Nothing was published; run the refresh again.`,
    );
  throw rowsMoved(table, rows, Number(counted));
}
