/** What `explain` says about records beside in and out. */
import { describe, expect, it } from '@jest/globals';
import { writeCampusFile } from '../support/campus-file.js';
import { aConfig, aConnection, VERSIONS } from '../support/connections.js';
import {
  aDistrict,
  aGuardian,
  aRoster,
  aStaffRow,
  aStudent,
  aTeacher,
  GUARDIAN,
  historyOf,
  personGuid,
  rosterOf,
  STUDENT,
  TEACHER,
  TODAY,
  TOMORROW,
  type GivenRows,
} from '../support/given.js';
import type { SubjectKind } from '../../src/explain/search/subject.js';
import { askerOf, type Asker } from './asking.js';

async function asking<Answer>(given: GivenRows, ask: (asker: Asker) => Promise<Answer>): Promise<Answer> {
  const file = writeCampusFile(aDistrict(given));
  try {
    const connections = VERSIONS.map((version) => aConnection({ version }));
    return await ask(askerOf(aConfig('/nowhere', file.path, connections), file.path, TODAY));
  } finally {
    file.remove();
  }
}

describe('primary teachers whose periods overlap', () => {
  const NEXT = 22;
  const given = [
    aTeacher(),
    aTeacher({ personID: NEXT, staff: { startDate: TOMORROW } }),
    aTeacher({ personID: 23, staff: { staffType: 'T' } }),
    aTeacher({ personID: 24, staff: null }),
    aStaffRow(24, { endDate: '2026-09-01' }),
  ];

  it.each([
    [historyOf(TEACHER), { primary: true }],
    [historyOf(NEXT), { primary: false, overlapsHistoryID: historyOf(TEACHER) }],
    [historyOf(23), { primary: false }],
    [historyOf(24), {}],
  ])('the row t%i says how it is sent, and behind which one', async (id, says) => {
    const [record] = (await asking(given, (asker) => asker.ask('enrollment', `t${id}`))).get('library') ?? [];
    const { primary, overlapsHistoryID } = record?.record?.values ?? {};
    expect({ primary, overlapsHistoryID }).toEqual({
      primary: undefined,
      overlapsHistoryID: undefined,
      ...says,
    });
  });

  it('stands with the person, too', async () => {
    const [record] = (await asking(given, (asker) => asker.ask('person', String(NEXT)))).get('library') ?? [];
    const rows = record?.roles?.flatMap((role) => role.rows) ?? [];
    expect(rows.find(({ table }) => table === 'SectionStaffHistory')?.values).toMatchObject({
      primary: false,
      overlapsHistoryID: historyOf(TEACHER),
    });
  });
});

describe('people with one GUID', () => {
  const given = [
    aStudent(),
    aRoster(),
    aGuardian(),
    aTeacher({ person: { personGUID: personGuid(STUDENT).toLowerCase() } }),
    aStudent({ personID: 12 }),
  ];
  const answerOf = async (kind: SubjectKind, key: string, connection = 'lms') =>
    (await asking(given, (asker) => asker.ask(kind, key))).get(connection)?.[0];

  it('are out, and each names the other', async () => {
    const student = await answerOf('person', String(STUDENT));
    expect(student?.exclusions).toEqual([
      {
        kind: 'student',
        code: 'GUID_SHARED',
        facts: { personID: STUDENT, others: 1, sharedWith: String(TEACHER) },
      },
    ]);
    const teacher = await answerOf('person', String(TEACHER));
    expect(teacher?.exclusions.map(({ kind, code }) => `${kind} ${code}`)).toEqual(['teacher GUID_SHARED']);
  });

  it('are in where ids are made another way, and so is someone with a GUID of their own', async () => {
    expect((await answerOf('person', String(STUDENT), 'library'))?.exclusions).toEqual([]);
    expect((await answerOf('person', '12'))?.exclusions).toEqual([]);
  });

  it('take with them what depends on them, with the chain', async () => {
    const chain = [expect.objectContaining({ kind: 'student', id: String(STUDENT), code: 'GUID_SHARED' })];
    const guardian = await answerOf('person', String(GUARDIAN));
    expect(guardian?.exclusions.map(({ code }) => code)).toEqual(['REL_STUDENT_NOT_EXPORTED']);
    expect(guardian?.chain).toEqual(chain);
    const roster = await answerOf('enrollment', `s${rosterOf(STUDENT)}`);
    expect(roster?.record?.isExported).toBe(false);
  });
});
