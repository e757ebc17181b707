/**
 * Filters that depend on which other records are kept: students with classes, classes with a teacher, the pilot sample. The rules run once
 * without each of these filters; what that run shows is what the filter looks up in the run that counts. Connections without them pay nothing.
 */
import { ByteMap, IdSet } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { rosterRules, teacherEnrollmentRules, type EnrollmentContext } from './enrollments.js';
import type { ReportExclusion } from './exclusions.js';
import { ROLE, SchoolSets, type OnKept } from './kept.js';
import { firstExclusion } from './rule.js';
import type { ScopedContext } from './schools.js';
import { filterSections } from './sections.js';
import { filterStudents } from './students.js';
import { filterTeachers } from './teachers.js';
import { matcherOf, type Selected } from './wanted.js';

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
  const { only } = context.settings;
  let selected = context;
  const add = (more: Selected): void => {
    selected = { ...selected, wanted: { ...selected.wanted, ...more } };
  };
  const run = (): EnrollmentContext => keepClasses(snapshot, selected, () => undefined);
  // A class without a teacher can cost a teacher who had no other one; then the classes are looked at again.
  for (let before = -1; only?.sections?.teachers !== undefined;) {
    const found = taughtSections(snapshot, run());
    add({ taught: found.sections });
    if (found.count === before) break;
    before = found.count;
  }
  if (only?.students?.withClasses === true) add({ inClass: studentsInClass(snapshot, run()) });
  if (only?.pilot !== undefined) add({ pilot: pilotOf(snapshot, run(), only.pilot) });
  return selected;
}

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
