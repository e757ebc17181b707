/** Which courses and sections are sent. A section is out for the reason for which its course is out. */
import type { SisRow } from '../campus/tables.js';
import { GroupCursor } from '../snapshot/group-cursor.js';
import { IdSet } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { ReportExclusion } from './exclusions.js';
import { SentRecords, SentSections, type KeptSections } from './kept.js';
import { onlyCourses, onlySections } from './only-classes.js';
import { GUID_SHARED, LMS_CALENDAR, TRIAL_NOT_ACTIVE } from './reasons.js';
import { firstExclusion, type Exclusion, type Rules } from './rule.js';
import { named } from './saw.js';
import { calendarOf, SCHOOL_OF_CALENDAR, schoolRulesFor, type ScopedContext } from './schools.js';
import { repeatedFacts } from './shared-ids.js';

type Course = SisRow<'Course'>;
type Placement = SisRow<'SectionPlacement'>;

const COURSES = 'Campus: OneRoster Prerequisites, Courses/Sections';
const LMSX = 'Campus: External LMS Exclude';

export interface CourseContext extends ScopedContext {
  readonly excludedCourseMasters: ReadonlySet<number>;
}

export const courseRules: Rules<Course, CourseContext> = [
  ...schoolRulesFor<Course>(SCHOOL_OF_CALENDAR),
  {
    ...LMS_CALENDAR,
    excludes: (course, context) =>
      calendarOf(course, context)?.externalLMSExclude === 1 ? { calendarID: course.calendarID } : undefined,
    saw: (course, context) => ({
      calendarID: course.calendarID,
      ...named('calendar', calendarOf(course, context), 'externalLMSExclude'),
    }),
  },
  {
    code: 'LMS_COURSE_MASTER',
    says: 'The course master is marked External LMS Exclude.',
    source: `${COURSES}; ${LMSX}`,
    applies: [14, 17, 44],
    fixIn: 'Scheduling & Courses > Courses > Course Masters > External LMS Exclude',
    excludes: ({ courseMasterID }, { excludedCourseMasters }) =>
      courseMasterID !== null && excludedCourseMasters.has(courseMasterID) ? { courseMasterID } : undefined,
    saw: ({ courseMasterID }, { excludedCourseMasters }) => ({
      courseMasterID,
      ...(courseMasterID !== null && { 'courseMaster.excluded': excludedCourseMasters.has(courseMasterID) }),
    }),
  },
  {
    code: 'LMS_COURSE',
    says: 'The course is marked External LMS Exclude.',
    source: `${COURSES}; ${LMSX}`,
    applies: [15, 17, 44],
    fixIn: 'Scheduling & Courses > Courses > Course Information > External LMS Exclude',
    excludes: ({ courseID, externalLMSExclude }) => (externalLMSExclude === 1 ? { courseID } : undefined),
    saw: ({ courseID, externalLMSExclude }) => ({ courseID, externalLMSExclude }),
  },
  {
    code: 'COURSE_INACTIVE',
    says: 'The course is not marked Active.',
    source: COURSES,
    applies: [42],
    fixIn: 'Scheduling & Courses > Courses > Course Information > Active',
    excludes: ({ courseID, active }) => (active === 0 ? { courseID } : undefined),
    saw: ({ courseID, active }) => ({ courseID, active }),
  },
  ...onlyCourses,
  {
    ...GUID_SHARED,
    excludes: ({ courseID }, { district }) => repeatedFacts(district, 'Course', ['courseID', courseID]),
    saw: ({ courseID }) => ({ courseID }),
  },
];

/** A section with the facts that rules use. */
export interface SectionSubject {
  readonly section: SisRow<'Section'>;
  readonly courseExists: boolean;
  readonly courseExclusion: Exclusion | undefined;
  /** Of the section's own trial, at a term that is sent. */
  readonly placements: number;
  readonly termIDs: readonly number[];
  /** By its own mark or that of its course. */
  readonly isHomeroom: boolean;
}

export const sectionRules: Rules<SectionSubject, ScopedContext> = [
  {
    code: 'COURSE_MISSING',
    says: 'The section refers to a course that does not exist in the active year.',
    source: 'OneRoster CSV binding, classes.csv: courseSourcedId resolves',
    applies: [55],
    fixIn: 'Scheduling & Courses > Courses > Sections',
    excludes: ({ section, courseExists }) => (courseExists ? undefined : { courseID: section.courseID }),
    saw: ({ section, courseExists }) => ({ courseExists, ...named('section', section, 'courseID') }),
  },
  {
    code: 'LMS_SECTION',
    says: 'The section is marked External LMS Exclude.',
    source: `${COURSES}; ${LMSX}`,
    applies: [15, 17, 44],
    fixIn: 'Scheduling & Courses > Courses > Sections > Section Information > External LMS Exclude',
    excludes: ({ section }) =>
      section.externalLMSExclude === 1 ? { courseID: section.courseID } : undefined,
    saw: ({ section }) => named('section', section, 'externalLMSExclude', 'courseID'),
  },
  {
    code: 'SECTION_INACTIVE',
    says: 'The section is not marked Active.',
    source: COURSES,
    applies: [43],
    fixIn: 'Scheduling & Courses > Courses > Sections > Section Information > Active',
    excludes: ({ section }) => (section.active === 0 ? { courseID: section.courseID } : undefined),
    saw: ({ section }) => named('section', section, 'active', 'courseID'),
  },
  {
    ...TRIAL_NOT_ACTIVE,
    excludes: ({ section: { trialID } }, { district }) =>
      district.activeTrials.has(trialID) ? undefined : { trialID },
    saw: ({ section }, { district }) => ({
      ...named('section', section, 'trialID'),
      'trial.active': district.activeTrials.has(section.trialID),
    }),
  },
  {
    code: 'NO_PLACEMENT',
    says: 'The section is not placed in any term of its own trial.',
    source: 'OneRoster CSV binding, classes.csv: termSourcedIds is required',
    applies: [46],
    fixIn: 'Scheduling & Courses > Courses > Sections > Section Placement',
    excludes: ({ section, placements }) => (placements === 0 ? { trialID: section.trialID } : undefined),
    saw: ({ section, placements }) => ({ placements, ...named('section', section, 'trialID') }),
  },
  ...onlySections,
  {
    ...GUID_SHARED,
    excludes: ({ section: { sectionID } }, { district }) =>
      repeatedFacts(district, 'Section', ['sectionID', sectionID]),
    saw: ({ section }) => named('section', section, 'sectionID'),
  },
];

export const EMPTY_CLASS = {
  code: 'EMPTY_CLASS',
  says: 'No exported student and no exported teacher is enrolled in the class, and the connection drops such classes.',
  source: 'connection setting emptyClasses',
  applies: [47],
  fixIn: 'Scheduling & Courses > Courses > Sections > Roster, Section Staff History',
} as const;

export const UNUSED_COURSE = {
  code: 'UNUSED_COURSE',
  says: 'No class of the course is exported, and the connection drops such courses.',
  source: 'connection setting unusedCourses',
  applies: [48],
  fixIn: 'Scheduling & Courses > Courses > Sections',
} as const;

export const TERM_NOT_EXPORTED = {
  code: 'TERM_NOT_EXPORTED',
  says: 'The placement refers to a term that does not exist or is not in a calendar of this connection.',
  source: 'OneRoster CSV binding, classes.csv: termSourcedIds resolve',
  applies: [46, 55],
  fixIn: 'Scheduling & Courses > Courses > Sections > Section Placement',
} as const;

/** Whether a placement counts for a section: the same trial, and a term of a calendar that is sent. */
export function isSentPlacement(
  placement: Placement,
  trialOfSection: number | undefined,
  context: ScopedContext,
): boolean {
  return placement.trialID === trialOfSection && isSentTerm(placement.termID, context);
}

export function isSentTerm(termID: number, context: ScopedContext): boolean {
  return !isRepeatedTerm(termID, context) && isTermOfScope(termID, context);
}

const isRepeatedTerm = (termID: number, { district }: ScopedContext): boolean =>
  district.repeated.get('Term')?.has(termID) === true;

/** Terms are no candidates for any other reason: they belong to a calendar that is sent, or concern no one. */
export function reportTerms(context: ScopedContext, report: ReportExclusion): void {
  const { district, scope } = context;
  for (const { termID, calendarID } of district.terms.values()) {
    const facts = repeatedFacts(district, 'Term', ['termID', termID]);
    if (facts === undefined || !isTermOfScope(termID, context)) continue;
    report(
      'term',
      termID,
      { code: GUID_SHARED.code, facts },
      { schoolID: scope.activeCalendars.get(calendarID)?.schoolID },
    );
  }
}

function isTermOfScope(termID: number, { district, scope }: ScopedContext): boolean {
  const calendar = scope.activeCalendars.get(district.terms.get(termID)?.calendarID ?? -1);
  return calendar !== undefined && calendar.externalLMSExclude !== 1 && scope.schools.has(calendar.schoolID);
}

export function filterSections(
  snapshot: Snapshot,
  context: ScopedContext,
  report: ReportExclusion,
): KeptSections {
  const courses = new SentRecords();
  const courseReasons = new Map<number, Exclusion>();
  /** Of the courses that are out. */
  const schools = new Map<number, number | undefined>();
  const homerooms = new IdSet();
  const courseContext = { ...context, excludedCourseMasters: excludedCourseMasters(snapshot) };
  for (const course of snapshot.rows('Course')) {
    const exclusion = firstExclusion(courseRules, course, courseContext);
    if (course.homeroom === 1) homerooms.add(course.courseID);
    if (exclusion === undefined) {
      courses.add(course.courseID, calendarOf(course, context)?.schoolID ?? 0);
    } else {
      courseReasons.set(course.courseID, exclusion);
      schools.set(course.courseID, calendarOf(course, context)?.schoolID);
      report('course', course.courseID, exclusion, { schoolID: schools.get(course.courseID) });
    }
  }
  const sections = new SentSections();
  const placements = new GroupCursor(
    snapshot.rows('SectionPlacement'),
    (row) => row.sectionID,
    'SectionPlacement.sectionID',
  );
  for (const section of snapshot.rows('Section')) {
    const placed = placements.take(section.sectionID);
    const schoolID = courses.schoolOf(section.courseID);
    const sent = placed.filter((placement) => isSentPlacement(placement, section.trialID, context));
    const subject: SectionSubject = {
      section,
      courseExists: schoolID !== undefined || courseReasons.has(section.courseID),
      courseExclusion: courseReasons.get(section.courseID),
      placements: sent.length,
      termIDs: sent.map(({ termID }) => termID),
      isHomeroom: section.homeroomSection === 1 || homerooms.has(section.courseID),
    };
    const exclusion = subject.courseExclusion ?? firstExclusion(sectionRules, subject, context);
    if (exclusion !== undefined)
      report('section', section.sectionID, exclusion, {
        schoolID: schoolID ?? schools.get(section.courseID),
      });
    if (exclusion !== undefined || schoolID === undefined) continue;
    sections.addSection(section, schoolID);
    reportPlacements(placed, section, context, report);
  }
  return { courses, sections };
}

function reportPlacements(
  placed: readonly Placement[],
  section: SisRow<'Section'>,
  context: ScopedContext,
  report: ReportExclusion,
): void {
  const lost = placed.filter(
    ({ trialID, termID }) => trialID === section.trialID && !isSentTerm(termID, context),
  );
  for (const termID of new Set(lost.map((placement) => placement.termID))) {
    report(
      'placement',
      `${section.sectionID}-${termID}`,
      { code: TERM_NOT_EXPORTED.code, facts: { termID } },
      { sectionID: section.sectionID },
    );
  }
}

export function excludedCourseMasters(snapshot: Snapshot): ReadonlySet<number> {
  const marked = new Set<number>();
  for (const row of snapshot.rows('CourseMaster')) {
    if (row.externalLMSExclude === 1) marked.add(row.courseMasterID);
  }
  return marked;
}
