/** A source that counts how often it is opened and what is read of it. */
import type { Knex } from 'knex';
import type { SisSource } from '../../src/extract/source.js';

export interface Reads {
  views: number;
  /** The SQL of each query for rows, counts left out. */
  readonly queries: string[];
}

export function countReads(source: SisSource): { readonly source: SisSource; readonly reads: Reads } {
  const reads: Reads = { views: 0, queries: [] };
  const note = (query: Knex.QueryBuilder): Knex.QueryBuilder => {
    reads.queries.push(query.toSQL().toNative().sql);
    return query;
  };
  const counting: SisSource = {
    ...source,
    withView: async (work) => {
      reads.views += 1;
      return await source.withView((view) =>
        work({ ...view, readColumns: (query) => view.readColumns(note(query)) }),
      );
    },
  };
  return { source: counting, reads };
}
