/** For each finding a fault in a clean district, and what preflight then finds: this, so often, and nothing else. */
import { valuesOf } from '../../src/config/values.js';
import type { ActiveTrials } from '../../src/model/trials.js';
import type { Wants } from '../support/connections.js';
import {
  aCalendar,
  aCourse,
  AFTER_YEAR,
  anEnrollment,
  aRoster,
  aSchool,
  aSection,
  BEFORE_YEAR,
  calendarOf,
  drop,
  END_YEAR,
  historyOf,
  periodOf,
  personGuid,
  put,
  SCHOOL,
  sectionOf,
  STUDENT,
  structureOf,
  TEACHER,
  termOf,
  TODAY,
  TOMORROW,
  trialOf,
  YEAR_END,
  YESTERDAY,
  type GivenRows,
} from '../support/given.js';
import {
  ANOTHER,
  anOffice,
  anotherAide,
  anotherGuardian,
  anotherRelative,
  anotherSection,
  anotherTeacher,
  aWholeStudent,
  crowd,
  lastYear,
  SECTION,
} from './clean-district.js';

const ELSEWHERE = valuesOf(
  {
    version: '1.1',
    values: { users: { email: '{personID}@x.org', identifier: '{personID}', username: 'u{personID}' } },
  },
  undefined,
);

export interface FindingCase {
  readonly code: string;
  readonly what: string;
  readonly fault: GivenRows;
  /** How often it is found: 0 for the similar case without the fault. */
  readonly count: number;
  /** What the same fault is, besides. */
  readonly also?: Readonly<Record<string, number>>;
  readonly wants?: Wants;
  readonly asOf?: string;
  readonly lastTrials?: ActiveTrials;
}

const one = (
  code: string,
  what: string,
  fault: GivenRows,
  more: Partial<Omit<FindingCase, 'code' | 'what' | 'fault'>> = {},
): FindingCase => ({ code, what, fault, count: 1, ...more });

const none = (code: string, what: string, fault: GivenRows, more: Partial<FindingCase> = {}): FindingCase =>
  one(code, what, fault, { ...more, count: 0 });

const marked = { externalLMSExclude: 1 };
const secondary: Wants = { useSecondaryEmail: true };
const ofCalendar = (row: Readonly<Record<string, string | null>>): GivenRows =>
  put('Calendar', { calendarID: calendarOf(SCHOOL), ...row });

/** All enrollments of the school: so many without an end date, and so many that ended with the calendar. */
const openOnes = (open: number, ended: number): GivenRows => [
  drop('Enrollment'),
  Array.from({ length: open + ended }, (_, at) =>
    aWholeStudent({
      personID: 20_001 + at,
      enrollment: { endDate: at < open ? null : '2027-05-28' },
    }),
  ),
];

/** A second enrollment of the other student, and a grade level for it. */
const secondEnrollment = (row: Parameters<typeof anEnrollment>[1]): GivenRows =>
  anEnrollment(ANOTHER, { enrollmentID: 89_999, ...row });
const gradeEleven = put('GradeLevel', {
  calendarID: calendarOf(SCHOOL),
  structureID: structureOf(SCHOOL),
  name: '11',
  stateGrade: '11',
});

/** All students are out, and so is what depends on them. */
const SHARED_STUDENTS = { 'connection.no-students': 1, 'section.no-students': 1 };

export const findingCases: readonly FindingCase[] = [
  one('year.not-one-active', 'none', put('SchoolYear', { endYear: END_YEAR, active: 0 })),
  one('year.not-one-active', 'two', put('SchoolYear', { endYear: 2026, active: 1 })),
  one('year.dates-blank', 'no start', put('SchoolYear', { endYear: END_YEAR, startDate: null })),
  one('year.dates-blank', 'no end', put('SchoolYear', { endYear: END_YEAR, endDate: null })),
  one('year.does-not-hold-today', 'the day after', [], {
    asOf: AFTER_YEAR,
    also: { 'enrollment.open-after-calendar': 1 },
  }),
  none('year.does-not-hold-today', 'the last day', [], {
    asOf: YEAR_END,
    also: { 'enrollment.open-after-calendar': 1 },
  }),
  one('calendar.none', 'no calendar at all', drop('Calendar'), {
    also: {
      'school.no-calendar': 1,
      'assignment.school-no-calendar': 1,
      'connection.no-students': 1,
      'connection.no-classes': 1,
    },
  }),
  one('school.no-calendar', 'an office', anOffice()),
  one('calendar.dates-blank', 'no end', ofCalendar({ endDate: null })),
  one('calendar.outside-year', 'ends the day after', ofCalendar({ endDate: AFTER_YEAR })),
  one('calendar.outside-year', 'begins the day before', ofCalendar({ startDate: BEFORE_YEAR })),
  none('calendar.outside-year', 'ends with the year', ofCalendar({ endDate: YEAR_END })),
  one('calendar.no-terms', 'a calendar without terms', [aSchool(2), drop('Term', { termID: termOf(2) })]),
  one('calendar.no-active-trial', 'a draft only', aSchool(2, { trial: { active: 0 } })),
  one(
    'calendar.several-active-trials',
    'a second one',
    put('Trial', {
      trialID: 599,
      calendarID: calendarOf(SCHOOL),
      structureID: structureOf(SCHOOL),
      active: 1,
    }),
  ),
  one('term.dates-blank', 'no end', put('Term', { termID: termOf(SCHOOL), endDate: null })),
  one(
    'assignment.school-no-calendar',
    'staff of an office',
    [anOffice(), anotherAide({ assignment: { schoolID: 9, endDate: TODAY } })],
    { also: { 'school.no-calendar': 1 } },
  ),
  none(
    'assignment.school-no-calendar',
    'ended yesterday',
    [anOffice(), anotherAide({ assignment: { schoolID: 9, endDate: YESTERDAY } })],
    { also: { 'school.no-calendar': 1 } },
  ),
  one('connection.school-unknown', 'a typing error', [], { wants: { schools: ['s1', 'S11'] } }),
  one(
    'connection.no-students',
    'no one came',
    put('Enrollment', { ...rowOf(anEnrollment(STUDENT)), noShow: 1 }),
    {
      also: { 'enrollment.no-show': 1, 'section.no-students': 1 },
    },
  ),
  one('connection.no-student-enrollments', 'no roster row', drop('Roster'), {
    also: { 'student.no-schedule': 1, 'scheduling.unfinished': 1, 'section.no-students': 1 },
  }),
  one(
    'connection.no-classes',
    'no section is active',
    put('Section', { sectionID: sectionOf(SCHOOL), active: 0 }),
    {
      also: {
        'connection.no-student-enrollments': 1,
        'section.inactive-with-students': 1,
        'student.no-schedule': 1,
        'scheduling.unfinished': 1,
        'teacher.no-section': 1,
      },
    },
  ),
  one('record.guid-missing', 'a student', aWholeStudent({ person: { personGUID: null } }), {
    wants: { version: '1.2' },
  }),
  one('record.guid-shared', 'two students', aWholeStudent({ person: { personGUID: personGuid(STUDENT) } }), {
    count: 2,
    wants: { version: '1.2' },
    also: SHARED_STUDENTS,
  }),
  none(
    'record.guid-shared',
    'ids that need none',
    aWholeStudent({ person: { personGUID: personGuid(STUDENT) } }),
  ),
  none('record.guid-missing', 'ids that need none', aWholeStudent({ person: { personGUID: null } })),
  one('record.school-missing', 'of a calendar', aCalendar(7, { schoolID: 77 })),
  one('record.district-missing', 'of the school', put('School', { schoolID: SCHOOL, districtID: 99 })),
  one('person.missing', 'of an enrollment', anEnrollment(15)),
  one('person.no-identity', 'a student', aWholeStudent({ identity: null })),
  one('person.no-name', 'no first name', aWholeStudent({ identity: { firstName: ' ' } })),
  one('username.missing-student', 'no account', aWholeStudent({ account: null })),
  none('username.missing-student', 'a disabled account', aWholeStudent({ account: { disable: 1 } })),
  none('username.missing-student', '1.2', aWholeStudent({ account: null }), { wants: { version: '1.2' } }),
  one('username.missing-teacher', 'no account', anotherTeacher({ account: null })),
  one('username.missing-aide', 'no account', anotherAide({ account: null })),
  one('username.missing-guardian', 'no account', anotherGuardian({ account: null })),
  one('username.missing-relative', 'no account', anotherRelative({ account: null })),
  one('username.blank-inside', 'first and last name', aWholeStudent({ account: { username: 'some body' } })),
  none('username.blank-inside', 'a space after it', aWholeStudent({ account: { username: 'somebody ' } })),
  one('username.shared', 'in other letters', aWholeStudent({ account: { username: 'USER11' } }), {
    count: 2,
  }),
  one('email.missing-student', 'none', aWholeStudent({ contact: { email: null } })),
  one('email.missing-staff', 'none', anotherAide({ contact: { email: null } })),
  one('email.missing-family', 'none', anotherGuardian({ contact: { email: null } })),
  one(
    'email.in-other-field',
    'the secondary one only',
    aWholeStudent({ contact: { email: null, secondaryEmail: 'second@school.example' } }),
  ),
  none(
    'email.in-other-field',
    'the secondary one, which is sent',
    [STUDENT, ANOTHER, TEACHER, 31, 41, 51].map((personID) => [
      personID === ANOTHER ? aWholeStudent() : [],
      put('Contact', { personID, email: null, secondaryEmail: `second${personID}@school.example` }),
    ]),
    { wants: secondary },
  ),
  one('email.malformed', 'no @', aWholeStudent({ contact: { email: 'somebody' } })),
  one('email.shared', 'two students', aWholeStudent({ contact: { email: 'PERSON11@school.example' } }), {
    count: 2,
  }),
  none(
    'email.missing-student',
    'the address has another source',
    aWholeStudent({
      contact: { email: null },
      person: { studentNumber: null },
      account: { username: 'a b' },
    }),
    { wants: { values: ELSEWHERE } },
  ),
  one('student-number.missing', 'none', aWholeStudent({ person: { studentNumber: null } })),
  one('student-number.duplicate', 'two students', aWholeStudent({ person: { studentNumber: '1011' } }), {
    count: 2,
  }),
  one('staff-number.duplicate', 'two teachers', anotherTeacher({ person: { staffNumber: 't21' } }), {
    count: 2,
  }),
  one('grade.missing', 'no code', aSchoolWithStudent({ stateGrade: null })),
  one('grade.unmapped', 'an unknown code', aSchoolWithStudent({ stateGrade: 'ZZ' })),
  none('grade.unmapped', 'local grades are sent', aSchoolWithStudent({ stateGrade: 'ZZ' }), {
    wants: { version: '1.2', useLocalGrades: true },
  }),
  one('enrollment.ends-before-calendar', 'on the last term day', [
    aWholeStudent({ enrollment: { endDate: '2027-05-27' } }),
    put('Term', { termID: termOf(SCHOOL), endDate: '2027-05-27' }),
  ]),
  none('enrollment.ends-before-calendar', 'with its calendar', [
    aWholeStudent({ enrollment: { endDate: '2027-05-28' } }),
    put('Term', { termID: termOf(SCHOOL), endDate: '2027-05-27' }),
  ]),
  none(
    'enrollment.ends-before-calendar',
    'on any other day',
    aWholeStudent({ enrollment: { endDate: '2027-05-26' } }),
  ),
  one('enrollment.open-after-calendar', 'the day after its end', [], { asOf: '2027-05-29' }),
  none('enrollment.open-after-calendar', '5 % of them', openOnes(1, 19), { asOf: '2027-05-29' }),
  one('enrollment.open-after-calendar', 'more than 5 %', openOnes(1, 18), { asOf: '2027-05-29' }),
  none('enrollment.open-after-calendar', 'its last day', [], { asOf: '2027-05-28' }),
  one('enrollment.no-show', 'a student', aWholeStudent({ enrollment: { noShow: 1 } })),
  one('enrollment.outside-year', 'begins after it', aWholeStudent({ enrollment: { startDate: AFTER_YEAR } })),
  none(
    'enrollment.outside-year',
    'begins on the last day',
    aWholeStudent({ enrollment: { startDate: YEAR_END } }),
  ),
  one('enrollment.primary-grades-differ', 'two schools at a time', [
    aWholeStudent(),
    gradeEleven,
    secondEnrollment({ grade: '11' }),
  ]),
  one('enrollment.primary-grades-differ', 'one day of both', [
    aWholeStudent({ enrollment: { endDate: TOMORROW } }),
    gradeEleven,
    secondEnrollment({ grade: '11', startDate: TOMORROW }),
  ]),
  none('enrollment.primary-grades-differ', 'one after the other', [
    aWholeStudent({ enrollment: { endDate: TODAY } }),
    gradeEleven,
    secondEnrollment({ grade: '11', startDate: TOMORROW }),
  ]),
  none('enrollment.primary-grades-differ', 'the same grade', [
    aWholeStudent(),
    secondEnrollment({ grade: '10' }),
  ]),
  none('enrollment.primary-grades-differ', 'a secondary one', [
    aWholeStudent(),
    gradeEleven,
    secondEnrollment({ grade: '11', serviceType: 'S' }),
  ]),
  none(
    'enrollment.primary-grades-differ',
    'a No Show',
    [aWholeStudent(), gradeEleven, secondEnrollment({ grade: '11', noShow: 1 })],
    { also: { 'enrollment.no-show': 1 } },
  ),
  one('state-id.unwritable', 'a comma', aWholeStudent({ person: { stateID: '12,3' } })),
  one('state-id.unwritable', 'a brace, of staff', anotherTeacher({ person: { staffStateID: '{12}' } })),
  none('state-id.unwritable', 'a hyphen', aWholeStudent({ person: { stateID: '12-3' } })),
  none(
    'state-id.unwritable',
    'the staff id of a student',
    aWholeStudent({ person: { staffStateID: '1:2' } }),
  ),
  one('student.no-schedule', 'as last year', [lastYear(2, 0), aWholeStudent({ roster: null })]),
  one('scheduling.unfinished', 'half of a school', aWholeStudent({ roster: null }), {
    also: { 'student.no-schedule': 1 },
  }),
  one('scheduling.unfinished', 'last year all had classes', [lastYear(10, 10), crowd(9, 2)], {
    also: { 'student.no-schedule': 2 },
  }),
  none('scheduling.unfinished', 'one in ten', crowd(9, 1), { also: { 'student.no-schedule': 1 } }),
  none('scheduling.unfinished', 'as last year and ten points more', [lastYear(10, 9), crowd(9, 2)], {
    also: { 'student.no-schedule': 2 },
  }),
  one('scheduling.unfinished', 'more than that', [lastYear(10, 9), crowd(9, 3)], {
    also: { 'student.no-schedule': 3 },
  }),
  one(
    'enrollment.dates-reversed',
    'ends before it begins',
    aWholeStudent({ roster: { startDate: TODAY, endDate: YESTERDAY } }),
  ),
  none(
    'enrollment.dates-reversed',
    'one day',
    aWholeStudent({ roster: { startDate: TODAY, endDate: TODAY } }),
  ),
  one('staff.no-role-box', 'no box', anotherAide({ assignment: { program: 0 } })),
  none(
    'staff.no-role-box',
    'ended yesterday',
    anotherAide({ assignment: { program: 0, endDate: YESTERDAY } }),
  ),
  none('staff.no-role-box', 'a teacher', anotherTeacher()),
  one('teacher.no-section', 'none', anotherTeacher({ staff: null })),
  none('teacher.no-section', 'who is sent all the same', anotherTeacher({ staff: null }), {
    wants: { teachersWithoutSections: 'include' },
  }),
  one('teacher.no-assignment', 'none', anotherTeacher({ assignment: null })),
  one('teacher.no-assignment', 'ended yesterday', anotherTeacher({ assignment: { endDate: YESTERDAY } })),
  none('teacher.no-assignment', 'ends today', anotherTeacher({ assignment: { endDate: TODAY } })),
  one('assignment.outside-year', 'begins after it', anotherAide({ assignment: { startDate: AFTER_YEAR } })),
  one('section.no-teacher', 'students only', anotherSection({ students: true })),
  one('section.no-teacher', 'Section Staff only', anotherSection({ students: true, staffType: 'S' })),
  one(
    'section.no-primary-teacher',
    'a second teacher only',
    anotherSection({ students: true, staffType: 'T' }),
  ),
  one('section.no-students', 'a teacher only', anotherSection({ staffType: 'P' })),
  none('section.no-students', 'both', anotherSection({ students: true, staffType: 'P' })),
  one('section.no-placement', 'no term', aSection(SECTION, {}, null)),
  one(
    'section.placement-lost',
    'a term that there is not',
    put('SectionPlacement', {
      sectionID: sectionOf(SCHOOL),
      trialID: trialOf(SCHOOL),
      termID: 9_999,
      periodID: periodOf(SCHOOL),
    }),
  ),
  one('section.course-missing', 'a course that there is not', aSection(SECTION, { courseID: 9_999 })),
  one('section.inactive-with-students', 'the section', anotherSection({ students: true }, { active: 0 })),
  none('section.inactive-with-students', 'no one in it', anotherSection({}, { active: 0 })),
  one('section.several-primary-teachers', 'two', anotherTeacher({ staff: { staffType: 'P' } })),
  none(
    'section.several-primary-teachers',
    'the other one ended',
    anotherTeacher({ staff: { staffType: 'P', endDate: YESTERDAY } }),
    { also: { 'teacher.no-section': 1 } },
  ),
  none('section.several-primary-teachers', 'one after the other', [
    put('SectionStaffHistory', { historyID: historyOf(TEACHER), endDate: TODAY }),
    anotherTeacher({ staff: { staffType: 'P', startDate: TOMORROW } }),
  ]),
  one('section.several-primary-teachers', 'one day of both', [
    put('SectionStaffHistory', { historyID: historyOf(TEACHER), endDate: TOMORROW }),
    anotherTeacher({ staff: { staffType: 'P', startDate: TOMORROW } }),
  ]),
  one('guardian.no-portal', 'not marked', anotherGuardian({ pair: { portal: 0 } })),
  one('guardian.no-portal', 'until today', anotherGuardian({ pair: { portal: 0, endDate: TODAY } })),
  none('guardian.no-portal', 'until yesterday', anotherGuardian({ pair: { portal: 0, endDate: YESTERDAY } })),
  none('guardian.no-portal', 'from tomorrow', anotherGuardian({ pair: { portal: 0, startDate: TOMORROW } })),
  none('guardian.no-portal', 'guardians are not sent', anotherGuardian({ pair: { portal: 0 } }), {
    wants: { include: { guardians: false } },
  }),
  one('connection.active-trial-changed', 'another one was active', [], {
    lastTrials: { [structureOf(SCHOOL)]: [trialOf(SCHOOL) + 5_000] },
  }),
  none('connection.active-trial-changed', 'the same one was active', [], {
    lastTrials: { [structureOf(SCHOOL)]: [trialOf(SCHOOL)] },
  }),
  none('connection.active-trial-changed', 'the structure is new', [], { lastTrials: {} }),
  one('receiver.filtered', 'the student by number', [], {
    wants: { only: { students: { ids: ['1'] } } },
    also: { 'connection.no-students': 1, 'section.no-students': 1 },
  }),
  one('receiver.role-not-taken', 'aide, guardian, relative', [], {
    count: 3,
    wants: { profile: 'apple-school-manager' },
  }),
  one('receiver.value-missing', 'no email', aWholeStudent({ contact: { email: null } }), {
    wants: { profile: 'google-classroom' },
    also: { 'email.missing-student': 1 },
  }),
  one('receiver.value-empty', 'teacher, aide, guardian, relative', [], {
    count: 4,
    wants: {
      values: valuesOf({ version: '1.1', values: { users: { username: '{studentNumber}' } } }, undefined),
    },
  }),
  one('receiver.value-malformed', 'the username', aWholeStudent({ account: { username: 'odd#name' } }), {
    wants: { profile: 'moodle' },
  }),
  one('receiver.class-too-large', '50 students', crowd(49), { wants: { profile: 'hmh' } }),
  none('receiver.class-too-large', '49 students', crowd(48), { wants: { profile: 'hmh' } }),
  one('receiver.class-without-teacher', 'students only', anotherSection({ students: true }), {
    wants: { profile: 'hmh' },
    also: { 'section.no-teacher': 1 },
  }),
  one(
    'receiver.class-at-other-school',
    'a student of another school',
    [aSchool(2), aWholeStudent({ enrollment: { calendarID: calendarOf(2), structureID: structureOf(2) } })],
    { wants: { profile: 'hmh' } },
  ),
  one('receiver.repeated-enrollment', 'left and came back', aRoster(STUDENT, { rosterID: 50_901 }), {
    wants: { profile: 'canvas' },
  }),
  one('lms-exclude.school', 'a mark', aSchool(2, { school: marked })),
  one('lms-exclude.calendar', 'a mark', aSchool(2, { calendar: marked })),
  one('lms-exclude.structure', 'a mark', aSchool(2, { structure: marked })),
  one('lms-exclude.grade-level', 'a mark', aSchool(2, { grade: marked })),
  one('lms-exclude.enrollment', 'a mark', aWholeStudent({ enrollment: marked })),
  one('lms-exclude.course-master', 'a mark', [
    put('CourseMaster', { courseMasterID: 3_002, ...marked }),
    aCourse(1_900, { courseMasterID: 3_002 }),
  ]),
  one('lms-exclude.course', 'a mark', aCourse(1_900, marked)),
  one('lms-exclude.section', 'a mark', aSection(SECTION, marked)),
  one('lms-exclude.assignment', 'a mark', anotherAide({ assignment: marked })),
];

/** A student at another school, whose grade level is as given. */
function aSchoolWithStudent(grade: Readonly<Record<string, string | null>>): GivenRows {
  return [
    aSchool(2, { grade }),
    aWholeStudent({ enrollment: { calendarID: calendarOf(2), structureID: structureOf(2) } }),
  ];
}

function rowOf(given: ReturnType<typeof anEnrollment>): Readonly<Record<string, string | number | null>> {
  return 'row' in given ? (given.row as Readonly<Record<string, string | number | null>>) : {};
}
