/** Sections: those that will be missing, and those that are sent without a teacher or students. */
import type { KeptClass } from '../../roster/roster.js';
import { ByteMap, IdSet } from '../../snapshot/id-map.js';
import { byRule } from './by-rule.js';
import type { ConnectionFinding, Found } from './finding.js';

const COURSES = 'Campus: OneRoster Prerequisites, Courses/Sections';
const SECTIONS = 'Scheduling & Courses > Courses > Sections';

const found = ({ section, course, school }: KeptClass): Found => ({
  kind: 'section',
  id: section.sectionID,
  schoolID: school.schoolID,
  facts: { course: course.number, section: section.number },
});

/** What is in a class: students, teachers, a primary teacher. */
const HAS = { student: 1, teacher: 2, primary: 4 } as const;

/** The exported classes that have all of `holds` and none of `lacks`. */
const classFinding = (
  text: Pick<ConnectionFinding, 'code' | 'severity' | 'says' | 'fixIn'>,
  lacks: number,
  holds = 0,
): ConnectionFinding => ({
  ...text,
  source: COURSES,
  scope: 'connection',
  watch: (_survey, finder) => {
    const marks = new ByteMap();
    return {
      enrollment: ({ role, sectionID, primary }) =>
        marks.add(sectionID, HAS[role] | (primary === true ? HAS.primary : 0)),
      class: (kept) => {
        const mark = marks.get(kept.section.sectionID);
        if ((mark & lacks) === 0 && (mark & holds) === holds) finder.found(found(kept));
      },
    };
  },
});

export const sectionFindings: readonly ConnectionFinding[] = [
  classFinding(
    {
      code: 'section.no-teacher',
      severity: 'warning',
      says: 'The section is sent without a teacher: it has none, only Section Staff, or its teachers are excluded.',
      fixIn: `${SECTIONS} > Staff History`,
    },
    HAS.teacher,
  ),
  classFinding(
    {
      code: 'section.no-primary-teacher',
      severity: 'info',
      says: 'The section has teachers, but no primary teacher.',
      fixIn: `${SECTIONS} > Staff History > Primary Teacher`,
    },
    HAS.primary,
    HAS.teacher,
  ),
  classFinding(
    {
      code: 'section.no-students',
      severity: 'warning',
      says: 'The section is sent, but has no students.',
      fixIn: `${SECTIONS} > Roster`,
    },
    HAS.student,
  ),
  byRule({
    code: 'section.no-placement',
    severity: 'error',
    says: 'The section is not placed in any term of its trial, so it is not sent.',
    fixIn: `${SECTIONS} > Section Placement`,
    source: 'OneRoster CSV binding, classes.csv: termSourcedIds is required',
    rules: ['NO_PLACEMENT'],
    kinds: ['section'],
  }),
  byRule({
    code: 'section.placement-lost',
    severity: 'warning',
    says: 'The section is placed in a term that does not exist or is not sent.',
    fixIn: `${SECTIONS} > Section Placement`,
    source: 'OneRoster CSV binding, classes.csv: termSourcedIds resolve',
    rules: ['TERM_NOT_EXPORTED'],
  }),
  byRule({
    code: 'section.course-missing',
    severity: 'error',
    says: 'The section refers to a course that does not exist in the active year.',
    fixIn: SECTIONS,
    source: 'OneRoster CSV binding, classes.csv: courseSourcedId resolves',
    rules: ['COURSE_MISSING'],
  }),
  {
    code: 'section.inactive-with-students',
    severity: 'error',
    says: 'The course or the section is not marked Active, and students are in it.',
    fixIn:
      'Scheduling & Courses > Courses > Course Information > Active, or Sections > Section Information > Active',
    source: COURSES,
    scope: 'connection',
    watch: (_survey, finder) => {
      const inactive = new Map<number, string>();
      return {
        leftOut: (kind, id, { code, facts }) => {
          if (kind === 'section' && INACTIVE.includes(code)) inactive.set(Number(id), code);
          if (kind !== 'roster' || code !== 'ROSTER_SECTION_NOT_EXPORTED') return;
          const sectionID = Number(facts['sectionID']);
          const reason = inactive.get(sectionID);
          if (reason === undefined) return;
          inactive.delete(sectionID);
          finder.found({ kind: 'section', id: sectionID, facts: { reason } });
        },
      };
    },
  },
  {
    code: 'section.several-primary-teachers',
    severity: 'warning',
    says: 'The section has primary teachers who overlap in time: the current one with the latest start stays primary; the others are sent as teachers.',
    fixIn: `${SECTIONS} > Staff History > Primary Teacher`,
    source: 'Campus: OneRoster Prerequisites, Teachers > Section Staff History',
    scope: 'connection',
    watch: ({ snapshot }, finder) => {
      const [notPrimary, told] = [new IdSet(), new IdSet()];
      return {
        enrollment: ({ role, id, primary }) => {
          if (role === 'teacher' && primary === false) notPrimary.add(id);
        },
        end: () => {
          for (const { historyID, sectionID, staffType } of snapshot.rows('SectionStaffHistory')) {
            if (staffType?.toUpperCase() !== 'P' || historyID === null || !notPrimary.has(historyID))
              continue;
            if (!told.has(sectionID)) finder.found({ kind: 'section', id: sectionID, facts: { historyID } });
            told.add(sectionID);
          }
        },
      };
    },
  },
];

const INACTIVE: readonly string[] = ['COURSE_INACTIVE', 'SECTION_INACTIVE'];
