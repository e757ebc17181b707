/** External LMS Exclude, level by level: how many marks there are, and what they exclude. */
import type { ConnectionFinding, Found } from './finding.js';
import type { RowOf, Snapshot, SnapshotTable } from '../../snapshot/snapshot.js';

type Marked = {
  [T in SnapshotTable]: 'externalLMSExclude' extends keyof RowOf<T> ? T : never;
}[SnapshotTable];

interface Level<T extends Marked> {
  readonly code: string;
  readonly rule: string;
  readonly table: T;
  readonly called: string;
  readonly screen: string;
  readonly foundAs: (row: RowOf<T>) => Found;
}

function markFinding<T extends Marked>({
  code,
  rule,
  table,
  called,
  screen,
  foundAs,
}: Level<T>): ConnectionFinding {
  return {
    code,
    severity: 'info',
    says: `External LMS Exclude is marked on the ${called}.`,
    fixIn: `${screen} > External LMS Exclude`,
    source: 'Campus: External LMS Exclude',
    scope: 'connection',
    watch: ({ snapshot, year }, finder) => ({
      leftOut: (kind, _id, exclusion) => {
        if (exclusion.code === rule) finder.takesOut(kind);
      },
      end: () => {
        for (const row of markedRows(snapshot, table)) {
          const { endYear = year.endYear } = row as { readonly endYear?: number };
          if (endYear === year.endYear) finder.found(foundAs(row));
        }
      },
    }),
  };
}

function* markedRows<T extends Marked>(snapshot: Snapshot, table: T): Iterable<RowOf<T>> {
  for (const row of snapshot.rows(table)) {
    if ((row as { readonly externalLMSExclude: number | null }).externalLMSExclude === 1) yield row;
  }
}

const CALENDAR = 'System Administration > Calendar > Calendar';
const COURSES = 'Scheduling & Courses > Courses';

export const excludeMarkFindings: readonly ConnectionFinding[] = [
  markFinding({
    code: 'lms-exclude.school',
    rule: 'LMS_SCHOOL',
    table: 'School',
    called: 'school',
    screen: 'System Administration > Resources > School',
    foundAs: ({ schoolID }) => ({ kind: 'school', id: schoolID, schoolID }),
  }),
  markFinding({
    code: 'lms-exclude.calendar',
    rule: 'LMS_CALENDAR',
    table: 'Calendar',
    called: 'calendar',
    screen: CALENDAR,
    foundAs: ({ calendarID, schoolID }) => ({ kind: 'calendar', id: calendarID, schoolID }),
  }),
  markFinding({
    code: 'lms-exclude.structure',
    rule: 'LMS_STRUCTURE',
    table: 'ScheduleStructure',
    called: 'schedule structure',
    screen: `${CALENDAR} > Schedule Structure`,
    foundAs: ({ structureID, calendarID }) => ({
      kind: 'scheduleStructure',
      id: structureID,
      facts: { calendarID },
    }),
  }),
  markFinding({
    code: 'lms-exclude.grade-level',
    rule: 'LMS_GRADE',
    table: 'GradeLevel',
    called: 'grade level',
    screen: `${CALENDAR} > Grade Levels`,
    foundAs: ({ name, calendarID, structureID }) => ({
      kind: 'gradeLevel',
      id: name ?? '(blank)',
      facts: { calendarID, structureID },
    }),
  }),
  markFinding({
    code: 'lms-exclude.enrollment',
    rule: 'LMS_ENROLLMENT',
    table: 'Enrollment',
    called: 'enrollment',
    screen: 'Student Information > General > Enrollments',
    foundAs: ({ enrollmentID, personID, calendarID }) => ({
      kind: 'schoolEnrollment',
      id: enrollmentID,
      personID,
      facts: { calendarID },
    }),
  }),
  markFinding({
    code: 'lms-exclude.course-master',
    rule: 'LMS_COURSE_MASTER',
    table: 'CourseMaster',
    called: 'course master',
    screen: `${COURSES} > Course Masters`,
    foundAs: ({ courseMasterID }) => ({ kind: 'courseMaster', id: courseMasterID }),
  }),
  markFinding({
    code: 'lms-exclude.course',
    rule: 'LMS_COURSE',
    table: 'Course',
    called: 'course',
    screen: `${COURSES} > Course Information`,
    foundAs: ({ courseID, number, calendarID }) => ({
      kind: 'course',
      id: courseID,
      facts: { course: number, calendarID },
    }),
  }),
  markFinding({
    code: 'lms-exclude.section',
    rule: 'LMS_SECTION',
    table: 'Section',
    called: 'section',
    screen: `${COURSES} > Sections > Section Information`,
    foundAs: ({ sectionID, number, courseID }) => ({
      kind: 'section',
      id: sectionID,
      facts: { courseID, section: number },
    }),
  }),
  markFinding({
    code: 'lms-exclude.assignment',
    rule: 'LMS_ASSIGNMENT',
    table: 'EmploymentAssignment',
    called: 'District Assignment',
    screen: 'Census > People > District Assignments',
    foundAs: ({ assignmentID, personID, schoolID }) => ({
      kind: 'assignment',
      id: assignmentID,
      personID,
      schoolID,
    }),
  }),
];
