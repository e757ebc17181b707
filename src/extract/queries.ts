/** The reading queries: which rows of each declared table concern the active year. Made from the declaration of the tables. */
import type { Knex } from 'knex';
import { sisTable, type SisColumn, type SisTable, type SisTableName } from '../campus/tables.js';
import { aliased, column, foundColumn, from, selected, type Names } from './names.js';

type Query = Knex.QueryBuilder;

/** A school year by its end year, or several that are read at once. */
export type EndYears = number | readonly number[];

/** A column that names a record of another table. */
export interface Link {
  readonly column: string;
  readonly of: SisTableName;
}

/**
 * Which rows concern a school year: those that name a record of it in one of these columns. A record is of the year by its first link,
 * a calendar by its end year. A table that is not here is read whole. Schedule rows are taken by their trial as well, so that a row
 * whose section or course is gone still shows up, with its reason, in the exclusions.
 */
export const LINKS_TO_YEAR: Partial<Record<SisTableName, readonly [Link, ...Link[]]>> = {
  ScheduleStructure: [{ column: 'calendarID', of: 'Calendar' }],
  TermSchedule: [{ column: 'structureID', of: 'ScheduleStructure' }],
  Term: [{ column: 'termScheduleID', of: 'TermSchedule' }],
  Trial: [{ column: 'calendarID', of: 'Calendar' }],
  GradeLevel: [{ column: 'calendarID', of: 'Calendar' }],
  Enrollment: [{ column: 'calendarID', of: 'Calendar' }],
  Course: [{ column: 'calendarID', of: 'Calendar' }],
  Section: [
    { column: 'courseID', of: 'Course' },
    { column: 'trialID', of: 'Trial' },
  ],
  SectionPlacement: ofTrialOrSection(),
  Roster: ofTrialOrSection(),
  SectionStaffHistory: ofTrialOrSection(),
};

function ofTrialOrSection(): readonly [Link, ...Link[]] {
  return [
    { column: 'trialID', of: 'Trial' },
    { column: 'sectionID', of: 'Section' },
  ];
}

/** The column by which others name a record of the table. */
export const keyOf = (table: SisTableName): string => sisTable(table).key[0] ?? '';

/** The ids of the records of these years. */
function idsOfYears(names: Names, table: SisTableName, endYears: EndYears): Query {
  const query = from(names, table, 'i').select(`i.${column(names, table, keyOf(table))}`);
  const [link] = LINKS_TO_YEAR[table] ?? [];
  if (link !== undefined)
    return query.whereIn(`i.${column(names, table, link.column)}`, idsOfYears(names, link.of, endYears));
  const year = `i.${column(names, table, 'endYear')}`;
  return typeof endYears === 'number' ? query.where(year, endYears) : query.whereIn(year, endYears);
}

/** The condition of a table that is not read whole. */
function scopeOf(
  names: Names,
  table: SisTableName,
  endYears: EndYears,
): ((query: Query) => Query) | undefined {
  const links = LINKS_TO_YEAR[table];
  if (links !== undefined)
    return (query) => {
      for (const { column: name, of } of links)
        void query.orWhereIn(`t.${column(names, table, name)}`, idsOfYears(names, of, endYears));
      return query;
    };
  return table === 'UserAccount'
    ? (query) => query.whereNotNull(`t.${column(names, table, 'personID')}`)
    : undefined;
}

/** How many rows a query gives. */
export function countQuery({ knex }: Pick<Names, 'knex'>, query: Query): Query {
  return knex(query.clone().clearOrder().as('counted')).count({ rows: '*' });
}

/** The declared order; where it does not tell all rows apart, the other columns do: equal data, equal order. */
function orderOf(names: Names, table: SisTable, order = table.order): readonly SisColumn[] {
  const declared = order.flatMap((key) => table.columns.find(({ name }) => name === key) ?? []);
  const [only, ...more] = table.key;
  const key = table.columns.find(({ name }) => name === only);
  const isUnique = more.length === 0 && key && foundColumn(names, table.name, key) !== undefined;
  return isUnique ? declared : [...declared, ...table.columns.filter((column) => !declared.includes(column))];
}

/** The rows of a declared table that concern the years, its columns in declared order, its rows in declared order or in `order`. */
export function tableQuery(
  names: Names,
  name: SisTableName,
  endYears: EndYears,
  order?: readonly string[],
): Query {
  const table = sisTable(name);
  const query = from(names, name, 't').select(
    table.columns.map((declared) => selected(names, table, 't', declared)),
  );
  for (const declared of orderOf(names, table, order)) {
    const found = foundColumn(names, name, declared);
    if (found !== undefined) query.orderBy(`t.${found}`);
  }
  return inFocus(names, name, 't', scoped(names, name, query, endYears));
}

function scoped(names: Names, name: SisTableName, query: Query, endYears: EndYears): Query {
  const scope = scopeOf(names, name, endYears);
  if (scope === undefined) return query;
  // In parentheses, so that a focus narrows the whole of it.
  return names.focus === undefined ? scope(query) : query.where((inner) => void scope(inner));
}

function inFocus(names: Names, table: SisTableName, alias: string, query: Query): Query {
  const columns = names.focus?.[table];
  if (columns === undefined) return query;
  return query.where((any) => {
    for (const { column: name, ids } of columns) {
      void any.orWhere((one) => void inIds(one, `${alias}.${column(names, table, name)}`, ids));
    }
  });
}

/** Ids are numbers, so they may stand in the text of the query: a database takes only so many parameters. */
export function inIds(query: Query, name: string | Knex.Raw, ids: readonly number[]): Query {
  if (ids.length === 0) return query.whereRaw('1 = 0');
  return query.whereRaw(`?? in (${ids.map((id) => Math.trunc(id)).join(', ')})`, [name]);
}

/** How many cells of a column hold something, and how many of these differ. */
export function filledQuery(names: Names, name: SisTableName, declared: string): Query {
  const query = from(names, name, 't');
  const counted = `t.${column(names, name, declared)}`;
  return query.select(
    names.knex.raw('count(??) as ??', [counted, 'filled']),
    names.knex.raw('count(distinct ??) as ??', [counted, 'different']),
  );
}

/** The rows of a table that concern the year, to be narrowed and selected from; `t` is the table. */
export function rowsOfYear(names: Names, table: SisTableName, endYear: number): Query {
  const scope = scopeOf(names, table, endYear);
  const query = from(names, table, 't');
  return scope === undefined ? query : query.where((inner) => void scope(inner));
}

/** People with their current identity (their own one only) and contact, in the column order of the snapshot. */
export function personQuery(names: Names): Query {
  const [person, identity, contact] = [sisTable('Person'), sisTable('Identity'), sisTable('Contact')];
  const of = (table: SisTable, alias: string, ...left: readonly string[]): Knex.Raw[] =>
    table.columns
      .filter((declared) => !left.includes(declared.name))
      .map((declared) => selected(names, table, alias, declared));
  const people = from(names, 'Person', 'p')
    .leftJoin(aliased(names, 'Identity', 'i'), (on) => {
      on.on(
        `i.${column(names, 'Identity', 'identityID')}`,
        `p.${column(names, 'Person', 'currentIdentityID')}`,
      ).andOn(`i.${column(names, 'Identity', 'personID')}`, `p.${column(names, 'Person', 'personID')}`);
    })
    .leftJoin(
      aliased(names, 'Contact', 'c'),
      `c.${column(names, 'Contact', 'personID')}`,
      `p.${column(names, 'Person', 'personID')}`,
    )
    .select([
      ...of(person, 'p', 'currentIdentityID'),
      ...of(identity, 'i', 'personID'),
      ...of(contact, 'c', 'personID'),
    ])
    .orderBy(`p.${column(names, 'Person', 'personID')}`);
  return inFocus(names, 'Person', 'p', people);
}

/** The newest year in which each person has an enrollment outside the active one; null where the calendar is gone. */
export function otherYearsQuery(names: Names, endYear: number): Query {
  const { year, people } = enrollmentsByPerson(names);
  return people
    .where((elsewhere) => {
      void elsewhere.whereNot(year, endYear).orWhereNull(year);
    })
    .select(names.knex.raw('max(??) as ??', [year, 'endYear']));
}

/** The same for each of several years: its two columns are the newest other year, and 1 where the person has any. */
export function otherYearsOfEachQuery(names: Names, endYears: readonly number[]): Query {
  const { year, people } = enrollmentsByPerson(names);
  return people.select(
    endYears.flatMap((endYear, at) => [
      names.knex.raw('max(case when ?? = ? then null else ?? end) as ??', [year, endYear, year, `year${at}`]),
      names.knex.raw('max(case when ?? = ? then 0 else 1 end) as ??', [year, endYear, `isElsewhere${at}`]),
    ]),
  );
}

/** With the end year of each enrollment's calendar. */
function enrollmentsByPerson(names: Names): { readonly year: string; readonly people: Query } {
  const [person, calendar] = [
    column(names, 'Enrollment', 'personID'),
    column(names, 'Enrollment', 'calendarID'),
  ];
  const people = from(names, 'Enrollment', 'e')
    .leftJoin(
      aliased(names, 'Calendar', 'c'),
      `c.${column(names, 'Calendar', 'calendarID')}`,
      `e.${calendar}`,
    )
    .groupBy(`e.${person}`)
    .select(names.knex.raw('?? as ??', [`e.${person}`, 'personID']))
    .orderBy(`e.${person}`);
  return {
    year: `c.${column(names, 'Calendar', 'endYear')}`,
    people: inFocus(names, 'Enrollment', 'e', people),
  };
}
