/** Rules that need nothing but their own row. */
import type { Table } from '../../oneroster/table.js';
import type { Tally } from '../catalogue/findings.js';
import { BLANK, type Inquiry, type JudgedRow, type KnownTable, type RowRule } from '../memory/known.js';

/** The place of a column in the facts of a row; a column that the version does not have is never filled. */
export function factOf(table: Table, column: string): (row: JudgedRow) => number {
  const position = table.columns.findIndex(({ name }) => name === column);
  return position < 0 ? () => BLANK : (row) => row.facts[position] ?? BLANK;
}

/** The fact that a token of an enumeration is. */
export function tokenOf(table: Table, column: string, token: string): number {
  return table.columns.find(({ name }) => name === column)?.of?.indexOf(token) ?? BLANK;
}

/** OneRoster CSV binding, classes.csv and courses.csv: the two lists pair by position. */
export function subjectLists(table: Table, _known: KnownTable, { findings }: Inquiry): RowRule {
  const subjects = factOf(table, 'subjects');
  const codes = factOf(table, 'subjectCodes');
  const unequal = findings.tally('cell.subject-lists', table.file, 'subjectCodes');
  const alone = findings.tally('cell.subject-list-alone', table.file, 'subjectCodes');
  return {
    row(row) {
      const [a, b] = [subjects(row), codes(row)];
      if (a === b) return;
      (a === BLANK || b === BLANK ? alone : unequal).hit(row);
    },
  };
}

/** A column whose form depends on another cell, such as the id of a learning objective. */
export function dependentPatterns(table: Table, { findings }: Inquiry): readonly RowRule[] {
  return table.columns.flatMap((column, position) => {
    const when = column.patternWhen;
    if (!when) return [];
    const condition = factOf(table, when.column);
    const token = tokenOf(table, when.column, when.equals);
    const pattern = new RegExp(when.pattern);
    const tally = findings.tally('cell.pattern', table.file, column.name);
    return [
      {
        row(row: JudgedRow) {
          if (condition(row) !== token || row.facts[position] === BLANK) return;
          const text = row.text(position);
          if (!pattern.test(text)) tally.hit(row, () => text);
        },
      },
    ];
  });
}

/** End dates before begin dates, wherever a table has both. */
export function dateOrder(table: Table, { findings }: Inquiry): readonly RowRule[] {
  const [begin, end] = [['startDate', 'beginDate'], ['endDate']].map((names) =>
    table.columns.findIndex(({ name }) => names.includes(name)),
  );
  if (begin === undefined || end === undefined || begin < 0 || end < 0) return [];
  const tally: Tally = findings.tally('roster.end-before-begin', table.file, table.columns[end]?.name);
  return [
    {
      row(row: JudgedRow) {
        const from = row.facts[begin] ?? BLANK;
        const to = row.facts[end] ?? BLANK;
        if (from > 0 && to > 0 && to < from) tally.hit(row);
      },
    },
  ];
}
