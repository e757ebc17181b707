/** Whether a column that is read exists in the database, and in which form. */
import type { FoundColumn } from './source.js';

/**
 * `present`: it can be read, though its type may differ in length or name. `left-out`: it is not there, and the export does
 * without. `missing`, `unreadable`: the export cannot do without it, or without values of its kind.
 */
export type ColumnState = 'present' | 'left-out' | 'missing' | 'unreadable';

export interface ColumnFinding {
  readonly table: string;
  readonly column: string;
  readonly state: ColumnState;
  readonly expected: { readonly type: string; readonly nullable: boolean };
  readonly found: FoundColumn | undefined;
  /** What its absence means, or how it differs. */
  readonly remark: string | undefined;
}
