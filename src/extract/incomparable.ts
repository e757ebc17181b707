/**
 * Rows that no query shows, because they are selected or joined by a number and hold something else there: a read would lose them
 * silently. Counted over the whole table, before any of the rows are used.
 */
import type { SisTableName } from '../campus/tables.js';
import { shapeOf } from './decode.js';
import { declaredColumnOf } from './declared.js';
import { hasTable, incomparableQuery, type Names } from './names.js';
import { filledQuery } from './queries.js';
import type { ReadFaults } from './read-faults.js';
import type { SisView } from './source.js';

interface Selection {
  readonly table: SisTableName;
  /** A row is lost when none of them can be compared. */
  readonly columns: readonly string[];
  /** The cells of this column are not read one by one, so those that are filled have to be counted. */
  readonly isJoined?: boolean;
}

const selections: readonly Selection[] = [
  { table: 'ScheduleStructure', columns: ['calendarID'] },
  { table: 'TermSchedule', columns: ['structureID'] },
  { table: 'Term', columns: ['termScheduleID'] },
  { table: 'Trial', columns: ['calendarID'] },
  { table: 'GradeLevel', columns: ['calendarID'] },
  { table: 'Enrollment', columns: ['calendarID'] },
  { table: 'Course', columns: ['calendarID'] },
  { table: 'Section', columns: ['courseID', 'trialID'] },
  { table: 'SectionPlacement', columns: ['sectionID', 'trialID'] },
  { table: 'Roster', columns: ['sectionID', 'trialID'] },
  { table: 'SectionStaffHistory', columns: ['sectionID', 'trialID'] },
  { table: 'Person', columns: ['currentIdentityID'], isJoined: true },
  { table: 'Identity', columns: ['identityID'], isJoined: true },
  { table: 'Identity', columns: ['personID'], isJoined: true },
  { table: 'Contact', columns: ['personID'], isJoined: true },
];

export async function findIncomparable(view: SisView, names: Names, faults: ReadFaults): Promise<void> {
  for (const selection of selections) {
    const { table, columns } = selection;
    const query = hasTable(names, table) ? incomparableQuery(names, table, columns) : undefined;
    if (query === undefined) continue;
    const shapes = columns.map(() => new Map<string, number>());
    let rows = 0;
    for await (const batch of view.read(query)) {
      rows += batch.length;
      for (const row of batch)
        shapes.forEach((of, at) => of.set(shapeOf(row[at]), (of.get(shapeOf(row[at])) ?? 0) + 1));
    }
    if (rows === 0) continue;
    const filled = selection.isJoined === true ? await filledIn(view, names, selection) : rows;
    columns.forEach((name, at) => {
      faults.add(declaredColumnOf(table, name, names.tables), {
        unreadable: rows,
        filled,
        shapes: shapes[at] ?? new Map(),
      });
    });
  }
}

async function filledIn(view: SisView, names: Names, { table, columns }: Selection): Promise<number> {
  let filled = 0;
  for await (const [row] of view.read(filledQuery(names, table, columns[0] ?? '')))
    filled += Number(row?.[0]);
  return filled;
}
