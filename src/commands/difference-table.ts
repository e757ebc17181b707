/** Counts of changes, a line per file. */
import type { Difference } from '../model/difference.js';
import { columns } from './terminal.js';

export function differenceTable(tables: Difference['tables'], indent = ''): string {
  const rows = Object.entries(tables).map(([table, { before, after, added, changed, removed }]) =>
    [table, before, after, added, changed, removed].map(String),
  );
  return columns([['file', 'before', 'after', 'added', 'changed', 'removed'], ...rows], indent);
}
