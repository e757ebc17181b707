/** Sessions: a tree with the school year as root is good practice, and children stay inside the dates of their parent. */
import type { Table } from '../../oneroster/table.js';
import { factOf, tokenOf } from './row-rules.js';
import { BLANK, type Inquiry, type KnownTable, type RowRule } from '../memory/known.js';
import { Parents } from '../memory/trees.js';

interface Session {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
}

export function sessionTree(table: Table, known: KnownTable, { findings }: Inquiry): RowRule {
  const parents = new Parents();
  const sessions: (Session | undefined)[] = [];
  const [type, parent, year] = [
    factOf(table, 'type'),
    factOf(table, 'parentSourcedId'),
    factOf(table, 'schoolYear'),
  ];
  const [start, end] = [factOf(table, 'startDate'), factOf(table, 'endDate')];
  const [schoolYear, period] = [
    tokenOf(table, 'type', 'schoolYear'),
    tokenOf(table, 'type', 'gradingPeriod'),
  ];
  const terms = [tokenOf(table, 'type', 'term'), tokenOf(table, 'type', 'semester')];
  const cycle = findings.tally('roster.session-cycle', table.file, 'parentSourcedId');
  const root = findings.tally('roster.session-root', table.file, 'parentSourcedId');
  const homeless = findings.tally('roster.grading-period', table.file, 'parentSourcedId');
  const nesting = findings.tally('roster.session-nesting', table.file);
  const yearOfEnd = findings.tally('roster.school-year', table.file, 'schoolYear');
  const place = (child: number): { line: number; sourcedId: () => string | undefined } => ({
    line: parents.lineOf(child),
    sourcedId: () => known.ids.text(child),
  });
  return {
    row(row) {
      const [kind, to, written] = [type(row), end(row), year(row)];
      if (kind === schoolYear) {
        if (to > 0 && written >= 0 && Math.floor(to / 10000) !== written) yearOfEnd.hit(row);
      } else if (kind >= 0 && parent(row) === BLANK && !row.isDeleted)
        (kind === period ? homeless : root).hit(row);
      if (row.id >= 0) sessions[row.id] = { kind, start: start(row), end: to };
    },
    related(_column, owner, target, line) {
      if (owner >= 0) parents.set(owner, target, line);
    },
    end() {
      for (const ring of parents.rings()) cycle.hit(place(ring));
      for (const [child, above] of parents.links()) {
        const [inner, outer] = [sessions[child], sessions[above]];
        if (!inner || !outer || inner === outer) continue;
        if (inner.kind === period && outer.kind >= 0 && !terms.includes(outer.kind))
          homeless.hit(place(child));
        if (hasDates(inner) && hasDates(outer) && (inner.start < outer.start || inner.end > outer.end)) {
          nesting.hit(place(child));
        }
      }
    },
  };
}

function hasDates({ start, end }: Session): boolean {
  return start > 0 && end > 0;
}
