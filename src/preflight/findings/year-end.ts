/** How the enrollments of students end with their calendars. */
import { earlyEnds } from '../../snapshot/year-end.js';
import type { ConnectionFinding, ConnectionSurvey } from './finding.js';

const SOURCE = 'Campus: OneRoster Prerequisites, Students > Enrollments (Calendar End Date)';
const END_DATE = 'Student Information > General > Enrollments > End Date';

/** In %, of the students of a school: a few are always left to be ended. */
const MOST_OPEN = 5;

export const yearEndFindings: readonly ConnectionFinding[] = [
  {
    code: 'enrollment.ends-before-calendar',
    severity: 'warning',
    says: 'The enrollment ends on the last term day but before the Calendar End Date, so the student leaves on the next day.',
    fixIn: `${END_DATE}, or System Administration > Calendar > Calendar > End Date`,
    source: SOURCE,
    scope: 'connection',
    watch: (survey, finder) => ({
      end: () => {
        for (const { enrollment, schoolID, endDate, calendarEnd } of earlyEnds(survey.snapshot)) {
          const { enrollmentID: id, personID } = enrollment;
          if (endDate < survey.asOf || !survey.isInScope(schoolID) || !survey.isSent(personID, 'student'))
            continue;
          finder.found({ kind: 'schoolEnrollment', id, personID, schoolID, facts: { endDate, calendarEnd } });
        }
      },
    }),
  },
  {
    code: 'enrollment.open-after-calendar',
    severity: 'warning',
    says: `The calendar has ended, but more than ${MOST_OPEN} % of the enrollments of the school have no end date.`,
    fixIn: END_DATE,
    source: SOURCE,
    scope: 'connection',
    watch: (survey, finder) => ({
      end: () => {
        for (const [schoolID, { enrollments, open }] of openBySchool(survey))
          if (open * 100 > enrollments * MOST_OPEN)
            finder.found({ kind: 'school', id: schoolID, schoolID, facts: { enrollments, open } });
      },
    }),
  },
];

/** Enrollments in calendars of the active year that are over. */
function openBySchool({ snapshot, year, asOf, isInScope }: ConnectionSurvey) {
  const ended = new Map(
    [...snapshot.rows('Calendar')]
      .filter((row) => row.endYear === year.endYear && row.endDate !== null && row.endDate < asOf)
      .filter((row) => isInScope(row.schoolID))
      .map((row) => [row.calendarID, row.schoolID]),
  );
  const schools = new Map<number, { enrollments: number; open: number }>();
  for (const { calendarID, noShow, endDate } of snapshot.rows('Enrollment')) {
    const schoolID = ended.get(calendarID);
    if (schoolID === undefined || noShow === 1) continue;
    const counts = schools.get(schoolID) ?? { enrollments: 0, open: 0 };
    schools.set(schoolID, counts);
    counts.enrollments += 1;
    if (endDate === null) counts.open += 1;
  }
  return schools;
}
