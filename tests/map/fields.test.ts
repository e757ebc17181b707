/** The cells of each table, one by one: what stands in them, in which version, under which settings. */
import { describe, expect, it } from '@jest/globals';
import { VERSIONS, type Version } from '../support/connections.js';
import {
  DEPARTMENT,
  DISTRICT,
  GUARDIAN,
  RELATIVE,
  SCHOOL,
  STUDENT,
  TEACHER,
  TODAY,
  YESTERDAY,
  aCalendar,
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
  calendarOf,
  courseOf,
  districtGuid,
  drop,
  periodOf,
  personGuid,
  put,
  scheduleOf,
  schoolGuid,
  sectionOf,
  structureOf,
  termOf,
  trialOf,
  type Cell,
  type Fields,
  type GivenRows,
  type PersonGiven,
} from '../support/given.js';
import { openDistrict, outcomeFor, type Asked, type Outcome, type OutcomeRow } from '../support/outcome.js';

const OTHER = 2;
const at = (school: number): Fields => ({ calendarID: calendarOf(school), structureID: structureOf(school) });

async function rowOf(given: GivenRows, asked: Asked, table: string, id: string): Promise<OutcomeRow> {
  return rowIn(await outcomeFor(given, asked), table, id);
}

function rowIn(outcome: Outcome, table: string, id: string): OutcomeRow {
  const row = outcome.row(table, id);
  if (row === undefined) throw new Error(`no ${table} ${id}: ${JSON.stringify(outcome.exclusions)}`);
  return row;
}

/** The cell in both versions, or in the one that is asked for. */
async function cells(given: GivenRows, asked: Asked, table: string, id: string, column: string) {
  const versions = asked.version === undefined ? VERSIONS : [asked.version];
  const district = await openDistrict(given);
  try {
    const found = versions.map((version) => {
      const outcome = district.judge({ ...asked, version });
      return rowIn(outcome, table, id)[column] ?? '(no such column)';
    });
    return [...new Set(found)].join(' | ');
  } finally {
    district.close();
  }
}

describe('orgs', () => {
  const school = schoolGuid(SCHOOL);
  const district = districtGuid(DISTRICT);

  it.each<[string, string, string, GivenRows]>([
    [school, 'name', 'School 1', []],
    [school, 'type', 'school', []],
    [school, 'identifier', 'S1', []],
    [school, 'parentSourcedId', district, []],
    [school, 'name', 'S1', put('School', { schoolID: SCHOOL, name: ' ' })],
    [school, 'name', '1', put('School', { schoolID: SCHOOL, name: ' ', number: null })],
    [school, 'identifier', '', put('School', { schoolID: SCHOOL, number: ' ' })],
    [district, 'name', 'Vale', []],
    [district, 'type', 'district', []],
    [district, 'identifier', '0420', []],
    [district, 'parentSourcedId', '', []],
  ])('%s %s: %s', async (id, column, expected, changes) => {
    expect(await cells(aDistrict(changes), {}, 'orgs', id, column)).toBe(expected);
  });

  it('notes a blank name', async () => {
    const { notices } = await outcomeFor(aDistrict(put('School', { schoolID: SCHOOL, name: '' })));
    expect(notices.filter(({ code }) => code === 'blank-title').map(({ count }) => count)).toEqual([1]);
  });
});

describe('academicSessions', () => {
  const year = `${schoolGuid(SCHOOL)}-2027`;
  const term = String(termOf(SCHOOL));
  const blank = { startDate: null, endDate: null };

  it.each<[string, string, string, GivenRows, Asked]>([
    [year, 'title', '26-27', [], {}],
    [year, 'title', '2026-2027', put('SchoolYear', { endYear: 2027, label: ' ' }), {}],
    [year, 'type', 'schoolYear', [], {}],
    [year, 'startDate', '2026-08-17', [], {}],
    [year, 'endDate', '2027-05-28', [], {}],
    [year, 'endDate', '2027-05-29', [], { exclusiveEndDates: true }],
    [year, 'startDate', '2026-07-06', aCalendar(3, { startDate: '2026-07-06', endDate: '2026-07-31' }), {}],
    [year, 'endDate', '2027-06-25', aCalendar(3, { startDate: '2027-06-07', endDate: '2027-06-25' }), {}],
    [year, 'endDate', '2027-05-28', aCalendar(3, { endDate: '2027-06-25', externalLMSExclude: 1 }), {}],
    [year, 'endDate', '2027-05-28', aCalendar(3, { endDate: '2028-05-26', endYear: 2028 }), {}],
    [year, 'startDate', '2026-07-01', aCalendar(3, blank), {}],
    [year, 'endDate', '2027-06-30', aCalendar(3, blank), {}],
    [year, 'parentSourcedId', '', [], {}],
    [year, 'schoolYear', '2027', [], {}],
    [term, 'title', 'Full Year', [], {}],
    [term, 'title', term, put('Term', { termID: termOf(SCHOOL), name: ' ' }), {}],
    [term, 'type', 'term', [], {}],
    [term, 'startDate', '2026-08-17', [], {}],
    [term, 'endDate', '2027-05-28', [], {}],
    [term, 'endDate', '2027-05-29', [], { exclusiveEndDates: true }],
    [term, 'startDate', '2026-08-20', [put('Term', { termID: termOf(SCHOOL), ...blank }), put('Calendar', { calendarID: calendarOf(SCHOOL), startDate: '2026-08-20' })], {}],
    [term, 'endDate', '2027-05-28', put('Term', { termID: termOf(SCHOOL), ...blank }), {}],
    [term, 'endDate', '2027-06-30', [put('Term', { termID: termOf(SCHOOL), ...blank }), put('Calendar', { calendarID: calendarOf(SCHOOL), ...blank })], {}],
    [term, 'parentSourcedId', year, [], {}],
    [term, 'schoolYear', '2027', [], {}],
  ])('%s %s: %s', async (id, column, expected, changes, asked) => {
    expect(await cells(aDistrict(changes), asked, 'academicSessions', id, column)).toBe(expected);
  }); // prettier-ignore

  it('all terms of calendars in scope are sent, used or not, by school year and termID', async () => {
    const terms = [
      put('Term', { termID: 450, termScheduleID: scheduleOf(SCHOOL), name: 'S2' }),
      put('Term', { termID: 451, termScheduleID: 399, name: 'of no schedule' }),
    ];
    const outcome = await outcomeFor(
      aDistrict(terms, aCalendar(3, { externalLMSExclude: 1 }), aSchool(OTHER)),
    );
    expect(outcome.rows('academicSessions').map((row) => row['sourcedId'])).toEqual([
      year,
      `${schoolGuid(OTHER)}-2027`,
      term,
      String(termOf(OTHER)),
      '450',
    ]);
  });
});

const subjectRows = (changes: Fields = {}): GivenRows =>
  aCourse(courseOf(SCHOOL), {
    departmentID: DEPARTMENT,
    scedSubjectArea: '03',
    scedCourseId: '051',
    ...changes,
  });

describe.each([
  ['courses', String(courseOf(SCHOOL))],
  ['classes', String(sectionOf(SCHOOL))],
])('subjects of %s', (table, id) => {
  it.each<[string, string, string, GivenRows]>([
    ['both can be filled', 'Science', '03051', subjectRows()],
    ['commas are made blanks', 'Science  Lab', '03051', [subjectRows(), put('Department', { departmentID: DEPARTMENT, name: 'Science, Lab' })]],
    ['no department', '', '', subjectRows({ departmentID: null })],
    ['a department that is gone', '', '', subjectRows({ departmentID: 899 })],
    ['a department of nothing but commas', '', '', [subjectRows(), put('Department', { departmentID: DEPARTMENT, name: ',' })]],
    ['no subject area', '', '', subjectRows({ scedSubjectArea: null })],
    ['an empty course id', '', '', subjectRows({ scedCourseId: ' ' })],
  ])('%s', async (_, subjects, codes, changes) => {
    expect(await cells(aDistrict(changes), {}, table, id, 'subjects')).toBe(subjects);
    expect(await cells(aDistrict(changes), {}, table, id, 'subjectCodes')).toBe(codes);
  }); // prettier-ignore
});

describe('courses', () => {
  const id = String(courseOf(SCHOOL));
  const course = (changes: Fields): GivenRows => aCourse(courseOf(SCHOOL), changes);

  it.each<[string, string, GivenRows]>([
    ['schoolYearSourcedId', `${schoolGuid(SCHOOL)}-2027`, []],
    ['title', 'Biology', []],
    ['title', '0310', course({ name: ' ' })],
    ['courseCode', '0310', []],
    ['grades', '', []],
    ['orgSourcedId', schoolGuid(SCHOOL), []],
    ['orgSourcedId', schoolGuid(OTHER), [aSchool(OTHER), course({ calendarID: calendarOf(OTHER) })]],
  ])('%s: %s', async (column, expected, changes) => {
    expect(await cells(aDistrict(changes), {}, 'courses', id, column)).toBe(expected);
  });
});

describe('classes', () => {
  const id = String(sectionOf(SCHOOL));
  const section = (changes: Fields): GivenRows => aSection(sectionOf(SCHOOL), changes, null);
  const placed = (termID: number, periodID: number, trialID = trialOf(SCHOOL)): GivenRows =>
    put('SectionPlacement', { sectionID: sectionOf(SCHOOL), trialID, termID, periodID });
  const term = (termID: number, seq: number | null): GivenRows =>
    put('Term', { termID, termScheduleID: scheduleOf(SCHOOL), name: `T${termID}`, seq });
  const period = (periodID: number, name: string, seq: number | null): GivenRows => [
    put('Period', { periodID, name, seq }),
    placed(termOf(SCHOOL), periodID),
  ];

  it.each<[string, string, GivenRows]>([
    ['title', 'Biology 2', []],
    ['title', 'Biology 2', aCourse(courseOf(SCHOOL), { name: '  Biology ' })],
    ['title', '0310 2', aCourse(courseOf(SCHOOL), { name: '  ' })],
    ['classCode', '0310-2', []],
    ['classType', 'scheduled', []],
    ['classType', 'homeroom', section({ homeroomSection: 1 })],
    ['classType', 'homeroom', aCourse(courseOf(SCHOOL), { homeroom: 1 })],
    ['classType', 'scheduled', section({ homeroomSection: 0 })],
    ['grades', '', [aStudent(), aRoster()]],
    ['courseSourcedId', String(courseOf(SCHOOL)), []],
    ['location', 'Lab 4', []],
    ['location', '', section({ roomID: null })],
    ['location', '', section({ roomID: 999 })],
    ['schoolSourcedId', schoolGuid(SCHOOL), []],
    ['termSourcedIds', String(termOf(SCHOOL)), []],
    ['termSourcedIds', `${termOf(SCHOOL)}`, placed(termOf(SCHOOL), 699)],
    ['termSourcedIds', `461,${termOf(SCHOOL)},460`, [term(460, 2), term(461, 0), placed(460, 601), placed(461, 601)]],
    ['termSourcedIds', `${termOf(SCHOOL)},460,461`, [term(460, 1), term(461, null), placed(461, 601), placed(460, 601)]],
    ['termSourcedIds', `${termOf(SCHOOL)}`, [term(460, 2), placed(460, 601, 599)]],
    ['periods', '1', []],
    ['periods', '1', period(650, '1', 7)],
    ['periods', '0,1,A,B', [period(650, 'B', null), period(651, 'A', null), period(652, '0', 0)]],
    ['periods', '1,A,B', [period(650, 'B', 2), period(651, 'A', 2)]],
    ['periods', '1,Red  even', period(650, 'Red, even', 2)],
    ['periods', '', put('Period', { periodID: periodOf(SCHOOL), name: ' ' })],
    ['periods', '1', placed(termOf(SCHOOL), 699)],
  ])('%s: %s', async (column, expected, changes) => {
    expect(await cells(aDistrict(changes), {}, 'classes', id, column)).toBe(expected);
  }); // prettier-ignore
});

describe('enrollments', () => {
  const given = aDistrict(
    aStudent(),
    aTeacher(),
    aRoster(STUDENT, { startDate: '2026-08-18', endDate: '2027-01-15' }),
  );

  it.each<[string, string, string, GivenRows, Asked]>([
    ['s50011', 'classSourcedId', String(sectionOf(SCHOOL)), [], {}],
    ['s50011', 'schoolSourcedId', schoolGuid(SCHOOL), [], {}],
    ['s50011', 'role', 'student', [], {}],
    ['s50011', 'primary', '', [], {}],
    ['s50011', 'beginDate', '2026-08-18', [], {}],
    ['s50011', 'endDate', '2027-01-15', [], {}],
    ['s50011', 'endDate', '2027-01-16', [], { exclusiveEndDates: true }],
    [
      's50011',
      'endDate',
      '2028-03-01',
      aRoster(STUDENT, { endDate: '2028-02-29' }),
      { exclusiveEndDates: true },
    ],
    ['s50011', 'endDate', '', aRoster(STUDENT, { endDate: null }), { exclusiveEndDates: true }],
    ['t40021', 'role', 'teacher', [], {}],
    ['t40021', 'primary', 'true', [], {}],
    ['t40021', 'primary', 'false', put('SectionStaffHistory', { historyID: 40_021, staffType: 'T' }), {}],
    ['t40021', 'beginDate', '', [], {}],
    ['t40021', 'endDate', TODAY, put('SectionStaffHistory', { historyID: 40_021, endDate: TODAY }), {}],
  ])('%s %s: %s', async (id, column, expected, changes, asked) => {
    expect(await cells([given, changes], asked, 'enrollments', id, column)).toBe(expected);
  });
});

/** Student, teacher and guardian of the same facts. */
const TRIO = [
  ['s11', personGuid(STUDENT)],
  ['t21', personGuid(TEACHER)],
  ['g41', personGuid(GUARDIAN)],
] as const;

const trio = (given: PersonGiven): GivenRows => aDistrict(aStudent(given), aTeacher(given), aGuardian(given));

async function ofTrio(given: PersonGiven, version: Version, column: string, asked: Asked = {}) {
  const outcome = await outcomeFor(trio(given), { ...asked, version });
  const idOf = (old: string, guid: string): string => (asked.ids === 'personID' ? old.slice(1) : guid);
  return TRIO.map(([old, guid]) => outcome.row('users', version === '1.1' ? old : idOf(old, guid))?.[column]);
}

describe('users', () => {
  const numbers = { person: { studentNumber: '1001', stateID: '77', staffNumber: 'E5', staffStateID: '88' } };
  const contact = {
    contact: { email: 'a@x.example', secondaryEmail: 'b@x.example', homePhone: '555-1', cellPhone: '555-2' },
  };

  it.each<[Version, string, readonly string[], PersonGiven, Asked]>([
    ['1.1', 'identifier', ['1001', 'E5', ''], numbers, {}],
    ['1.2', 'identifier', ['1001', 'E5', ''], numbers, {}],
    ['1.1', 'identifier', ['', '', ''], { person: { studentNumber: ' ' } }, {}],
    ['1.1', 'userIds', ['{stateID:77}', '{staffStateID:88}', ''], numbers, {}],
    ['1.2', 'userIds', ['{stateID:77}', '{staffStateID:88}', ''], numbers, {}],
    ['1.2', 'userIds', ['', '', ''], { person: { stateID: '7:7', staffStateID: '8,8' } }, {}],
    ['1.2', 'userMasterIdentifier', ['77', '88', ''], numbers, {}],
    ['1.2', 'userMasterIdentifier', ['', '', ''], { person: { studentNumber: '1', staffNumber: '2' } }, {}],
    ['1.1', 'email', ['a@x.example', 'a@x.example', 'a@x.example'], contact, {}],
    ['1.1', 'email', ['b@x.example', 'b@x.example', 'b@x.example'], contact, { useSecondaryEmail: true }],
    ['1.2', 'email', ['b@x.example', 'b@x.example', 'b@x.example'], contact, { useSecondaryEmail: true }],
    ['1.2', 'email', ['', '', ''], { contact: { email: 'a@x.example', secondaryEmail: ' ' } }, { useSecondaryEmail: true }],
    ['1.1', 'phone', ['555-1', '555-1', '555-1'], contact, {}],
    ['1.2', 'phone', ['555-1', '555-1', '555-1'], contact, {}],
    ['1.1', 'sms', ['', '', ''], contact, {}],
    ['1.2', 'sms', ['555-2', '555-2', '555-2'], contact, {}],
    ['1.1', 'password', ['', '', ''], contact, {}],
    ['1.2', 'password', ['', '', ''], contact, {}],
    ['1.2', 'pronouns', ['', '', ''], contact, {}],
    ['1.1', 'grades', ['10', '', ''], {}, {}],
    ['1.2', 'grades', ['10', '', ''], {}, {}],
    ['1.2', 'username', ['a', 'a', 'a'], { account: { username: 'a' }, ...contact }, {}],
    ['1.2', 'username', ['a@x.example', 'a@x.example', 'a@x.example'], { account: null, ...contact }, {}],
    ['1.2', 'username', ['b@x.example', 'b@x.example', 'b@x.example'], { account: null, ...contact }, { useSecondaryEmail: true }],
    ['1.2', 'username', TRIO.map(([, guid]) => guid), { account: null }, {}],
    ['1.2', 'username', ['11', '21', '41'], { account: { username: ' ' } }, { ids: 'personID' }],
    ['1.1', 'role', ['student', 'teacher', 'guardian'], {}, {}],
    ['1.1', 'agentSourcedIds', ['g41', '', 's11'], {}, {}],
  ])('%s %s: %p', async (version, column, expected, given, asked) => {
    expect(await ofTrio(given, version, column, asked)).toEqual(expected);
  }); // prettier-ignore

  it.each<[string, string, GivenRows]>([
    ['without account', 'true', aStudent({ account: null })],
    ['with a usable account', 'true', aStudent()],
    ['disabled', 'false', aStudent({ account: { disable: 1 } })],
    ['expired yesterday', 'false', aStudent({ account: { expiresDate: YESTERDAY } })],
    ['expiring today', 'true', aStudent({ account: { expiresDate: TODAY } })],
    ['expiring tomorrow', 'true', aStudent({ account: { expiresDate: '2026-10-16' } })],
    ['with a disabled and a usable account', 'true', [aStudent({ account: { disable: 1 } }), put('UserAccount', { userID: 99_999, personID: STUDENT, username: 'two' })]],
    ['whose chosen account expired, with another that did not', 'false', [aStudent({ account: { expiresDate: YESTERDAY } }), put('UserAccount', { userID: 99_999, personID: STUDENT, username: 'two' })]],
    ['with a disabled account without username', 'true', aStudent({ account: { username: ' ', disable: 1 } })],
  ])('1.2 enabledUser, %s: %s', async (_, expected, given) => {
    expect((await rowOf(aDistrict(given), { version: '1.2' }, 'users', personGuid(STUDENT)))['enabledUser']).toBe(expected);
  }); // prettier-ignore

  describe('of a person who is student and teacher', () => {
    const both = aDistrict(aStudent({ ...numbers }), aTeacher({ ...numbers, personID: STUDENT }));

    it('1.1 has a record for each, with the numbers of each', async () => {
      const outcome = await outcomeFor(both);
      expect(
        outcome.rows('users').map(({ sourcedId, identifier, userIds }) => [sourcedId, identifier, userIds]),
      ).toEqual([
        ['s11', '1001', '{stateID:77}'],
        ['t11', 'E5', '{staffStateID:88}'],
      ]);
    });

    it('1.2 has one with the student’s number and both ids', async () => {
      expect(await rowOf(both, { version: '1.2' }, 'users', personGuid(STUDENT))).toMatchObject({
        identifier: '1001',
        userIds: '{stateID:77},{staffStateID:88}',
        userMasterIdentifier: '77',
      });
    });

    it('1.2 falls back on no number of staff', async () => {
      const without = put('Person', { personID: STUDENT, studentNumber: null, stateID: null });
      expect(await rowOf([both, without], { version: '1.2' }, 'users', personGuid(STUDENT))).toMatchObject({
        identifier: '',
        userIds: '{staffStateID:88}',
        userMasterIdentifier: '',
      });
    });
  });

  it('agents go both ways, in byte order, exported ones only', async () => {
    const given = aDistrict(
      aStudent(),
      aStudent({ personID: 9 }),
      [3, 20, 100].map((personID) => aGuardian({ personID })),
      aGuardian({ personID: 5, account: null }),
      aRelative({ personID: 4 }),
      aPair(9, 3),
    );
    const outcome = await outcomeFor(given);
    const agents = (id: string) => outcome.row('users', id)?.['agentSourcedIds'];
    expect([agents('s11'), agents('s9'), agents('g3'), agents('r4')]).toEqual([
      'g100,g20,g3,r4',
      'g3',
      's11,s9',
      's11',
    ]);
  });

  it('1.1 agents of kinds that are not asked for are left out', async () => {
    const given = aDistrict(aStudent(), aGuardian(), aRelative());
    const outcome = await outcomeFor(given, { include: { guardians: false } });
    expect(outcome.row('users', 's11')?.['agentSourcedIds']).toBe(`r${RELATIVE}`);
  });

  describe('orgs', () => {
    const [first, second] = [schoolGuid(7), schoolGuid(3)];
    // The school with the lower id has the higher GUID.
    const swapped = [
      aSchool(3, { school: { schoolGUID: first } }),
      aSchool(7, { school: { schoolGUID: second } }),
    ];
    const staff = [
      anAide({ assignment: { schoolID: 7 } }),
      anAssignment(31, { assignmentID: 1, program: 1, schoolID: 3 }),
    ];

    it('1.1 lists them in byte order', async () => {
      expect((await rowOf(aDistrict(swapped, staff), {}, 'users', 'a31'))['orgSourcedIds']).toBe(
        `${second},${first}`,
      );
    });

    it('1.2: the one with the lowest schoolID is primary', async () => {
      const row = await rowOf(aDistrict(swapped, staff), { version: '1.2' }, 'users', personGuid(31));
      expect(row['primaryOrgSourcedId']).toBe(first);
    });
  });
});

describe('names', () => {
  const everyday = { firstName: 'Bea', middleName: 'M', lastName: 'Ray' };
  const legal = { legalFirstName: 'Beatrice', legalMiddleName: 'Maria', legalLastName: 'Raymond' };
  const COLUMNS = [
    'givenName',
    'middleName',
    'familyName',
    'preferredGivenName',
    'preferredMiddleName',
    'preferredFamilyName',
  ];

  const names = async (identity: Readonly<Record<string, Cell>>, asked: Asked): Promise<string> => {
    const id = asked.version === '1.2' ? personGuid(STUDENT) : 's11';
    const row = await rowOf(aDistrict(aStudent({ identity })), asked, 'users', id);
    return COLUMNS.map((column) => row[column] ?? '-').join('/');
  };

  it.each<[string, Readonly<Record<string, Cell>>, Asked, string]>([
    ['1.1 has the everyday ones', { ...everyday, ...legal }, {}, 'Bea/M/Ray/-/-/-'],
    ['1.2 too', { ...everyday, ...legal }, { version: '1.2' }, 'Bea/M/Ray///'],
    ['legal ones where they are sent', { ...everyday, ...legal }, { version: '1.2', legalNames: 'send' }, 'Beatrice/Maria/Raymond/Bea/M/Ray'],
    ['an empty legal first name falls back', { ...everyday, ...legal, legalFirstName: ' ' }, { version: '1.2', legalNames: 'send' }, 'Bea/Maria/Raymond/Bea/M/Ray'],
    ['an empty legal last name falls back', { ...everyday, ...legal, legalLastName: null }, { version: '1.2', legalNames: 'send' }, 'Beatrice/Maria/Ray/Bea/M/Ray'],
    ['an empty legal middle name stays empty', { ...everyday, ...legal, legalMiddleName: null }, { version: '1.2', legalNames: 'send' }, 'Beatrice//Raymond/Bea/M/Ray'],
    ['a legal middle name alone changes nothing', { ...everyday, legalMiddleName: 'Maria' }, { version: '1.2', legalNames: 'send' }, 'Bea/M/Ray///'],
    ['without legal ones', everyday, { version: '1.2', legalNames: 'send' }, 'Bea/M/Ray///'],
  ])('%s', async (_, identity, asked, expected) => {
    expect(await names(identity, asked)).toBe(expected);
  }); // prettier-ignore
});

describe('grades', () => {
  const level = (stateGrade: string | null, name = '10'): GivenRows =>
    put('GradeLevel', { ...at(SCHOOL), name, stateGrade });
  const grade = async (changes: GivenRows, asked: Asked = {}): Promise<string> =>
    await cells(
      aDistrict(changes, aStudent()),
      asked,
      'users',
      asked.version === '1.2' ? personGuid(STUDENT) : 's11',
      'grades',
    );

  it.each([
    ['IT', ['IT', 'IN', 'TD']],
    ['PR', ['PR']],
    ['PK', ['PK', 'P3', 'P4', 'K3', 'K4', '3K', '4K']],
    ['TK', ['TK']],
    ['KG', ['KG', 'K', 'KN', 'KA', 'KP', 'KF', 'KH', '0K', '00', 'kg']],
    ['01', ['01', '1']],
    ['09', ['09', '9']],
    ['12', ['12']],
    ['13', ['13']],
    ['UG', ['UG', 'UE', 'US', 'UN']],
    ['Other', ['ABE', 'AE', 'XG']],
    ['', ['PS', 'T12', '14', '0', '100']],
  ])('%s from %p', async (expected, codes) => {
    for (const code of codes)
      expect([code, await grade(level(code), { version: '1.1' })]).toEqual([code, expected]);
  });

  it.each([
    ['an unmapped code', level('T12'), 'the State Grade Level Code T12'],
    ['an empty code', level(' '), 'no State Grade Level Code'],
    ['no such grade level', drop('GradeLevel'), 'no State Grade Level Code'],
  ])('%s gives blank and a notice', async (_, changes, says) => {
    const outcome = await outcomeFor(aDistrict(changes, aStudent(), aStudent({ personID: 12 })));
    const notices = outcome.notices.filter(({ code }) => code === 'GRADE_UNMAPPED');
    expect(notices.map(({ count }) => count)).toEqual([2]);
    expect(notices[0]?.message).toContain(says);
  });

  it('the grade level of the enrollment’s own calendar and structure counts', async () => {
    const elsewhere = [aSchool(OTHER, { grade: { stateGrade: '07' } }), level('11')];
    expect(await grade(elsewhere, { version: '1.1' })).toBe('11');
  });

  it('a district’s own map comes instead', async () => {
    const grades = new Map([['K4', 'TK']]);
    expect(await grade(level('k4'), { version: '1.1', grades })).toBe('TK');
  });

  it('local grades where 1.2 asks for them', async () => {
    expect(await grade(level('11'), { version: '1.2', useLocalGrades: true })).toBe('10');
  });

  it('a comma in a local grade becomes a space: the cell is a list', async () => {
    const given = aDistrict(aStudent({ enrollment: { grade: 'A,1' } }));
    const row = await rowOf(given, { version: '1.2', useLocalGrades: true }, 'users', personGuid(STUDENT));
    expect(row['grades']).toBe('A 1');
  });
});

describe('roles', () => {
  const dates = async (given: GivenRows, asked: Asked = {}) => {
    const outcome = await outcomeFor(given, { version: '1.2', ...asked });
    return outcome
      .rows('roles')
      .map(({ role, beginDate, endDate }) => `${role ?? ''} ${beginDate ?? ''}..${endDate ?? ''}`);
  };
  const enrollments = (...rows: readonly Fields[]): GivenRows => [
    aStudent({ enrollment: rows[0] ?? {} }),
    ...rows.slice(1).map((row, number) => anEnrollment(STUDENT, { enrollmentID: number + 1, ...row })),
  ];

  it.each<[string, GivenRows, Asked, readonly string[]]>([
    ['of the enrollment', enrollments({ startDate: '2026-08-17', endDate: '2027-05-28' }), {}, ['student 2026-08-17..2027-05-28']],
    ['a day later where ends are exclusive', enrollments({ endDate: '2027-05-28' }), { exclusiveEndDates: true }, ['student 2026-08-17..2027-05-29']],
    ['earliest start and latest end', enrollments({ startDate: '2026-09-01', endDate: '2027-01-15' }, { startDate: '2026-08-01', endDate: '2026-12-01' }), {}, ['student 2026-08-01..2027-01-15']],
    ['an open end is empty', enrollments({ endDate: '2027-01-15' }, { endDate: null }), {}, ['student 2026-08-17..']],
    ['an open start is empty', enrollments({ startDate: null }, { startDate: '2026-08-01' }), {}, ['student ..']],
    ['rows that do not count are not asked', enrollments({ startDate: '2026-09-01' }, { startDate: '2026-08-01', endDate: YESTERDAY }), {}, ['student 2026-09-01..']],
    ['of the assignment', anAide({ assignment: { startDate: '2019-08-01', endDate: '2027-06-30' } }), {}, ['aide 2019-08-01..2027-06-30']],
    ['of the assignment of teachers', aTeacher({ staff: { startDate: '2026-09-01' } }), {}, ['teacher 2019-08-01..']],
    ['blank where a section alone gave the school', [aSchool(OTHER), aTeacher({ assignment: { schoolID: OTHER } })], { schools: ['S1'] }, ['teacher ..']],
    ['blank of guardians', [aStudent(), aGuardian({ pair: { startDate: '2020-01-01', endDate: '2030-01-01' } })], {}, ['student 2026-08-17..', 'guardian ..']],
  ])('dates: %s', async (_, given, asked, expected) => {
    expect(await dates(aDistrict(given), asked)).toEqual(expected);
  }); // prettier-ignore

  it('one primary role per user and org, in the order student, teacher, aide, guardian, relative', async () => {
    const everything = aDistrict(
      aSchool(OTHER),
      aStudent({ personID: 12 }),
      aStudent({ personID: 13, enrollment: at(OTHER) }),
      aStudent(),
      anAssignment(STUDENT, { teacher: 1, program: 1 }),
      put('SectionStaffHistory', { historyID: 1, personID: STUDENT, sectionID: sectionOf(SCHOOL), trialID: trialOf(SCHOOL), staffType: 'T' }),
      aPair(12, STUDENT),
      aPair(13, STUDENT, { guardian: 0 }),
    ); // prettier-ignore
    const outcome = await outcomeFor(everything, { version: '1.2', ids: 'legacy' });
    const rows = outcome.rows('roles').filter((row) => row['userSourcedId'] === '11');
    expect(
      rows.map(({ role, roleType, orgSourcedId }) => [role, roleType, orgSourcedId === schoolGuid(OTHER)]),
    ).toEqual([
      ['student', 'primary', false],
      ['teacher', 'secondary', false],
      ['aide', 'secondary', false],
      ['guardian', 'secondary', false],
      ['relative', 'primary', true],
    ]);
    expect(rows.map((row) => row['userProfileSourcedId'])).toEqual(['', '', '', '', '']);
  });
});

describe('demographics', () => {
  const id = (version: Version): string => (version === '1.1' ? 's11' : personGuid(STUDENT));
  const RACES = [
    'americanIndianOrAlaskaNative',
    'asian',
    'blackOrAfricanAmerican',
    'nativeHawaiianOrOtherPacificIslander',
    'white',
    'demographicRaceTwoOrMoreRaces',
  ];

  it.each<[Version, string, string, Fields]>([
    ['1.1', 'birthDate', '2010-02-28', { birthdate: '2010-02-28 00:00:00' }],
    ['1.2', 'birthDate', '', { birthdate: null }],
    ['1.1', 'sex', 'male', { gender: 'M' }],
    ['1.2', 'sex', 'male', { gender: 'm' }],
    ['1.1', 'sex', 'female', { gender: 'F' }],
    ['1.2', 'sex', 'female', { gender: 'F' }],
    ['1.1', 'sex', '', { gender: 'X' }],
    ['1.2', 'sex', 'other', { gender: 'X' }],
    ['1.1', 'sex', '', { gender: null }],
    ['1.2', 'sex', '', { gender: ' ' }],
    ['1.1', 'hispanicOrLatinoEthnicity', 'true', { hispanicEthnicity: 'Y' }],
    ['1.2', 'hispanicOrLatinoEthnicity', 'true', { hispanicEthnicity: 'y' }],
    ['1.1', 'hispanicOrLatinoEthnicity', 'false', { hispanicEthnicity: 'N' }],
    ['1.2', 'hispanicOrLatinoEthnicity', 'true', { hispanicEthnicity: 'N', raceEthnicityFed: '1' }],
    ['1.1', 'hispanicOrLatinoEthnicity', 'true', { raceEthnicityFed: '1' }],
    ['1.1', 'hispanicOrLatinoEthnicity', '', { raceEthnicityFed: '6' }],
    ['1.1', 'hispanicOrLatinoEthnicity', '', {}],
    ['1.1', 'countryOfBirthCode', '', {}],
    ['1.1', 'stateOfBirthAbbreviation', '', {}],
    ['1.2', 'cityOfBirth', '', {}],
    ['1.2', 'publicSchoolResidenceStatus', '', {}],
  ])('%s %s: %s', async (version, column, expected, identity) => {
    const row = await rowOf(aDistrict(aStudent({ identity })), { version }, 'demographics', id(version));
    expect(row[column]).toBe(expected);
  });

  it.each<[string, string | undefined]>([
    ['1', undefined],
    ['2', RACES[0]],
    ['3', RACES[1]],
    ['4', RACES[2]],
    ['5', RACES[3]],
    ['6', RACES[4]],
    ['7', RACES[5]],
    ['8', undefined],
    ['', undefined],
  ])('race %s: %s alone is true, the others are empty', async (code, race) => {
    for (const version of VERSIONS) {
      const given = aDistrict(aStudent({ identity: { raceEthnicityFed: code } }));
      const row = await rowOf(given, { version }, 'demographics', id(version));
      expect(RACES.filter((column) => row[column] !== '')).toEqual(race === undefined ? [] : [race]);
      if (race !== undefined) expect(row[race]).toBe('true');
    }
  });

  it('only students have them, and only where they are asked for', async () => {
    const given = aDistrict(aStudent(), aTeacher(), aGuardian());
    expect((await outcomeFor(given)).rows('demographics')).toHaveLength(1);
    expect((await outcomeFor(given, { include: { demographics: false } })).rows('demographics')).toEqual([]);
  });
});

describe('bulk', () => {
  it.each(VERSIONS)('status and dateLastModified are empty in every row of %s', async (version) => {
    const outcome = await outcomeFor(aDistrict(aStudent(), aTeacher(), anAide(), aGuardian(), aRoster()), {
      version,
    });
    const tables = [
      'orgs',
      'academicSessions',
      'courses',
      'classes',
      'users',
      'roles',
      'enrollments',
      'demographics',
    ];
    const rows = tables.flatMap((table) => outcome.rows(table));
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => row['status'] !== '' || row['dateLastModified'] !== '')).toEqual([]);
  });
});

it('rows stand in one order, whatever the order in the SIS', async () => {
  const people = [30, 4, 200].map((personID) => [aStudent({ personID }), aRoster(personID)]);
  const reversed = [...people].reverse();
  for (const version of VERSIONS) {
    const [one, other] = [
      await outcomeFor(aDistrict(people), { version }),
      await outcomeFor(aDistrict(reversed), { version }),
    ];
    for (const table of ['users', 'roles', 'enrollments', 'demographics'])
      expect(other.rows(table)).toEqual(one.rows(table));
    expect(one.rows('enrollments').map((row) => row['sourcedId'])).toEqual(['s50004', 's50030', 's50200']);
  }
});
