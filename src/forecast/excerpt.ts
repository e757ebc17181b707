/**
 * The part of a snapshot on which depends who leaves and joins within some days: people with a row that begins or ends then, whose
 * verdict depends on them, and on whom that depends; small tables whole. The same rules over it find the same differences between two
 * of these days as over all rows, since the verdicts on other records are the same on both.
 */
import type { District } from '../filter/context.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { receiverOf } from '../profiles/receiver.js';
import { dropsRecords } from '../profiles/shape.js';
import { IdSet } from '../snapshot/id-map.js';
import {
  snapshotColumns,
  Snapshot,
  UNNAMED,
  type RowOf,
  type SnapshotCell,
  type SnapshotTable,
} from '../snapshot/snapshot.js';

type Settings = Omit<ConnectionSettings, 'delivery'>;

/** Some settings make one record depend on many others; profiles choose among a person's records. */
export function isJudgedApart(settings: Settings): boolean {
  const { only, emptyClasses, unusedCourses } = settings;
  return (
    emptyClasses === 'keep' &&
    unusedCourses === 'keep' &&
    !dropsRecords(receiverOf(settings).shape) &&
    only?.pilot === undefined &&
    only?.students?.withClasses === undefined &&
    only?.sections === undefined
  );
}

/** Days after `after`, up to and with `until`. */
export interface Range {
  readonly after: LocalDate;
  readonly until: LocalDate;
}

type Dates = readonly [startDate: LocalDate | null, endDate: LocalDate | null];

/** Whether one of the days is the first of the dates, or the first after them. */
const fallsInto = ({ after, until }: Range, [start, end]: Dates): boolean =>
  (start !== null && start > after && start <= until) || (end !== null && end >= after && end < until);

export function excerpt(
  snapshot: Snapshot,
  district: District,
  settings: Pick<Settings, 'ids' | 'endedRosters'>,
  range: Range,
): Snapshot {
  const moving = movingPeople(snapshot, district, settings, range);
  const people = withRelated(snapshot, moving, range);
  const rosters = rosterRows(snapshot, settings, { range, moving, people });
  const sections = rosters.sections;
  for (const [personID, sectionID] of snapshot.cells('SectionStaffHistory', ['personID', 'sectionID']))
    if (people.has(personID)) sections.add(sectionID);
  const courses = new IdSet();
  for (const [sectionID, courseID] of snapshot.cells('Section', ['sectionID', 'courseID']))
    if (sections.has(sectionID)) courses.add(courseID);
  return copy(snapshot, {
    Person: ['personID', people],
    UserAccount: ['personID', people],
    Enrollment: ['personID', people],
    OtherYearStudent: ['personID', people],
    EmploymentAssignment: ['personID', people],
    SectionStaffHistory: ['personID', people],
    RelatedPair: ['personID2', people],
    RelatedPairByStudent: ['personID1', people],
    Roster: ['rosterID', rosters.ids],
    Section: ['sectionID', sections],
    SectionPlacement: ['sectionID', sections],
    Course: ['courseID', courses],
  });
}

const OWN_DATES = ['Enrollment', 'EmploymentAssignment', 'SectionStaffHistory'] as const;

/** Whose own rows begin or end then, and those who share a GUID: if one of them leaves, another may join. */
function movingPeople(
  snapshot: Snapshot,
  { guids }: District,
  { ids }: Pick<Settings, 'ids'>,
  range: Range,
): IdSet {
  const moving = new IdSet();
  for (const table of OWN_DATES)
    for (const [personID, ...dates] of snapshot.cells(table, ['personID', 'startDate', 'endDate']))
      if (fallsInto(range, dates)) moving.add(personID);
  if (ids === 'guid') for (const group of guids.shared()) for (const personID of group) moving.add(personID);
  return moving;
}

/** Also the agents of those who move, and all students of these agents. */
function withRelated(snapshot: Snapshot, moving: IdSet, range: Range): IdSet {
  const related = new IdSet();
  for (const id of moving.ids()) related.add(id);
  const columns = ['personID1', 'personID2', 'startDate', 'endDate'] as const;
  for (const [student, agent, ...dates] of snapshot.cells('RelatedPair', columns))
    if (moving.has(student) || fallsInto(range, dates)) related.add(agent);
  const people = new IdSet();
  for (const id of related.ids()) people.add(id);
  for (const [student, agent] of snapshot.cells('RelatedPair', columns))
    if (related.has(agent)) people.add(student);
  return people;
}

interface Moving {
  readonly range: Range;
  readonly moving: IdSet;
  /** Gets the students of single rows that end then. */
  readonly people: IdSet;
}

function rosterRows(
  snapshot: Snapshot,
  { endedRosters }: Pick<Settings, 'endedRosters'>,
  { range, moving, people }: Moving,
): { readonly ids: IdSet; readonly sections: IdSet } {
  const [ids, sections] = [new IdSet(), new IdSet()];
  const columns = ['rosterID', 'personID', 'sectionID', 'startDate', 'endDate'] as const;
  for (const [rosterID, personID, sectionID, ...dates] of snapshot.cells('Roster', columns)) {
    const isOwn = endedRosters === 'drop' && fallsInto(range, dates);
    if (!isOwn && !moving.has(personID)) continue;
    ids.add(rosterID);
    sections.add(sectionID);
    people.add(personID);
  }
  return { ids, sections };
}

type Choice = readonly [column: string, ids: IdSet];

const ROWS_IN_BLOCK = 500;

function copy(snapshot: Snapshot, choices: Partial<Record<SnapshotTable, Choice>>): Snapshot {
  const target = Snapshot.create(UNNAMED);
  for (const table of Snapshot.tables) copyTable({ snapshot, target, table }, choices[table]);
  target.seal(snapshot.year);
  return target;
}

interface Way<T extends SnapshotTable> {
  readonly snapshot: Snapshot;
  readonly target: Snapshot;
  readonly table: T;
}

function copyTable<T extends SnapshotTable>(
  { snapshot, target, table }: Way<T>,
  choice: Choice | undefined,
): void {
  const names = snapshotColumns(table) as readonly (keyof RowOf<T> & string)[];
  const append = target.appender(table);
  const key = choice === undefined ? -1 : names.findIndex((name) => name === choice[0]);
  let block = names.map((): SnapshotCell[] => []);
  let rows = 0;
  const flush = (): void => {
    append({ rows, columns: block });
    block = names.map(() => []);
    rows = 0;
  };
  for (const cells of snapshot.cells(table, names) as Iterable<readonly SnapshotCell[]>) {
    if (choice !== undefined && !choice[1].has(Number(cells[key]))) continue;
    for (const [at, cell] of cells.entries()) block[at]?.push(cell);
    rows += 1;
    if (rows === ROWS_IN_BLOCK) flush();
  }
  flush();
}
