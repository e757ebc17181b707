/** The reading queries: which rows of each declared table concern the active year. Made from the declaration of the tables. */
import type { Knex } from 'knex';
import { sisTable, type SisColumn, type SisTable, type SisTableName } from '../campus/tables.js';
import { aliased, column, foundColumn, from, selected, type Names } from './names.js';

type Query = Knex.QueryBuilder;

function idsWhere(names: Names, table: SisTableName, id: string, where: string, of: Query | number): Query {
  const query = from(names, table, 'i').select(`i.${column(names, table, id)}`);
  const filtered = `i.${column(names, table, where)}`;
  return typeof of === 'number' ? query.where(filtered, of) : query.whereIn(filtered, of);
}

const activeCalendars = (names: Names, endYear: number): Query =>
  idsWhere(names, 'Calendar', 'calendarID', 'endYear', endYear);
const activeStructures = (names: Names, endYear: number): Query =>
  idsWhere(names, 'ScheduleStructure', 'structureID', 'calendarID', activeCalendars(names, endYear));
const activeTrials = (names: Names, endYear: number): Query =>
  idsWhere(names, 'Trial', 'trialID', 'calendarID', activeCalendars(names, endYear));
const activeCourses = (names: Names, endYear: number): Query =>
  idsWhere(names, 'Course', 'courseID', 'calendarID', activeCalendars(names, endYear));
const activeSections = (names: Names, endYear: number): Query =>
  idsWhere(names, 'Section', 'sectionID', 'courseID', activeCourses(names, endYear));

/**
 * Rows of the active year, by table; a table that is not here is read whole. Schedule rows are taken by their trial as well,
 * so that a row whose section or course is gone still shows up, with its reason, in the exclusions.
 */
const scopes: Partial<Record<SisTableName, (query: Query, names: Names, endYear: number) => Query>> = {
  ScheduleStructure: (query, names, endYear) =>
    query.whereIn(`t.${column(names, 'ScheduleStructure', 'calendarID')}`, activeCalendars(names, endYear)),
  TermSchedule: (query, names, endYear) =>
    query.whereIn(`t.${column(names, 'TermSchedule', 'structureID')}`, activeStructures(names, endYear)),
  Term: (query, names, endYear) =>
    query.whereIn(
      `t.${column(names, 'Term', 'termScheduleID')}`,
      idsWhere(names, 'TermSchedule', 'termScheduleID', 'structureID', activeStructures(names, endYear)),
    ),
  Trial: (query, names, endYear) =>
    query.whereIn(`t.${column(names, 'Trial', 'calendarID')}`, activeCalendars(names, endYear)),
  GradeLevel: (query, names, endYear) =>
    query.whereIn(`t.${column(names, 'GradeLevel', 'calendarID')}`, activeCalendars(names, endYear)),
  Enrollment: (query, names, endYear) =>
    query.whereIn(`t.${column(names, 'Enrollment', 'calendarID')}`, activeCalendars(names, endYear)),
  Course: (query, names, endYear) =>
    query.whereIn(`t.${column(names, 'Course', 'calendarID')}`, activeCalendars(names, endYear)),
  Section: (query, names, endYear) =>
    query
      .whereIn(`t.${column(names, 'Section', 'courseID')}`, activeCourses(names, endYear))
      .orWhereIn(`t.${column(names, 'Section', 'trialID')}`, activeTrials(names, endYear)),
  SectionPlacement: ofSectionOrTrial('SectionPlacement'),
  Roster: ofSectionOrTrial('Roster'),
  SectionStaffHistory: ofSectionOrTrial('SectionStaffHistory'),
  UserAccount: (query, names) => query.whereNotNull(`t.${column(names, 'UserAccount', 'personID')}`),
};

function ofSectionOrTrial(table: SisTableName) {
  return (query: Query, names: Names, endYear: number): Query =>
    query
      .whereIn(`t.${column(names, table, 'trialID')}`, activeTrials(names, endYear))
      .orWhereIn(`t.${column(names, table, 'sectionID')}`, activeSections(names, endYear));
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

/** The rows of a declared table that concern the year, its columns in declared order, its rows in declared order or in `order`. */
export function tableQuery(
  names: Names,
  name: SisTableName,
  endYear: number,
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
  return inFocus(names, name, 't', scoped(names, name, query, endYear));
}

function scoped(names: Names, name: SisTableName, query: Query, endYear: number): Query {
  const scope = scopes[name];
  if (scope === undefined) return query;
  // In parentheses, so that a focus narrows the whole of it.
  return names.focus === undefined
    ? scope(query, names, endYear)
    : query.where((inner) => void scope(inner, names, endYear));
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
export function inIds(query: Query, name: string, ids: readonly number[]): Query {
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
  const scope = scopes[table];
  const query = from(names, table, 't');
  return scope === undefined ? query : query.where((inner) => void scope(inner, names, endYear));
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
  const [person, calendar] = [
    column(names, 'Enrollment', 'personID'),
    column(names, 'Enrollment', 'calendarID'),
  ];
  const year = `c.${column(names, 'Calendar', 'endYear')}`;
  const others = from(names, 'Enrollment', 'e')
    .leftJoin(
      aliased(names, 'Calendar', 'c'),
      `c.${column(names, 'Calendar', 'calendarID')}`,
      `e.${calendar}`,
    )
    .where((elsewhere) => {
      void elsewhere.whereNot(year, endYear).orWhereNull(year);
    })
    .groupBy(`e.${person}`)
    .select([
      names.knex.raw('?? as ??', [`e.${person}`, 'personID']),
      names.knex.raw('max(??) as ??', [year, 'endYear']),
    ])
    .orderBy(`e.${person}`);
  return inFocus(names, 'Enrollment', 'e', others);
}
