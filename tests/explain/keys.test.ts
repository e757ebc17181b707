/** Every usual key finds the record; one that does not exist finds similar numbers. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { similarKeys } from '../../src/explain/search/near-keys.js';
import type { SubjectKind } from '../../src/explain/search/subject.js';
import { writeCampusFile, type CampusFile, type SchemaChanges } from '../support/campus-file.js';
import { aConfig, aConnection } from '../support/connections.js';
import {
  aCourse,
  aDistrict,
  aGuardian,
  anAide,
  aPerson,
  aRoster,
  aSchool,
  aSection,
  aStudent,
  aTeacher,
  calendarOf,
  courseOf,
  GUARDIAN,
  historyOf,
  periodOf,
  personGuid,
  put,
  rosterOf,
  SCHOOL,
  schoolGuid,
  sectionOf,
  STUDENT,
  TEACHER,
  termOf,
  TODAY,
  trialOf,
} from '../support/given.js';
import { askerOf } from './asking.js';

const OTHER = 2;
const LAST_YEAR = 9;

const district = aDistrict(
  aStudent({
    person: { studentNumber: '004711', stateID: 'STATE-11' },
    contact: { email: 'Someone@school.example', secondaryEmail: 'else@school.example' },
    account: { username: 'Given.Family' },
  }),
  aRoster(),
  aTeacher({ person: { staffNumber: 'T1042', staffStateID: 'STAFF-21' } }),
  anAide({ person: { staffNumber: '4712' } }),
  aGuardian(),
  // A student number that is another person's personID, and one that looks like a sourcedId.
  aStudent({ personID: 12, person: { studentNumber: String(TEACHER) } }),
  aStudent({ personID: 13, person: { studentNumber: 's11' } }),
  aSchool(OTHER),
  aCourse(courseOf(OTHER), { calendarID: calendarOf(OTHER) }),
  aSection(
    sectionOf(OTHER),
    { courseID: courseOf(OTHER), trialID: trialOf(OTHER) },
    { trialID: trialOf(OTHER), termID: termOf(OTHER), periodID: periodOf(OTHER) },
  ),
  aSchool(LAST_YEAR, { calendar: { endYear: 2026 } }),
  aCourse(courseOf(LAST_YEAR), { calendarID: calendarOf(LAST_YEAR), number: '0310' }),
  aSection(sectionOf(LAST_YEAR), { courseID: courseOf(LAST_YEAR), trialID: trialOf(LAST_YEAR) }, null),
);

const connections = [aConnection({ version: '1.1' }), aConnection({ version: '1.2' })];

function installed(
  changes?: SchemaChanges,
): CampusFile & { ids(kind: SubjectKind, key: string): Promise<unknown> } {
  const file = writeCampusFile(district, changes);
  const asker = askerOf(aConfig('/nowhere', file.path, connections), file.path, TODAY);
  return {
    ...file,
    ids: async (kind, key) => {
      const answer = await asker.ask(kind, key);
      const [one, other] = [...answer.values()].map((records) => records.map(({ id }) => id));
      expect(one).toEqual(other);
      return one;
    },
  };
}

let install: ReturnType<typeof installed>;
/** Texts compared by their bytes, other column types, other names: as a copy of Campus elsewhere may have it. */
let strict: ReturnType<typeof installed>;

beforeAll(() => {
  install = installed();
  strict = installed({
    typed: {
      'Person.studentNumber': 'TEXT',
      'Person.personGUID': 'TEXT',
      'UserAccount.username': 'TEXT',
      'Contact.email': 'TEXT',
      'Section.number': 'TEXT',
    },
    renamed: { 'SectionStaffHistory.historyID': 'sectionStaffID' },
    letters: 'upper',
  });
});
afterAll(() => {
  install.remove();
  strict.remove();
});

const guid = personGuid(STUDENT);

const KEYS: readonly (readonly [what: string, kind: SubjectKind, key: string, ids: readonly unknown[]])[] = [
  ['personID', 'person', String(STUDENT), [STUDENT]],
  ['student number', 'person', '004711', [STUDENT]],
  ['staff number', 'person', '4712', [31]],
  ['staff number that looks like a sourcedId', 'person', 't1042', [TEACHER]],
  ['username, in any letters', 'person', 'given.FAMILY', [STUDENT]],
  ['blanks around it', 'person', '  004711 ', [STUDENT]],
  ['legacy sourcedId of 1.1', 'person', `g${GUARDIAN}`, [GUARDIAN]],
  ['personID sourcedId of 1.1', 'person', `t-${TEACHER}`, [TEACHER]],
  ['GUID sourcedId of 1.1', 'person', `s-${guid}`, [STUDENT]],
  ['GUID sourcedId of 1.2', 'person', guid, [STUDENT]],
  ['GUID in lowercase', 'person', guid.toLowerCase(), [STUDENT]],
  ['GUID in braces', 'person', `{${guid}}`, [STUDENT]],
  ['sourcedId of a role', 'person', `${guid}.student.${schoolGuid(SCHOOL)}`, [STUDENT]],
  ['state id of a student', 'person', 'state-11', [STUDENT]],
  ['state id of staff', 'person', 'STAFF-21', [TEACHER]],
  ['email', 'person', 'someone@SCHOOL.example', [STUDENT]],
  ['secondary email', 'person', 'else@school.example', [STUDENT]],
  ['a number of two people: both', 'person', String(TEACHER), [TEACHER, 12]],
  ['a sourcedId that is a student number: both', 'person', 's11', [STUDENT, 13]],
  ['sectionID', 'section', String(sectionOf(SCHOOL)), [sectionOf(SCHOOL)]],
  ['class code of two schools: both', 'section', '0310-2', [sectionOf(SCHOOL), sectionOf(OTHER)]],
  ['class code with zeros', 'section', '0310-02', [sectionOf(SCHOOL), sectionOf(OTHER)]],
  ['section of another year', 'section', String(sectionOf(LAST_YEAR)), [sectionOf(LAST_YEAR)]],
  ['courseID', 'course', String(courseOf(SCHOOL)), [courseOf(SCHOOL)]],
  ['course number', 'course', '0310', [courseOf(SCHOOL), courseOf(OTHER)]],
  ['rosterID', 'enrollment', String(rosterOf(STUDENT)), [rosterOf(STUDENT)]],
  ['sourcedId of a student enrollment', 'enrollment', `s${rosterOf(STUDENT)}`, [rosterOf(STUDENT)]],
  ['sourcedId of a teacher enrollment', 'enrollment', `T${historyOf(TEACHER)}`, [historyOf(TEACHER)]],
  ['a rosterID with the wrong letter', 'enrollment', `t${rosterOf(STUDENT)}`, []],
  ['schoolID', 'school', String(SCHOOL), [SCHOOL]],
  ['school number', 'school', 's1', [SCHOOL]],
  ['school GUID', 'school', schoolGuid(SCHOOL), [SCHOOL]],
  ['id of a school year', 'school', `${schoolGuid(SCHOOL)}-2027`, [SCHOOL]],
  ['text that is nothing', 'person', '%', []],
  ['nothing', 'person', ' ', []],
  ['a number too large for an id', 'person', '99999999999999', []],
];

describe('a record is found by', () => {
  it.each(KEYS)('%s', async (_what, kind, key, ids) => {
    expect(await install.ids(kind, key)).toEqual(ids);
    // The name of the column is another one there, under which it cannot be asked for by its id.
    const isAlias = kind === 'enrollment' && /^t/i.test(key);
    if (!isAlias) expect(await strict.ids(kind, key)).toEqual(ids);
  });

  it('the class code at one school', async () => {
    const asker = askerOf(aConfig('/nowhere', install.path, connections), install.path, TODAY);
    const {
      connections: [answer],
    } = await asker.explain('section', '0310-2', { school: `S${OTHER}` });
    expect(answer?.records.map(({ id }) => id)).toEqual([sectionOf(OTHER)]);
  });

  it('a sourcedId where the id column has another name', async () => {
    expect(await strict.ids('enrollment', `t${historyOf(TEACHER)}`)).toEqual([historyOf(TEACHER)]);
  });
});

describe('what is said of a record', () => {
  const asked = async (kind: SubjectKind, key: string) => {
    const asker = askerOf(aConfig('/nowhere', install.path, connections), install.path, TODAY);
    return await asker.explain(kind, key);
  };

  it('of another year: that it is one', async () => {
    const {
      connections: [answer],
    } = await asked('section', String(sectionOf(LAST_YEAR)));
    expect(answer?.records[0]).toMatchObject({ isOfOtherYear: true, exclusions: [] });
    const {
      connections: [own],
    } = await asked('section', String(sectionOf(SCHOOL)));
    expect(own?.records[0]).toMatchObject({ isOfOtherYear: false, record: { isExported: true } });
  });

  it('that does not exist: numbers one typo away, and no names', async () => {
    expect(await asked('person', '04711')).toMatchObject({ near: ['studentNumber 004711'] });
    expect(await asked('person', '4721')).toMatchObject({ near: ['staffNumber 4712'] });
    expect((await asked('person', 'given.famil')).near).toEqual([]);
    expect(await asked('course', '0301')).toMatchObject({ near: ['number 0310'] });
    expect(await asked('section', '0310-7')).toMatchObject({ near: ['0310-2'] });
    expect(await asked('section', '0301-2')).toMatchObject({ near: ['course number 0310'] });
  });

  it('near one in a column of fixed length: without its padding', async () => {
    const padded = put('Section', { sectionID: sectionOf(SCHOOL), number: '2   ' });
    const file = writeCampusFile([district, padded], { typed: { 'Section.number': 'TEXT' } });
    const asker = askerOf(aConfig('/nowhere', file.path, connections), file.path, TODAY);
    expect((await asker.explain('section', '0310-7')).near).toEqual(['0310-2']);
    file.remove();
  });

  it('that too many share: some of them, and how many more', async () => {
    const file = writeCampusFile([
      aDistrict(),
      Array.from({ length: 25 }, (_, at) => aPerson({ personID: 100 + at, account: null })),
      Array.from({ length: 25 }, (_, at) => put('Person', { personID: 100 + at, studentNumber: '555' })),
    ]);
    const asker = askerOf(aConfig('/nowhere', file.path, connections), file.path, TODAY);
    const answer = await asker.explain('person', '555');
    file.remove();
    expect(answer.more).toBe(5);
    expect(answer.connections[0]?.records).toHaveLength(20);
  });
});

describe('similarKeys', () => {
  it.each([
    ['a digit wrong', '1234', '1239'],
    ['a digit missing', '1234', '12534'],
    ['a digit too many', '1234', '124'],
    ['two changed over', '1234', '1324'],
    ['zeros before it', '1234', '0001234'],
    ['no zeros before it', '0012', '12'],
  ])('%s', (_what, key, near) => {
    expect(similarKeys(key)).toContain(near);
    expect(similarKeys(key)).not.toContain(key);
  });
});
