/** District Assignments and teaching: who works here but will not be sent. */
import { assignmentsBySchool, hasStaffRole, type Assignment } from '../../snapshot/assignments.js';
import { hasEnded, overlapsYear } from '../../snapshot/dates.js';
import { IdSet } from '../../snapshot/id-map.js';
import { byRule } from './by-rule.js';
import type { ConnectionFinding, DistrictFinding, DistrictSurvey } from './finding.js';

const TEACHERS = 'Campus: OneRoster Prerequisites, Teachers';
const CENSUS = 'Campus: OneRoster Prerequisites, Additional Census Records > Non-Teacher Staff';
const ASSIGNMENTS = 'Census > People > District Assignments';
const STAFF_HISTORY = 'Scheduling & Courses > Courses > Sections > Staff History';

const isCurrent = (row: Assignment, { year, asOf }: DistrictSurvey): boolean =>
  overlapsYear(row, year) && !hasEnded(row, asOf) && row.externalLMSExclude !== 1;

export const assignmentFindings: readonly DistrictFinding[] = [
  {
    code: 'assignment.school-no-calendar',
    severity: 'warning',
    says: 'A current non-teaching assignment is at a school without a calendar in the active year, so it is ignored.',
    fixIn: `${ASSIGNMENTS} > School`,
    source: CENSUS,
    scope: 'district',
    look: (survey, finder) => {
      const { snapshot, year } = survey;
      const known = new Set([...snapshot.rows('School')].map(({ schoolID }) => schoolID));
      const withCalendar = new Set(
        [...snapshot.rows('Calendar')]
          .filter(({ endYear }) => endYear === year.endYear)
          .map(({ schoolID }) => schoolID),
      );
      for (const row of assignmentsBySchool(snapshot)) {
        const { assignmentID, personID, schoolID } = row;
        if (schoolID === null || !known.has(schoolID) || withCalendar.has(schoolID)) continue;
        if (hasStaffRole(row) && isCurrent(row, survey))
          finder.found({ kind: 'assignment', id: assignmentID, personID, schoolID });
      }
    },
  },
];

export const staffFindings: readonly ConnectionFinding[] = [
  {
    code: 'staff.no-role-box',
    severity: 'warning',
    says: 'No current assignment of the staff member has a role marked, so the staff member is not sent.',
    fixIn: `${ASSIGNMENTS} > Roles (Program has no other effect in Campus)`,
    source: CENSUS,
    scope: 'connection',
    watch: (survey, finder) => {
      const withoutBox = new IdSet();
      return {
        leftOut: (kind, id, { code }) => {
          if (kind === 'aide' && code === 'NO_STAFF_ROLE') withoutBox.add(Number(id));
        },
        end: () => {
          if (!survey.settings.include.aides) return;
          let last = -1;
          for (const row of assignmentsBySchool(survey.snapshot)) {
            const { personID, assignmentID, schoolID } = row;
            if (personID === last || !withoutBox.has(personID) || survey.isSent(personID, 'teacher'))
              continue;
            if (row.teacher === 1 || hasStaffRole(row) || !isCurrent(row, survey)) continue;
            if (!survey.isInScope(schoolID)) continue;
            last = personID;
            finder.found({ kind: 'person', id: personID, personID, schoolID, facts: { assignmentID } });
          }
        },
      };
    },
  },
  byRule({
    code: 'teacher.no-section',
    severity: 'warning',
    says: 'The teacher has a current Teacher assignment, but no section.',
    fixIn: STAFF_HISTORY,
    source: `${TEACHERS} > Section Staff History`,
    rules: ['NO_SECTION_STAFF_HISTORY'],
  }),
  {
    code: 'teacher.no-assignment',
    severity: 'error',
    says: 'The person teaches a section that is sent, but has no current assignment marked Teacher, so the person is not sent.',
    fixIn: `${ASSIGNMENTS} > Teacher, Start Date, End Date`,
    source: `${TEACHERS} > District Assignment`,
    scope: 'connection',
    watch: (_survey, finder) => {
      const reasons = new Map<number, string>();
      return {
        leftOut: (kind, id, { code, facts }) => {
          if (kind === 'teacher' && WITHOUT_ASSIGNMENT.includes(code)) reasons.set(Number(id), code);
          if (kind !== 'sectionStaff' || code !== 'TEACHER_NOT_EXPORTED') return;
          const personID = Number(facts['personID']);
          const reason = reasons.get(personID);
          if (reason === undefined) return;
          reasons.delete(personID);
          finder.found({ kind: 'person', id: personID, personID, facts: { historyID: id, reason } });
        },
      };
    },
  },
  byRule({
    code: 'assignment.outside-year',
    severity: 'info',
    says: 'The dates of the District Assignment are outside the school year.',
    fixIn: `${ASSIGNMENTS} > Start Date, End Date`,
    source: 'Campus: OneRoster Prerequisites, School Year Dates and Active Year',
    rules: ['ASSIGNMENT_OUTSIDE_YEAR'],
    kinds: ['teacher', 'aide', 'assignment'],
  }),
];

const WITHOUT_ASSIGNMENT: readonly string[] = [
  'NO_TEACHER_ASSIGNMENT',
  'ASSIGNMENT_ENDED',
  'ASSIGNMENT_OUTSIDE_YEAR',
];
