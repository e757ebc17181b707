/** Line items and results: limits of the score, and the class that both belong to. */
import type { Table } from '../../oneroster/table.js';
import { factOf } from './row-rules.js';
import type { Inquiry, KnownTable, RowRule } from '../memory/known.js';

export function scoreLimits(table: Table, _known: KnownTable, { findings }: Inquiry): RowRule {
  const [lowest, highest] = [factOf(table, 'resultValueMin'), factOf(table, 'resultValueMax')];
  const tally = findings.tally('roster.score-limits', table.file, 'resultValueMin');
  return {
    row(row) {
      // Blank and faulty numbers are NaN and compare false.
      if (lowest(row) > highest(row)) tally.hit(row);
    },
  };
}

export function results(table: Table, _known: KnownTable, inquiry: Inquiry): RowRule {
  const { findings, tables, enrolled } = inquiry;
  const [item, score, cls, student] = [
    factOf(table, 'lineItemSourcedId'),
    factOf(table, 'score'),
    factOf(table, 'classSourcedId'),
    factOf(table, 'studentSourcedId'),
  ];
  const lineItems = tables.get('lineItems');
  const lowest = lineItems?.recalled('resultValueMin');
  const highest = lineItems?.recalled('resultValueMax');
  const classes = lineItems?.recalled('classSourcedId');
  const roster = tables.get('enrollments');
  const range = findings.tally('roster.score-range', table.file, 'score');
  const otherClass = findings.tally('roster.result-class', table.file, 'classSourcedId');
  const stranger = findings.tally('roster.result-not-enrolled', table.file, 'studentSourcedId');
  return {
    row(row) {
      const named = item(row);
      if (row.isDeleted || named < 0) return;
      const points = score(row);
      if (points < (lowest?.get(named) ?? NaN) || points > (highest?.get(named) ?? NaN)) range.hit(row);
      const home = classes?.get(named) ?? -1;
      if (cls(row) >= 0 && home >= 0 && cls(row) !== home) otherClass.hit(row);
      if (enrolled && roster?.isComplete && home >= 0 && student(row) >= 0) {
        if (enrolled.get(home, student(row)) === 0) stranger.hit(row);
      }
    },
  };
}
