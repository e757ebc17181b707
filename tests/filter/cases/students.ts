/** Enrollments: each reason leaves out a student who has no other one, and else only the enrollment. */
import {
  AFTER_YEAR,
  BEFORE_YEAR,
  STUDENT,
  TODAY,
  TOMORROW,
  YEAR_END,
  YEAR_START,
  YESTERDAY,
  aCalendar,
  aDistrict,
  aSchool,
  aStudent,
  anEnrollment,
  calendarOf,
  drop,
  put,
  schoolGuid,
  structureOf,
  type Fields,
  type GivenRows,
} from '../../support/given.js';
import type { Asked } from '../../support/outcome.js';
import { SECOND, aroundTheDay, type Edge, type RuleCase } from './rule-case.js';

interface EnrollmentCase {
  readonly rule: string;
  readonly when: string;
  readonly verdict: 'keep' | 'exclude';
  readonly edge?: Edge;
  readonly enrollment: Fields;
  /** What else is in the district; nothing that the first enrollment depends on. */
  readonly around?: GivenRows;
  readonly asked?: Asked;
}

const at = (number: number): Fields => ({ calendarID: calendarOf(number), structureID: structureOf(number) });
const [OTHER, EXTRA] = [2, 3];

const schools: readonly EnrollmentCase[] = [
  { rule: 'SCHOOL_NOT_IN_SCOPE', when: 'at a school that is not listed', verdict: 'exclude', enrollment: at(OTHER), around: aSchool(OTHER), asked: { schools: ['S1'] } },
  { rule: 'SCHOOL_NOT_IN_SCOPE', when: 'at a listed school', verdict: 'keep', enrollment: at(OTHER), around: aSchool(OTHER), asked: { schools: ['S1', 'S2'] } },
  { rule: 'LMS_SCHOOL', when: 'at a marked school', verdict: 'exclude', enrollment: at(OTHER), around: aSchool(OTHER, { school: { externalLMSExclude: 1 } }) },
  { rule: 'LMS_SCHOOL', when: 'at a school whose mark is taken off', verdict: 'keep', enrollment: at(OTHER), around: aSchool(OTHER, { school: { externalLMSExclude: 0 } }) },
  { rule: 'NO_GUID', when: 'at a school without GUID', verdict: 'exclude', enrollment: at(OTHER), around: aSchool(OTHER, { school: { schoolGUID: null } }) },
  { rule: 'NO_GUID', when: 'at a school with GUID', verdict: 'keep', enrollment: at(OTHER), around: aSchool(OTHER) },
  { rule: 'GUID_SHARED', when: 'at a school with the GUID of another', verdict: 'exclude', enrollment: at(OTHER), around: [aSchool(OTHER), aSchool(7, { school: { schoolGUID: schoolGuid(OTHER) } })] },
  { rule: 'GUID_SHARED', when: 'at a school with a GUID of its own', verdict: 'keep', enrollment: at(OTHER), around: [aSchool(OTHER), aSchool(7)] },
  { rule: 'SCHOOL_MISSING', when: 'in a calendar of no school', verdict: 'exclude', enrollment: at(OTHER), around: [aSchool(OTHER), drop('School', { schoolID: OTHER })] },
  { rule: 'SCHOOL_MISSING', when: 'in a calendar of a school', verdict: 'keep', enrollment: at(OTHER), around: aSchool(OTHER) },
  { rule: 'LMS_CALENDAR', when: 'in the one calendar of a school, marked', verdict: 'exclude', enrollment: at(OTHER), around: aSchool(OTHER, { calendar: { externalLMSExclude: 1 } }) },
  { rule: 'LMS_CALENDAR', when: 'in one of two calendars, marked', verdict: 'exclude', enrollment: at(EXTRA), around: aCalendar(EXTRA, { externalLMSExclude: 1 }) },
  { rule: 'LMS_CALENDAR', when: 'in a calendar whose mark is taken off', verdict: 'keep', enrollment: at(EXTRA), around: aCalendar(EXTRA, { externalLMSExclude: 0 }) },
  { rule: 'LMS_STRUCTURE', when: 'in a marked structure', verdict: 'exclude', enrollment: at(EXTRA), around: aCalendar(EXTRA, {}, { structure: { externalLMSExclude: 1 } }) },
  { rule: 'LMS_STRUCTURE', when: 'in a structure whose mark is taken off', verdict: 'keep', enrollment: at(EXTRA), around: aCalendar(EXTRA, {}, { structure: { externalLMSExclude: 0 } }) },
]; // prettier-ignore

const gradeLevel = (mark: number | null): GivenRows =>
  put('GradeLevel', { ...at(1), name: '10V', stateGrade: '10', externalLMSExclude: mark });

const marks: readonly EnrollmentCase[] = [
  { rule: 'LMS_GRADE', when: 'in a marked grade level', verdict: 'exclude', enrollment: { grade: '10V' }, around: gradeLevel(1) },
  { rule: 'LMS_GRADE', when: 'in a marked grade level, in other letters', verdict: 'exclude', enrollment: { grade: '10v' }, around: gradeLevel(1) },
  { rule: 'LMS_GRADE', when: 'in a grade level whose mark is taken off', verdict: 'keep', enrollment: { grade: '10V' }, around: gradeLevel(0) },
  { rule: 'LMS_GRADE', when: 'in the grade level beside a marked one', verdict: 'keep', enrollment: { grade: '10' }, around: gradeLevel(1) },
  { rule: 'LMS_ENROLLMENT', when: 'marked', verdict: 'exclude', enrollment: { externalLMSExclude: 1 } },
  { rule: 'LMS_ENROLLMENT', when: 'with the mark taken off', verdict: 'keep', enrollment: { externalLMSExclude: 0 } },
  { rule: 'LMS_ENROLLMENT', when: 'with an empty mark', verdict: 'keep', enrollment: { externalLMSExclude: null } },
  { rule: 'NO_SHOW', when: 'marked No Show', verdict: 'exclude', enrollment: { noShow: 1 } },
  { rule: 'NO_SHOW', when: 'with No Show taken off', verdict: 'keep', enrollment: { noShow: 0 } },
  { rule: 'NO_SHOW', when: 'with an empty No Show', verdict: 'keep', enrollment: { noShow: null } },
]; // prettier-ignore

const dates: readonly EnrollmentCase[] = [
  ...aroundTheDay(['keep', 'keep', 'exclude', 'keep'], ['2027-06-29', YEAR_END, AFTER_YEAR], (startDate) => ({
    rule: 'NO_ENROLLMENT_IN_YEAR',
    when: 'starting',
    enrollment: { startDate },
  })),
  ...aroundTheDay(
    ['exclude', 'keep', 'keep', 'keep'],
    [BEFORE_YEAR, YEAR_START, '2026-07-02'],
    (endDate) => ({
      rule: 'NO_ENROLLMENT_IN_YEAR',
      when: 'judged in June, ending',
      enrollment: { startDate: '2026-03-02', endDate },
      asked: { asOf: '2026-06-15' },
    }),
  ),
  ...aroundTheDay(['exclude', 'keep', 'keep', 'keep'], [YESTERDAY, TODAY, TOMORROW], (endDate) => ({
    rule: 'ENROLLMENT_ENDED',
    when: 'ending',
    enrollment: { endDate },
  })),
  ...aroundTheDay(
    ['exclude', 'keep', 'exclude', 'keep'],
    ['2026-09-29', '2026-09-30', '2026-10-01'],
    (endDate) => ({
      rule: 'ENROLLMENT_ENDED',
      when: 'in a calendar that ended on 2026-09-30, ending',
      enrollment: { ...at(EXTRA), endDate },
      around: aCalendar(EXTRA, { endDate: '2026-09-30' }),
    }),
  ),
];

const cases: readonly EnrollmentCase[] = [...schools, ...marks, ...dates];

/** Of a student without any other enrollment. */
const ofStudents = cases.map(({ enrollment, around = [], ...asked }): RuleCase => ({
  ...asked,
  kind: 'student',
  id: STUDENT,
  given: aDistrict(around, aStudent({ enrollment })),
}));

/** Of a student who stays because of another enrollment. */
const ofEnrollments = cases.map(({ enrollment, around = [], ...asked }): RuleCase => ({
  ...asked,
  kind: 'schoolEnrollment',
  id: SECOND,
  given: aDistrict(around, aStudent(), anEnrollment(STUDENT, { enrollmentID: SECOND, ...enrollment })),
}));

const lastYear = { calendarID: 199, structureID: 299 };
const oldCalendar = (endYear: number): GivenRows =>
  put('Calendar', {
    calendarID: 199,
    schoolID: 1,
    endYear,
    startDate: `${endYear - 1}-08-17`,
    endDate: `${endYear}-05-28`,
  });

const ofYears = { rule: 'YEAR_NOT_ACTIVE', kind: 'student', id: STUDENT } as const;
const elsewhere = anEnrollment(STUDENT, { enrollmentID: SECOND, ...lastYear });
const otherYears: readonly RuleCase[] = [
  { ...ofYears, verdict: 'exclude', when: 'enrolled only last year', given: aDistrict(oldCalendar(2026), aStudent({ enrollment: lastYear })) },
  { ...ofYears, verdict: 'exclude', when: 'enrolled only next year', given: aDistrict(oldCalendar(2028), aStudent({ enrollment: lastYear })) },
  { ...ofYears, verdict: 'exclude', when: 'enrolled only in a calendar that is gone', given: aDistrict(aStudent({ enrollment: lastYear })) },
  { ...ofYears, verdict: 'keep', when: 'enrolled last year and now', given: aDistrict(oldCalendar(2026), aStudent(), elsewhere) },
  { ...ofYears, verdict: 'keep', when: 'enrolled now and next year', given: aDistrict(oldCalendar(2028), aStudent(), elsewhere) },
]; // prettier-ignore

export const studentCases: readonly RuleCase[] = [...ofStudents, ...ofEnrollments, ...otherYears];
