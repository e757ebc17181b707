/** Filters of a connection: for each a record that stays, one that goes, and one that depends on the one that goes. */
import type { ExcludedKind } from '../../../src/filter/exclusions.js';
import type { OnlySettings } from '../../../src/model/settings.js';
import {
  AIDE,
  DEPARTMENT,
  GUARDIAN,
  SCHOOL,
  STUDENT,
  TEACHER,
  TODAY,
  TOMORROW,
  YESTERDAY,
  aCourse,
  aDistrict,
  aGuardian,
  aPair,
  aRelative,
  aRoster,
  aSchool,
  aSection,
  aStudent,
  aTeacher,
  anAide,
  anAssignment,
  anEnrollment,
  assignmentOf,
  courseOf,
  drop,
  enrollmentOf,
  historyOf,
  put,
  rosterOf,
  sectionOf,
  termOf,
  trialOf,
  type Fields,
  type GivenRows,
} from '../../support/given.js';
import { SECOND, type RuleCase } from './rule-case.js';

type Students = NonNullable<OnlySettings['students']>;
type Sections = NonNullable<OnlySettings['sections']>;
type Staff = NonNullable<OnlySettings['staff']>;

/** One student in one class with a teacher, a guardian and an aide at the school. */
const everyone = (...changes: readonly GivenRows[]): GivenRows =>
  aDistrict(aStudent(), aRoster(), aTeacher(), aGuardian(), anAide(), changes);

interface Filtered {
  readonly rule: string;
  readonly only: OnlySettings;
  readonly when: string;
  readonly given?: GivenRows;
  /** What goes, or stays. */
  readonly records: readonly (readonly [kind: ExcludedKind, id: number | string])[];
  readonly verdict: RuleCase['verdict'];
  /** What goes with it, and why. */
  readonly dependent?: readonly (readonly [kind: ExcludedKind, id: number, rule: string])[];
}

function casesOf({
  rule,
  only,
  when,
  given = everyone(),
  records,
  verdict,
  dependent = [],
}: Filtered): readonly RuleCase[] {
  const asked = { only };
  return [
    ...records.map(([kind, id]) => ({ rule, kind, id, verdict, when: `${when} (only)`, given, asked })),
    ...dependent.map(([kind, id, why]) => ({
      rule: why,
      kind,
      id,
      verdict: 'exclude' as const,
      when: `depends on ${when} (${rule})`,
      given,
      asked,
    })),
  ];
}

const STUDENT_GOES = [
  ['roster', rosterOf(STUDENT), 'ROSTER_STUDENT_NOT_EXPORTED'],
  ['guardian', GUARDIAN, 'REL_STUDENT_NOT_EXPORTED'],
] as const;
const CLASS_GOES = [
  ['roster', rosterOf(STUDENT), 'ROSTER_SECTION_NOT_EXPORTED'],
  ['sectionStaff', historyOf(TEACHER), 'STAFF_SECTION_NOT_EXPORTED'],
  ['teacher', TEACHER, 'NO_SECTION_STAFF_HISTORY'],
] as const;
const TEACHER_GOES = [['sectionStaff', historyOf(TEACHER), 'TEACHER_NOT_EXPORTED']] as const;
const THE_STUDENT = [['student', STUDENT]] as const;
const THE_CLASS = [
  ['course', courseOf(SCHOOL)],
  ['section', sectionOf(SCHOOL)],
] as const;

const students = (only: Students): OnlySettings => ({ students: only });
const sections = (only: Sections): OnlySettings => ({ sections: only });
const staff = (only: Staff): OnlySettings => ({ staff: only });
const state = (...codes: readonly string[]): Students => ({
  grades: { by: 'state', keys: Object.fromEntries(codes.map((code) => [code, [code.toLowerCase()]])) },
});
const numbered: GivenRows = everyone(put('Person', { personID: STUDENT, studentNumber: '00A1' }));
const partial: GivenRows = everyone(anEnrollment(STUDENT, { serviceType: 's' }));

const ofStudents: readonly Filtered[] = [
  { rule: 'ONLY_GRADE', when: 'of a listed grade', only: students(state('09', '10')), records: THE_STUDENT, verdict: 'keep' },
  { rule: 'ONLY_GRADE', when: 'of another grade', only: students(state('09')), records: THE_STUDENT, verdict: 'exclude', dependent: STUDENT_GOES },
  { rule: 'ONLY_GRADE', when: 'of no grade', only: students(state('10')), given: everyone(anEnrollment(STUDENT, { grade: null })), records: THE_STUDENT, verdict: 'exclude' },
  { rule: 'ONLY_GRADE', when: 'whose primary enrollment is of another grade', only: students(state('10')), given: everyone(anEnrollment(STUDENT, { serviceType: 'S' }), anEnrollment(STUDENT, { enrollmentID: SECOND, grade: '7' })), records: THE_STUDENT, verdict: 'exclude' },
  { rule: 'ONLY_ENROLLMENT_TYPE', when: 'of a listed type in other letters', only: students({ enrollmentTypes: ['S'] }), given: partial, records: THE_STUDENT, verdict: 'keep' },
  { rule: 'ONLY_ENROLLMENT_TYPE', when: 'of another type', only: students({ enrollmentTypes: ['P'] }), given: partial, records: THE_STUDENT, verdict: 'exclude', dependent: STUDENT_GOES },
  { rule: 'ONLY_ENROLLMENT_TYPE', when: 'a second enrollment of another type', only: students({ enrollmentTypes: ['P'] }), given: everyone(anEnrollment(STUDENT, { enrollmentID: SECOND, serviceType: 'N' })), records: [['schoolEnrollment', SECOND]], verdict: 'exclude' },
  { rule: 'ONLY_ENROLLMENT_TYPE', when: 'an enrollment of a listed type', only: students({ enrollmentTypes: ['P'] }), records: [['schoolEnrollment', enrollmentOf(STUDENT)]], verdict: 'keep' },
  { rule: 'ONLY_STUDENT', when: 'with a listed number in other letters', only: students({ ids: ['00a1 '] }), given: numbered, records: THE_STUDENT, verdict: 'keep' },
  { rule: 'ONLY_STUDENT', when: 'with another number', only: students({ ids: ['A1'] }), given: numbered, records: THE_STUDENT, verdict: 'exclude', dependent: STUDENT_GOES },
  { rule: 'ONLY_STUDENT', when: 'without a number', only: students({ ids: ['A1'] }), records: THE_STUDENT, verdict: 'exclude' },
  { rule: 'ONLY_IN_CLASS', when: 'in a class', only: students({ withClasses: true }), records: THE_STUDENT, verdict: 'keep' },
  { rule: 'ONLY_IN_CLASS', when: 'in no class', only: students({ withClasses: true }), given: aDistrict(aStudent(), aGuardian()), records: THE_STUDENT, verdict: 'exclude', dependent: [['guardian', GUARDIAN, 'REL_STUDENT_NOT_EXPORTED']] },
  { rule: 'ONLY_IN_CLASS', when: 'in a class that another filter drops', only: { ...students({ withClasses: true }), ...sections({ courses: ['9*'] }) }, records: THE_STUDENT, verdict: 'exclude' },
]; // prettier-ignore

const inDepartment: GivenRows = everyone(
  aCourse(courseOf(SCHOOL), { departmentID: DEPARTMENT, scedSubjectArea: '03' }),
);
const homeroom: GivenRows = everyone(put('Section', { sectionID: sectionOf(SCHOOL), homeroomSection: 1 }));

const ofSections: readonly Filtered[] = [
  { rule: 'ONLY_COURSE', when: 'with a listed number', only: sections({ courses: ['0310'] }), records: THE_CLASS, verdict: 'keep' },
  { rule: 'ONLY_COURSE', when: 'with a number that fits', only: sections({ courses: ['9', '*31*'] }), records: THE_CLASS, verdict: 'keep' },
  { rule: 'ONLY_COURSE', when: 'with another number', only: sections({ courses: ['031', '31*', '.*'] }), records: THE_CLASS, verdict: 'exclude', dependent: CLASS_GOES },
  { rule: 'ONLY_DEPARTMENT', when: 'of a listed department', only: sections({ departments: ['science'] }), given: inDepartment, records: THE_CLASS, verdict: 'keep' },
  { rule: 'ONLY_DEPARTMENT', when: 'of another department', only: sections({ departments: ['Arts'] }), given: inDepartment, records: THE_CLASS, verdict: 'exclude', dependent: CLASS_GOES },
  { rule: 'ONLY_DEPARTMENT', when: 'of no department', only: sections({ departments: ['Science'] }), records: THE_CLASS, verdict: 'exclude' },
  { rule: 'ONLY_SUBJECT', when: 'of a listed subject', only: sections({ subjects: ['03'] }), given: inDepartment, records: THE_CLASS, verdict: 'keep' },
  { rule: 'ONLY_SUBJECT', when: 'of another subject', only: sections({ subjects: ['3'] }), given: inDepartment, records: THE_CLASS, verdict: 'exclude', dependent: CLASS_GOES },
  { rule: 'ONLY_HOMEROOM', when: 'a homeroom', only: sections({ homeroom: 'only' }), given: homeroom, records: [['section', sectionOf(SCHOOL)]], verdict: 'keep' },
  { rule: 'ONLY_HOMEROOM', when: 'a homeroom by its course', only: sections({ homeroom: 'only' }), given: everyone(aCourse(courseOf(SCHOOL), { homeroom: 1 })), records: [['section', sectionOf(SCHOOL)]], verdict: 'keep' },
  { rule: 'ONLY_HOMEROOM', when: 'a homeroom that is not asked for', only: sections({ homeroom: 'exclude' }), given: homeroom, records: [['section', sectionOf(SCHOOL)]], verdict: 'exclude', dependent: CLASS_GOES },
  { rule: 'ONLY_HOMEROOM', when: 'not a homeroom', only: sections({ homeroom: 'only' }), records: [['section', sectionOf(SCHOOL)]], verdict: 'exclude' },
  { rule: 'ONLY_TAUGHT', when: 'with a teacher', only: sections({ teachers: 'required' }), records: [['section', sectionOf(SCHOOL)]], verdict: 'keep' },
  { rule: 'ONLY_TAUGHT', when: 'without a teacher', only: sections({ teachers: 'required' }), given: aDistrict(aStudent(), aRoster()), records: [['section', sectionOf(SCHOOL)]], verdict: 'exclude', dependent: [['roster', rosterOf(STUDENT), 'ROSTER_SECTION_NOT_EXPORTED']] },
  { rule: 'ONLY_TAUGHT', when: 'whose teacher has left it', only: sections({ teachers: 'required' }), given: everyone(aTeacher({ staff: null }), put('SectionStaffHistory', { historyID: historyOf(TEACHER), sectionID: sectionOf(SCHOOL), trialID: trialOf(SCHOOL), personID: TEACHER, staffType: 'T', endDate: YESTERDAY })), records: [['section', sectionOf(SCHOOL)]], verdict: 'exclude', dependent: [['teacher', TEACHER, 'NO_SECTION_STAFF_HISTORY']] },
]; // prettier-ignore

const term = (dates: Fields): GivenRows => everyone(put('Term', { termID: termOf(SCHOOL), ...dates }));
const inTerm = (
  terms: 'current' | 'started',
  when: string,
  dates: Fields,
  verdict: RuleCase['verdict'],
): Filtered => ({
  rule: 'ONLY_TERM',
  when: `${terms}: ${when}`,
  only: sections({ terms }),
  given: term(dates),
  records: [['section', sectionOf(SCHOOL)]],
  verdict,
});

const ofTerms: readonly Filtered[] = [
  inTerm('current', 'starts today', { startDate: TODAY, endDate: null }, 'keep'),
  inTerm('current', 'starts tomorrow', { startDate: TOMORROW, endDate: null }, 'exclude'),
  inTerm('current', 'ends today', { startDate: null, endDate: TODAY }, 'keep'),
  inTerm('current', 'ended yesterday', { startDate: null, endDate: YESTERDAY }, 'exclude'),
  inTerm('current', 'has no dates', { startDate: null, endDate: null }, 'keep'),
  inTerm('started', 'ended yesterday', { startDate: null, endDate: YESTERDAY }, 'keep'),
  inTerm('started', 'starts today', { startDate: TODAY, endDate: null }, 'keep'),
  {
    ...inTerm('started', 'starts tomorrow', { startDate: TOMORROW, endDate: null }, 'exclude'),
    dependent: CLASS_GOES,
  },
];

const counselor: GivenRows = everyone(anAssignment(AIDE, { counselor: 1, program: 0 }));
const elsewhere: GivenRows = everyone(
  aSchool(2),
  anAssignment(AIDE, { assignmentID: 900, schoolID: 2, program: 1 }),
  anAssignment(TEACHER, { assignmentID: 901, schoolID: 2, teacher: 1 }),
);

const ofStaff: readonly Filtered[] = [
  { rule: 'ONLY_STAFF_ROLE', when: 'with a listed role', only: staff({ roles: ['Counselor', 'teacher'] }), given: counselor, records: [['aide', AIDE], ['teacher', TEACHER], ['assignment', assignmentOf(AIDE)]], verdict: 'keep' },
  { rule: 'ONLY_STAFF_ROLE', when: 'with another role', only: staff({ roles: ['health'] }), records: [['aide', AIDE], ['teacher', TEACHER]], verdict: 'exclude', dependent: TEACHER_GOES },
  { rule: 'ONLY_STAFF_ROLE', when: 'a second assignment with another role', only: staff({ roles: ['program'] }), given: everyone(anAssignment(AIDE, { assignmentID: 900, health: 1 })), records: [['assignment', 900]], verdict: 'exclude' },
  { rule: 'ONLY_STAFF_SCHOOL', when: 'at a listed school', only: staff({ schools: ['s1'] }), records: [['aide', AIDE], ['teacher', TEACHER], ['assignment', assignmentOf(AIDE)]], verdict: 'keep' },
  { rule: 'ONLY_STAFF_SCHOOL', when: 'at another school', only: staff({ schools: ['S2'] }), given: everyone(aSchool(2)), records: [['aide', AIDE], ['teacher', TEACHER]], verdict: 'exclude', dependent: TEACHER_GOES },
  { rule: 'ONLY_STAFF_SCHOOL', when: 'an assignment at another school', only: staff({ schools: ['S1'] }), given: elsewhere, records: [['assignment', 900], ['assignment', 901]], verdict: 'exclude' },
  { rule: 'ONLY_WITH_SECTIONS', when: 'with a class', only: staff({ withSections: true }), records: [['teacher', TEACHER]], verdict: 'keep' },
  { rule: 'ONLY_WITH_SECTIONS', when: 'who is also a teacher with a class', only: staff({ withSections: true }), given: everyone(anAssignment(TEACHER, { assignmentID: 900, program: 1 })), records: [['aide', TEACHER]], verdict: 'keep' },
  { rule: 'ONLY_WITH_SECTIONS', when: 'without a class', only: staff({ withSections: true }), records: [['aide', AIDE]], verdict: 'exclude' },
]; // prettier-ignore

const contacts = (wants: NonNullable<OnlySettings['contacts']>): OnlySettings => ({ contacts: wants });
const AUNT = 43;
const UNCLE = 44;
/** The guardian is the mother and second, the aunt first, the uncle without a sequence. */
const family: GivenRows = everyone(
  aPair(STUDENT, GUARDIAN, { name: 'Mother', seq: 2 }),
  aRelative({ personID: AUNT, pair: { name: 'Aunt', seq: 1 } }),
  aRelative({ personID: UNCLE, pair: { name: 'Uncle' } }),
);
/** For a second student the uncle is first, and the guardian an aunt. */
const twoFamilies: GivenRows = [
  family,
  aStudent({ personID: 12 }),
  aPair(12, GUARDIAN, { name: 'Aunt', guardian: 0, seq: 3 }),
  aPair(12, UNCLE, { name: 'Neighbor', guardian: 0, seq: 2 }),
];
const [OF_FIRST, OF_SECOND] = [`${STUDENT}-${UNCLE}`, `12-${UNCLE}`];

const ofContacts: readonly Filtered[] = [
  { rule: 'ONLY_RELATIONSHIP', when: 'with a listed relationship', only: contacts({ relationships: ['mother', 'AUNT'] }), given: family, records: [['guardian', GUARDIAN], ['relative', AUNT]], verdict: 'keep' },
  { rule: 'ONLY_RELATIONSHIP', when: 'with another relationship', only: contacts({ relationships: ['Uncle'] }), given: family, records: [['guardian', GUARDIAN], ['relative', AUNT]], verdict: 'exclude' },
  { rule: 'ONLY_RELATIONSHIP', when: 'without a name', only: contacts({ relationships: ['Mother'] }), given: everyone(aRelative({ personID: UNCLE })), records: [['relative', UNCLE]], verdict: 'exclude' },
  { rule: 'ONLY_RELATIONSHIP', when: 'to one of two students', only: contacts({ relationships: ['Neighbor'] }), given: twoFamilies, records: [['relationship', OF_FIRST]], verdict: 'exclude', dependent: [['guardian', GUARDIAN, 'ONLY_RELATIONSHIP'], ['relative', GUARDIAN, 'ONLY_RELATIONSHIP']] },
  { rule: 'ONLY_RELATIONSHIP', when: 'to one of two students', only: contacts({ relationships: ['Neighbor'] }), given: twoFamilies, records: [['relationship', OF_SECOND], ['relative', UNCLE]], verdict: 'keep' },
  { rule: 'ONLY_FIRST_CONTACTS', when: 'among the first by sequence', only: contacts({ max: 2 }), given: family, records: [['guardian', GUARDIAN], ['relative', AUNT]], verdict: 'keep' },
  { rule: 'ONLY_FIRST_CONTACTS', when: 'after the first by sequence', only: contacts({ max: 1 }), given: family, records: [['guardian', GUARDIAN], ['relative', UNCLE]], verdict: 'exclude' },
  { rule: 'ONLY_FIRST_CONTACTS', when: 'of one of two students', only: contacts({ max: 1 }), given: twoFamilies, records: [['relationship', OF_FIRST]], verdict: 'exclude', dependent: [['guardian', GUARDIAN, 'ONLY_FIRST_CONTACTS'], ['relative', GUARDIAN, 'ONLY_FIRST_CONTACTS']] },
  { rule: 'ONLY_FIRST_CONTACTS', when: 'of one of two students', only: contacts({ max: 1 }), given: twoFamilies, records: [['relationship', OF_SECOND], ['relative', UNCLE]], verdict: 'keep' },
  { rule: 'ONLY_FIRST_CONTACTS', when: 'with the sequence of another, by the lower id', only: contacts({ max: 1 }), given: everyone(aRelative({ personID: UNCLE }), aRelative({ personID: AUNT }), drop('RelatedPair', { personID2: GUARDIAN })), records: [['relative', AUNT]], verdict: 'keep' },
  { rule: 'ONLY_FIRST_CONTACTS', when: 'after one who is not sent', only: contacts({ max: 1 }), given: everyone(aPair(STUDENT, GUARDIAN, { seq: 2 }), aRelative({ personID: AUNT, pair: { seq: 1 } }), put('Person', { personID: AUNT, currentIdentityID: null })), records: [['guardian', GUARDIAN]], verdict: 'keep' },
]; // prettier-ignore

const OTHER = 12;
/** A second student in another course; the pilot takes one of the two. */
const two: GivenRows = everyone(
  aStudent({ personID: OTHER }),
  aCourse(1_900, { number: '0900' }),
  aSection(2_900, { courseID: 1_900 }),
  aRoster(OTHER, { sectionID: 2_900 }),
  aTeacher({ personID: 22, staff: { sectionID: 2_900 } }),
);
const pilot = (number: number): OnlySettings => ({ pilot: { students: number } });

/** By their hashes 12 comes before 11. */
const ofPilot: readonly Filtered[] = [
  { rule: 'ONLY_PILOT', when: 'among as many as there are', only: pilot(2), given: two, records: [['student', STUDENT], ['student', OTHER], ['course', 1_900], ['section', 2_900], ['teacher', TEACHER]], verdict: 'keep' },
  { rule: 'ONLY_PILOT', when: 'not among the first', only: pilot(1), given: two, records: [['student', STUDENT], ['course', courseOf(SCHOOL)], ['section', sectionOf(SCHOOL)]], verdict: 'exclude', dependent: [['guardian', GUARDIAN, 'REL_STUDENT_NOT_EXPORTED'], ['teacher', TEACHER, 'NO_SECTION_STAFF_HISTORY']] },
  { rule: 'ONLY_PILOT', when: 'staff without a class of the pilot', only: pilot(2), given: two, records: [['aide', AIDE]], verdict: 'exclude' },
  { rule: 'ONLY_PILOT', when: 'staff who teach a class of the pilot', only: pilot(2), given: everyone(anAssignment(TEACHER, { assignmentID: 900, program: 1 })), records: [['aide', TEACHER]], verdict: 'keep' },
  { rule: 'ONLY_PILOT', when: 'at a school that is not listed', only: { pilot: { schools: ['S2'], students: 5 } }, given: everyone(aSchool(2)), records: [['student', STUDENT]], verdict: 'exclude' },
]; // prettier-ignore

export const onlyCases: readonly RuleCase[] = [
  ...[...ofStudents, ...ofSections, ...ofTerms, ...ofStaff, ...ofContacts, ...ofPilot].flatMap(casesOf),
  {
    rule: 'ONLY_PILOT',
    kind: 'teacher',
    id: TEACHER,
    verdict: 'exclude',
    when: 'without a class, where such teachers are included (only)',
    given: aDistrict(aStudent(), aRoster(), aTeacher({ staff: null })),
    asked: { only: pilot(1), teachersWithoutSections: 'include' },
  },
  {
    rule: 'ONLY_WITH_SECTIONS',
    kind: 'teacher',
    id: TEACHER,
    verdict: 'exclude',
    when: 'without a class, where such teachers are included (only)',
    given: aDistrict(aStudent(), aRoster(), aTeacher({ staff: null })),
    asked: { only: staff({ withSections: true }), teachersWithoutSections: 'include' },
  },
];
