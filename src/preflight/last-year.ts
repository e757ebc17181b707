/** How many students each school had in a school year, and how many of them were in a class: what a finished schedule looks like. */
import type { Knex } from 'knex';
import type { SisTableName } from '../campus/tables.js';
import { aliased, declaredColumn, type Names } from '../extract/names.js';
import type { SisView } from '../extract/source.js';

export interface ScheduledShare {
  readonly students: number;
  readonly scheduled: number;
}

/** By schoolID. Only counts are read. */
export async function readScheduled(
  view: SisView,
  endYear: number,
): Promise<ReadonlyMap<number, ScheduledShare>> {
  const names: Names = { knex: view.knex, forms: view.forms, schema: await view.schema() };
  const scheduled = await countBySchool(
    view,
    studentsOf(names, endYear).whereIn(
      name(names, 'e', 'Enrollment', 'personID'),
      rosteredPeople(names, endYear),
    ),
  );
  const students = await countBySchool(view, studentsOf(names, endYear));
  return new Map(
    [...students].map(([schoolID, count]) => [
      schoolID,
      { students: count, scheduled: scheduled.get(schoolID) ?? 0 },
    ]),
  );
}

const name = (names: Names, alias: string, table: SisTableName, column: string): string =>
  `${alias}.${declaredColumn(names, table, column) ?? column}`;

function studentsOf(names: Names, endYear: number): Knex.QueryBuilder {
  const [schoolID, personID] = [
    name(names, 'c', 'Calendar', 'schoolID'),
    name(names, 'e', 'Enrollment', 'personID'),
  ];
  return names
    .knex(aliased(names, 'Enrollment', 'e'))
    .join(
      aliased(names, 'Calendar', 'c'),
      name(names, 'c', 'Calendar', 'calendarID'),
      name(names, 'e', 'Enrollment', 'calendarID'),
    )
    .where(name(names, 'c', 'Calendar', 'endYear'), endYear)
    .where((shown) => {
      const noShow = name(names, 'e', 'Enrollment', 'noShow');
      void shown.whereNull(noShow).orWhere(noShow, 0);
    })
    .groupBy(schoolID)
    .select(schoolID)
    .countDistinct({ people: personID });
}

/** By the trial alone: which section of it a student was in does not matter. */
function rosteredPeople(names: Names, endYear: number): Knex.QueryBuilder {
  return names
    .knex(aliased(names, 'Roster', 'r'))
    .join(
      aliased(names, 'Trial', 't'),
      name(names, 't', 'Trial', 'trialID'),
      name(names, 'r', 'Roster', 'trialID'),
    )
    .join(
      aliased(names, 'Calendar', 'y'),
      name(names, 'y', 'Calendar', 'calendarID'),
      name(names, 't', 'Trial', 'calendarID'),
    )
    .where(name(names, 'y', 'Calendar', 'endYear'), endYear)
    .where(name(names, 't', 'Trial', 'active'), 1)
    .select(name(names, 'r', 'Roster', 'personID'));
}

async function countBySchool(view: SisView, query: Knex.QueryBuilder): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  for await (const batch of view.read(query))
    for (const [schoolID, people] of batch) counts.set(Number(schoolID), Number(people));
  return counts;
}
