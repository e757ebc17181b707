/**
 * Which students are sent: those with at least one current enrollment in an in-scope calendar of the active year. Each
 * enrollment is judged on its own; what is left of them gives the student's schools, grade and role dates.
 */
import type { SisRow } from '../campus/tables.js';
import { GroupCursor, keysOf } from '../snapshot/group-cursor.js';
import type { OtherYearStudentRow, Snapshot } from '../snapshot/snapshot.js';
import { hasEnded, overlapsYear } from './context.js';
import type { ReportExclusion } from './exclusions.js';
import { ROLE, type Kept } from './kept.js';
import { onlyEnrollmentType, onlySelectedStudents, onlyStudents } from './only.js';
import { personRules, type PersonSubject } from './people.js';
import { LMS_CALENDAR, YEAR_NOT_ACTIVE } from './reasons.js';
import { firstExclusion, furthestExclusion, sift, type Exclusion, type Rules } from './rule.js';
import { named, sawEnd, sawYear } from './saw.js';
import { calendarOf, SCHOOL_OF_CALENDAR, schoolRulesFor, type ScopedContext } from './schools.js';

type Enrollment = SisRow<'Enrollment'>;

const STUDENTS = 'Campus: OneRoster Prerequisites, Students > Enrollments';
const LMSX = 'Campus: External LMS Exclude';

const schoolOf = (row: Enrollment | undefined, context: ScopedContext) => ({
  schoolID: row && calendarOf(row, context)?.schoolID,
});
const gradeLevelOf = (row: Enrollment, { district }: ScopedContext) => district.gradeLevels.of(row);
const facts = ({ enrollmentID, startDate, endDate }: Enrollment) => ({ enrollmentID, startDate, endDate });

export const enrollmentRules: Rules<Enrollment, ScopedContext> = [
  ...schoolRulesFor<Enrollment>(SCHOOL_OF_CALENDAR),
  {
    ...LMS_CALENDAR,
    excludes: (row, context) =>
      calendarOf(row, context)?.externalLMSExclude === 1
        ? { enrollmentID: row.enrollmentID, calendarID: row.calendarID }
        : undefined,
    saw: (row, context) => ({
      calendarID: row.calendarID,
      ...named('calendar', calendarOf(row, context), 'externalLMSExclude'),
    }),
  },
  {
    code: 'LMS_STRUCTURE',
    says: 'The schedule structure of the enrollment is marked External LMS Exclude.',
    source: LMSX,
    applies: [11, 17],
    fixIn: 'System Administration > Calendar > Calendar > Schedule Structure > External LMS Exclude',
    excludes: (row, { district }) =>
      district.structures.get(row.structureID)?.externalLMSExclude === 1
        ? { enrollmentID: row.enrollmentID, structureID: row.structureID }
        : undefined,
    saw: ({ structureID }, { district }) => ({
      structureID,
      ...named('structure', district.structures.get(structureID), 'externalLMSExclude'),
    }),
  },
  {
    code: 'LMS_GRADE',
    says: 'The grade level of the enrollment is marked External LMS Exclude.',
    source: LMSX,
    applies: [12, 17],
    fixIn: 'System Administration > Calendar > Calendar > Grade Levels > External LMS Exclude',
    excludes: (row, context) =>
      gradeLevelOf(row, context)?.externalLMSExclude === 1
        ? { enrollmentID: row.enrollmentID, grade: row.grade }
        : undefined,
    saw: (row, context) => ({
      calendarID: row.calendarID,
      structureID: row.structureID,
      grade: row.grade,
      ...named('gradeLevel', gradeLevelOf(row, context), 'externalLMSExclude'),
    }),
  },
  {
    code: 'LMS_ENROLLMENT',
    says: 'The enrollment is marked External LMS Exclude.',
    source: `${STUDENTS}; ${LMSX}`,
    applies: [13, 24],
    fixIn: 'Student Information > General > Enrollments > External LMS Exclude',
    excludes: (row) => (row.externalLMSExclude === 1 ? { enrollmentID: row.enrollmentID } : undefined),
    saw: ({ externalLMSExclude }) => ({ externalLMSExclude }),
  },
  {
    code: 'NO_ENROLLMENT_IN_YEAR',
    says: 'The dates of the enrollment do not overlap the school year.',
    source: STUDENTS,
    applies: [3, 22],
    fixIn: 'Student Information > General > Enrollments > Start Date, End Date',
    excludes: (row, { district }) => (overlapsYear(row, district.year) ? undefined : facts(row)),
    saw: sawYear,
  },
  {
    code: 'NO_SHOW',
    says: 'The enrollment is marked No Show.',
    source: STUDENTS,
    applies: [23],
    fixIn: 'Student Information > General > Enrollments > No Show',
    excludes: (row) => (row.noShow === 1 ? { enrollmentID: row.enrollmentID } : undefined),
    saw: ({ noShow }) => ({ noShow }),
  },
  {
    code: 'ENROLLMENT_ENDED',
    says: 'The enrollment ended before the as-of date, and not on the end date of its calendar.',
    source: STUDENTS,
    applies: [25, 26, 27, 29],
    fixIn: 'Student Information > General > Enrollments > End Date',
    excludes: (row, context) =>
      hasEnded(row, context.asOf) && row.endDate !== calendarOf(row, context)?.endDate
        ? facts(row)
        : undefined,
    saw: (row, context) => ({
      ...sawEnd(row, context),
      calendarID: row.calendarID,
      ...named('calendar', calendarOf(row, context), 'endDate'),
    }),
  },
  onlyEnrollmentType,
];

/** A student with the enrollment that gives grade and primary school. */
export interface StudentSubject extends PersonSubject {
  readonly primary: Enrollment | undefined;
}

export const studentRules: Rules<StudentSubject, ScopedContext> = [
  ...onlyStudents,
  ...personRules,
  ...onlySelectedStudents,
];

/** `current`: the enrollments that the rules keep. */
export function studentSubject(personID: number, current: readonly Enrollment[]): StudentSubject {
  return { personID, role: 'student', primary: primaryEnrollment(current) };
}

/** The enrollments that make a person a student, and the reasons of the others. */
export function siftEnrollments(rows: readonly Enrollment[], context: ScopedContext) {
  return sift(enrollmentRules, rows, context);
}

export function filterStudents(
  snapshot: Snapshot,
  context: ScopedContext,
  kept: Kept,
  report: ReportExclusion,
): void {
  const enrollments = new GroupCursor(
    snapshot.rows('Enrollment'),
    (row) => row.personID,
    'Enrollment.personID',
  );
  for (const personID of keysOf(enrollments)) {
    const rows = enrollments.take(personID);
    const sifted = siftEnrollments(rows, context);
    const exclusion =
      sifted.kept.length === 0
        ? furthestExclusion(enrollmentRules, sifted)
        : firstExclusion(studentRules, studentSubject(personID, sifted.kept), context);
    if (exclusion !== undefined) {
      report('student', personID, exclusion, schoolOf(rows[0], context));
      continue;
    }
    for (const { row, exclusion } of sifted.out)
      report('schoolEnrollment', row.enrollmentID, exclusion, { personID, ...schoolOf(row, context) });
    kept.roles.add(personID, ROLE.student);
    const schools = sifted.kept.map((row) => calendarOf(row, context)?.schoolID ?? 0);
    kept.studentSchools.set(personID, schools);
    kept.onKept?.('student', personID, schools);
  }
  for (const row of snapshot.rows('OtherYearStudent')) report('student', row.personID, otherYear(row));
}

function otherYear({ endYear }: OtherYearStudentRow): Exclusion {
  return { code: YEAR_NOT_ACTIVE.code, facts: { endYear } };
}

/**
 * The enrollment that gives grade and primary school: service type P first, then the earliest start (an empty one is the
 * earliest), then the lowest enrollmentID.
 */
export function primaryEnrollment(current: readonly Enrollment[]): Enrollment | undefined {
  const rank = (row: Enrollment): string =>
    `${row.serviceType?.toUpperCase() === 'P' ? 0 : 1} ${row.startDate ?? ''}`;
  return [...current].sort((a, b) =>
    rank(a) === rank(b) ? a.enrollmentID - b.enrollmentID : rank(a) < rank(b) ? -1 : 1,
  )[0];
}
