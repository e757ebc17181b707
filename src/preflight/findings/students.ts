/** Grades, enrollments and schedules of students. */
import { IdSet } from '../../snapshot/id-map.js';
import type { KeptPerson } from '../../roster/roster.js';
import { byRule } from './by-rule.js';
import type { ConnectionFinding, ConnectionSurvey } from './finding.js';
import { primaryGrades } from './primary-grades.js';

const GRADES = 'Campus: OneRoster Prerequisites, Grade Level Mappings';
const ENROLLMENTS = 'Campus: OneRoster Prerequisites, Students > Enrollments';
const GRADE_SCREEN = 'System Administration > Calendar > Calendar > Grade Levels > State Grade Level Code';

type GradeFacts = NonNullable<KeptPerson['student']>;

/** Grade levels, each with the number of students who are sent without a grade because of it. */
const gradeFinding = (
  text: Omit<ConnectionFinding, 'scope' | 'watch' | 'source' | 'severity'>,
  fits: (student: GradeFacts, survey: ConnectionSurvey) => boolean,
): ConnectionFinding => ({
  ...text,
  severity: 'warning',
  source: GRADES,
  scope: 'connection',
  watch: (survey, finder) => {
    const levels = new Map<string, { student: GradeFacts; students: number }>();
    return {
      person: ({ student }) => {
        if (student === undefined || !fits(student, survey)) return;
        const { school, localGrade, stateGrade } = student;
        const key = `${school.schoolID} ${localGrade ?? ''} ${stateGrade ?? ''}`;
        levels.set(key, { student, students: (levels.get(key)?.students ?? 0) + 1 });
      },
      end: () => {
        for (const { student, students } of levels.values()) {
          const { school, localGrade, stateGrade } = student;
          finder.found({
            kind: 'gradeLevel',
            id: localGrade ?? '(blank)',
            schoolID: school.schoolID,
            facts: { stateGrade, students },
          });
        }
      },
    };
  },
});

/** Largest rise over last year, in percentage points, of the share of students without a schedule. */
const LARGEST_RISE = 10;

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);

export const studentFindings: readonly ConnectionFinding[] = [
  gradeFinding(
    {
      code: 'grade.missing',
      says: 'The grade level has no State Grade Level Code (with local grades: the enrollment has no grade), so its students are sent without a grade.',
      fixIn: GRADE_SCREEN,
    },
    ({ stateGrade, localGrade }, { settings }) =>
      (settings.useLocalGrades ? localGrade : stateGrade) === null,
  ),
  gradeFinding(
    {
      code: 'grade.unmapped',
      says: 'The State Grade Level Code is not mapped to an NCES grade, so its students are sent without a grade.',
      fixIn: `${GRADE_SCREEN}, or grades in the export config`,
    },
    ({ stateGrade }, { settings, grades }) =>
      !settings.useLocalGrades && stateGrade !== null && !grades.has(stateGrade.toUpperCase()),
  ),
  primaryGrades,
  byRule({
    code: 'enrollment.no-show',
    severity: 'info',
    says: 'The enrollment is marked No Show.',
    fixIn: 'Student Information > General > Enrollments > No Show',
    source: ENROLLMENTS,
    rules: ['NO_SHOW'],
  }),
  byRule({
    code: 'enrollment.outside-year',
    severity: 'warning',
    says: 'An enrollment in a calendar of the active year has dates outside that year.',
    fixIn:
      'Student Information > General > Enrollments > Start Date, End Date; or School Years > Start Date, End Date',
    source: ENROLLMENTS,
    rules: ['NO_ENROLLMENT_IN_YEAR'],
  }),
  {
    code: 'student.no-schedule',
    severity: 'warning',
    says: 'The student is sent, but has no classes.',
    fixIn: 'Student Information > General > Schedule',
    source: 'Campus: OneRoster Prerequisites, Students > Schedule',
    scope: 'connection',
    watch: (_survey, finder) => {
      const scheduled = new IdSet();
      return {
        enrollment: ({ role, personID }) => {
          if (role === 'student') scheduled.add(personID);
        },
        person: ({ person: { personID }, student }) => {
          if (student === undefined || scheduled.has(personID)) return;
          finder.found({ kind: 'person', id: personID, personID, schoolID: student.school.schoolID });
        },
      };
    },
  },
  {
    code: 'scheduling.unfinished',
    severity: 'error',
    says: `The share of students without a class at this school is more than ${LARGEST_RISE} percentage points above last year's; scheduling may not be finished.`,
    fixIn:
      'Scheduling & Courses; until scheduling is finished, set notBefore or blackout in the export config',
    source: 'Campus: OneRoster Prerequisites, Important Considerations',
    scope: 'connection',
    watch: ({ lastYear }, finder) => {
      const scheduled = new IdSet();
      const schools = new Map<number, { students: number; without: number }>();
      return {
        enrollment: ({ role, personID }) => {
          if (role === 'student') scheduled.add(personID);
        },
        person: ({ person, student }) => {
          if (student === undefined) return;
          const { students, without } = schools.get(student.school.schoolID) ?? { students: 0, without: 0 };
          schools.set(student.school.schoolID, {
            students: students + 1,
            without: without + (scheduled.has(person.personID) ? 0 : 1),
          });
        },
        end: () => {
          for (const [schoolID, { students, without }] of schools) {
            const before = lastYear.get(schoolID);
            const usual =
              before === undefined ? 0 : percent(before.students - before.scheduled, before.students);
            const share = percent(without, students);
            if (share <= usual + LARGEST_RISE) continue;
            finder.found({
              kind: 'school',
              id: schoolID,
              schoolID,
              facts: {
                students,
                withoutClass: without,
                percent: Math.round(share),
                percentLastYear: before === undefined ? null : Math.round(usual),
              },
            });
          }
        },
      };
    },
  },
  {
    code: 'enrollment.dates-reversed',
    severity: 'warning',
    says: 'The roster or staff row ends before it begins; the dates are sent as they are.',
    fixIn: 'Scheduling & Courses > Courses > Sections > Roster or Staff History > Start Date, End Date',
    source: 'Campus: OneRoster Prerequisites, Students > Schedule (dates should be accurate)',
    scope: 'connection',
    watch: (_survey, finder) => ({
      enrollment: ({ role, id, personID, sectionID, school, startDate, endDate }) => {
        if (startDate === null || endDate === null || endDate >= startDate) return;
        const kind = role === 'student' ? 'roster' : 'sectionStaff';
        const facts = { sectionID, startDate, endDate };
        finder.found({ kind, id, personID, schoolID: school.schoolID, facts });
      },
    }),
  },
];
