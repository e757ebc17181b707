/** OneRoster CSV binding, orgs.csv: levels are national, state, local, district, school; a department stands below any from state down. */
import type { Table } from '../../oneroster/table.js';
import { tokenOf } from './row-rules.js';
import type { Inquiry, KnownTable, RowRule } from '../memory/known.js';
import { Parents } from '../memory/trees.js';

const LEVELS = ['national', 'state', 'local', 'district', 'school'];

export function orgTree(table: Table, known: KnownTable, { findings }: Inquiry): RowRule {
  const parents = new Parents();
  const types: number[] = [];
  const typePosition = table.columns.findIndex(({ name }) => name === 'type');
  const cycle = findings.tally('roster.org-cycle', table.file, 'parentSourcedId');
  const level = findings.tally('roster.org-level', table.file, 'parentSourcedId');
  const levelOf = new Map(LEVELS.map((name, position) => [tokenOf(table, 'type', name), position]));
  const department = tokenOf(table, 'type', 'department');
  const isAbove = (upper: number | undefined, lower: number | undefined): boolean => {
    const [above, below] = [levelOf.get(upper ?? -1), levelOf.get(lower ?? -1)];
    if (lower === department && above !== undefined) return above > 0;
    return above === undefined || below === undefined || above < below;
  };
  const place = (child: number): { line: number; sourcedId: () => string | undefined } => ({
    line: parents.lineOf(child),
    sourcedId: () => known.ids.text(child),
  });
  return {
    row(row) {
      if (row.id < 0) return;
      types[row.id] = row.facts[typePosition] ?? -1;
    },
    related(_column, owner, target, line) {
      if (owner >= 0) parents.set(owner, target, line);
    },
    end() {
      for (const start of parents.rings()) cycle.hit(place(start));
      for (const [child, parent] of parents.links()) {
        if (child !== parent && !isAbove(types[parent], types[child])) level.hit(place(child));
      }
    },
  };
}
