/**
 * The rules of one connection judged for one day: which records would be sent, in a bit each, and what leaves and joins against
 * another such day. The same filter as in a refresh; nothing is mapped, written or held, except for receivers that drop records.
 */
import type { Whereabouts } from '../filter/exclusions.js';
import type { District } from '../filter/context.js';
import { decide, rosterOf, type FilterRequest } from '../filter/filter.js';
import type { EnrollmentContext } from '../filter/enrollments.js';
import { ROLE, SchoolSets, type OnKept } from '../filter/kept.js';
import { map } from '../map/map.js';
import { enrollmentSourcedId, schoolYearSourcedId } from '../map/sourced-ids.js';
import { Notices } from '../model/notices.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { receiverOf } from '../profiles/receiver.js';
import { dropsRecords } from '../profiles/shape.js';
import { ROLE_NAMES, type RoleName, type Roster } from '../roster/roster.js';
import { ByteMap, IdSet } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { roleRowsOf, type Judged, type SchoolTally } from './judged.js';
import { noCounts } from './model.js';
import type { Moves } from './moves.js';

export interface Judging {
  readonly snapshot: Snapshot;
  readonly district: District;
  readonly settings: ConnectionSettings;
  readonly grades: Config['grades'];
  readonly asOf: LocalDate;
}

const isRole = (kind: string): kind is RoleName => ROLE_NAMES.some((role) => role === kind);

/** What the receiver of a demanding profile drops, after the rules. */
interface Dropped {
  readonly users: ByteMap;
  readonly sections: IdSet;
  readonly rosters: IdSet;
  readonly staffRows: IdSet;
}

/** Against `before`, where there is one: each record that leaves or joins is put into `moves`. */
export function judgeDay(
  judging: Judging,
  before: Judged | undefined,
  moves: Moves,
): { readonly judged: Judged; readonly roster: Roster } {
  const { snapshot, district, settings, asOf } = judging;
  const report = (kind: string, id: number | string, { code }: { code: string }, at?: Whereabouts) =>
    moves.noteExclusion(kind, id, { rule: code, schoolID: at?.schoolID ?? undefined }, before);
  const roles = settings.version === '1.2' ? schoolsByRole() : undefined;
  const onKept: OnKept = (role, personID, schools) => roles?.[role].set(personID, schools);
  const notices = new Notices();
  const request: FilterRequest = { snapshot, district, settings, asOf, notices, report, onKept };
  const context = decide(request);
  const dropped = droppedBy(judging, context, report);
  const roster = rosterOf(request, context);
  const judged: Judged = {
    asOf,
    users: new ByteMap(),
    classes: new IdSet(),
    courses: new IdSet(),
    rosters: new IdSet(),
    staffRows: new IdSet(),
    roles,
    hasDemographics: settings.include.demographics,
    ...smallTables(roster),
    counts: noCounts(),
    schools: new Map(),
  };
  judged.counts.orgs = judged.orgs.size;
  judged.counts.academicSessions = judged.academicSessions.size;
  for (const { role, id, school } of roster.enrollments()) {
    const part = role === 'student' ? 'rosters' : 'staffRows';
    if (dropped?.[part].has(id) === true) continue;
    keepEnrollment(judged, part, id, school.schoolID);
    if (before?.[part].has(id) === false)
      moves.join('enrollments', enrollmentSourcedId(role, id), '', school.schoolID);
  }
  keepClasses(judging, { roster, context, dropped }, judged);
  keepUsers(judging, context, dropped, judged);
  if (before !== undefined) moves.settle(before, judged, context);
  return { judged, roster };
}

const schoolsByRole = (): NonNullable<Judged['roles']> => ({
  student: new SchoolSets(),
  teacher: new SchoolSets(),
  aide: new SchoolSets(),
  guardian: new SchoolSets(),
  relative: new SchoolSets(),
});

function smallTables({ districts, schools, terms, year }: Roster): Pick<Judged, 'orgs' | 'academicSessions'> {
  return {
    orgs: new Set([
      ...districts.map(({ districtGUID }) => districtGUID),
      ...schools.map(({ schoolGUID }) => schoolGUID),
    ]),
    academicSessions: new Set([
      ...schools.map((school) => schoolYearSourcedId(school, year.endYear)),
      ...terms.map(({ termID }) => String(termID)),
    ]),
  };
}

function keepEnrollment(judged: Judged, part: 'rosters' | 'staffRows', id: number, schoolID: number): void {
  judged[part].add(id);
  judged.counts.enrollments += 1;
  tally(judged, schoolID).enrollments += 1;
}

function tally({ schools }: Judged, schoolID: number): SchoolTally {
  const known = schools.get(schoolID) ?? { users: 0, classes: 0, enrollments: 0 };
  schools.set(schoolID, known);
  return known;
}

interface Decided {
  readonly roster: Roster;
  readonly context: EnrollmentContext;
  readonly dropped: Dropped | undefined;
}

/** Which classes are empty and which courses are used is only looked for where that matters. */
function keepClasses(
  { settings }: Judging,
  { roster, context: { sections }, dropped }: Decided,
  judged: Judged,
): void {
  const isWalked = settings.emptyClasses === 'drop' || settings.unusedCourses === 'drop';
  const ids = isWalked ? idsOf(roster.classes(), (kept) => kept.section.sectionID) : sections.sections.ids();
  for (const id of ids) {
    if (dropped?.sections.has(id) === true) continue;
    judged.classes.add(id);
    judged.counts.classes += 1;
    tally(judged, sections.sections.schoolOf(id) ?? 0).classes += 1;
  }
  const courses = isWalked ? idsOf(roster.courses(), (kept) => kept.course.courseID) : sections.courses.ids();
  for (const id of courses) {
    judged.courses.add(id);
    judged.counts.courses += 1;
  }
}

function* idsOf<T>(all: Iterable<T>, idOf: (one: T) => number): Generator<number> {
  for (const one of all) yield idOf(one);
}

/** A record for each role in 1.1, one for each person in 1.2. */
function keepUsers(
  { settings }: Judging,
  { kept }: EnrollmentContext,
  dropped: Dropped | undefined,
  judged: Judged,
): void {
  for (const personID of kept.roles.ids()) {
    const bits = kept.roles.get(personID) & ~(dropped?.users.get(personID) ?? 0);
    if (bits === 0) continue;
    judged.users.set(personID, bits);
    judged.counts.users += settings.version === '1.1' ? bitsIn(bits) : 1;
    judged.counts.roles += roleRowsOf(judged, personID).length;
    if ((bits & ROLE.student) === 0) continue;
    if (judged.hasDemographics) judged.counts.demographics += 1;
    for (const schoolID of kept.studentSchools.get(personID)) tally(judged, schoolID).users += 1;
  }
}

const bitsIn = (bits: number): number =>
  Object.values(ROLE).reduce((sum, role) => sum + ((bits & role) === 0 ? 0 : 1), 0);

function droppedBy(
  { snapshot, district, settings, grades, asOf }: Judging,
  context: EnrollmentContext,
  report: FilterRequest['report'],
): Dropped | undefined {
  const { shape } = receiverOf(settings);
  if (!dropsRecords(shape)) return undefined;
  const notices = new Notices();
  const silent: FilterRequest = { snapshot, district, settings, asOf, notices, report: () => undefined };
  const dropped: Dropped = {
    users: new ByteMap(),
    sections: new IdSet(),
    rosters: new IdSet(),
    staffRows: new IdSet(),
  };
  const drop = (kind: string, id: number | string, exclusion: { code: string }): void => {
    if (isRole(kind)) dropped.users.add(Number(id), ROLE[kind]);
    else if (kind === 'section') dropped.sections.add(Number(id));
    else if (kind === 'roster') dropped.rosters.add(Number(id));
    else if (kind === 'sectionStaff') dropped.staffRows.add(Number(id));
    report(kind as Parameters<typeof report>[0], id, { ...exclusion, facts: {} });
  };
  const roster = rosterOf(silent, context);
  map({ roster, settings, grades, notices, shape, report: drop, snapshot }, () => undefined);
  return dropped;
}
