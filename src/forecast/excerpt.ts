/**
 * The part of a snapshot on which depends who leaves and joins within some days: the rows of people of whom one ends or begins then,
 * of those whose verdict depends on them, and on whom that depends; small tables whole. The same rules over it find the same differences
 * between two of these days as over all rows, since the verdicts on other records are the same on both.
 */
import type { District } from '../filter/context.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { receiverOf } from '../profiles/receiver.js';
import { dropsClasses, dropsRecords } from '../profiles/shape.js';
import { IdSet } from '../snapshot/id-map.js';
import {
  snapshotColumns,
  Snapshot,
  UNNAMED,
  type RowOf,
  type SnapshotCell,
  type SnapshotTable,
} from '../snapshot/snapshot.js';
import { firstMoves, type FirstDays, type FirstMoves, type Span } from './first-moves.js';

type Settings = Omit<ConnectionSettings, 'delivery'>;

/** Some settings make one record depend on many others, as do receivers that drop a class for who is in it. */
export function isJudgedApart(settings: Settings): boolean {
  const { only, emptyClasses, unusedCourses } = settings;
  const { pilot, sections, students, contacts } = only ?? {};
  const entangling = [pilot, sections, students?.withClasses, contacts?.max];
  return (
    emptyClasses === 'keep' &&
    unusedCourses === 'keep' &&
    entangling.every((each) => each === undefined) &&
    !dropsClasses(receiverOf(settings).shape)
  );
}

export interface Excerpt {
  readonly snapshot: Snapshot;
  /** The days up to which it may be judged instead of everything. */
  readonly days: readonly LocalDate[];
}

/** Where more people or roster rows move, a part takes hardly less time than everything; a few are always worth it. */
const mostMoving = ({ count }: FirstDays): number => Math.max(500, count / 10);

/** For the first of the days, as many as move only few records; undefined where that is none, or where the settings do not allow it. */
export function excerpt(
  snapshot: Snapshot,
  district: District,
  settings: Settings,
  span: Span,
): Excerpt | undefined {
  const last = span.days.length;
  if (last === 0 || !isJudgedApart(settings)) return undefined;
  const { shape } = receiverOf(settings);
  const moves = firstMoves(snapshot, district, { ...settings, ...shape }, span);
  const untils = [moves.people, moves.rosters].map((each) => each.lastWithin(mostMoving(each), last));
  const until = Math.min(...untils);
  if (until === 0) return undefined;
  const tables = Snapshot.tables.filter((table) => dropsRecords(shape) || !OF_PEOPLE.includes(table));
  return { snapshot: cut({ snapshot, tables }, moves, until), days: span.days.slice(0, until) };
}

/** What the rules need of people is in the district: these tables are for the cells of users. */
const OF_PEOPLE: readonly SnapshotTable[] = ['Person', 'UserAccount', 'RelatedPairByStudent'];

interface Whole {
  readonly snapshot: Snapshot;
  /** Those to be copied. */
  readonly tables: readonly SnapshotTable[];
}

/** `until`: the number of a day. */
function cut(whole: Whole, { people: moves, rosters: rosterMoves }: FirstMoves, until: number): Snapshot {
  const { snapshot } = whole;
  const moving = moves.upTo(until);
  const people = withRelated(snapshot, moving);
  const [rosters, sections] = [new IdSet(), new IdSet()];
  for (const [rosterID, personID, sectionID] of snapshot.cells('Roster', [
    'rosterID',
    'personID',
    'sectionID',
  ])) {
    if (!moving.has(personID) && !rosterMoves.isUpTo(rosterID, until)) continue;
    rosters.add(rosterID);
    sections.add(sectionID);
    people.add(personID);
  }
  for (const [personID, sectionID] of snapshot.cells('SectionStaffHistory', ['personID', 'sectionID']))
    if (people.has(personID)) sections.add(sectionID);
  const courses = new IdSet();
  for (const [sectionID, courseID] of snapshot.cells('Section', ['sectionID', 'courseID']))
    if (sections.has(sectionID)) courses.add(courseID);
  return copy(whole, {
    Person: ['personID', people],
    UserAccount: ['personID', people],
    RelatedPairByStudent: ['personID1', people],
    Enrollment: ['personID', people],
    OtherYearStudent: ['personID', people],
    EmploymentAssignment: ['personID', people],
    SectionStaffHistory: ['personID', people],
    RelatedPair: ['personID2', people],
    Roster: ['rosterID', rosters],
    Section: ['sectionID', sections],
    SectionPlacement: ['sectionID', sections],
    Course: ['courseID', courses],
  });
}

/** Also the agents of those who move, and all students of these agents. */
function withRelated(snapshot: Snapshot, moving: IdSet): IdSet {
  const [related, people] = [new IdSet(), new IdSet()];
  for (const id of moving.ids()) related.add(id);
  for (const [student, agent] of snapshot.cells('RelatedPair', ['personID1', 'personID2']))
    if (moving.has(student)) related.add(agent);
  for (const id of related.ids()) people.add(id);
  for (const [student, agent] of snapshot.cells('RelatedPair', ['personID1', 'personID2']))
    if (related.has(agent)) people.add(student);
  return people;
}

type Choice = readonly [column: string, ids: IdSet];

const ROWS_IN_BLOCK = 500;

function copy({ snapshot, tables }: Whole, choices: Partial<Record<SnapshotTable, Choice>>): Snapshot {
  const target = Snapshot.create(UNNAMED);
  for (const table of tables) copyTable({ snapshot, target, table }, choices[table]);
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
  type Column = keyof RowOf<T> & string;
  const names = snapshotColumns(table) as readonly Column[];
  const append = target.appender(table);
  const wanted =
    choice === undefined
      ? (snapshot.cells(table, names) as Iterable<readonly SnapshotCell[]>)
      : snapshot.cellsWhere(table, names, {
          column: choice[0] as Column,
          isWanted: (id) => choice[1].has(id),
        });
  let block = names.map((): SnapshotCell[] => []);
  let rows = 0;
  const flush = (): void => {
    append({ rows, columns: block });
    block = names.map(() => []);
    rows = 0;
  };
  for (const cells of wanted) {
    for (let at = 0; at < cells.length; at += 1) block[at]?.push(cells[at] ?? null);
    rows += 1;
    if (rows === ROWS_IN_BLOCK) flush();
  }
  flush();
}
