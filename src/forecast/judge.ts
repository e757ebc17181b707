/**
 * The rules of one connection judged for one day: which records would be sent, in a bit each, and what leaves and joins against
 * another such day. The same filter as in a refresh; nothing is mapped, written or held, except for receivers that drop records.
 */
import type { Whereabouts } from '../filter/exclusions.js';
import type { District } from '../filter/context.js';
import { decide, rosterOf, type FilterRequest } from '../filter/filter.js';
import type { EnrollmentContext } from '../filter/enrollments.js';
import { ROLE, SchoolSets, type OnKept } from '../filter/kept.js';
import { tighten } from '../map/map.js';
import type { Tightening } from '../map/tighten.js';
import { enrollmentSourcedId, schoolYearSourcedId } from '../map/sourced-ids.js';
import { Notices } from '../model/notices.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { receiverOf } from '../profiles/receiver.js';
import { dropsRecords } from '../profiles/shape.js';
import { ROLE_NAMES, type Roster } from '../roster/roster.js';
import type { Wanted } from '../filter/wanted.js';
import { ByteMap, IdSet } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { roleRowCount, type Judged, type SchoolTally } from './judged.js';
import { noCounts } from './model.js';
import type { Moves } from './moves.js';

export interface Judging {
  readonly snapshot: Snapshot;
  /** Has the values of extension columns, whichever records are judged. */
  readonly metadata: Pick<Snapshot, 'metadata'>;
  readonly district: District;
  readonly wanted: Wanted;
  readonly settings: ConnectionSettings;
  readonly grades: Config['grades'];
  readonly asOf: LocalDate;
}

/** Against `before`, where there is one: each record that leaves or joins is put into `moves`. */
export function judgeDay(
  judging: Judging,
  before: Judged | undefined,
  moves: Moves,
): { readonly judged: Judged; readonly roster: Roster } {
  const { snapshot, district, wanted, settings, asOf } = judging;
  const report = (kind: string, id: number | string, { code }: { code: string }, at?: Whereabouts) =>
    moves.noteExclusion(kind, id, { rule: code, schoolID: at?.schoolID ?? undefined }, before);
  const roles = settings.version === '1.2' ? schoolsByRole() : undefined;
  const onKept: OnKept = (role, personID, schools) => roles?.[role].set(personID, schools);
  const notices = new Notices();
  const request: FilterRequest = { snapshot, district, wanted, settings, asOf, notices, report, onKept };
  const context = decide(request);
  const tight = tightened(judging, context, report);
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
  for (const enrollment of roster.enrollments()) {
    const reason = tight?.reasonAgainst(enrollment);
    if (reason !== undefined) {
      tight?.reportEnrollment(enrollment, reason);
      continue;
    }
    const { role, id, school } = enrollment;
    const part = role === 'student' ? 'rosters' : 'staffRows';
    keepEnrollment(judged, part, id, school.schoolID);
    if (before?.[part].has(id) === false)
      moves.join('enrollments', enrollmentSourcedId(role, id), '', school.schoolID);
  }
  keepClasses(judging, { roster, context, tight }, judged);
  keepUsers(judging, context, tight, judged);
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
  readonly tight: Tightening | undefined;
}

/** Which classes are empty and which courses are used is only looked for where that matters. */
function keepClasses(
  { settings }: Judging,
  { roster, context: { sections }, tight }: Decided,
  judged: Judged,
): void {
  const isWalked = settings.emptyClasses === 'drop' || settings.unusedCourses === 'drop';
  const ids = isWalked ? idsOf(roster.classes(), (kept) => kept.section.sectionID) : sections.sections.ids();
  for (const id of ids) {
    if (tight?.dropsClass(id) === true) continue;
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
  tight: Tightening | undefined,
  judged: Judged,
): void {
  for (const personID of kept.roles.ids()) {
    const bits = bitsLeft(personID, kept.roles.get(personID), tight);
    if (bits === 0) continue;
    judged.users.set(personID, bits);
    judged.counts.users += settings.version === '1.1' ? bitsIn(bits) : 1;
    judged.counts.roles += roleRowCount(judged, personID);
    if ((bits & ROLE.student) === 0) continue;
    if (judged.hasDemographics) judged.counts.demographics += 1;
    for (const schoolID of kept.studentSchools.get(personID)) tally(judged, schoolID).users += 1;
  }
}

const bitsIn = (bits: number): number =>
  Object.values(ROLE).reduce((sum, role) => sum + ((bits & role) === 0 ? 0 : 1), 0);

function bitsLeft(personID: number, bits: number, tight: Tightening | undefined): number {
  if (tight?.dropsUsers !== true) return bits;
  let left = bits;
  for (const role of ROLE_NAMES) if (tight.dropsRole(personID, role)) left &= ~ROLE[role];
  return left;
}

/** What the receiver of a demanding profile drops, after the rules. */
function tightened(
  { snapshot, metadata, district, wanted, settings, grades, asOf }: Judging,
  context: EnrollmentContext,
  report: FilterRequest['report'],
): Tightening | undefined {
  const { shape } = receiverOf(settings);
  if (!dropsRecords(shape)) return undefined;
  const notices = new Notices();
  const silent = { snapshot, district, wanted, settings, asOf, notices, report: () => undefined };
  return tighten({
    roster: rosterOf(silent, context),
    ...{ settings, grades, shape, snapshot: metadata },
    report: (kind, id, exclusion) => report(kind as Parameters<typeof report>[0], id, exclusion),
  });
}
