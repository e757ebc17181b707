/** Districts, schools and calendars; courses, sections, placements and roster rows. */
import {
  DISTRICT,
  MASTER,
  SCHOOL,
  STUDENT,
  TODAY,
  TOMORROW,
  YESTERDAY,
  aCalendar,
  aCourse,
  aDistrict,
  aRoster,
  aSchool,
  aSection,
  aStudent,
  aTeacher,
  again,
  calendarOf,
  courseOf,
  districtGuid,
  drop,
  periodOf,
  put,
  rosterOf,
  schoolGuid,
  sectionOf,
  structureOf,
  termOf,
  trialOf,
  type Fields,
  type GivenRows,
} from '../../support/given.js';
import type { Asked } from '../../support/outcome.js';
import { aroundTheDay, type Edge, type RuleCase } from './rule-case.js';

const [OTHER, EXTRA] = [2, 3];
const schoolTwo = (changes?: Parameters<typeof aSchool>[1]): GivenRows => aDistrict(aSchool(OTHER, changes));

/** Another school with the GUID of the one. */
const twinOf = (schoolID: number, school: Fields = {}): GivenRows =>
  aSchool(7, { school: { schoolGUID: schoolGuid(schoolID).toLowerCase(), ...school } });
const twinDistrict = put('District', { districtID: 72, name: 'Dale', districtGUID: districtGuid(DISTRICT) });

const schools: readonly RuleCase[] = [
  { rule: 'SCHOOL_NOT_IN_SCOPE', kind: 'school', id: OTHER, verdict: 'exclude', when: 'not listed', given: schoolTwo(), asked: { schools: ['S1'] } },
  { rule: 'SCHOOL_NOT_IN_SCOPE', kind: 'school', id: OTHER, verdict: 'keep', when: 'listed in other letters', given: schoolTwo(), asked: { schools: ['s2'] } },
  { rule: 'SCHOOL_NOT_IN_SCOPE', kind: 'school', id: OTHER, verdict: 'keep', when: 'where all are asked for', given: schoolTwo() },
  { rule: 'LMS_SCHOOL', kind: 'school', id: OTHER, verdict: 'exclude', when: 'marked', given: schoolTwo({ school: { externalLMSExclude: 1 } }) },
  { rule: 'LMS_SCHOOL', kind: 'school', id: OTHER, verdict: 'keep', when: 'with an empty mark', given: schoolTwo({ school: { externalLMSExclude: null } }) },
  { rule: 'SCHOOL_NO_CALENDAR', kind: 'school', id: OTHER, verdict: 'exclude', when: 'without calendar', given: aDistrict(aSchool(OTHER), drop('Calendar', { schoolID: OTHER })) },
  { rule: 'SCHOOL_NO_CALENDAR', kind: 'school', id: OTHER, verdict: 'exclude', when: 'with a calendar of last year', given: schoolTwo({ calendar: { endYear: 2026 } }) },
  { rule: 'SCHOOL_NO_CALENDAR', kind: 'school', id: OTHER, verdict: 'keep', when: 'with a calendar of the year', given: schoolTwo() },
  { rule: 'LMS_CALENDAR', kind: 'school', id: OTHER, verdict: 'exclude', when: 'with one calendar, marked', given: schoolTwo({ calendar: { externalLMSExclude: 1 } }) },
  { rule: 'LMS_CALENDAR', kind: 'school', id: SCHOOL, verdict: 'keep', when: 'with two calendars, one of them marked', given: aDistrict(aCalendar(EXTRA, { externalLMSExclude: 1 })) },
  { rule: 'LMS_CALENDAR', kind: 'calendar', id: calendarOf(EXTRA), verdict: 'exclude', when: 'marked', given: aDistrict(aCalendar(EXTRA, { externalLMSExclude: 1 })) },
  { rule: 'LMS_CALENDAR', kind: 'calendar', id: calendarOf(EXTRA), verdict: 'keep', when: 'with an empty mark', given: aDistrict(aCalendar(EXTRA, { externalLMSExclude: null })) },
  { rule: 'YEAR_NOT_ACTIVE', kind: 'calendar', id: calendarOf(EXTRA), verdict: 'exclude', when: 'of last year', given: aDistrict(aCalendar(EXTRA, { endYear: 2026 })) },
  { rule: 'YEAR_NOT_ACTIVE', kind: 'calendar', id: calendarOf(EXTRA), verdict: 'exclude', when: 'of next year', given: aDistrict(aCalendar(EXTRA, { endYear: 2028 })) },
  { rule: 'YEAR_NOT_ACTIVE', kind: 'calendar', id: calendarOf(EXTRA), verdict: 'keep', when: 'of the year', given: aDistrict(aCalendar(EXTRA)) },
  { rule: 'SCHOOL_MISSING', kind: 'calendar', id: calendarOf(EXTRA), verdict: 'exclude', when: 'of no school', given: aDistrict(aCalendar(EXTRA, { schoolID: 999 })) },
  { rule: 'SCHOOL_MISSING', kind: 'calendar', id: calendarOf(EXTRA), verdict: 'keep', when: 'of a school', given: aDistrict(aCalendar(EXTRA)) },
  { rule: 'NO_GUID', kind: 'school', id: OTHER, verdict: 'exclude', when: 'without GUID', given: schoolTwo({ school: { schoolGUID: null } }) },
  { rule: 'NO_GUID', kind: 'school', id: OTHER, verdict: 'keep', when: 'with GUID', given: schoolTwo() },
  { rule: 'NO_GUID', kind: 'district', id: DISTRICT, verdict: 'exclude', when: 'without GUID', given: aDistrict(put('District', { districtID: DISTRICT, districtGUID: null })) },
  { rule: 'NO_GUID', kind: 'district', id: DISTRICT, verdict: 'keep', when: 'with GUID', given: aDistrict() },
  { rule: 'GUID_SHARED', kind: 'school', id: OTHER, verdict: 'exclude', when: 'with the GUID of another one, in other letters', given: aDistrict(aSchool(OTHER), twinOf(OTHER)) },
  { rule: 'GUID_SHARED', kind: 'school', id: OTHER, verdict: 'exclude', when: 'with the GUID of its district', given: schoolTwo({ school: { schoolGUID: districtGuid(DISTRICT) } }) },
  { rule: 'GUID_SHARED', kind: 'school', id: OTHER, verdict: 'exclude', when: 'that is there twice', given: aDistrict(aSchool(OTHER), again('School', { schoolID: OTHER, name: 'Other' })) },
  { rule: 'GUID_SHARED', kind: 'school', id: OTHER, verdict: 'keep', when: 'with the GUID of one that is not sent', given: aDistrict(aSchool(OTHER), twinOf(OTHER, { externalLMSExclude: 1 })) },
  { rule: 'GUID_SHARED', kind: 'school', id: OTHER, verdict: 'keep', when: 'that is there twice alike', given: aDistrict(aSchool(OTHER), again('School', { schoolID: OTHER })) },
  { rule: 'GUID_SHARED', kind: 'district', id: DISTRICT, verdict: 'exclude', when: 'with the GUID of another one', given: aDistrict(twinDistrict, aSchool(OTHER, { school: { districtID: 72 } })) },
  { rule: 'GUID_SHARED', kind: 'district', id: DISTRICT, verdict: 'exclude', when: 'with the GUID of a school', given: schoolTwo({ school: { schoolGUID: districtGuid(DISTRICT) } }) },
  { rule: 'GUID_SHARED', kind: 'district', id: DISTRICT, verdict: 'keep', when: 'with the GUID of one without schools', given: aDistrict(twinDistrict) },
  { rule: 'GUID_SHARED', kind: 'term', id: termOf(SCHOOL), verdict: 'exclude', when: 'that is there twice', given: aDistrict(again('Term', { termID: termOf(SCHOOL), name: 'Other' })) },
  { rule: 'GUID_SHARED', kind: 'term', id: termOf(SCHOOL), verdict: 'keep', when: 'that is there twice alike', given: aDistrict(again('Term', { termID: termOf(SCHOOL) })) },
  { rule: 'DISTRICT_MISSING', kind: 'district', id: DISTRICT, verdict: 'exclude', when: 'that a school names and that does not exist', given: aDistrict(drop('District')) },
  { rule: 'DISTRICT_MISSING', kind: 'district', id: DISTRICT, verdict: 'keep', when: 'that exists', given: aDistrict() },
]; // prettier-ignore

interface CourseCase {
  readonly rule: string;
  readonly when: string;
  readonly verdict: 'keep' | 'exclude';
  readonly course: Fields;
  readonly around?: GivenRows;
  readonly asked?: Asked;
  /** The number of the calendar that holds the course and its section. */
  readonly in?: number;
}

const courses: readonly CourseCase[] = [
  { rule: 'SCHOOL_NOT_IN_SCOPE', when: 'at a school that is not listed', verdict: 'exclude', in: OTHER, course: {}, around: aSchool(OTHER), asked: { schools: ['S1'] } },
  { rule: 'SCHOOL_NOT_IN_SCOPE', when: 'at a listed school', verdict: 'keep', in: OTHER, course: {}, around: aSchool(OTHER), asked: { schools: ['S2'] } },
  { rule: 'LMS_SCHOOL', when: 'at a marked school', verdict: 'exclude', in: OTHER, course: {}, around: aSchool(OTHER, { school: { externalLMSExclude: 1 } }) },
  { rule: 'LMS_SCHOOL', when: 'at a school whose mark is taken off', verdict: 'keep', in: OTHER, course: {}, around: aSchool(OTHER, { school: { externalLMSExclude: 0 } }) },
  { rule: 'NO_GUID', when: 'at a school without GUID', verdict: 'exclude', in: OTHER, course: {}, around: aSchool(OTHER, { school: { schoolGUID: null } }) },
  { rule: 'NO_GUID', when: 'at a school with GUID', verdict: 'keep', in: OTHER, course: {}, around: aSchool(OTHER) },
  { rule: 'GUID_SHARED', when: 'at a school with the GUID of another', verdict: 'exclude', in: OTHER, course: {}, around: [aSchool(OTHER), twinOf(OTHER)] },
  { rule: 'GUID_SHARED', when: 'at a school with a GUID of its own', verdict: 'keep', in: OTHER, course: {}, around: [aSchool(OTHER), aSchool(7)] },
  { rule: 'SCHOOL_MISSING', when: 'in a calendar of no school', verdict: 'exclude', in: OTHER, course: {}, around: [aSchool(OTHER), drop('School', { schoolID: OTHER })] },
  { rule: 'SCHOOL_MISSING', when: 'in a calendar of a school', verdict: 'keep', in: OTHER, course: {}, around: aSchool(OTHER) },
  { rule: 'LMS_CALENDAR', when: 'in a marked calendar', verdict: 'exclude', in: EXTRA, course: {}, around: aCalendar(EXTRA, { externalLMSExclude: 1 }) },
  { rule: 'LMS_CALENDAR', when: 'in a calendar whose mark is taken off', verdict: 'keep', in: EXTRA, course: {}, around: aCalendar(EXTRA, { externalLMSExclude: 0 }) },
  { rule: 'LMS_COURSE_MASTER', when: 'of a marked course master', verdict: 'exclude', course: { courseMasterID: 3_002 }, around: put('CourseMaster', { courseMasterID: 3_002, externalLMSExclude: 1 }) },
  { rule: 'LMS_COURSE_MASTER', when: 'of a course master whose mark is taken off', verdict: 'keep', course: { courseMasterID: 3_002 }, around: put('CourseMaster', { courseMasterID: 3_002, externalLMSExclude: 0 }) },
  { rule: 'LMS_COURSE_MASTER', when: 'without course master', verdict: 'keep', course: { courseMasterID: null } },
  { rule: 'LMS_COURSE_MASTER', when: 'of a course master that is gone', verdict: 'keep', course: { courseMasterID: 3_999 } },
  { rule: 'LMS_COURSE', when: 'marked', verdict: 'exclude', course: { externalLMSExclude: 1 } },
  { rule: 'LMS_COURSE', when: 'with an empty mark', verdict: 'keep', course: { externalLMSExclude: null } },
  { rule: 'COURSE_INACTIVE', when: 'not active', verdict: 'exclude', course: { active: 0 } },
  { rule: 'COURSE_INACTIVE', when: 'active', verdict: 'keep', course: { active: 1 } },
  { rule: 'COURSE_INACTIVE', when: 'neither active nor not', verdict: 'keep', course: { active: null } },
]; // prettier-ignore

const COURSE = courseOf(50);
const SECTION = sectionOf(50);

const ofCourses = courses.flatMap(
  ({ course, around = [], in: calendar = SCHOOL, ...asked }): readonly RuleCase[] => {
    const given = aDistrict(
      around,
      aCourse(COURSE, { calendarID: calendarOf(calendar), courseMasterID: MASTER, ...course }),
      aSection(
        SECTION,
        { courseID: COURSE, trialID: trialOf(calendar) },
        { trialID: trialOf(calendar), termID: termOf(calendar), periodID: periodOf(calendar) },
      ),
    );
    return [
      { ...asked, kind: 'course', id: COURSE, given },
      { ...asked, kind: 'section', id: SECTION, given },
    ];
  },
);

const draft = put('Trial', {
  trialID: 599,
  calendarID: calendarOf(SCHOOL),
  structureID: structureOf(SCHOOL),
  active: 0,
});
const blankTrial = put('Trial', {
  trialID: 599,
  calendarID: calendarOf(SCHOOL),
  structureID: structureOf(SCHOOL),
  active: null,
});
const section = (fields: Fields = {}, placement: Fields | null = {}): GivenRows =>
  aSection(SECTION, fields, placement);
const ofSection = { kind: 'section', id: SECTION } as const;

const sections: readonly RuleCase[] = [
  { ...ofSection, rule: 'COURSE_MISSING', verdict: 'exclude', when: 'of no course', given: aDistrict(section({ courseID: 1_999 })) },
  { ...ofSection, rule: 'COURSE_MISSING', verdict: 'keep', when: 'of a course', given: aDistrict(section()) },
  { ...ofSection, rule: 'LMS_SECTION', verdict: 'exclude', when: 'marked', given: aDistrict(section({ externalLMSExclude: 1 })) },
  { ...ofSection, rule: 'LMS_SECTION', verdict: 'keep', when: 'with an empty mark', given: aDistrict(section({ externalLMSExclude: null })) },
  { ...ofSection, rule: 'SECTION_INACTIVE', verdict: 'exclude', when: 'not active', given: aDistrict(section({ active: 0 })) },
  { ...ofSection, rule: 'SECTION_INACTIVE', verdict: 'keep', when: 'active', given: aDistrict(section({ active: 1 })) },
  { ...ofSection, rule: 'SECTION_INACTIVE', verdict: 'keep', when: 'neither active nor not', given: aDistrict(section({ active: null })) },
  { ...ofSection, rule: 'TRIAL_NOT_ACTIVE', verdict: 'exclude', when: 'of a draft trial', given: aDistrict(draft, section({ trialID: 599 }, { trialID: 599 })) },
  { ...ofSection, rule: 'TRIAL_NOT_ACTIVE', verdict: 'exclude', when: 'of a trial that is neither active nor not', given: aDistrict(blankTrial, section({ trialID: 599 }, { trialID: 599 })) },
  { ...ofSection, rule: 'TRIAL_NOT_ACTIVE', verdict: 'exclude', when: 'of no trial', given: aDistrict(section({ trialID: 598 }, { trialID: 598 })) },
  { ...ofSection, rule: 'TRIAL_NOT_ACTIVE', verdict: 'keep', when: 'of the active trial', given: aDistrict(draft, section()) },
  { ...ofSection, rule: 'NO_PLACEMENT', verdict: 'exclude', when: 'without placement', given: aDistrict(section({}, null)) },
  { ...ofSection, rule: 'NO_PLACEMENT', verdict: 'exclude', when: 'placed in another trial only', given: aDistrict(draft, section({}, { trialID: 599 })) },
  { ...ofSection, rule: 'NO_PLACEMENT', verdict: 'exclude', when: 'placed in a term that does not exist', given: aDistrict(section({}, { termID: 499 })) },
  { ...ofSection, rule: 'NO_PLACEMENT', verdict: 'keep', when: 'placed', given: aDistrict(section()) },
  { ...ofSection, rule: 'GUID_SHARED', verdict: 'exclude', when: 'that is there twice', given: aDistrict(section(), again('Section', { sectionID: SECTION, number: 9 })) },
  { ...ofSection, rule: 'GUID_SHARED', verdict: 'keep', when: 'that is there twice alike', given: aDistrict(section(), again('Section', { sectionID: SECTION })) },
  { rule: 'GUID_SHARED', kind: 'course', id: COURSE, verdict: 'exclude', when: 'that is there twice', given: aDistrict(aCourse(COURSE), again('Course', { courseID: COURSE, name: 'Other' })) },
  { ...ofSection, rule: 'GUID_SHARED', verdict: 'exclude', when: 'of a course that is there twice', given: aDistrict(aCourse(COURSE), section({ courseID: COURSE }), again('Course', { courseID: COURSE, name: 'Other' })) },
  { rule: 'GUID_SHARED', kind: 'roster', id: rosterOf(STUDENT), verdict: 'exclude', when: 'that is there twice', given: aDistrict(aStudent(), aRoster(), again('Roster', { rosterID: rosterOf(STUDENT), endDate: TODAY })) },
  { rule: 'GUID_SHARED', kind: 'roster', id: rosterOf(STUDENT), verdict: 'keep', when: 'that is there twice alike', given: aDistrict(aStudent(), aRoster(), again('Roster', { rosterID: rosterOf(STUDENT) })) },
  { ...ofSection, rule: 'EMPTY_CLASS', verdict: 'exclude', when: 'without people, where such are dropped', given: aDistrict(section()), asked: { emptyClasses: 'drop' } },
  { ...ofSection, rule: 'EMPTY_CLASS', verdict: 'exclude', when: 'with a student who is out, where such are dropped', given: aDistrict(section(), aStudent({ enrollment: { noShow: 1 } }), aRoster(STUDENT, { sectionID: SECTION })), asked: { emptyClasses: 'drop' } },
  { ...ofSection, rule: 'EMPTY_CLASS', verdict: 'keep', when: 'without people, where such are kept', given: aDistrict(section()) },
  { ...ofSection, rule: 'EMPTY_CLASS', verdict: 'keep', when: 'with a student', given: aDistrict(section(), aStudent(), aRoster(STUDENT, { sectionID: SECTION })), asked: { emptyClasses: 'drop' } },
  { ...ofSection, rule: 'EMPTY_CLASS', verdict: 'keep', when: 'with a teacher', given: aDistrict(section(), aTeacher({ staff: { sectionID: SECTION } })), asked: { emptyClasses: 'drop' } },
  { rule: 'UNUSED_COURSE', kind: 'course', id: COURSE, verdict: 'exclude', when: 'without class, where such are dropped', given: aDistrict(aCourse(COURSE)), asked: { unusedCourses: 'drop' } },
  { rule: 'UNUSED_COURSE', kind: 'course', id: COURSE, verdict: 'exclude', when: 'with an empty class, where both are dropped', given: aDistrict(aCourse(COURSE), section({ courseID: COURSE })), asked: { unusedCourses: 'drop', emptyClasses: 'drop' } },
  { rule: 'UNUSED_COURSE', kind: 'course', id: COURSE, verdict: 'keep', when: 'without class, where such are kept', given: aDistrict(aCourse(COURSE)) },
  { rule: 'UNUSED_COURSE', kind: 'course', id: COURSE, verdict: 'keep', when: 'with a class', given: aDistrict(aCourse(COURSE), section({ courseID: COURSE })), asked: { unusedCourses: 'drop' } },
]; // prettier-ignore

const placedIn = (termID: number): GivenRows =>
  put('SectionPlacement', {
    sectionID: sectionOf(SCHOOL),
    trialID: trialOf(SCHOOL),
    termID,
    periodID: periodOf(SCHOOL),
  });

const placements: readonly RuleCase[] = [
  { rule: 'TERM_NOT_EXPORTED', kind: 'placement', id: `${sectionOf(SCHOOL)}-499`, verdict: 'exclude', when: 'in a term that does not exist', given: aDistrict(placedIn(499)) },
  { rule: 'TERM_NOT_EXPORTED', kind: 'placement', id: `${sectionOf(SCHOOL)}-${termOf(EXTRA)}`, verdict: 'exclude', when: 'in a term of a marked calendar', given: aDistrict(aCalendar(EXTRA, { externalLMSExclude: 1 }), placedIn(termOf(EXTRA))) },
  { rule: 'TERM_NOT_EXPORTED', kind: 'placement', id: `${sectionOf(SCHOOL)}-${termOf(EXTRA)}`, verdict: 'exclude', when: 'in a term of last year', given: aDistrict(aCalendar(EXTRA, { endYear: 2026 }), placedIn(termOf(EXTRA))) },
  { rule: 'TERM_NOT_EXPORTED', kind: 'placement', id: `${sectionOf(SCHOOL)}-${termOf(OTHER)}`, verdict: 'exclude', when: 'in a term of a school that is not listed', given: aDistrict(aSchool(OTHER), placedIn(termOf(OTHER))), asked: { schools: ['S1'] } },
  { rule: 'TERM_NOT_EXPORTED', kind: 'placement', id: `${sectionOf(SCHOOL)}-${termOf(EXTRA)}`, verdict: 'keep', when: 'in a term that is sent', given: aDistrict(aCalendar(EXTRA), placedIn(termOf(EXTRA))) },
]; // prettier-ignore

interface RosterCase {
  readonly rule: string;
  readonly when: string;
  readonly verdict: 'keep' | 'exclude';
  readonly edge?: Edge;
  readonly roster?: Fields;
  readonly around?: GivenRows;
  readonly student?: GivenRows;
  readonly asked?: Asked;
}

const rosters: readonly RosterCase[] = [
  { rule: 'TRIAL_NOT_ACTIVE', when: 'of a draft trial', verdict: 'exclude', roster: { trialID: 599 }, around: draft },
  { rule: 'TRIAL_NOT_ACTIVE', when: 'of another active trial than its section', verdict: 'exclude', roster: { trialID: trialOf(OTHER) }, around: aSchool(OTHER) },
  { rule: 'TRIAL_NOT_ACTIVE', when: 'of the trial of its section', verdict: 'keep', around: draft },
  { rule: 'ROSTER_STUDENT_NOT_EXPORTED', when: 'of a student who is out', verdict: 'exclude', student: aStudent({ enrollment: { noShow: 1 } }) },
  { rule: 'ROSTER_STUDENT_NOT_EXPORTED', when: 'of a missing person', verdict: 'exclude', student: [] },
  { rule: 'ROSTER_STUDENT_NOT_EXPORTED', when: 'of a student without username', verdict: 'exclude', student: aStudent({ account: null }), asked: { version: '1.1' } },
  { rule: 'ROSTER_STUDENT_NOT_EXPORTED', when: 'of a student without username', verdict: 'keep', student: aStudent({ account: null }), asked: { version: '1.2' } },
  { rule: 'ROSTER_STUDENT_NOT_EXPORTED', when: 'of a student who is sent', verdict: 'keep' },
  { rule: 'ROSTER_SECTION_NOT_EXPORTED', when: 'of a section that is out', verdict: 'exclude', roster: { sectionID: SECTION }, around: section({ active: 0 }) },
  { rule: 'ROSTER_SECTION_NOT_EXPORTED', when: 'of a section that does not exist', verdict: 'exclude', roster: { sectionID: 2_999 } },
  { rule: 'ROSTER_SECTION_NOT_EXPORTED', when: 'of a section that is sent', verdict: 'keep' },
  ...aroundTheDay(['exclude', 'keep', 'keep', 'keep'], [YESTERDAY, TODAY, TOMORROW], (endDate) => (
    { rule: 'ROSTER_ENDED', when: 'where ended ones are dropped, ending', roster: { endDate }, asked: { endedRosters: 'drop' } } as const
  )),
  ...aroundTheDay(['keep', 'keep', 'keep', 'keep'], [YESTERDAY, TODAY, TOMORROW], (endDate) => (
    { rule: 'ROSTER_ENDED', when: 'where ended ones are kept, ending', roster: { endDate } }
  )),
  ...aroundTheDay(['keep', 'keep', 'keep', 'keep'], [YESTERDAY, TODAY, TOMORROW], (startDate) => (
    { rule: 'ROSTER_ENDED', when: 'where ended ones are dropped, starting', roster: { startDate }, asked: { endedRosters: 'drop' } } as const
  )),
]; // prettier-ignore

const ofRosters = rosters.map(({ roster, around = [], student = aStudent(), ...asked }): RuleCase => ({
  ...asked,
  kind: 'roster',
  id: rosterOf(STUDENT),
  given: aDistrict(around, student, aRoster(STUDENT, roster)),
}));

export const classCases: readonly RuleCase[] = [
  ...schools,
  ...ofCourses,
  ...sections,
  ...placements,
  ...ofRosters,
];
