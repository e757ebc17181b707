/** What `explain` says about records beside in and out. */
import { describe, expect, it } from '@jest/globals';
import { writeCampusFile } from '../support/campus-file.js';
import { aConfig, aConnection } from '../support/connections.js';
import {
  aDistrict,
  aTeacher,
  aStaffRow,
  historyOf,
  TEACHER,
  TODAY,
  TOMORROW,
  type GivenRows,
} from '../support/given.js';
import { askerOf, type Asker } from './asking.js';

async function asking<Answer>(given: GivenRows, ask: (asker: Asker) => Promise<Answer>): Promise<Answer> {
  const file = writeCampusFile(aDistrict(given));
  try {
    return await ask(askerOf(aConfig('/nowhere', file.path, [aConnection()]), file.path, TODAY));
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
