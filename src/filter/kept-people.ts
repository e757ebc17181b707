/**
 * The people who were kept, by personID, each with roles, schools, account and agents: one walk over seven sorted tables
 * side by side. Rows are sifted again by the rules that decided before, so nothing had to be held in between.
 */
import type { SisRow } from '../campus/tables.js';
import type { LocalDate } from '../model/values.js';
import {
  ROLE_NAMES,
  type Agent,
  type KeptPerson,
  type KeptRole,
  type RoleAtSchool,
  type RoleName,
} from '../roster/roster.js';
import { GroupCursor } from '../snapshot/group-cursor.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { siftAide } from './aides.js';
import { assignmentsBySchool } from './assignments.js';
import type { EnrollmentContext } from './enrollments.js';
import { siftRelationships } from './guardians.js';
import { ROLE } from './kept.js';
import { primaryEnrollment, siftEnrollments } from './students.js';
import { siftTeacher, teacherSchools } from './teachers.js';

/** A person's rows in every table that can give a role. */
interface PersonRows {
  /** Those that are left of a student's. */
  readonly enrollments: readonly SisRow<'Enrollment'>[];
  readonly assignments: readonly SisRow<'EmploymentAssignment'>[];
  readonly staffRows: readonly SisRow<'SectionStaffHistory'>[];
  /** As guardian or relative. */
  readonly asAgent: readonly SisRow<'RelatedPair'>[];
  /** As student. */
  readonly asStudent: readonly SisRow<'RelatedPair'>[];
}

type RoleReader = (personID: number, rows: PersonRows, context: EnrollmentContext) => Omit<KeptRole, 'role'>;

export function* keptPeople(snapshot: Snapshot, context: EnrollmentContext): IterableIterator<KeptPerson> {
  const accounts = new GroupCursor(
    snapshot.rows('UserAccount'),
    (row) => row.personID,
    'UserAccount.personID',
  );
  const enrollments = new GroupCursor(
    snapshot.rows('Enrollment'),
    (row) => row.personID,
    'Enrollment.personID',
  );
  const assignments = new GroupCursor(
    assignmentsBySchool(snapshot),
    (row) => row.personID,
    'EmploymentAssignment.personID',
  );
  const staffRows = new GroupCursor(
    snapshot.rows('SectionStaffHistory'),
    (row) => row.personID,
    'SectionStaffHistory.personID',
  );
  const asAgent = new GroupCursor(
    snapshot.rows('RelatedPair'),
    (row) => row.personID2,
    'RelatedPair.personID2',
  );
  const asStudent = new GroupCursor(
    snapshot.rows('RelatedPairByStudent'),
    (row) => row.personID1,
    'RelatedPair.personID1',
  );
  for (const person of snapshot.rows('Person')) {
    const { personID } = person;
    const names = ROLE_NAMES.filter((role) => context.kept.roles.has(personID, ROLE[role]));
    if (names.length === 0) continue;
    const isStudent = names.includes('student');
    const enrolled = enrollments.take(personID);
    const rows = {
      enrollments: isStudent ? siftEnrollments(enrolled, context).kept : [],
      assignments: assignments.take(personID),
      staffRows: staffRows.take(personID),
      asAgent: asAgent.take(personID),
      asStudent: asStudent.take(personID),
    };
    const student = isStudent ? studentFacts(rows, context) : undefined;
    yield {
      person,
      account: chosenAccount(accounts.take(personID)),
      roles: names.map((role) => ({ role, ...readers[role](personID, rows, context) })),
      ...(student && { student }),
    };
  }
}

const readers: Readonly<Record<RoleName, RoleReader>> = {
  student: (personID, { enrollments, asStudent }, context) => {
    const rows = enrollments.map(({ calendarID, startDate, endDate }): DatedRow => ({
      schoolID: context.scope.activeCalendars.get(calendarID)?.schoolID ?? null,
      startDate,
      endDate,
    }));
    return {
      schools: atSchools(context.kept.studentSchools.get(personID), rows, context),
      agents: siftRelationships(asStudent, context)
        .kept.filter(({ pair, kind }) => context.kept.roles.has(pair.personID2, ROLE[kind]))
        .map(({ pair, kind }): Agent => ({ personID: pair.personID2, role: kind })),
    };
  },
  teacher: (personID, { assignments, staffRows }, context) => {
    const teacher = siftTeacher(personID, assignments, staffRows, context);
    return { schools: atSchools(teacherSchools(teacher, context), teacher.assignments, context), agents: [] };
  },
  aide: (_personID, { assignments }, context) => {
    const rows = siftAide(assignments, context).kept;
    return {
      schools: atSchools(
        rows.flatMap(({ schoolID }) => schoolID ?? []),
        rows,
        context,
      ),
      agents: [],
    };
  },
  guardian: agentOfStudents('guardian'),
  relative: agentOfStudents('relative'),
};

function agentOfStudents(role: 'guardian' | 'relative'): RoleReader {
  return (_personID, { asAgent }, context) => {
    const students = siftRelationships(asAgent, context)
      .kept.filter(({ kind }) => kind === role)
      .map(({ pair }) => pair.personID1);
    return {
      schools: atSchools(
        students.flatMap((student) => context.kept.studentSchools.get(student)),
        [],
        context,
      ),
      agents: students.map((personID): Agent => ({ personID, role: 'student' })),
    };
  };
}

interface DatedRow {
  readonly schoolID: number | null;
  readonly startDate: LocalDate | null;
  readonly endDate: LocalDate | null;
}

/** Per school the earliest start and the latest end of the rows at it; a blank date is open and wins. */
function atSchools(
  schoolIDs: readonly number[],
  rows: readonly DatedRow[],
  { scope }: EnrollmentContext,
): readonly RoleAtSchool[] {
  // Most have one, and there is one call for each role of each person.
  const distinct = schoolIDs.length < 2 ? schoolIDs : [...new Set(schoolIDs)].sort((a, b) => a - b);
  const roles: RoleAtSchool[] = [];
  for (const schoolID of distinct) {
    const school = scope.schools.get(schoolID);
    if (school !== undefined)
      roles.push({ school, ...daysOf(rows.filter((row) => row.schoolID === schoolID)) });
  }
  return roles;
}

function daysOf([first, ...others]: readonly DatedRow[]): Pick<DatedRow, 'startDate' | 'endDate'> {
  let { startDate, endDate } = first ?? { startDate: null, endDate: null };
  for (const row of others) {
    startDate = earlier(startDate, row.startDate);
    endDate = later(endDate, row.endDate);
  }
  return { startDate, endDate };
}

const earlier = (a: LocalDate | null, b: LocalDate | null): LocalDate | null =>
  a === null || b === null ? null : a < b ? a : b;
const later = (a: LocalDate | null, b: LocalDate | null): LocalDate | null =>
  a === null || b === null ? null : a > b ? a : b;

function studentFacts({ enrollments }: PersonRows, context: EnrollmentContext): KeptPerson['student'] {
  const primary = primaryEnrollment(enrollments);
  if (primary === undefined) return undefined;
  const { enrollmentID, calendarID, grade } = primary;
  const school = context.scope.schools.get(context.scope.activeCalendars.get(calendarID)?.schoolID ?? -1);
  if (school === undefined) return undefined;
  const level = context.district.gradeLevels.of(primary);
  return { enrollmentID, localGrade: grade, stateGrade: level?.stateGrade ?? null, school };
}

/** Empty usernames are ignored; enabled accounts first, then the lowest userID. */
function chosenAccount(accounts: readonly SisRow<'UserAccount'>[]): SisRow<'UserAccount'> | undefined {
  const named = accounts.filter(({ username }) => username !== null);
  return named.find(({ disable }) => disable !== 1) ?? named[0];
}
