/**
 * Filters that depend on which other records are kept: students with classes, classes with a teacher, the pilot sample. The rules run once
 * without each of these filters; what that run shows is what the filter looks up in the run that counts. Connections without them pay nothing.
 */
import { GroupCursor, keysOf } from '../snapshot/group-cursor.js';
import { ByteMap, IdSet, NumberMap } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { rosterRules, teacherEnrollmentRules, type EnrollmentContext } from './enrollments.js';
import type { ReportExclusion } from './exclusions.js';
import { filterGuardians, siftRelationships } from './guardians.js';
import { ROLE, SchoolSets, type OnKept } from './kept.js';
import { firstExclusion } from './rule.js';
import type { ScopedContext } from './schools.js';
import { filterSections } from './sections.js';
import { filterStudents } from './students.js';
import { filterTeachers } from './teachers.js';
import { matcherOf, type ContactPair, type Selected } from './wanted.js';

/** Students, classes and teachers: what the filters here look at. */
export function keepClasses(
  snapshot: Snapshot,
  scoped: ScopedContext,
  report: ReportExclusion,
  onKept?: OnKept,
): EnrollmentContext {
  const kept = { roles: new ByteMap(), studentSchools: new SchoolSets(), ...(onKept && { onKept }) };
  filterStudents(snapshot, scoped, kept, report);
  const sections = filterSections(snapshot, scoped, report);
  const context: EnrollmentContext = { ...scoped, sections, kept };
  filterTeachers(snapshot, context, kept, report);
  return context;
}

/** The context with what these filters select. */
export function select<C extends ScopedContext>(snapshot: Snapshot, context: C): C {
  const { sections, students, contacts, pilot } = context.settings.only ?? {};
  let selected = context;
  const add = (more: Selected): void => {
    selected = { ...selected, wanted: { ...selected.wanted, ...more } };
  };
  const run = (): EnrollmentContext => keepClasses(snapshot, selected, () => undefined);
  // A class without a teacher can cost a teacher who had no other one; then the classes are looked at again.
  for (let before = -1; sections?.teachers !== undefined;) {
    const found = taughtSections(snapshot, run());
    add({ taught: found.sections });
    if (found.count === before) break;
    before = found.count;
  }
  if (students?.withClasses === true) add({ inClass: studentsInClass(snapshot, run()) });
  if (pilot !== undefined) add({ pilot: pilotOf(snapshot, run(), pilot) });
  if (contacts?.max !== undefined) add({ firstContacts: firstContacts(snapshot, run(), contacts.max) });
  return selected;
}

/** Contacts that would be sent count, in the order of seq (empty last), then of their ids. What is held is the last one of each student. */
function firstContacts(
  snapshot: Snapshot,
  context: EnrollmentContext,
  most: number,
): NonNullable<Selected['firstContacts']> {
  filterGuardians(snapshot, context, () => undefined);
  const last = { seq: new NumberMap(), personID: new NumberMap() };
  const pairs = new GroupCursor(
    snapshot.rows('RelatedPairByStudent'),
    (row) => row.personID1,
    'RelatedPair.personID1',
  );
  for (const studentID of keysOf(pairs)) {
    const sent = siftRelationships(pairs.take(studentID), context)
      .kept.filter(({ pair, kind }) => context.kept.roles.has(pair.personID2, ROLE[kind]))
      .map(({ pair }) => pair)
      .sort(inContactOrder);
    const contacts = [...new Map(sent.toReversed().map((pair) => [pair.personID2, pair])).values()];
    const final = contacts.sort(inContactOrder)[most - 1];
    if (final === undefined) continue;
    last.seq.set(studentID, placeOf(final));
    last.personID.set(studentID, final.personID2);
  }
  return (pair) => {
    const personID2 = last.personID.get(pair.personID1);
    if (personID2 === 0) return true;
    return (placeOf(pair) - last.seq.get(pair.personID1) || pair.personID2 - personID2) <= 0;
  };
}

/** After all of tinyint: an empty seq. */
const placeOf = ({ seq }: ContactPair): number => seq ?? 1_000;

const inContactOrder = (a: ContactPair, b: ContactPair): number =>
  placeOf(a) - placeOf(b) || a.personID2 - b.personID2;

function taughtSections(
  snapshot: Snapshot,
  context: EnrollmentContext,
): { readonly sections: IdSet; readonly count: number } {
  const sections = new IdSet();
  let count = 0;
  for (const row of snapshot.rows('SectionStaffHistory')) {
    if (firstExclusion(teacherEnrollmentRules, row, context) !== undefined) continue;
    if (!sections.has(row.sectionID)) count += 1;
    sections.add(row.sectionID);
  }
  return { sections, count };
}

function studentsInClass(snapshot: Snapshot, context: EnrollmentContext): IdSet {
  const students = new IdSet();
  for (const row of snapshot.rows('Roster'))
    if (firstExclusion(rosterRules, row, context) === undefined) students.add(row.personID);
  return students;
}

type Pilot = NonNullable<NonNullable<ScopedContext['settings']['only']>['pilot']>;

/** The students whose hashes are the lowest, with the classes that they are in. */
function pilotOf(
  snapshot: Snapshot,
  context: EnrollmentContext,
  { schools, students: most }: Pilot,
): NonNullable<Selected['pilot']> {
  const { kept, district, sections: keptSections } = context;
  const isSchool = schools === undefined ? undefined : matcherOf(schools);
  const isThere = (personID: number): boolean =>
    isSchool === undefined ||
    kept.studentSchools.get(personID).some((id) => isSchool(district.schools.get(id)?.number ?? null));
  const chosen = [...kept.roles.ids()]
    .filter((personID) => kept.roles.has(personID, ROLE.student) && isThere(personID))
    .sort((a, b) => hashOf(a) - hashOf(b) || a - b)
    .slice(0, most);
  const pilot = { students: new IdSet(), sections: new IdSet(), courses: new IdSet() };
  for (const personID of chosen) pilot.students.add(personID);
  for (const row of snapshot.rows('Roster')) {
    if (!pilot.students.has(row.personID) || firstExclusion(rosterRules, row, context) !== undefined)
      continue;
    pilot.sections.add(row.sectionID);
  }
  for (const [sectionID, courseID] of snapshot.cells('Section', ['sectionID', 'courseID']))
    if (pilot.sections.has(sectionID) && keptSections.sections.has(sectionID)) pilot.courses.add(courseID);
  return pilot;
}

/** Spreads ids over 32 bits (the last step of MurmurHash3): the same on every machine and every night. */
export function hashOf(id: number): number {
  let hash = id | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
