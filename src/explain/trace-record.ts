/** Every rule applied to one course, section, enrollment or school, as `trace-person.ts` does for people. */
import type { SisRow } from '../campus/tables.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import {
  primaryFacts,
  primaryTeachers,
  rosterRules,
  teacherEnrollmentRules,
  type EnrollmentContext,
} from '../filter/enrollments.js';
import {
  DISTRICT_MISSING,
  GUID_SHARED,
  LMS_CALENDAR,
  NO_GUID,
  SCHOOL_MISSING,
  YEAR_NOT_ACTIVE,
} from '../filter/reasons.js';
import type { Facts } from '../filter/rule.js';
import { askAll, askedInTurn, type Ruling } from './ruling.js';
import { schoolRules } from '../filter/schools.js';
import {
  courseRules,
  EMPTY_CLASS,
  excludedCourseMasters,
  isSentPlacement,
  sectionRules,
  TERM_NOT_EXPORTED,
  UNUSED_COURSE,
  type SectionSubject,
} from '../filter/sections.js';
import { valuesOf, type TracedRow } from './trace-person.js';

export interface RecordTrace {
  readonly isExported: boolean;
  readonly values: Facts;
  readonly rulings: readonly Ruling[];
  /** Rows that belong to the record and can be out by themselves: placements of a section, calendars of a school. */
  readonly rows: readonly TracedRow[];
}

/** What a refresh would report of a record: the reason it is out, if it is. */
export type Reported = (
  kind: string,
  id: number | string,
) => { readonly code: string; readonly facts: Facts } | undefined;

const isOut = (rulings: readonly Ruling[]): boolean => rulings.some(({ verdict }) => verdict === 'out');

export function traceCourse(
  snapshot: Snapshot,
  context: EnrollmentContext,
  course: SisRow<'Course'>,
  reported: Reported,
): RecordTrace {
  const { courseID, calendarID, courseMasterID, active, externalLMSExclude } = course;
  const rulings = courseRulings(snapshot, context, course);
  const late =
    context.settings.unusedCourses === 'drop'
      ? askedInTurn([UNUSED_COURSE], reported('course', courseID), isOut(rulings))
      : [];
  return {
    isExported: context.sections.courses.has(courseID),
    values: { courseID, calendarID, courseMasterID, active, externalLMSExclude },
    rulings: [...rulings, ...late],
    rows: [],
  };
}

function courseRulings(
  snapshot: Snapshot,
  context: EnrollmentContext,
  course: SisRow<'Course'>,
): readonly Ruling[] {
  return askAll(courseRules, course, { ...context, excludedCourseMasters: excludedCourseMasters(snapshot) });
}

/** The rules of the course first, then the section's own. */
export function traceSection(
  snapshot: Snapshot,
  context: EnrollmentContext,
  section: SisRow<'Section'>,
  reported: Reported,
): RecordTrace {
  const { sectionID, courseID, trialID, number, active, externalLMSExclude } = section;
  const course = [...snapshot.rows('Course')].find((row) => row.courseID === courseID);
  const placed = [...snapshot.rows('SectionPlacement')].filter((row) => row.sectionID === sectionID);
  const sent = placed.filter((row) => isSentPlacement(row, section.trialID, context));
  const placements = sent.length;
  const subject: SectionSubject = {
    section,
    courseExists: course !== undefined,
    courseExclusion: undefined,
    placements,
    termIDs: sent.map(({ termID }) => termID),
    isHomeroom: section.homeroomSection === 1 || course?.homeroom === 1,
  };
  const ofCourse = course === undefined ? [] : courseRulings(snapshot, context, course);
  const own = askAll(sectionRules, subject, context);
  const isOutByCourse = isOut(ofCourse);
  const rulings = [...ofCourse, ...own.map((each) => (isOutByCourse ? { ...each, isFirst: false } : each))];
  const late =
    context.settings.emptyClasses === 'drop'
      ? askedInTurn([EMPTY_CLASS], reported('section', sectionID), isOut(rulings))
      : [];
  return {
    isExported: context.sections.sections.has(sectionID),
    values: { sectionID, courseID, trialID, number, active, externalLMSExclude, placements },
    rulings: [...rulings, ...late],
    rows: placed.map((row) => ({
      table: 'SectionPlacement',
      values: valuesOf(row),
      rulings: askedInTurn([TERM_NOT_EXPORTED], reported('placement', `${sectionID}-${row.termID}`)),
    })),
  };
}

export function traceRoster(context: EnrollmentContext, row: SisRow<'Roster'>): RecordTrace {
  const rulings = askAll(rosterRules, row, context);
  return { isExported: !isOut(rulings), values: valuesOf(row), rulings, rows: [] };
}

export function traceStaffRow(
  snapshot: Snapshot,
  context: EnrollmentContext,
  row: SisRow<'SectionStaffHistory'>,
): RecordTrace {
  const rulings = askAll(teacherEnrollmentRules, row, context);
  const values = { ...valuesOf(row), ...primaryFacts(row, primaryTeachers(snapshot, context), context) };
  return { isExported: !isOut(rulings), values, rulings, rows: [] };
}

const DISTRICT_REASONS = [DISTRICT_MISSING, NO_GUID, GUID_SHARED];
const CALENDAR_REASONS = [YEAR_NOT_ACTIVE, LMS_CALENDAR, SCHOOL_MISSING];

/** A school, its district and its calendars of the active year and the years beside it. */
export function traceSchool(context: EnrollmentContext, schoolID: number, reported: Reported): RecordTrace {
  const { district, scope } = context;
  const school = district.schools.get(schoolID);
  const calendars = [...district.calendars.values()].filter((row) => row.schoolID === schoolID);
  const active = calendars.filter(({ calendarID }) => scope.activeCalendars.has(calendarID));
  const near = calendars.filter(({ endYear }) => Math.abs(endYear - district.year.endYear) <= 1);
  const { districtID = null, number = null, externalLMSExclude = null } = school ?? {};
  return {
    isExported: scope.schools.has(schoolID),
    values: { schoolID, number, districtID, externalLMSExclude, calendars: active.length },
    rulings:
      school === undefined
        ? askedInTurn([SCHOOL_MISSING], { code: SCHOOL_MISSING.code, facts: { schoolID } })
        : askAll(
            schoolRules,
            { school, calendars: active, shared: scope.sharedOrgs.schools.get(schoolID) },
            context,
          ),
    rows: [
      ...(districtID === null
        ? []
        : [
            {
              table: 'District',
              values: { districtID },
              rulings: askedInTurn(DISTRICT_REASONS, reported('district', districtID)),
            },
          ]),
      ...near.map((row) => ({
        table: 'Calendar',
        values: valuesOf(row),
        rulings: askedInTurn(CALENDAR_REASONS, reported('calendar', row.calendarID)),
      })),
    ],
  };
}
