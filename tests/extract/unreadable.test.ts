/** Cells that are not of their column's type: a slip counts as empty, another format stops the read. */
import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { ExportError } from '../../src/model/errors.js';
import { writeCampusFile } from '../support/campus-file.js';
import { aDistrict, aGuardian, aRoster, aStudent, aTeacher, type GivenRows } from '../support/given.js';
import { openCampusFile, type Outcome } from '../support/outcome.js';

const PEOPLE = 700;
const students = (count: number): GivenRows =>
  Array.from({ length: count }, (_, at) => [
    aStudent({
      personID: 1_000 + at,
      person: { studentNumber: String(at) },
      identity: { middleName: 'M', birthdate: '2011-02-28' },
      contact: { email: `s${at}@example.org`, cellPhone: '5550100' },
      enrollment: { endDate: '2027-05-28', noShow: 0 },
    }),
    aRoster(1_000 + at),
  ]);
const small = aDistrict(students(20), aTeacher(), aGuardian({ of: 1_000 }));
const large = aDistrict(students(PEOPLE));

/** What becomes of the district after some SQL. */
async function after(given: GivenRows, sql: string): Promise<Outcome | ExportError> {
  const file = writeCampusFile(given);
  try {
    const database = new Database(file.path);
    database.exec(sql);
    database.close();
    const opened = await openCampusFile(file.path);
    const outcome = opened.judge({ version: '1.2', ids: 'guid' });
    opened.close();
    return outcome;
  } catch (error) {
    if (error instanceof ExportError) return error;
    throw error;
  } finally {
    file.remove();
  }
}

async function refused(sql: string, given = small): Promise<readonly string[]> {
  const outcome = await after(given, sql);
  if (!(outcome instanceof ExportError)) return ['was read'];
  expect([outcome.code, outcome.exitCode]).toEqual(['source', 4]);
  expect(outcome.message).toMatch(/has unusable data in (one column|\d columns)\. Nothing was published\./);
  return outcome.problems.map(({ path, message }) => `${path}: ${message}`);
}

async function noticed(sql: string, given = small): Promise<readonly string[]> {
  const outcome = await after(given, sql);
  if (outcome instanceof ExportError) return [`refused: ${outcome.problems[0]?.message ?? outcome.message}`];
  return outcome.notices
    .filter(({ code }) => ['unreadable-value', 'stand-in-for-empty', 'row-without-id'].includes(code))
    .map(({ message, count }) => `${message} ${count}`);
}

const some = (table: string, column: string, value: string, rows: number): string =>
  `UPDATE "${table}" SET "${column}" = ${value} WHERE rowid IN (SELECT rowid FROM "${table}" LIMIT ${rows})`;

describe('another format stops the read, with the shape and never a value', () => {
  it.each([
    ['dates', 'Enrollment', 'endDate', `'10/14/2026'`, 'a date: shape NN/NN/NNNN'],
    ['dates in words', 'Identity', 'birthdate', `'Feb 28 2011'`, 'a date: shape AAA NN NNNN'],
    ['flags', 'Enrollment', 'noShow', `'oui'`, 'a yes/no value: shape AAA'],
    ['GUIDs', 'Person', 'personGUID', `'no-123'`, 'a GUID: shape AA-NNN'],
    ['ids', 'Roster', 'sectionID', `'2,001'`, 'a number: shape N,NNN'],
    ['a stand-in for empty', 'Enrollment', 'endDate', `'NULL'`, 'a date: shape AAAA'],
    ['ids that select rows', 'Enrollment', 'calendarID', `'A101'`, 'a number: shape ANNN'],
    ['ids that join rows', 'Contact', 'personID', `'p1000'`, 'a number: shape ANNNN'],
  ])('%s', async (_what, table, column, value, says) => {
    const type =
      column === 'personID'
        ? `PRAGMA writable_schema = off; CREATE TABLE c2 AS SELECT * FROM "Contact"; DROP TABLE "Contact"; ALTER TABLE c2 RENAME TO "Contact";`
        : '';
    const [problem = '', ...more] = await refused(`${type} ${some(table, column, value, 12)}`);
    expect(problem).toMatch(new RegExp(`^${table}\\.${column}: 12 of \\d+ filled cells cannot be read as `));
    expect(problem.endsWith(says)).toBe(true);
    expect(more).toEqual([]);
  });

  it('all columns at once, and several shapes', async () => {
    expect(
      await refused(
        `${some('Enrollment', 'startDate', `'15.10.2026'`, 8)}; ${some('Enrollment', 'endDate', `'10/14/2026'`, 8)};
        ${some('Enrollment', 'endDate', `'soon'`, 2)}; ${some('Roster', 'startDate', `'x'`, 6)}`,
      ),
    ).toEqual([
      'Enrollment.startDate: 8 of 20 filled cells cannot be read as a date: shape NN.NN.NNNN',
      'Enrollment.endDate: 8 of 20 filled cells cannot be read as a date: shape NN/NN/NNNN and one other',
      'Roster.startDate: 6 of 6 filled cells cannot be read as a date: shape A',
    ]);
  });

  it('rows that no number selects are counted, too, although no query shows them', async () => {
    expect(
      await refused(`${some('Roster', 'sectionID', `'none'`, 6)}; ${some('Roster', 'trialID', `'none'`, 6)}`),
    ).toEqual([
      expect.stringMatching(
        /^Roster\.sectionID: 6 of \d+ filled cells cannot be read as a number: shape AAAA$/,
      ),
      expect.stringMatching(
        /^Roster\.trialID: 6 of \d+ filled cells cannot be read as a number: shape AAAA$/,
      ),
    ]);
  });
});

describe('how many are too many: more than 5 cells and more than 1 % of the filled ones', () => {
  it.each([
    ['5 of 20', small, 5, 'read'],
    ['6 of 20', small, 6, 'refused'],
    ['7 of 700', large, 7, 'read'],
    ['8 of 700', large, 8, 'refused'],
  ])('%s', async (_what, given, cells, verdict) => {
    const [found = ''] = await noticed(some('Enrollment', 'endDate', `'10/14/2026'`, cells), given);
    expect(found).toMatch(
      verdict === 'read'
        ? `Enrollment.endDate has values that are not of its type; they are treated as empty. ${cells}`
        : /^refused: \d+ of \d+ filled cells cannot be read as a date/,
    );
  });

  it('empty cells are not filled ones', async () => {
    const sql = `UPDATE "Enrollment" SET "endDate" = ''; ${some('Enrollment', 'endDate', `'x'`, 6)}`;
    expect(await refused(sql, large)).toEqual([
      'Enrollment.endDate: 6 of 6 filled cells cannot be read as a date: shape A',
    ]);
  });
});

describe('what is carried on with', () => {
  it.each([
    ['that SQLite takes for a value of binary JSON', `x'276162'`],
    ['that SQLite takes for binary JSON that is not text', `x'236F9D'`],
  ])('bytes %s are no such value', async (_what, bytes) => {
    const outcome = await after(small, some('Contact', 'email', bytes, 3));
    if (outcome instanceof ExportError) throw outcome;
    expect(outcome.rows('users').filter(({ email }) => email === 'ab')).toEqual([]);
    expect(outcome.rows('users').length).toBeGreaterThan(10);
  });

  it('a row without the id that it is found by is left out, with a notice, and the others stay', async () => {
    const outcome = await after(small, some('Enrollment', 'personID', `'x'`, 1));
    if (outcome instanceof ExportError) throw outcome;
    expect(outcome.rows('users').filter(({ identifier }) => identifier !== '')).toHaveLength(19);
    expect(outcome.notices.map(({ message, count }) => `${message} ${count}`)).toEqual(
      expect.arrayContaining([
        'Enrollment.personID has values that are not of its type; they are treated as empty. 1',
        'Enrollment has rows without personID; they are excluded. 1',
      ]),
    );
  });

  it('a relationship without its student is left out of both reads', async () => {
    expect(await noticed(`UPDATE "RelatedPair" SET "personID1" = 'x'`)).toEqual([
      'RelatedPair has rows without personID1; they are excluded. 1',
      'RelatedPair.personID1 has values that are not of its type; they are treated as empty. 1',
    ]);
  });

  it('a value in a part of a person is named by the table of Campus', async () => {
    expect(await noticed(some('Identity', 'birthdate', `'unknown'`, 1))).toEqual([
      'Identity.birthdate has values that are not of its type; they are treated as empty. 1',
    ]);
  });

  it.each(['NULL', 'null', '\\N', 'N/A', '(null)'])(
    '%s in a text column is an empty cell, however often',
    async (word) => {
      const sql = `UPDATE "UserAccount" SET "username" = '${word}'; UPDATE "Contact" SET "cellPhone" = '${word}', "email" = '${word}'`;
      const outcome = await after(small, sql);
      if (outcome instanceof ExportError) throw outcome;
      expect(outcome.rows('users').map(({ sms, email }) => [sms, email])).toEqual(
        outcome.rows('users').map(() => ['', '']),
      );
      expect(new Set(outcome.rows('users').map(({ username }) => username)).size).toBe(
        outcome.rows('users').length,
      );
      expect(outcome.notices.find(({ message }) => message.startsWith('UserAccount.username'))).toMatchObject(
        {
          code: 'stand-in-for-empty',
          severity: 'warning',
          message:
            'UserAccount.username has a word that means empty, such as NULL or N/A; it is treated as empty.',
          count: 22,
        },
      );
    },
  );

  it('a surname may be Null, in any letters; a column full of it is a broken copy', async () => {
    const named = await after(small, some('Identity', 'lastName', `'NULL'`, 2));
    if (named instanceof ExportError) throw named;
    expect(named.rows('users').filter(({ familyName }) => familyName === 'NULL')).toHaveLength(2);
    expect(
      await refused(
        `UPDATE "Identity" SET "middleName" = 'NULL' WHERE "middleName" IS NULL OR "identityID" > 71010`,
      ),
    ).toEqual([
      expect.stringMatching(
        /^Identity\.middleName: \d+ of \d+ filled cells have a word such as NULL instead of a name$/,
      ),
    ]);
  });
});

describe('years and calendars', () => {
  it('a year that no calendar has is a fault of the source, not an empty district', async () => {
    const outcome = await after(small, `UPDATE "Calendar" SET "endYear" = '26-27'`);
    if (!(outcome instanceof ExportError)) throw new Error('was read');
    expect(outcome.exitCode).toBe(4);
    expect(outcome.message).toContain(
      'no calendar belongs to the active school year 2027. Check Calendar.endYear',
    );
    expect(outcome.problems).toEqual([{ path: 'Calendar.endYear', message: 'none of 1 calendars has 2027' }]);
  });
});
