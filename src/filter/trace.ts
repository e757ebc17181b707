/**
 * Every rule asked about one record, for people who want to know why it is in or out. The same rules in the same order as in
 * a refresh, over the same rows; only that here the asking does not stop at the first that leaves the record out.
 */
import type { SisRow } from '../campus/tables.js';
import { ROLE_NAMES, type RoleName } from '../roster/roster.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { aideAssignmentRules, aideRules, isAideCandidate } from './aides.js';
import { assignmentsBySchool } from './assignments.js';
import { rosterRules, teacherEnrollmentRules, type EnrollmentContext } from './enrollments.js';
import { guardianRules, relationshipRules, relationshipSubjects, type RelationKind } from './guardians.js';
import { ROLE } from './kept.js';
import type { Facts, Rules } from './rule.js';
import {
  courseRules,
  excludedCourseMasters,
  isSentPlacement,
  sectionRules,
  type SectionSubject,
} from './sections.js';
import { enrollmentRules, studentRules } from './students.js';
import {
  isTeacherType,
  siftTeacher,
  staffRowRules,
  teacherAssignmentRules,
  teacherRules,
} from './teachers.js';

/** What one rule said. */
export interface Ruling {
  readonly code: string;
  readonly says: string;
  readonly mend: string;
  /** What it saw, when it leaves the record out; undefined when it keeps it. */
  readonly facts: Facts | undefined;
}

/** One row of the SIS that speaks for the record, with the values that rules look at. */
export interface TracedRow {
  readonly table: string;
  readonly values: Facts;
  readonly rulings: readonly Ruling[];
}

export interface RoleTrace {
  readonly role: RoleName;
  readonly isExported: boolean;
  readonly rows: readonly TracedRow[];
  /** Rules about the person, asked when a row is left. */
  readonly person: readonly Ruling[];
}

export interface RecordTrace {
  readonly isExported: boolean;
  readonly values: Facts;
  readonly rulings: readonly Ruling[];
}

function rule<Subject, Context>(
  rules: Rules<Subject, Context>,
  subject: Subject,
  context: Context,
): readonly Ruling[] {
  return rules.map(({ code, says, mend, excludes }) => ({
    code,
    says,
    mend,
    facts: excludes(subject, context),
  }));
}

/** Cells of a row that are ids, dates, flags or codes; the tables that are traced hold nothing else. */
const valuesOf = (row: object): Facts => ({ ...row });

/** A role for which the SIS has no candidate row at all is not listed. */
export function tracePerson(
  snapshot: Snapshot,
  context: EnrollmentContext,
  personID: number,
): readonly RoleTrace[] {
  const isExported = (role: RoleName): boolean => context.kept.roles.has(personID, ROLE[role]);
  return ROLE_NAMES.flatMap((role) => {
    const traced = tracers[role](snapshot, context, personID);
    return traced.rows.length === 0 ? [] : [{ role, isExported: isExported(role), ...traced }];
  });
}

type Tracer = (
  snapshot: Snapshot,
  context: EnrollmentContext,
  personID: number,
) => Pick<RoleTrace, 'rows' | 'person'>;

const tracers: Readonly<Record<RoleName, Tracer>> = {
  student: (snapshot, context, personID) => ({
    rows: rowsOf(snapshot.rows('Enrollment'), personID).map((row) => ({
      table: 'Enrollment',
      values: valuesOf(row),
      rulings: rule(enrollmentRules, row, context),
    })),
    person: rule(studentRules, { personID }, context),
  }),
  teacher: (snapshot, context, personID) => {
    const assignments = rowsOf(assignmentsBySchool(snapshot), personID);
    const staffRows = rowsOf(snapshot.rows('SectionStaffHistory'), personID);
    const isCandidate =
      assignments.some((row) => row.teacher === 1) || staffRows.some((row) => isTeacherType(row.staffType));
    if (!isCandidate) return { rows: [], person: [] };
    return {
      rows: [
        ...assignments.map((row) => ({
          table: 'EmploymentAssignment',
          values: valuesOf(row),
          rulings: rule(teacherAssignmentRules, row, context),
        })),
        ...staffRows.map((row) => ({
          table: 'SectionStaffHistory',
          values: valuesOf(row),
          rulings: rule(staffRowRules, row, context),
        })),
      ],
      person: rule(teacherRules, siftTeacher(personID, assignments, staffRows, context), context),
    };
  },
  aide: (snapshot, context, personID) => ({
    rows: rowsOf(assignmentsBySchool(snapshot), personID)
      .filter(isAideCandidate)
      .map((row) => ({
        table: 'EmploymentAssignment',
        values: valuesOf(row),
        rulings: rule(aideAssignmentRules, row, context),
      })),
    person: rule(aideRules, { personID }, context),
  }),
  guardian: traceAgent('guardian'),
  relative: traceAgent('relative'),
};

function traceAgent(kind: RelationKind): Tracer {
  return (snapshot, context, personID) => ({
    rows: relationshipSubjects(
      [...snapshot.rows('RelatedPair')].filter((pair) => pair.personID2 === personID),
      context,
    )
      .filter((subject) => subject.kind === kind)
      .map((subject) => ({
        table: 'RelatedPair',
        values: valuesOf(subject.pair),
        rulings: rule(relationshipRules, subject, context),
      })),
    person: rule(guardianRules, { personID, kind }, context),
  });
}

function rowsOf<Row extends { readonly personID: number }>(
  rows: Iterable<Row>,
  personID: number,
): readonly Row[] {
  return [...rows].filter((row) => row.personID === personID);
}

export function traceCourse(
  snapshot: Snapshot,
  context: EnrollmentContext,
  course: SisRow<'Course'>,
): RecordTrace {
  const { courseID, calendarID, courseMasterID, active, externalLMSExclude } = course;
  return {
    isExported: context.sections.courses.has(courseID),
    values: { courseID, calendarID, courseMasterID, active, externalLMSExclude },
    rulings: rule(courseRules, course, {
      ...context,
      excludedCourseMasters: excludedCourseMasters(snapshot),
    }),
  };
}

/** The rules of the course first, then the section's own. */
export function traceSection(
  snapshot: Snapshot,
  context: EnrollmentContext,
  section: SisRow<'Section'>,
): RecordTrace {
  const { sectionID, courseID, trialID, number, active, externalLMSExclude } = section;
  const course = [...snapshot.rows('Course')].find((row) => row.courseID === courseID);
  const subject: SectionSubject = {
    section,
    courseExists: course !== undefined,
    courseExclusion: undefined,
    placements: [...snapshot.rows('SectionPlacement')].filter(
      (row) => row.sectionID === sectionID && isSentPlacement(row, section, context),
    ).length,
  };
  return {
    isExported: context.sections.sections.has(sectionID),
    values: {
      sectionID,
      courseID,
      trialID,
      number,
      active,
      externalLMSExclude,
      placements: subject.placements,
    },
    rulings: [
      ...(course === undefined ? [] : traceCourse(snapshot, context, course).rulings),
      ...rule(sectionRules, subject, context),
    ],
  };
}

export function traceRoster(context: EnrollmentContext, row: SisRow<'Roster'>): RecordTrace {
  const rulings = rule(rosterRules, row, context);
  return { isExported: rulings.every(({ facts }) => facts === undefined), values: valuesOf(row), rulings };
}

export function traceStaffRow(context: EnrollmentContext, row: SisRow<'SectionStaffHistory'>): RecordTrace {
  const rulings = rule(teacherEnrollmentRules, row, context);
  return { isExported: rulings.every(({ facts }) => facts === undefined), values: valuesOf(row), rulings };
}
