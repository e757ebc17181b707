/** The readings of the prerequisites, D1 to D12, each by its own examples. */
import { describe, expect, it } from '@jest/globals';
import { ExportError } from '../../src/model/errors.js';
import { VERSIONS } from '../support/connections.js';
import {
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
  aPerson,
  aRelative,
  aRoster,
  aSchool,
  aSection,
  aStaffRow,
  aStudent,
  aTeacher,
  anAide,
  anAssignment,
  anEnrollment,
  calendarOf,
  courseOf,
  districtGuid,
  drop,
  enrollmentOf,
  historyOf,
  periodOf,
  personGuid,
  put,
  rosterOf,
  schoolGuid,
  sectionOf,
  structureOf,
  termOf,
  trialOf,
  type Fields,
  type GivenRows,
} from '../support/given.js';
import { openDistrict, outcomeFor, type Asked, type Outcome } from '../support/outcome.js';
import { danglingReferences, repeatedIds } from '../support/references.js';

const OTHER = 2;
const at = (school: number): Fields => ({ calendarID: calendarOf(school), structureID: structureOf(school) });
const userIds = (outcome: Outcome): readonly string[] =>
  outcome.rows('users').map((row) => row['sourcedId'] ?? '');
const orgsOf = (outcome: Outcome, user: string): readonly string[] =>
  (outcome.row('users', user)?.['orgSourcedIds'] ?? '').split(',').filter((id) => id !== '');
const enrollmentIds = (outcome: Outcome): readonly string[] =>
  outcome.rows('enrollments').map((row) => row['sourcedId'] ?? '');

async function refusal(given: GivenRows): Promise<ExportError> {
  const outcome: unknown = await outcomeFor(given).catch((error: unknown) => error);
  if (outcome instanceof ExportError) return outcome;
  throw new Error('the district was not refused', { cause: outcome });
}

describe('D1: the year window', () => {
  const student = (enrollment: Fields): GivenRows => aStudent({ enrollment });
  const blankYear = put('SchoolYear', { endYear: 2027, startDate: null, endDate: null });

  it.each([
    ['no year is active', put('SchoolYear', { endYear: 2027, active: 0 }), 'no school year is'],
    [
      'no year says whether it is active',
      put('SchoolYear', { endYear: 2027, active: null }),
      'no school year is',
    ],
    ['two years are active', put('SchoolYear', { endYear: 2026, active: 1 }), '2 school years are'],
    ['there is no year at all', drop('SchoolYear'), 'no school year is'],
  ])('stops with exit code 4 when %s', async (_, change, says) => {
    const { code, exitCode, problems } = await refusal(aDistrict(change));
    expect({ code, exitCode }).toEqual({ code: 'source', exitCode: 4 });
    expect(problems.map(({ message }) => message)).toEqual([`YEAR_AMBIGUOUS: ${says} marked active`]);
  });

  it.each([
    ['2027-12-31', []],
    ['2028-01-01', ['NO_ENROLLMENT_IN_YEAR']],
  ])('a blank year end is December 31 of the end year: start %s', async (startDate, codes) => {
    const outcome = await outcomeFor(aDistrict(blankYear, student({ startDate })));
    expect(outcome.codes('student', STUDENT)).toEqual(codes);
  });

  it.each([
    ['2026-01-01', []],
    ['2025-12-31', ['NO_ENROLLMENT_IN_YEAR']],
  ])('a blank year start is January 1 of the start year: end %s', async (endDate, codes) => {
    const outcome = await outcomeFor(aDistrict(blankYear, student({ startDate: null, endDate })), {
      asOf: '2025-12-01',
    });
    expect(outcome.codes('student', STUDENT)).toEqual(codes);
  });

  it('summer-school calendars of the year count like any other', async () => {
    const summer = { startDate: '2027-06-07', endDate: '2027-06-25' };
    const outcome = await outcomeFor(
      aDistrict(aCalendar(3, summer), student({ ...at(3), startDate: '2027-06-07' })),
    );
    expect(userIds(outcome)).toEqual(['s11']);
  });
});

describe('D2: schools in scope', () => {
  it('sends the districts of the schools in scope, and no others', async () => {
    const elsewhere = put('District', {
      districtID: 72,
      name: 'Dale',
      number: '0421',
      districtGUID: districtGuid(72),
    });
    const outcome = await outcomeFor(
      aDistrict(elsewhere, aSchool(OTHER, { school: { districtID: 72, externalLMSExclude: 1 } })),
    );
    expect(outcome.rows('orgs').map((row) => row['sourcedId'])).toEqual([
      districtGuid(DISTRICT),
      schoolGuid(SCHOOL),
    ]);
  });

  it('says when a listed number is no school’s', async () => {
    const { notices } = await outcomeFor(aDistrict(), { schools: ['S1', 'S9'] });
    expect(notices.filter(({ code }) => code === 'school-unknown').map(({ message }) => message)).toEqual([
      'No school has the number S9, which the connection lists.',
    ]);
  });

  it('sends a school without its district’s GUID without a parent', async () => {
    const outcome = await outcomeFor(
      aDistrict(put('District', { districtID: DISTRICT, districtGUID: null })),
    );
    expect(
      outcome.rows('orgs').map(({ sourcedId, parentSourcedId }) => [sourcedId, parentSourcedId]),
    ).toEqual([[schoolGuid(SCHOOL), '']]);
  });
});

describe('D3: students', () => {
  const orgs = async (...enrollments: readonly Fields[]): Promise<readonly string[]> => {
    const rows = enrollments.map((fields, number) =>
      anEnrollment(STUDENT, { enrollmentID: 100 + number, ...fields }),
    );
    return orgsOf(await outcomeFor(aDistrict(aSchool(OTHER), aPerson({}), rows)), 's11');
  };

  it('an enrollment that ends exactly with its calendar stays', async () => {
    const over = aCalendar(3, { startDate: '2026-07-06', endDate: '2026-07-31' });
    const outcome = await outcomeFor(
      aDistrict(over, aStudent({ enrollment: { ...at(3), endDate: '2026-07-31' } })),
    );
    expect(userIds(outcome)).toEqual(['s11']);
  });

  it('an empty calendar end equals nothing', async () => {
    const open = aCalendar(3, { endDate: null });
    const outcome = await outcomeFor(
      aDistrict(open, aStudent({ enrollment: { ...at(3), endDate: YESTERDAY } })),
    );
    expect(outcome.codes('student', STUDENT)).toEqual(['ENROLLMENT_ENDED']);
  });

  it('the end of another calendar does not count', async () => {
    const over = aCalendar(3, { endDate: '2026-09-30' });
    const outcome = await outcomeFor(aDistrict(over, aStudent({ enrollment: { endDate: '2026-09-30' } })));
    expect(outcome.codes('student', STUDENT)).toEqual(['ENROLLMENT_ENDED']);
  });

  it('one qualifying enrollment is enough, and the ended one gives no school', async () => {
    expect(await orgs({ endDate: YESTERDAY }, at(OTHER))).toEqual([schoolGuid(OTHER)]);
  });

  it('every current enrollment gives its school', async () => {
    expect(await orgs({}, { ...at(OTHER), serviceType: 'S' })).toEqual([
      schoolGuid(SCHOOL),
      schoolGuid(OTHER),
    ]);
  });

  it.each(['P', 'S', 'N', 'p', 'n'])('service type %s counts', async (serviceType) => {
    expect(await orgs({ serviceType })).toEqual([schoolGuid(SCHOOL)]);
  });

  it('a student is active before school starts', async () => {
    const outcome = await outcomeFor(aDistrict(aStudent()), { asOf: '2026-07-15' });
    expect(userIds(outcome)).toEqual(['s11']);
  });

  it('a student without end stays until the district makes another year the active one', async () => {
    const outcome = await outcomeFor(aDistrict(aStudent()), { asOf: '2028-01-01' });
    expect(userIds(outcome)).toEqual(['s11']);
  });

  const grades = aDistrict(
    aSchool(OTHER),
    put('GradeLevel', { ...at(SCHOOL), name: '11', stateGrade: '11' }),
    put('GradeLevel', { ...at(SCHOOL), name: '12', stateGrade: '12' }),
    aPerson({}),
  );

  it.each<[string, Fields, Fields, string]>([
    ['service type P first', { serviceType: 'S', grade: '11', startDate: '2026-08-01' }, { serviceType: 'P', grade: '12', startDate: '2026-09-01' }, '12'],
    ['service type p in lowercase', { serviceType: 'S', grade: '11' }, { serviceType: 'p', grade: '12' }, '12'],
    ['then the earliest start', { grade: '11', startDate: '2026-09-01' }, { grade: '12', startDate: '2026-08-31' }, '12'],
    ['an empty start is the earliest', { grade: '11', startDate: '2026-07-01' }, { grade: '12', startDate: null }, '12'],
    ['then the lowest enrollmentID', { grade: '11' }, { grade: '12' }, '11'],
    ['current ones only', { grade: '11', endDate: YESTERDAY }, { serviceType: 'S', grade: '12' }, '12'],
  ])('grade: %s', async (_, first, second, grade) => {
    const rows = [
      anEnrollment(STUDENT, { enrollmentID: 101, ...first }),
      anEnrollment(STUDENT, { enrollmentID: 102, ...second }),
    ];
    const outcome = await outcomeFor([grades, rows]);
    expect(outcome.row('users', 's11')?.['grades']).toBe(grade);
  }); // prettier-ignore

  it('the school of that enrollment is the primary one in 1.2', async () => {
    const rows = [
      anEnrollment(STUDENT, { enrollmentID: 101, serviceType: 'S' }),
      anEnrollment(STUDENT, { enrollmentID: 102, ...at(OTHER) }),
    ];
    const outcome = await outcomeFor([grades, rows], { version: '1.2' });
    expect(outcome.row('users', personGuid(STUDENT))?.['primaryOrgSourcedId']).toBe(schoolGuid(OTHER));
  });

  it('grade levels compare without regard to case', async () => {
    const kinder = put('GradeLevel', { ...at(SCHOOL), name: 'kg', stateGrade: 'kg' });
    const outcome = await outcomeFor(aDistrict(kinder, aStudent({ enrollment: { grade: 'KG' } })));
    expect(outcome.row('users', 's11')?.['grades']).toBe('KG');
  });
});

describe('D4: sections', () => {
  it('the mark of a schedule structure takes out no sections', async () => {
    const outcome = await outcomeFor(
      aDistrict(put('ScheduleStructure', { structureID: structureOf(SCHOOL), externalLMSExclude: 1 })),
    );
    expect(outcome.row('classes', String(sectionOf(SCHOOL)))).toBeDefined();
  });

  it('gives the reason of its course', async () => {
    const outcome = await outcomeFor(
      aDistrict(
        aCourse(courseOf(SCHOOL), { externalLMSExclude: 1 }),
        aSection(sectionOf(SCHOOL), { active: 0 }),
      ),
    );
    expect(outcome.codes('section', sectionOf(SCHOOL))).toEqual(['LMS_COURSE']);
  });
});

describe('D5: teachers', () => {
  it('a future start inside the window counts, of the assignment and of the section', async () => {
    const later = { startDate: '2027-01-05' };
    const outcome = await outcomeFor(aDistrict(aTeacher({ assignment: later, staff: later })));
    expect(userIds(outcome)).toEqual(['t21']);
    expect(enrollmentIds(outcome)).toEqual(['t40021']);
  });

  it('the assignment may stand at a school that is not listed; the section gives the school', async () => {
    const outcome = await outcomeFor(
      aDistrict(aSchool(OTHER), aTeacher({ assignment: { schoolID: OTHER } })),
      { schools: ['S1'] },
    );
    expect(orgsOf(outcome, 't21')).toEqual([schoolGuid(SCHOOL)]);
  });

  it('schools of assignments and sections together are the teacher’s schools', async () => {
    const outcome = await outcomeFor(
      aDistrict(aSchool(OTHER), aTeacher({ assignment: { schoolID: OTHER } })),
    );
    expect(orgsOf(outcome, 't21')).toEqual([schoolGuid(SCHOOL), schoolGuid(OTHER)]);
  });

  it('an assignment at the district office, without calendar, makes a teacher', async () => {
    const office = [aSchool(OTHER), drop('Calendar', { schoolID: OTHER })];
    const outcome = await outcomeFor(aDistrict(office, aTeacher({ assignment: { schoolID: OTHER } })));
    expect(orgsOf(outcome, 't21')).toEqual([schoolGuid(SCHOOL)]);
  });

  it('without sections, a teacher is sent to the schools of the assignments, if configured', async () => {
    const outcome = await outcomeFor(aDistrict(aTeacher({ staff: null })), {
      teachersWithoutSections: 'include',
    });
    expect(orgsOf(outcome, 't21')).toEqual([schoolGuid(SCHOOL)]);
  });

  it('no setting makes up for the assignment', async () => {
    const outcome = await outcomeFor(aDistrict(aTeacher({ assignment: null })), {
      teachersWithoutSections: 'include',
    });
    expect(outcome.codes('teacher', TEACHER)).toEqual(['NO_TEACHER_ASSIGNMENT']);
  });
});

describe('D6: other staff', () => {
  const both = aDistrict(aTeacher({ assignment: { counselor: 1 } }));

  it('a person with Teacher and another box is two records in 1.1', async () => {
    const outcome = await outcomeFor(both);
    expect(outcome.rows('users').map(({ sourcedId, role }) => [sourcedId, role])).toEqual([
      ['t21', 'teacher'],
      ['a21', 'administrator'],
    ]);
  });

  it('and one record with two roles in 1.2', async () => {
    const outcome = await outcomeFor(both, { version: '1.2' });
    expect(userIds(outcome)).toEqual([personGuid(TEACHER)]);
    expect(outcome.rows('roles').map(({ role, roleType }) => [role, roleType])).toEqual([
      ['teacher', 'primary'],
      ['aide', 'secondary'],
    ]);
  });

  it('only schools in scope are theirs', async () => {
    const elsewhere = anAssignment(31, { assignmentID: 1, program: 1, schoolID: OTHER });
    const outcome = await outcomeFor(aDistrict(aSchool(OTHER), anAide(), elsewhere), { schools: ['S1'] });
    expect(orgsOf(outcome, 'a31')).toEqual([schoolGuid(SCHOOL)]);
    expect(outcome.codes('assignment', 1)).toEqual(['SCHOOL_NOT_IN_SCOPE']);
  });
});

describe('D7: guardians and relatives', () => {
  const pairOfBoth = [
    aStudent(),
    aRelative({ pair: { guardian: 0 } }),
    aPair(STUDENT, RELATIVE, { guardian: 1 }),
  ];

  it('guardian wins where one pair has both kinds of row', async () => {
    expect(userIds(await outcomeFor(aDistrict(pairOfBoth)))).toEqual(['s11', 'g51']);
  });

  it('guardian wins also when guardians are not included', async () => {
    const outcome = await outcomeFor(aDistrict(pairOfBoth), { include: { guardians: false } });
    expect(userIds(outcome)).toEqual(['s11']);
    expect([...outcome.codes('guardian', RELATIVE), ...outcome.codes('relative', RELATIVE)]).toEqual([
      'TYPE_NOT_REQUESTED',
      'REL_GUARDIAN_WINS',
    ]);
  });

  const mixed = aDistrict(
    aStudent(),
    aStudent({ personID: 12 }),
    aGuardian(),
    aPair(12, GUARDIAN, { guardian: 0 }),
  );

  it('guardian of one student and relative of another: two records in 1.1', async () => {
    const outcome = await outcomeFor(mixed);
    expect(
      outcome.rows('users').map(({ sourcedId, agentSourcedIds }) => [sourcedId, agentSourcedIds]),
    ).toEqual([
      ['s11', 'g41'],
      ['s12', 'r41'],
      ['g41', 's11'],
      ['r41', 's12'],
    ]);
  });

  it('and two roles in 1.2', async () => {
    const outcome = await outcomeFor(mixed, { version: '1.2' });
    const roles = outcome.rows('roles').filter((row) => row['userSourcedId'] === personGuid(GUARDIAN));
    expect(roles.map(({ role, roleType }) => [role, roleType])).toEqual([
      ['guardian', 'primary'],
      ['relative', 'secondary'],
    ]);
  });

  it('their schools are the exported ones of the students', async () => {
    const outcome = await outcomeFor(
      aDistrict(
        aSchool(OTHER),
        aStudent(),
        aStudent({ personID: 12, enrollment: at(OTHER) }),
        aStudent({ personID: 13, enrollment: { ...at(OTHER), noShow: 1 } }),
        aGuardian(),
        aPair(12, GUARDIAN),
        aRelative({ of: 13 }),
      ),
      { schools: ['S1'] },
    );
    expect(orgsOf(outcome, 'g41')).toEqual([schoolGuid(SCHOOL)]);
    expect(userIds(outcome)).toEqual(['s11', 'g41']);
  });

  const sentAndNot = aDistrict(
    aSchool(OTHER),
    aStudent({ contact: { email: 'student@school.example' } }),
    aStudent({ personID: 12, enrollment: at(OTHER) }),
    aGuardian(),
    aPair(12, GUARDIAN),
  );

  it('not at the school of a student whom the profile drops', async () => {
    const outcome = await outcomeFor(sentAndNot, { profile: 'google-classroom' });
    expect(userIds(outcome)).toEqual(['s11', 'g41']);
    expect(orgsOf(outcome, 'g41')).toEqual([schoolGuid(SCHOOL)]);
  });

  it('nor with a role there in 1.2', async () => {
    const outcome = await outcomeFor(sentAndNot, { version: '1.2', profile: 'google-classroom' });
    const roles = outcome.rows('roles').filter((row) => row['userSourcedId'] === personGuid(GUARDIAN));
    expect(roles.map((row) => row['orgSourcedId'])).toEqual([schoolGuid(SCHOOL)]);
  });

  it('a person may be a student, and the guardian of another one', async () => {
    const outcome = await outcomeFor(aDistrict(aStudent(), aStudent({ personID: 12 }), aPair(12, STUDENT)));
    expect(userIds(outcome)).toEqual(['s11', 'g11', 's12']);
  });

  it('null flags are false', async () => {
    const outcome = await outcomeFor(aDistrict(aStudent(), aRelative({ pair: { guardian: null } })));
    expect(userIds(outcome)).toEqual(['s11', 'r51']);
  });
});

describe('D8: usernames', () => {
  const account = (userID: number, username: string, disable: number | null): GivenRows =>
    put('UserAccount', { userID, personID: STUDENT, username, disable });

  it.each<[string, readonly GivenRows[], string, string]>([
    ['not disabled first', [account(1, 'old', 1), account(2, 'new', 0)], 'new', 'true'],
    ['then the lowest userID', [account(2, 'second', 0), account(1, 'first', 0)], 'first', 'true'],
    ['a disabled account is enough', [account(1, 'old', 1)], 'old', 'false'],
    [
      'the lowest userID of disabled ones',
      [account(7, 'seven', 1), account(3, 'three', 1)],
      'three',
      'false',
    ],
    ['blank usernames do not count', [account(1, '  ', 0), account(2, 'two', 1)], 'two', 'false'],
    ['a null flag is false', [account(1, 'one', 1), account(2, 'two', null)], 'two', 'true'],
  ])('the account is chosen: %s', async (_, accounts, username, enabledUser) => {
    const outcome = await outcomeFor(aDistrict(aStudent({ account: null }), accounts));
    expect(outcome.row('users', 's11')).toMatchObject({ username, enabledUser });
  });

  it('records that depend on a dropped person are dropped too, and no others', async () => {
    const nameless = aDistrict(
      aStudent({ account: null }),
      aStudent({ personID: 12 }),
      aRoster(STUDENT),
      aRoster(12),
      aGuardian(),
      aGuardian({ personID: 42, of: 12 }),
      aTeacher(),
      aTeacher({ personID: 22, account: null, staff: { staffType: 'T' } }),
    );
    const district = await openDistrict(nameless);
    const old = district.judge({ version: '1.1' });
    expect(userIds(old)).toEqual(['s12', 't21', 'g42']);
    expect(enrollmentIds(old)).toEqual([`s${rosterOf(12)}`, `t${historyOf(TEACHER)}`]);
    expect(danglingReferences(old, '1.1')).toEqual([]);
    expect(old.codes('guardian', GUARDIAN)).toEqual(['REL_STUDENT_NOT_EXPORTED']);
    expect(userIds(district.judge({ version: '1.2' }))).toHaveLength(6);
    district.close();
  });
});

describe('D9: roster rows', () => {
  const crossSite = aDistrict(
    aSchool(OTHER),
    aCourse(courseOf(OTHER), { calendarID: calendarOf(OTHER) }),
    aSection(sectionOf(OTHER), { courseID: courseOf(OTHER), trialID: trialOf(OTHER) }, { trialID: trialOf(OTHER), termID: termOf(OTHER), periodID: periodOf(OTHER) }),
    aStudent(),
    aRoster(STUDENT, { sectionID: sectionOf(OTHER), trialID: trialOf(OTHER) }),
  ); // prettier-ignore

  it('a student may sit in a section of another school, whose school it is', async () => {
    const outcome = await outcomeFor(crossSite);
    expect(outcome.rows('enrollments').map((row) => row['schoolSourcedId'])).toEqual([schoolGuid(OTHER)]);
    expect(orgsOf(outcome, 's11')).toEqual([schoolGuid(SCHOOL)]);
  });

  it('but not where the other school is not in scope', async () => {
    const outcome = await outcomeFor(crossSite, { schools: ['S1'] });
    expect(outcome.codes('roster', rosterOf(STUDENT))).toEqual(['ROSTER_SECTION_NOT_EXPORTED']);
  });

  it('dates are as stored, also in the past, in the future and empty', async () => {
    const rows = [
      aRoster(STUDENT, { rosterID: 1, startDate: '2026-08-17', endDate: YESTERDAY }),
      aRoster(STUDENT, { rosterID: 2, startDate: '2027-01-05' }),
      aRoster(STUDENT, { rosterID: 3 }),
    ];
    const outcome = await outcomeFor(aDistrict(aStudent(), rows));
    expect(outcome.rows('enrollments').map(({ beginDate, endDate }) => [beginDate, endDate])).toEqual([
      ['2026-08-17', YESTERDAY],
      ['2027-01-05', ''],
      ['', ''],
    ]);
  });

  it('several rows of one student in one section stay several', async () => {
    const outcome = await outcomeFor(aDistrict(aStudent(), aRoster(), aRoster(STUDENT, { rosterID: 1 })));
    expect(enrollmentIds(outcome)).toEqual(['s1', `s${rosterOf(STUDENT)}`]);
  });
});

describe('D10: teacher enrollments', () => {
  const primaries = async (...rows: readonly Fields[]) => {
    const given = rows.map((row, number) => aStaffRow(TEACHER + number, { historyID: 1 + number, ...row }));
    const people = rows.map((_, number) => aTeacher({ personID: TEACHER + number, staff: null }));
    const outcome = await outcomeFor(aDistrict(people, given));
    return {
      primary: outcome
        .rows('enrollments')
        .map(({ sourcedId, primary }) => `${sourcedId ?? ''} ${primary ?? ''}`),
      notices: outcome.notices
        .filter(({ code }) => code === 'several-primary-teachers')
        .map(({ count }) => count),
    };
  };

  it('P is primary, T is not', async () => {
    expect(await primaries({ staffType: 'P' }, { staffType: 'T' })).toEqual({
      primary: ['t1 true', 't2 false'],
      notices: [],
    });
  });

  it('of several P rows the one with the latest start stays primary, with a notice', async () => {
    expect(
      await primaries({ startDate: '2026-09-02' }, { startDate: '2026-09-01' }, { startDate: null }),
    ).toEqual({
      primary: ['t1 true', 't2 false', 't3 false'],
      notices: [2],
    });
  });

  it('then the highest historyID', async () => {
    expect(await primaries({ historyID: 8 }, { historyID: 9 }, { historyID: 7 })).toEqual({
      primary: ['t8 false', 't9 true', 't7 false'],
      notices: [2],
    });
  });

  it('a teacher who will take over does not step before the current one', async () => {
    const periods = [
      { startDate: '2026-08-17', endDate: '2026-11-13' },
      { startDate: '2026-11-16', endDate: null },
    ];
    expect(await primaries(...periods)).toEqual({ primary: ['t1 true', 't2 true'], notices: [] });
    const [now, next] = periods;
    expect(await primaries({ ...now, endDate: null }, next ?? {})).toEqual({
      primary: ['t1 true', 't2 false'],
      notices: [1],
    });
  });

  it('a P row that is not sent makes no contest', async () => {
    expect(await primaries({ startDate: '2026-09-02', endDate: YESTERDAY }, { startDate: null })).toEqual({
      primary: ['t2 true'],
      notices: [],
    });
  });

  it('several rows of one teacher on one section are all sent', async () => {
    expect(await primaries({}, { personID: TEACHER, staffType: 'T' })).toMatchObject({
      primary: ['t1 true', 't2 false'],
    });
  });
});

describe('D11: records of one sourcedId', () => {
  const twin = (personID: number, of: number): Fields => ({
    personID,
    personGUID: personGuid(of).toLowerCase(),
  });
  const given = aDistrict(
    aStudent(),
    aRoster(),
    aGuardian(),
    aStudent({ personID: 12 }),
    aRoster(12),
    aGuardian({ personID: 42, of: 12, person: twin(42, STUDENT) }),
    aStudent({ personID: 13 }),
    aGuardian({ personID: 43, of: 13, person: twin(43, 13) }),
    aTeacher(),
  );
  const shared = ({ exclusions }: Outcome): readonly string[] =>
    exclusions.filter(({ code }) => code === 'GUID_SHARED').map(({ kind, id }) => `${kind} ${id}`);

  it('are all left out where ids are GUIDs, dependents fall with their own reasons, and all resolves', async () => {
    const outcome = await outcomeFor(given, { version: '1.2' });
    expect(shared(outcome)).toEqual(['student 11', 'student 13', 'guardian 42', 'guardian 43']);
    expect(outcome.codes('guardian', GUARDIAN)).toEqual(['REL_STUDENT_NOT_EXPORTED']);
    expect(outcome.codes('roster', rosterOf(STUDENT))).toEqual(['ROSTER_STUDENT_NOT_EXPORTED']);
    expect(userIds(outcome)).toEqual([personGuid(12), personGuid(TEACHER)]);
    expect(outcome.row('users', personGuid(12))?.['agentSourcedIds']).toBe('');
    expect(danglingReferences(outcome, '1.2')).toEqual([]);
    expect(repeatedIds(outcome, '1.2')).toEqual([]);
  });

  it('are in the bundle where a letter tells the roles apart (1.1 by GUID), and two of one role are out', async () => {
    const asked = { version: '1.1', ids: 'guid' } as const;
    expect(shared(await outcomeFor(given, asked))).toEqual([]);
    const two = await outcomeFor(
      aDistrict(given, aStudent({ personID: 14, person: twin(14, STUDENT) })),
      asked,
    );
    expect(shared(two)).toEqual(['student 11', 'student 14']);
    expect(repeatedIds(two, '1.1')).toEqual([]);
  });

  it('are in the bundle where ids are not made of GUIDs', async () => {
    for (const asked of [{ version: '1.1' }, { version: '1.2', ids: 'personID' }] as const) {
      const outcome = await outcomeFor(given, asked);
      expect(shared(outcome)).toEqual([]);
      expect(repeatedIds(outcome, asked.version)).toEqual([]);
    }
  });

  it('name the others in their facts, no more than twenty of them', async () => {
    const many = Array.from({ length: 30 }, (_, at) => 100 + at);
    const outcome = await outcomeFor(
      aDistrict(many.map((personID) => aStudent({ personID, person: twin(personID, 100) }))),
      { version: '1.2' },
    );
    expect(shared(outcome)).toHaveLength(30);
    const facts = outcome.exclusions.find(({ id }) => id === '105')?.facts;
    expect(facts?.['others']).toBe(29);
    expect(String(facts?.['sharedWith']).split(' ')).toEqual(
      many
        .filter((id) => id !== 105)
        .slice(0, 20)
        .map(String),
    );
  });

  it.each(VERSIONS)('schools of one GUID go with everything in them (%s)', async (version) => {
    const outcome = await outcomeFor(
      aDistrict(
        aSchool(OTHER),
        aSchool(3, { school: { schoolGUID: schoolGuid(OTHER).toLowerCase() } }),
        aStudent(),
        aStudent({ personID: 12, enrollment: at(OTHER) }),
        aStudent({ personID: 13, enrollment: at(3) }),
      ),
      { version },
    );
    expect(shared(outcome)).toEqual(['school 2', 'school 3', 'student 12', 'student 13']);
    expect(outcome.rows('orgs')).toHaveLength(2);
    expect(outcome.rows('demographics')).toHaveLength(1);
    expect(danglingReferences(outcome, version)).toEqual([]);
  });
});

describe('D11: every reference resolves, and nothing is lost without a reason', () => {
  /** Everything that can be wrong about a person, at once. */
  const broken = aDistrict(
    aSchool(OTHER, { school: { schoolGUID: null } }),
    aStudent({ personID: 12, identity: null }),
    aStudent({ personID: 13, identity: { lastName: ' ' } }),
    aStudent({ personID: 14, person: { personGUID: null } }),
    aStudent({ personID: 15, enrollment: at(OTHER) }),
    anEnrollment(16),
    aStudent(),
    [11, 12, 13, 14, 15, 16, 17].map((personID) => [aRoster(personID), aPair(personID, GUARDIAN)]),
    aPerson({ personID: GUARDIAN }),
    aTeacher({ identity: null }),
    aTeacher({ personID: 22, staff: { sectionID: 2_999 } }),
    aSection(sectionOf(7), { courseID: 1_999 }),
    aSection(sectionOf(8), {}, { termID: 499 }),
  );

  it.each(VERSIONS)('in %s', async (version) => {
    const district = await openDistrict(broken);
    for (const ids of ['legacy', 'guid', 'personID'] as const) {
      const outcome = district.judge({ version, ids });
      expect(danglingReferences(outcome, version)).toEqual([]);
      expect(repeatedIds(outcome, version)).toEqual([]);
      const rosters = [11, 12, 13, 14, 15, 16, 17].map((personID) => [
        outcome.row('enrollments', `s${rosterOf(personID)}`) !== undefined,
        outcome.codes('roster', rosterOf(personID)).length === 1,
      ]);
      expect(rosters.filter(([sent, excluded]) => sent === excluded)).toEqual([]);
    }
    district.close();
  });

  it.each<[string, number, string]>([
    ['student', 12, 'NO_IDENTITY'],
    ['student', 13, 'NO_NAME'],
    ['student', 14, 'NO_GUID'],
    ['student', 15, 'NO_GUID'],
    ['student', 16, 'PERSON_MISSING'],
    ['relationship', 17, 'REL_STUDENT_NOT_EXPORTED'],
  ])('%s %s is out for %s', async (kind, personID, code) => {
    const outcome = await outcomeFor(broken, { version: '1.2' });
    expect(outcome.codes(kind, kind === 'relationship' ? `${personID}-${GUARDIAN}` : personID)).toEqual([
      code,
    ]);
  });

  it('facts hold no names, addresses or numbers that reach a person', async () => {
    const secret = 'Canary';
    const person = {
      identity: { firstName: secret, lastName: '' },
      contact: { email: secret, cellPhone: secret },
    };
    const outcome = await outcomeFor(
      aDistrict(aStudent({ ...person, account: { username: secret } }), aRoster(), aGuardian()),
    );
    expect(outcome.exclusions.length).toBe(3);
    expect(JSON.stringify([outcome.exclusions, outcome.notices])).not.toContain(secret);
  });
});

describe('text keys compare without regard to case', () => {
  const anyCase: readonly [string, GivenRows, Asked][] = [
    [
      'school numbers',
      aDistrict(put('School', { schoolID: SCHOOL, number: 'hs-é' }), aStudent()),
      { schools: ['HS-É'] },
    ],
    [
      'state grades',
      aDistrict(put('GradeLevel', { ...at(SCHOOL), name: '10', stateGrade: 'kf' }), aStudent()),
      {},
    ],
    ['service types', aDistrict(aStudent({ enrollment: { serviceType: 'p' } })), {}],
  ];

  it.each(anyCase)('%s', async (name, given, asked) => {
    const outcome = await outcomeFor(given, asked);
    expect(outcome.row('users', 's11')?.['grades']).toBe(name === 'state grades' ? 'KG' : '10');
  });

  it('staff types', async () => {
    const outcome = await outcomeFor(aDistrict(aTeacher({ staff: { staffType: 'p' } })));
    expect(outcome.row('enrollments', 't40021')).toMatchObject({ primary: 'true' });
  });
});

describe('null flags', () => {
  it('are false, except that a null active of a course or section is true', async () => {
    const nulls = aDistrict(
      aSchool(SCHOOL, { school: { externalLMSExclude: null }, calendar: { externalLMSExclude: null }, structure: { externalLMSExclude: null }, grade: { externalLMSExclude: null } }),
      aCourse(courseOf(SCHOOL), { active: null, externalLMSExclude: null }),
      aSection(sectionOf(SCHOOL), { active: null, externalLMSExclude: null }),
      aStudent({ enrollment: { noShow: null, externalLMSExclude: null }, account: { disable: null } }),
      aRoster(),
    ); // prettier-ignore
    const outcome = await outcomeFor(nulls);
    expect(outcome.exclusions).toEqual([]);
    expect(outcome.row('users', 's11')).toMatchObject({ enabledUser: 'true' });
    expect(enrollmentIds(outcome)).toEqual([`s${rosterOf(STUDENT)}`]);
  });
});

it('the as-of day decides, not the clock', async () => {
  const district = await openDistrict(aDistrict(aStudent({ enrollment: { endDate: TODAY } })));
  expect(userIds(district.judge({ asOf: TODAY }))).toEqual(['s11']);
  expect(district.judge({ asOf: '2026-10-16' }).codes('student', STUDENT)).toEqual(['ENROLLMENT_ENDED']);
  expect(district.judge({ asOf: '2026-10-16' }).exclusions[0]?.facts).toEqual({
    enrollmentID: enrollmentOf(STUDENT),
    startDate: '2026-08-17',
    endDate: TODAY,
  });
  district.close();
});
