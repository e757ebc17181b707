/** The sections that were kept, with their terms, periods and room: one walk over sections and placements side by side. */
import type { SisRow } from '../campus/tables.js';
import type { LocalDate } from '../model/values.js';
import type { KeptClass, KeptCourse } from '../roster/roster.js';
import { GroupCursor } from '../snapshot/group-cursor.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { IdSet } from '../snapshot/id-map.js';
import type { ReportExclusion } from './exclusions.js';
import { EMPTY_CLASS, isSentPlacement, UNUSED_COURSE } from './sections.js';
import type { TeacherContext } from './teachers.js';

type Period = SisRow<'Period'>;
type Course = SisRow<'Course'>;

/** `filled`: sections with an exported enrollment. Marks the courses of the classes it gives in `used`. */
export function* keptClasses(
  snapshot: Snapshot,
  context: TeacherContext,
  { filled, used }: { readonly filled: IdSet; readonly used: IdSet },
  report: ReportExclusion,
): IterableIterator<KeptClass> {
  const rooms = new Map([...snapshot.rows('Room')].map((room) => [room.roomID, room.name]));
  const periods = new Map([...snapshot.rows('Period')].map((period) => [period.periodID, period]));
  const read = courseReader(snapshot, context);
  // Held no longer than classes are walked: a row takes far more than what is kept of a course in SentRecords.
  const courses = new Map([...sentCourses(snapshot, context)].map((course) => [course.courseID, course]));
  const placements = new GroupCursor(
    snapshot.rows('SectionPlacement'),
    (row) => row.sectionID,
    'SectionPlacement.sectionID',
  );
  for (const section of snapshot.rows('Section')) {
    if (!context.sections.sections.has(section.sectionID)) continue;
    const placed = placements
      .take(section.sectionID)
      .filter((row) => isSentPlacement(row, section.trialID, context));
    const course = read(courses.get(section.courseID));
    if (course === undefined) continue;
    if (context.settings.emptyClasses === 'drop' && !filled.has(section.sectionID)) {
      const facts = { courseID: section.courseID };
      report(
        'section',
        section.sectionID,
        { code: EMPTY_CLASS.code, facts },
        { schoolID: course.school.schoolID },
      );
      continue;
    }
    used.add(section.courseID);
    yield {
      ...course,
      section,
      roomName: (section.roomID === null ? undefined : rooms.get(section.roomID)) ?? null,
      termIDs: termOrder(new Set(placed.map((row) => row.termID)), context),
      periods: periodOrder(placed.flatMap((row) => periods.get(row.periodID) ?? [])),
    };
  }
}

/** The days of a class: those of its terms, whose blank dates are the calendar's, else the year's. */
export function classSpans(
  snapshot: Snapshot,
  context: TeacherContext,
): ReadonlyMap<number, { readonly startDate: LocalDate; readonly endDate: LocalDate }> {
  const spans = new Map<number, { startDate: LocalDate; endDate: LocalDate }>();
  const { terms, year } = context.district;
  for (const placement of snapshot.rows('SectionPlacement')) {
    const trialID = context.sections.sections.trialOf(placement.sectionID);
    if (!isSentPlacement(placement, trialID, context)) continue;
    const term = terms.get(placement.termID);
    const calendar = context.scope.activeCalendars.get(term?.calendarID ?? -1);
    const startDate = term?.startDate ?? calendar?.startDate ?? year.start;
    const endDate = term?.endDate ?? calendar?.endDate ?? year.end;
    const known = spans.get(placement.sectionID);
    spans.set(placement.sectionID, {
      startDate: known !== undefined && known.startDate < startDate ? known.startDate : startDate,
      endDate: known !== undefined && known.endDate > endDate ? known.endDate : endDate,
    });
  }
  return spans;
}

export function* keptCourses(
  snapshot: Snapshot,
  context: TeacherContext,
  used: IdSet,
  report: ReportExclusion,
): IterableIterator<KeptCourse> {
  const read = courseReader(snapshot, context);
  for (const row of sentCourses(snapshot, context)) {
    const { courseID, calendarID } = row;
    if (context.settings.unusedCourses === 'drop' && !used.has(courseID)) {
      const schoolID = context.sections.courses.schoolOf(courseID);
      report('course', courseID, { code: UNUSED_COURSE.code, facts: { calendarID } }, { schoolID });
      continue;
    }
    const course = read(row);
    if (course !== undefined) yield course;
  }
}

function* sentCourses(snapshot: Snapshot, { sections }: TeacherContext): Generator<Course> {
  for (const course of snapshot.rows('Course')) if (sections.courses.has(course.courseID)) yield course;
}

function courseReader(snapshot: Snapshot, { scope, sections }: TeacherContext) {
  const departments = new Map([...snapshot.rows('Department')].map((row) => [row.departmentID, row.name]));
  return (course: Course | undefined): KeptCourse | undefined => {
    if (course === undefined) return undefined;
    const school = scope.schools.get(sections.courses.schoolOf(course.courseID) ?? -1);
    if (school === undefined) return undefined;
    const { departmentID } = course;
    const departmentName = (departmentID === null ? undefined : departments.get(departmentID)) ?? null;
    return { course, school, departmentName };
  };
}

/** By Term.seq (blank last), then termID. */
function termOrder(termIDs: Iterable<number>, { district }: TeacherContext): readonly number[] {
  const seq = (termID: number): number => district.terms.get(termID)?.seq ?? Infinity;
  return [...termIDs].sort((a, b) => compare(seq(a), seq(b)) || a - b);
}

/** Distinct names by Period.seq (blank last), then name: the same period stands once per day rotation. */
function periodOrder(periods: readonly Period[]): readonly string[] {
  const seq = ({ seq }: Period): number => seq ?? Infinity;
  const sorted = [...periods].sort((a, b) => compare(seq(a), seq(b)) || compare(a.name ?? '', b.name ?? ''));
  return [...new Set(sorted.flatMap(({ name }) => name ?? []))];
}

function compare<T extends number | string>(a: T, b: T): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
