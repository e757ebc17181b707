/** The exclusions list of a refresh: what a clerk searches Campus by stands at the end of each line, and no name of a person anywhere. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { change, makeSmallDistrict } from '../refresh/small-district.js';
import { aConfig, aConnection, day, NO_LIMITS, type Wants } from '../support/connections.js';
import { refreshHere } from '../support/in-process.js';

const root = mkdtempSync(join(tmpdir(), 'excluded-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Line = Readonly<Record<string, string>>;

let places = 0;
async function linesAfter(statements: readonly string[], wants: Wants = {}): Promise<readonly Line[]> {
  const folder = join(root, String((places += 1)));
  mkdirSync(folder);
  const filename = join(folder, 'district.sqlite');
  makeSmallDistrict(filename);
  change(filename, ...statements);
  const { connections } = await refreshHere({
    config: aConfig(join(folder, 'home'), filename, [aConnection({ thresholds: NO_LIMITS, ...wants })]),
    source: sqliteSource({ client: 'better-sqlite3', filename }),
    asOf: day('2026-10-16'),
  });
  return parse<Line>(readFileSync(connections[0]?.bundle?.exclusions ?? '', 'utf8'), { columns: true });
}

const SCHOOL = { schoolNumber: '100', schoolName: 'Small School' };

it('a student has the number, the school, the sentence and the screen; so has each row of the student', async () => {
  const lines = await linesAfter(['UPDATE Enrollment SET noShow = 1 WHERE personID = 13']);
  expect(Object.keys(lines[0] ?? {}).slice(0, 4)).toEqual(['kind', 'id', 'rule', 'facts']);
  expect(lines).toEqual([
    {
      kind: 'student',
      id: '13',
      rule: 'NO_SHOW',
      facts: 'enrollmentID=13',
      studentNumber: 'S13',
      staffNumber: '',
      section: '',
      ...SCHOOL,
      sentence: 'The enrollment is marked No Show.',
      screen: 'Student Information > General > Enrollments > No Show',
    },
    expect.objectContaining({
      kind: 'roster',
      studentNumber: 'S13',
      section: '10-1',
      ...SCHOOL,
      sentence: 'The student of the roster row is not exported.',
    }),
  ]);
});

it('a section, a course, a teacher and their rows have theirs', async () => {
  const lines = await linesAfter(['UPDATE Course SET active = 0'], { allowEmpty: true });
  const numbers = lines.map(({ kind, rule, studentNumber, staffNumber, section, schoolNumber }) =>
    [kind, rule, studentNumber, staffNumber, section, schoolNumber].join(' '),
  );
  expect(numbers).toEqual(
    expect.arrayContaining([
      'course COURSE_INACTIVE   10 100',
      'section COURSE_INACTIVE   10-1 100',
      'teacher NO_SECTION_STAFF_HISTORY  T21  100',
      'sectionStaff STAFF_SECTION_NOT_EXPORTED  T21 10-1 100',
      'roster ROSTER_SECTION_NOT_EXPORTED S11  10-1 100',
    ]),
  );
});

it('a relationship has the number of the student', async () => {
  const lines = await linesAfter([`UPDATE RelatedPair SET portal = 0`]);
  expect(lines).toEqual([expect.objectContaining({ kind: 'guardian', studentNumber: '', ...SCHOOL })]);
});

it('what a receiver drops has its numbers, and each of its rows the school', async () => {
  const without = 'UPDATE Contact SET email = NULL, secondaryEmail = NULL WHERE personID = 13';
  const lines = await linesAfter([without], { profile: 'google-classroom' });
  expect(
    lines.map(({ kind, rule, studentNumber, section, schoolNumber }) =>
      [kind, rule, studentNumber, section, schoolNumber].join(' '),
    ),
  ).toEqual(['student PROFILE_CELL_REQUIRED S13  ', 'roster PROFILE_USER_DROPPED S13 10-1 100']);
});

it('no line holds a name of a person', async () => {
  const lines = await linesAfter(
    [
      'UPDATE Enrollment SET noShow = 1',
      `UPDATE Identity SET firstName = 'Canary', lastName = 'Canary'`,
      'UPDATE EmploymentAssignment SET teacher = 0, counselor = 0',
    ],
    { allowEmpty: true },
  );
  expect(lines.length).toBeGreaterThan(8);
  expect(JSON.stringify(lines)).not.toContain('Canary');
});
