/**
 * Every rule applied to one person, to explain why the person is in or out. The same rules in the same order as
 * in a refresh, over the same rows.
 */
import type { SisRow } from '../campus/tables.js';
import { ROLE_NAMES, type RoleName } from '../roster/roster.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { aideAssignmentRules, aideRules, isAideCandidate } from '../filter/aides.js';
import { assignmentsBySchool } from '../filter/assignments.js';
import { primaryFacts, primaryTeachers, type EnrollmentContext } from '../filter/enrollments.js';
import {
  guardianRules,
  relationshipRules,
  relationshipSubjects,
  type RelationKind,
} from '../filter/guardians.js';
import { ROLE } from '../filter/kept.js';
import type { Facts } from '../filter/rule.js';
import { askAll, type Ruling } from './ruling.js';
import { enrollmentRules, siftEnrollments, studentRules, studentSubject } from '../filter/students.js';
import {
  isTeacherType,
  judgeTeacher,
  siftTeacher,
  staffRowRules,
  teacherAssignmentRules,
  teacherRules,
} from '../filter/teachers.js';

/** One SIS row that supports the record, with the values that rules use. */
export interface TracedRow {
  readonly table: string;
  readonly values: Facts;
  readonly rulings: readonly Ruling[];
}

export interface RoleTrace {
  readonly role: RoleName;
  readonly isExported: boolean;
  readonly rows: readonly TracedRow[];
  /** Rules about the person, applied if a row is kept. */
  readonly person: readonly Ruling[];
}

/** Cells of a row that are ids, dates, flags or codes; the tables that are traced hold nothing else. */
export const valuesOf = (row: object): Facts => ({ ...row });

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
  student: (snapshot, context, personID) => {
    const rows = rowsOf(snapshot.rows('Enrollment'), personID);
    const subject = studentSubject(personID, siftEnrollments(rows, context).kept);
    return {
      rows: rows.map((row) => ({
        table: 'Enrollment',
        values: valuesOf(row),
        rulings: askAll(enrollmentRules, row, context),
      })),
      person: askAll(studentRules, subject, context),
    };
  },
  teacher: traceTeacher,
  aide: (snapshot, context, personID) => ({
    rows: rowsOf(assignmentsBySchool(snapshot), personID)
      .filter(isAideCandidate)
      .map((row) => ({
        table: 'EmploymentAssignment',
        values: valuesOf(row),
        rulings: askAll(aideAssignmentRules, row, context),
      })),
    person: askAll(aideRules, { personID, role: 'aide' }, context),
  }),
  guardian: traceAgent('guardian'),
  relative: traceAgent('relative'),
};

function traceTeacher(snapshot: Snapshot, context: EnrollmentContext, personID: number): ReturnType<Tracer> {
  const assignments = rowsOf(assignmentsBySchool(snapshot), personID);
  const staffRows = rowsOf(snapshot.rows('SectionStaffHistory'), personID);
  const isCandidate =
    assignments.some((row) => row.teacher === 1) || staffRows.some((row) => isTeacherType(row.staffType));
  if (!isCandidate) return { rows: [], person: [] };
  const teacher = siftTeacher(personID, assignments, staffRows, context);
  const primary = primaryTeachers(snapshot, context);
  return {
    rows: [
      ...assignments.map((row) => ({
        table: 'EmploymentAssignment',
        values: valuesOf(row),
        rulings: askAll(teacherAssignmentRules, row, context),
      })),
      ...staffRows.map((row) => ({
        table: 'SectionStaffHistory',
        values: { ...valuesOf(row), ...primaryFacts(row, primary, context) },
        rulings: askAll(staffRowRules, row, context),
      })),
    ],
    person: [
      ...(assignments.length === 0 ? withoutAssignment(judgeTeacher(teacher, context)?.facts) : []),
      ...askAll(teacherRules, teacher, context),
    ],
  };
}

/** A person who is only in Section Staff History has no row for the first rule. */
function withoutAssignment(facts: Facts | undefined): readonly Ruling[] {
  const [rule] = teacherAssignmentRules;
  if (rule === undefined || facts === undefined) return [];
  const { code, says, fixIn } = rule;
  return [{ code, verdict: 'out', says, fixIn, saw: facts, facts, isFirst: true }];
}

/** Without the cells that are read for some filters only, where they are empty. */
function valuesOfPair({ name, seq, ...always }: SisRow<'RelatedPair'>): Facts {
  return { ...valuesOf(always), ...(name !== null && { name }), ...(seq !== null && { seq }) };
}

function traceAgent(kind: RelationKind): Tracer {
  return (snapshot, context, personID) => ({
    rows: relationshipSubjects(
      [...snapshot.rows('RelatedPair')].filter((pair) => pair.personID2 === personID),
      context,
    )
      .filter((subject) => subject.kind === kind)
      .map((subject) => ({
        table: 'RelatedPair',
        values: valuesOfPair(subject.pair),
        rulings: askAll(relationshipRules, subject, context),
      })),
    person: askAll(guardianRules, { personID, role: kind }, context),
  });
}

function rowsOf<Row extends { readonly personID: number }>(
  rows: Iterable<Row>,
  personID: number,
): readonly Row[] {
  return [...rows].filter((row) => row.personID === personID);
}
