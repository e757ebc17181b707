/**
 * Which teachers are sent: those with a current Teacher assignment and, unless configured otherwise, a current
 * Section Staff History row on an exported section. What is left of both gives the teacher's schools.
 */
import type { SisRow } from '../campus/tables.js';
import { GroupCursor, keysOf } from '../snapshot/group-cursor.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import {
  assignmentEnded,
  assignmentOutsideYear,
  assignmentsBySchool,
  lmsAssignment,
  type Assignment,
} from './assignments.js';
import { hasEnded, overlapsYear } from './context.js';
import type { ReportExclusion } from './exclusions.js';
import { ROLE, type Kept, type KeptSections } from './kept.js';
import { onlyAssignments, onlyStaff } from './only.js';
import { personRules, type PersonSubject } from './people.js';
import { LMS_SCHOOL, SCHOOL_MISSING, TRIAL_NOT_ACTIVE } from './reasons.js';
import { firstExclusion, furthestExclusion, sift, type Exclusion, type Rules, type Sifted } from './rule.js';
import { named, sawEnd, sawSection, sawTrial, sawYear } from './saw.js';
import { OWN_SCHOOL, schoolRules, schoolRulesFor, type ScopedContext } from './schools.js';

type StaffRow = SisRow<'SectionStaffHistory'>;

const TEACHERS = 'Campus: OneRoster Prerequisites, Teachers';

/** Rules of teachers see the sections that were kept. */
export interface TeacherContext extends ScopedContext {
  readonly sections: KeptSections;
}

const schoolOf = ({ schoolID }: Assignment, { district }: ScopedContext) =>
  district.schools.get(schoolID ?? -1);

const ownSchoolRules: Rules<Assignment, ScopedContext> = schoolRulesFor(OWN_SCHOOL);

const anySchoolRules: Rules<Assignment, ScopedContext> = [
  ...ownSchoolRules.filter(({ code }) => code === SCHOOL_MISSING.code),
  {
    ...LMS_SCHOOL,
    // Checks the school itself: a school that is also out of scope has another reason in the list of schools.
    excludes: (row, context) =>
      schoolOf(row, context)?.externalLMSExclude === 1 ? { schoolID: row.schoolID } : undefined,
    saw: (row, context) => ({
      schoolID: row.schoolID,
      ...named('school', schoolOf(row, context), 'externalLMSExclude'),
    }),
  },
];

/** A Teacher assignment counts at any school of the district; where the teacher is sent to is another question. */
export const teacherAssignmentRules: Rules<Assignment, ScopedContext> = [
  {
    code: 'NO_TEACHER_ASSIGNMENT',
    says: 'The person has no District Assignment marked Teacher.',
    source: `${TEACHERS} > District Assignment`,
    applies: [32, 37],
    fixIn: 'Census > People > District Assignments > Teacher',
    excludes: ({ assignmentID, teacher }) => (teacher === 1 ? undefined : { assignmentID }),
    saw: ({ assignmentID, teacher }) => ({ assignmentID, teacher }),
  },
  ...anySchoolRules,
  lmsAssignment,
  assignmentOutsideYear,
  assignmentEnded,
  ...onlyAssignments,
];

export const staffRowRules: Rules<StaffRow, TeacherContext> = [
  {
    code: 'STAFF_TYPE_NOT_TEACHER',
    says: 'The Section Staff History row is neither Primary Teacher nor Teacher.',
    source: `${TEACHERS} > Section Staff History`,
    applies: [35, 36],
    fixIn: 'Scheduling & Courses > Courses > Sections > Staff History > Staff Type',
    excludes: ({ staffType, sectionID }) => (isTeacherType(staffType) ? undefined : { sectionID, staffType }),
    saw: ({ staffType, sectionID }) => ({ staffType, sectionID }),
  },
  {
    ...TRIAL_NOT_ACTIVE,
    excludes: (row, context) => (isInActiveTrial(row, context) ? undefined : { trialID: row.trialID }),
    saw: sawTrial,
  },
  {
    code: 'STAFF_SECTION_NOT_EXPORTED',
    says: 'The section of the Section Staff History row is not exported.',
    source: `${TEACHERS} > Section Staff History; OneRoster CSV binding, enrollments.csv: classSourcedId resolves`,
    applies: [34, 55],
    fixIn: 'Run `explain section <id>` to see why the section is excluded',
    excludes: ({ sectionID }, { sections }) => (sections.sections.has(sectionID) ? undefined : { sectionID }),
    saw: sawSection,
  },
  {
    code: 'STAFF_HISTORY_OUTSIDE_YEAR',
    says: 'The dates of the Section Staff History row do not overlap the school year.',
    source: `${TEACHERS} > Section Staff History`,
    applies: [3, 34],
    fixIn: 'Scheduling & Courses > Courses > Sections > Staff History > Start Date, End Date',
    excludes: (row, { district }) => (overlapsYear(row, district.year) ? undefined : staffDates(row)),
    saw: sawYear,
  },
  {
    code: 'STAFF_HISTORY_ENDED',
    says: 'The Section Staff History row ended before the as-of date.',
    source: `${TEACHERS} > Section Staff History`,
    applies: [34],
    fixIn: 'Scheduling & Courses > Courses > Sections > Staff History > End Date',
    excludes: (row, { asOf }) => (hasEnded(row, asOf) ? staffDates(row) : undefined),
    saw: sawEnd,
  },
];

const staffDates = ({ sectionID, startDate, endDate }: StaffRow) => ({ sectionID, startDate, endDate });

export const isTeacherType = (staffType: string | null): boolean => /^[PT]$/i.test(staffType ?? '');

/** A schedule row counts in an active trial, and in that of its own section. */
export function isInActiveTrial(
  { trialID, sectionID }: { readonly trialID: number; readonly sectionID: number },
  { district, sections }: TeacherContext,
): boolean {
  const own = sections.sections.trialOf(sectionID);
  return district.activeTrials.has(trialID) && (own === undefined || own === trialID);
}

/** A possible teacher, with the rows that the rules kept. */
export interface TeacherSubject extends PersonSubject {
  readonly assignments: readonly Assignment[];
  readonly staffRows: readonly StaffRow[];
  /** Why there is no school to be sent at: the reason of the assignment's school that passed most rules. */
  readonly noSchool: Exclusion | undefined;
}

/** What the schools of a teacher follow from. */
type TeacherRows = Pick<TeacherSubject, 'assignments' | 'staffRows'>;

const noSchoolRules: Rules<TeacherSubject, TeacherContext> = schoolRules
  .filter(({ code }) => code !== LMS_SCHOOL.code)
  .map((rule) => ({
    ...rule,
    excludes: ({ assignments, noSchool }: TeacherSubject) =>
      noSchool?.code === rule.code ? { assignments: assignments.length, ...noSchool.facts } : undefined,
    saw: (teacher: TeacherSubject, context: TeacherContext) => ({
      ...named('assignments', teacher.assignments.at(-1), 'schoolID'),
      ...named('staffRows', teacher.staffRows.at(-1), 'sectionID'),
      'school.known': teacherSchools(teacher, context).length > 0,
      ...named('schoolReason', teacher.noSchool, 'code'),
    }),
  }));

function noSchoolReason(teacher: TeacherRows, context: TeacherContext): Exclusion | undefined {
  if (teacherSchools(teacher, context).length > 0) return undefined;
  return furthestExclusion(ownSchoolRules, sift(ownSchoolRules, teacher.assignments, context));
}

export const teacherRules: Rules<TeacherSubject, TeacherContext> = [
  ...noSchoolRules,
  {
    code: 'NO_SECTION_STAFF_HISTORY',
    says: 'The teacher has no current Section Staff History row of type P or T in an exported section.',
    source: `${TEACHERS} > Section Staff History; connection setting teachersWithoutSections`,
    applies: [34, 47],
    fixIn: 'Scheduling & Courses > Courses > Sections > Staff History',
    excludes: ({ assignments, staffRows }, { settings }) =>
      settings.teachersWithoutSections === 'include' || staffRows.length > 0
        ? undefined
        : { assignmentID: assignments[0]?.assignmentID ?? null },
    saw: ({ assignments, staffRows }, { settings }) => ({
      ...named('settings', settings, 'teachersWithoutSections'),
      ...named('assignments', assignments[0], 'assignmentID'),
      staffRows: staffRows.length,
    }),
  },
  ...onlyStaff<TeacherSubject, TeacherContext>(({ staffRows }) => staffRows.length),
  ...personRules,
];

/** The in-scope schools of the assignments and of the sections. */
export function teacherSchools(teacher: TeacherRows, { scope, sections }: TeacherContext): readonly number[] {
  const schools = [
    ...teacher.assignments.map((row) => row.schoolID),
    ...teacher.staffRows.map((row) => sections.sections.schoolOf(row.sectionID)),
  ];
  return [...new Set(schools)].filter((id): id is number => typeof id === 'number' && scope.schools.has(id));
}

export interface SiftedTeacher extends TeacherSubject {
  readonly sifted: Sifted<Assignment>;
}

export function siftTeacher(
  personID: number,
  assignments: readonly Assignment[],
  staffRows: readonly StaffRow[],
  context: TeacherContext,
): SiftedTeacher {
  const sifted = sift(teacherAssignmentRules, assignments, context);
  const rows = { assignments: sifted.kept, staffRows: sift(staffRowRules, staffRows, context).kept };
  return { personID, role: 'teacher', sifted, ...rows, noSchool: noSchoolReason(rows, context) };
}

export function filterTeachers(
  snapshot: Snapshot,
  context: TeacherContext,
  kept: Kept,
  report: ReportExclusion,
): void {
  const assignments = new GroupCursor(
    assignmentsBySchool(snapshot),
    (row) => row.personID,
    'EmploymentAssignment.personID',
  );
  const staff = new GroupCursor(
    snapshot.rows('SectionStaffHistory'),
    (row) => row.personID,
    'SectionStaffHistory.personID',
  );
  for (const personID of keysOf(assignments, staff)) {
    const [assigned, staffed] = [assignments.take(personID), staff.take(personID)];
    if (!isCandidate(assigned, staffed)) continue;
    const teacher = siftTeacher(personID, assigned, staffed, context);
    const exclusion = judgeTeacher(teacher, context);
    if (exclusion !== undefined) {
      report('teacher', personID, exclusion, { schoolID: assigned[0]?.schoolID });
      continue;
    }
    for (const { row, exclusion } of teacher.sifted.out) {
      if (row.teacher === 1) report('assignment', row.assignmentID, exclusion, row);
    }
    kept.roles.add(personID, ROLE.teacher);
    kept.onKept?.('teacher', personID, teacherSchools(teacher, context));
  }
}

const isCandidate = (assigned: readonly Assignment[], staffed: readonly StaffRow[]): boolean =>
  assigned.some((row) => row.teacher === 1) || staffed.some((row) => isTeacherType(row.staffType));

export function judgeTeacher(teacher: SiftedTeacher, context: TeacherContext): Exclusion | undefined {
  if (teacher.assignments.length > 0) return firstExclusion(teacherRules, teacher, context);
  return (
    furthestExclusion(teacherAssignmentRules, teacher.sifted) ?? {
      code: 'NO_TEACHER_ASSIGNMENT',
      facts: { assignments: 0 },
    }
  );
}
