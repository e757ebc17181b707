/** Sessions: a tree with the school year as root is good practice, and children stay inside the dates of their parent. */
import type { Table } from '../oneroster/table.js';
import { factOf, tokenOf } from './row-rules.js';
import { BLANK, FAULTY, type Inquiry, type KnownTable, type RowRule } from './known.js';
import { Parents } from './trees.js';

interface Session {
  readonly start: number;
  readonly end: number;
  readonly sourcedId: string | undefined;
}

export function sessionTree(table: Table, _known: KnownTable, { findings }: Inquiry): RowRule {
  const parents = new Parents();
  const sessions: (Session | undefined)[] = [];
  const [type, start, end, parent, year] = [
    'type',
    'startDate',
    'endDate',
    'parentSourcedId',
    'schoolYear',
  ].map((column) => factOf(table, column));
  const schoolYear = tokenOf(table, 'type', 'schoolYear');
  const cycle = findings.tally('roster.session-cycle', table.file, 'parentSourcedId');
  const root = findings.tally('roster.session-root', table.file, 'parentSourcedId');
  const nesting = findings.tally('roster.session-nesting', table.file);
  const yearOfEnd = findings.tally('roster.school-year', table.file, 'schoolYear');
  const place = (child: number): { line: number; sourcedId: () => string | undefined } => ({
    line: parents.lineOf(child),
    sourcedId: () => sessions[child]?.sourcedId,
  });
  return {
    row(row) {
      const [kind, from, to, written] = [
        type?.(row),
        start?.(row) ?? FAULTY,
        end?.(row) ?? FAULTY,
        year?.(row) ?? FAULTY,
      ];
      if (kind !== schoolYear && parent?.(row) === BLANK && !row.isDeleted) root.hit(row);
      if (kind === schoolYear && to > 0 && written >= 0 && Math.floor(to / 10000) !== written)
        yearOfEnd.hit(row);
      if (row.id >= 0) sessions[row.id] = { start: from, end: to, sourcedId: row.sourcedId() };
    },
    related(_column, owner, target, line) {
      if (owner >= 0) parents.set(owner, target, line);
    },
    end() {
      for (const ring of parents.rings()) cycle.hit(place(ring));
      for (const [child, above] of parents.links()) {
        const [inner, outer] = [sessions[child], sessions[above]];
        if (!inner || !outer || inner.start <= 0 || outer.start <= 0 || inner.end <= 0 || outer.end <= 0)
          continue;
        if (inner.start < outer.start || inner.end > outer.end) nesting.hit(place(child));
      }
    },
  };
}
