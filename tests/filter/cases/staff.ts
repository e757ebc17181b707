/** District Assignments of teachers and of other staff, and the Section Staff History rows of teachers. */
import {
  AFTER_YEAR,
  AIDE,
  BEFORE_YEAR,
  SCHOOL,
  TEACHER,
  TODAY,
  TOMORROW,
  YEAR_END,
  YEAR_START,
  YESTERDAY,
  aDistrict,
  aPerson,
  aSchool,
  aSection,
  aStaffRow,
  aTeacher,
  again,
  anAide,
  anAssignment,
  calendarOf,
  drop,
  historyOf,
  schoolGuid,
  sectionOf,
  trialOf,
  put,
  type Fields,
  type GivenRows,
} from '../../support/given.js';
import type { Asked } from '../../support/outcome.js';
import { STAFF_ROLES } from '../../../src/campus/tables.js';
import { SECOND, aroundTheDay, type Edge, type RuleCase } from './rule-case.js';

interface StaffCase {
  readonly rule: string;
  readonly when: string;
  readonly verdict: 'keep' | 'exclude';
  readonly edge?: Edge;
  readonly assignment: Fields;
  readonly around?: GivenRows;
  readonly asked?: Asked;
}

const OTHER = 2;

/** What leaves out the assignments of teachers and of other staff alike. */
const shared: readonly StaffCase[] = [
  { rule: 'SCHOOL_MISSING', when: 'at no school', verdict: 'exclude', assignment: { schoolID: 999 } },
  { rule: 'SCHOOL_MISSING', when: 'at a school', verdict: 'keep', assignment: { schoolID: SCHOOL } },
  { rule: 'LMS_SCHOOL', when: 'at a marked school', verdict: 'exclude', assignment: { schoolID: OTHER }, around: aSchool(OTHER, { school: { externalLMSExclude: 1 } }) },
  { rule: 'LMS_SCHOOL', when: 'at a school whose mark is taken off', verdict: 'keep', assignment: { schoolID: OTHER }, around: aSchool(OTHER, { school: { externalLMSExclude: 0 } }) },
  { rule: 'LMS_ASSIGNMENT', when: 'marked', verdict: 'exclude', assignment: { externalLMSExclude: 1 } },
  { rule: 'LMS_ASSIGNMENT', when: 'with the mark taken off', verdict: 'keep', assignment: { externalLMSExclude: 0 } },
  { rule: 'LMS_ASSIGNMENT', when: 'with an empty mark', verdict: 'keep', assignment: { externalLMSExclude: null } },
  ...aroundTheDay(['keep', 'keep', 'exclude', 'keep'], ['2027-06-29', YEAR_END, AFTER_YEAR], (startDate) => (
    { rule: 'ASSIGNMENT_OUTSIDE_YEAR', when: 'starting', assignment: { startDate } }
  )),
  ...aroundTheDay(['exclude', 'keep', 'keep', 'keep'], [BEFORE_YEAR, YEAR_START, '2026-07-02'], (endDate) => (
    { rule: 'ASSIGNMENT_OUTSIDE_YEAR', when: 'judged in June, ending', assignment: { endDate }, asked: { asOf: '2026-06-15' } }
  )),
  ...aroundTheDay(['exclude', 'keep', 'keep', 'keep'], [YESTERDAY, TODAY, TOMORROW], (endDate) => (
    { rule: 'ASSIGNMENT_ENDED', when: 'ending', assignment: { endDate } }
  )),
]; // prettier-ignore

/** Staff are sent at schools that are in scope: a school that is not gives them its own reason. */
const ofSchools: readonly StaffCase[] = [
  { rule: 'SCHOOL_NOT_IN_SCOPE', when: 'at a school that is not listed', verdict: 'exclude', assignment: { schoolID: OTHER }, around: aSchool(OTHER), asked: { schools: ['S1'] } },
  { rule: 'SCHOOL_NOT_IN_SCOPE', when: 'at a listed school', verdict: 'keep', assignment: { schoolID: OTHER }, around: aSchool(OTHER), asked: { schools: ['S1', 'S2'] } },
  { rule: 'SCHOOL_NO_CALENDAR', when: 'at a school without calendar', verdict: 'exclude', assignment: { schoolID: OTHER }, around: [aSchool(OTHER), drop('Calendar', { schoolID: OTHER })] },
  { rule: 'SCHOOL_NO_CALENDAR', when: 'at a school with a calendar of last year', verdict: 'exclude', assignment: { schoolID: OTHER }, around: aSchool(OTHER, { calendar: { endYear: 2026 } }) },
  { rule: 'SCHOOL_NO_CALENDAR', when: 'at a school with a calendar of the year', verdict: 'keep', assignment: { schoolID: OTHER }, around: aSchool(OTHER) },
  { rule: 'LMS_CALENDAR', when: 'at a school whose one calendar is marked', verdict: 'exclude', assignment: { schoolID: OTHER }, around: aSchool(OTHER, { calendar: { externalLMSExclude: 1 } }) },
  { rule: 'LMS_CALENDAR', when: 'at a school of whose two calendars one is marked', verdict: 'keep', assignment: { schoolID: OTHER }, around: [aSchool(OTHER, { calendar: { externalLMSExclude: 1 } }), put('Calendar', { calendarID: calendarOf(9), schoolID: OTHER, endYear: 2027 })] },
  { rule: 'NO_GUID', when: 'at a school without GUID', verdict: 'exclude', assignment: { schoolID: OTHER }, around: aSchool(OTHER, { school: { schoolGUID: null } }) },
  { rule: 'NO_GUID', when: 'at a school with GUID', verdict: 'keep', assignment: { schoolID: OTHER }, around: aSchool(OTHER) },
  { rule: 'GUID_SHARED', when: 'at a school with the GUID of another', verdict: 'exclude', assignment: { schoolID: OTHER }, around: [aSchool(OTHER), aSchool(7, { school: { schoolGUID: schoolGuid(OTHER) } })] },
  { rule: 'GUID_SHARED', when: 'at a school with a GUID of its own', verdict: 'keep', assignment: { schoolID: OTHER }, around: [aSchool(OTHER), aSchool(7)] },
]; // prettier-ignore

const ofBoxes: readonly StaffCase[] = [
  { rule: 'NO_STAFF_ROLE', when: 'without any box', verdict: 'exclude', assignment: { program: 0 } },
  { rule: 'NO_STAFF_ROLE', when: 'with blank boxes', verdict: 'exclude', assignment: { program: null, teacher: null } },
  ...STAFF_ROLES.map((box): StaffCase => (
    { rule: 'NO_STAFF_ROLE', when: `with the box ${box}`, verdict: 'keep', assignment: { program: 0, [box]: 1 } }
  )),
]; // prettier-ignore

const asAides = [...shared, ...ofSchools, ...ofBoxes];

/** A teacher with sections is sent at the schools of those. */
const teachersBySchool = ofSchools.map(({ assignment, around = [], asked, ...one }): RuleCase => (
  { ...one, kind: 'teacher', id: TEACHER, given: aDistrict(around, aTeacher({ assignment, staff: null })), asked: { ...asked, teachersWithoutSections: 'include' } }
)); // prettier-ignore

const staffCase =
  (role: 'teacher' | 'aide') =>
  ({ assignment, around = [], ...asked }: StaffCase): readonly RuleCase[] => {
    const [build, id, box] = role === 'teacher' ? [aTeacher, TEACHER, 'teacher'] : [anAide, AIDE, 'program'];
    const second = anAssignment(id, { assignmentID: SECOND, [box]: 1, ...assignment });
    return [
      { ...asked, kind: role, id, given: aDistrict(around, build({ assignment })) },
      { ...asked, kind: 'assignment', id: SECOND, given: aDistrict(around, build(), second) },
    ];
  };

const teachers: readonly RuleCase[] = [
  { rule: 'NO_TEACHER_ASSIGNMENT', kind: 'teacher', id: TEACHER, verdict: 'exclude', when: 'without any assignment', given: aDistrict(aTeacher({ assignment: null })) },
  { rule: 'NO_TEACHER_ASSIGNMENT', kind: 'teacher', id: TEACHER, verdict: 'exclude', when: 'with an assignment as something else', given: aDistrict(aTeacher({ assignment: { teacher: 0, program: 1 } })) },
  { rule: 'NO_TEACHER_ASSIGNMENT', kind: 'teacher', id: TEACHER, verdict: 'exclude', when: 'with an empty Teacher box', given: aDistrict(aTeacher({ assignment: { teacher: null } })) },
  { rule: 'NO_TEACHER_ASSIGNMENT', kind: 'teacher', id: TEACHER, verdict: 'keep', when: 'with Teacher on one of two assignments', given: aDistrict(aTeacher({ assignment: { teacher: 0 } }), anAssignment(TEACHER, { assignmentID: SECOND, teacher: 1 })) },
  ...teachersBySchool,
  { rule: 'LMS_CALENDAR', kind: 'teacher', id: TEACHER, verdict: 'exclude', when: 'at two schools that are out, by the reason of the one that passed more rules', given: aDistrict(aSchool(OTHER, { calendar: { externalLMSExclude: 1 } }), aSchool(7), aTeacher({ assignment: { schoolID: OTHER }, staff: null }), anAssignment(TEACHER, { assignmentID: SECOND, teacher: 1, schoolID: 7 })), asked: { schools: ['S1', 'S2'], teachersWithoutSections: 'include' } },
  { rule: 'SCHOOL_NO_CALENDAR', kind: 'teacher', id: TEACHER, verdict: 'keep', when: 'at a school without calendar, with a section at one that has one', given: aDistrict(aSchool(OTHER), drop('Calendar', { schoolID: OTHER }), aTeacher({ assignment: { schoolID: OTHER } })) },
  { rule: 'SCHOOL_NOT_IN_SCOPE', kind: 'teacher', id: TEACHER, verdict: 'keep', when: 'assigned at a school that is not listed, with a section at one that is', given: aDistrict(aSchool(OTHER), aTeacher({ assignment: { schoolID: OTHER } })), asked: { schools: ['S1'] } },
  { rule: 'NO_SECTION_STAFF_HISTORY', kind: 'teacher', id: TEACHER, verdict: 'exclude', when: 'without a section', given: aDistrict(aTeacher({ staff: null })) },
  { rule: 'NO_SECTION_STAFF_HISTORY', kind: 'teacher', id: TEACHER, verdict: 'exclude', when: 'with a row as Section Staff only', given: aDistrict(aTeacher({ staff: { staffType: 'S' } })) },
  { rule: 'NO_SECTION_STAFF_HISTORY', kind: 'teacher', id: TEACHER, verdict: 'keep', when: 'with a section', given: aDistrict(aTeacher()) },
  { rule: 'NO_SECTION_STAFF_HISTORY', kind: 'teacher', id: TEACHER, verdict: 'keep', when: 'without a section, where those are included', given: aDistrict(aTeacher({ staff: null })), asked: { teachersWithoutSections: 'include' } },
  { rule: 'LMS_SCHOOL', kind: 'teacher', id: TEACHER, verdict: 'exclude', when: 'at a marked school that is not listed, with a section at one that is', given: aDistrict(aSchool(OTHER, { school: { externalLMSExclude: 1 } }), aTeacher({ assignment: { schoolID: OTHER } })), asked: { schools: ['S1'] } },
]; // prettier-ignore

interface StaffRowCase {
  readonly rule: string;
  readonly when: string;
  readonly verdict: 'keep' | 'exclude';
  readonly edge?: Edge;
  readonly row: Fields;
  readonly around?: GivenRows;
  readonly asked?: Asked;
}

const inactiveSection = aSection(sectionOf(5), { active: 0 });

const staffRows: readonly StaffRowCase[] = [
  { rule: 'STAFF_TYPE_NOT_TEACHER', when: 'of type S', verdict: 'exclude', row: { staffType: 'S' } },
  ...['P', 'T', 'p', 't'].map((staffType): StaffRowCase => (
    { rule: 'STAFF_TYPE_NOT_TEACHER', when: `of type ${staffType}`, verdict: 'keep', row: { staffType } }
  )),
  { rule: 'TRIAL_NOT_ACTIVE', when: 'of a draft trial', verdict: 'exclude', row: { trialID: 599 }, around: put('Trial', { trialID: 599, calendarID: 101, structureID: 201, active: 0 }) },
  { rule: 'TRIAL_NOT_ACTIVE', when: 'of another active trial than its section', verdict: 'exclude', row: { trialID: trialOf(OTHER) }, around: aSchool(OTHER) },
  { rule: 'TRIAL_NOT_ACTIVE', when: 'of the trial of its section', verdict: 'keep', row: { trialID: trialOf(SCHOOL) } },
  { rule: 'STAFF_SECTION_NOT_EXPORTED', when: 'of a section that is out', verdict: 'exclude', row: { sectionID: sectionOf(5) }, around: inactiveSection },
  { rule: 'STAFF_SECTION_NOT_EXPORTED', when: 'of a section that does not exist', verdict: 'exclude', row: { sectionID: 2_999 } },
  { rule: 'STAFF_SECTION_NOT_EXPORTED', when: 'of a section that is sent', verdict: 'keep', row: {} },
  ...aroundTheDay(['keep', 'keep', 'exclude', 'keep'], ['2027-06-29', YEAR_END, AFTER_YEAR], (startDate) => (
    { rule: 'STAFF_HISTORY_OUTSIDE_YEAR', when: 'starting', row: { startDate } }
  )),
  ...aroundTheDay(['exclude', 'keep', 'keep', 'keep'], [BEFORE_YEAR, YEAR_START, '2026-07-02'], (endDate) => (
    { rule: 'STAFF_HISTORY_OUTSIDE_YEAR', when: 'judged in June, ending', row: { endDate }, asked: { asOf: '2026-06-15' } }
  )),
  ...aroundTheDay(['exclude', 'keep', 'keep', 'keep'], [YESTERDAY, TODAY, TOMORROW], (endDate) => (
    { rule: 'STAFF_HISTORY_ENDED', when: 'ending', row: { endDate } }
  )),
]; // prettier-ignore

/** Of a teacher who is sent because of another row. */
const ofRows = staffRows.map(({ row, around = [], ...asked }): RuleCase => ({
  ...asked,
  kind: 'sectionStaff',
  id: SECOND,
  given: aDistrict(around, aTeacher(), aStaffRow(TEACHER, { historyID: SECOND, ...row })),
}));

const ofTeachers: readonly RuleCase[] = [
  { rule: 'TEACHER_NOT_EXPORTED', kind: 'sectionStaff', id: historyOf(TEACHER), verdict: 'exclude', when: 'of a person without Teacher assignment', given: aDistrict(aTeacher({ assignment: null })) },
  { rule: 'TEACHER_NOT_EXPORTED', kind: 'sectionStaff', id: historyOf(AIDE), verdict: 'exclude', when: 'of other staff', given: aDistrict(anAide(), aStaffRow(AIDE)) },
  { rule: 'TEACHER_NOT_EXPORTED', kind: 'sectionStaff', id: historyOf(TEACHER), verdict: 'exclude', when: 'of a person who does not exist', given: aDistrict(aStaffRow(TEACHER), anAssignment(TEACHER, { teacher: 1 })) },
  { rule: 'TEACHER_NOT_EXPORTED', kind: 'sectionStaff', id: historyOf(TEACHER), verdict: 'exclude', when: 'of a teacher without username', given: aDistrict(aTeacher({ account: null })), asked: { version: '1.1' } },
  { rule: 'TEACHER_NOT_EXPORTED', kind: 'sectionStaff', id: historyOf(TEACHER), verdict: 'keep', when: 'of a teacher who is sent', given: aDistrict(aTeacher()) },
  { rule: 'NO_HISTORY_ID', kind: 'sectionStaff', id: `${sectionOf(SCHOOL)}-${TEACHER}`, verdict: 'exclude', when: 'in an install that has no ids', given: aDistrict(aTeacher()), schema: { without: ['SectionStaffHistory.historyID'] } },
  { rule: 'GUID_SHARED', kind: 'sectionStaff', id: historyOf(TEACHER), verdict: 'exclude', when: 'that is there twice', given: aDistrict(aTeacher(), again('SectionStaffHistory', { historyID: historyOf(TEACHER), endDate: TODAY })) },
  { rule: 'GUID_SHARED', kind: 'sectionStaff', id: historyOf(TEACHER), verdict: 'exclude', when: 'that also exists for another person', given: aDistrict(aTeacher(), aTeacher({ personID: 22 }), again('SectionStaffHistory', { historyID: historyOf(TEACHER), personID: 22 })) },
  { rule: 'GUID_SHARED', kind: 'sectionStaff', id: historyOf(TEACHER), verdict: 'keep', when: 'that is there twice alike', given: aDistrict(aTeacher(), again('SectionStaffHistory', { historyID: historyOf(TEACHER) })) },
  { rule: 'NO_HISTORY_ID', kind: 'sectionStaff', id: historyOf(TEACHER), verdict: 'keep', when: 'with an id', given: aDistrict(aTeacher()) },
]; // prettier-ignore

const aideTypes: readonly RuleCase[] = [
  { rule: 'TYPE_NOT_REQUESTED', kind: 'aide', id: AIDE, verdict: 'exclude', when: 'where aides are not asked for', given: aDistrict(anAide()), asked: { include: { aides: false } } },
  { rule: 'TYPE_NOT_REQUESTED', kind: 'aide', id: AIDE, verdict: 'keep', when: 'where aides are asked for', given: aDistrict(anAide()), asked: { include: { aides: true } } },
  { rule: 'TYPE_NOT_REQUESTED', kind: 'teacher', id: TEACHER, verdict: 'keep', when: 'who is a teacher too, where aides are not asked for', given: aDistrict(aTeacher({ assignment: { program: 1 } })), asked: { include: { aides: false } } },
]; // prettier-ignore

/** Staff without a Teacher box are no candidates for teachers, and the other way round: nothing is said about them. */
export const noCandidates = [
  { role: 'teacher', given: aDistrict(anAide()), id: AIDE },
  {
    role: 'teacher',
    given: aDistrict(aPerson({ personID: AIDE }), aStaffRow(AIDE, { staffType: 'S' })),
    id: AIDE,
  },
  { role: 'aide', given: aDistrict(aTeacher()), id: TEACHER },
] as const;

export const staffCases: readonly RuleCase[] = [
  ...shared.flatMap(staffCase('teacher')),
  ...asAides.flatMap(staffCase('aide')),
  ...teachers,
  ...ofRows,
  ...ofTeachers,
  ...aideTypes,
];
