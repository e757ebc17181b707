/** Students with two overlapping primary enrollments in different grades. */
import type { SisRow } from '../../campus/tables.js';
import { GroupCursor } from '../../snapshot/group-cursor.js';
import { IdSet } from '../../snapshot/id-map.js';
import type { ConnectionFinding, ConnectionSurvey } from './finding.js';

type Enrollment = SisRow<'Enrollment'>;

export const primaryGrades: ConnectionFinding = {
  code: 'enrollment.primary-grades-differ',
  severity: 'warning',
  says: 'Two primary enrollments of the student overlap and have different grades; the grade of the earlier one is sent.',
  fixIn: 'Student Information > General > Enrollments > Service Type, Start Date, End Date',
  source: 'Campus: OneRoster Prerequisites, Students > Enrollments',
  scope: 'connection',
  watch: (survey, finder) => {
    const out = new IdSet();
    const enrollments = new GroupCursor(survey.snapshot.rows('Enrollment'), (row) => row.personID);
    const gradeOf = sentGrades(survey);
    return {
      // Of a student who is sent, each enrollment that does not count is reported.
      leftOut: (kind, id) => {
        if (kind === 'schoolEnrollment') out.add(Number(id));
      },
      person: ({ person: { personID }, student }) => {
        if (student === undefined) return;
        const primary = enrollments
          .take(personID)
          .filter((row) => row.serviceType?.toUpperCase() === 'P' && !out.has(row.enrollmentID));
        for (const [at, one] of primary.entries()) {
          const other = primary
            .slice(at + 1)
            .find((each) => overlap(one, each) && gradeOf(one) !== gradeOf(each));
          if (other === undefined) continue;
          const facts = {
            enrollmentID: one.enrollmentID,
            grade: one.grade,
            otherEnrollmentID: other.enrollmentID,
            otherGrade: other.grade,
          };
          finder.found({ kind: 'person', id: personID, personID, schoolID: student.school.schoolID, facts });
          return;
        }
      },
    };
  },
};

/** An empty date is open; an end date is inclusive. */
function overlap(one: Enrollment, other: Enrollment): boolean {
  const begins = ({ startDate }: Enrollment, { endDate }: Enrollment): boolean =>
    startDate === null || endDate === null || startDate <= endDate;
  return begins(one, other) && begins(other, one);
}

/** The grade as it would be sent: two calendars can name one grade in two ways. */
function sentGrades({ snapshot, settings, grades }: ConnectionSurvey): (row: Enrollment) => string {
  const keyOf = (calendarID: number, structureID: number, grade: string | null): string =>
    `${calendarID} ${structureID} ${(grade ?? '').toLowerCase()}`;
  const levels = new Map(
    [...snapshot.rows('GradeLevel')].map((row) => [
      keyOf(row.calendarID, row.structureID, row.name),
      row.stateGrade,
    ]),
  );
  return ({ calendarID, structureID, grade }) => {
    if (settings.useLocalGrades) return (grade ?? '').toLowerCase();
    return grades.get(levels.get(keyOf(calendarID, structureID, grade))?.toUpperCase() ?? '') ?? '';
  };
}
