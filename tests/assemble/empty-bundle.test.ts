/** A bundle without users, classes, enrollments or students is withheld, also the first one, and says which is missing and why. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { RequiredParts } from '../../src/assemble/empty-bundle.js';
import { writeCampusFile } from '../support/campus-file.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConnection, VERSIONS, type Wants } from '../support/connections.js';
import {
  aDistrict,
  anAide,
  aRoster,
  aStudent,
  aTeacher,
  drop,
  TODAY,
  type GivenRows,
} from '../support/given.js';
import { resultOf, runNight } from '../support/nights.js';

afterAll(removeFolders);

async function firstNight(given: GivenRows, wants: Wants) {
  const campus = writeCampusFile(aDistrict(given));
  const settings = aConnection(wants);
  const district = { home: join(makeFolder(), 'home'), file: campus.path, connections: [settings] };
  const { outcome, findings } = resultOf(await runNight(district, { asOf: TODAY }), settings.name);
  campus.remove();
  return { outcome, missing: findings.filter(({ code }) => code === 'bundle-empty').map(({ says }) => says) };
}

const whole = [aTeacher(), aStudent(), aRoster()];
const [HINT, LOST] = [
  'Run preflight; set allowEmpty: true only if such a bundle is intended.',
  'so the receiver would delete all of its data.',
];

describe.each(VERSIONS)('the first bundle in %s', (version) => {
  it('is published when a student is in a class', async () => {
    expect(await firstNight(whole, { version })).toEqual({ outcome: 'published', missing: [] });
  });

  it.each([
    [
      'students: the enrollments are empty',
      [whole, drop('Enrollment')],
      `The bundle has no students, ${LOST} The SIS has no candidate for the active year. ${HINT}`,
    ],
    [
      'students: each is marked No Show',
      [whole, aStudent({ enrollment: { noShow: 1 } })],
      `The bundle has no students, ${LOST} Rule NO_SHOW excluded 1 of 1 candidates (fix in: Student Information > General > Enrollments > No Show). ${HINT}`,
    ],
    [
      'enrollments of students',
      [aTeacher(), aStudent()],
      `The bundle has no enrollments of students, ${LOST} The SIS has no candidate for the active year. ${HINT}`,
    ],
    [
      'enrollments at all',
      [anAide(), aStudent()],
      `The bundle has no enrollments, ${LOST} The SIS has no candidate for the active year. ${HINT}`,
    ],
  ] as const)('is withheld without %s', async (_what, given, sentence) => {
    expect(await firstNight(given, { version })).toEqual({ outcome: 'withheld', missing: [sentence] });
    expect(await firstNight(given, { version, allowEmpty: true })).toEqual({
      outcome: 'published',
      missing: [],
    });
  });
});

describe('the parts of a bundle', () => {
  const parts = (wants: Wants = {}): RequiredParts =>
    new RequiredParts(aConnection({ version: '1.1', ...wants }));
  const says = (of: RequiredParts): readonly string[] => of.findings().map((each) => each.says);

  it('are all reported, and no effect beside its cause', () => {
    expect(
      parts()
        .findings()
        .map(({ file }) => file),
    ).toEqual(['users.csv', 'classes.csv', 'enrollments.csv']);
  });

  it('name the filter that took out most, with all candidates of every role', () => {
    const of = parts();
    for (let each = 0; each < 3; each += 1) of.countExclusion('student', 'SCHOOL_NOT_IN_SCOPE');
    of.countExclusion('teacher', 'NO_USERNAME');
    expect(says(of)[0]).toContain(
      'Rule SCHOOL_NOT_IN_SCOPE excluded 3 of 4 candidates (fix in: connections[].schools in the export config).',
    );
  });

  it('name the filter, too, where other rules took out more or what depends on its records', () => {
    const of = parts();
    for (let each = 0; each < 3; each += 1) of.countExclusion('student', 'NO_SHOW');
    of.countExclusion('student', 'ONLY_GRADE');
    for (let each = 0; each < 2; each += 1) of.countExclusion('course', 'ONLY_COURSE');
    of.countExclusion('section', 'ONLY_COURSE');
    of.countExclusion('roster', 'ROSTER_SECTION_NOT_EXPORTED');
    const filter =
      'Filter ONLY_COURSE excluded 3 records (fix in: connections[].only.sections.courses in the export config).';
    expect(says(of)).toEqual([
      expect.stringContaining(
        `Rule NO_SHOW excluded 3 of 4 candidates (fix in: Student Information > General > Enrollments > No Show). ${filter} Run`,
      ),
      expect.stringContaining(
        'Rule ONLY_COURSE excluded 1 of 1 candidates (fix in: connections[].only.sections.courses in the export config). Run',
      ),
      expect.stringMatching(
        /Rule ROSTER_SECTION_NOT_EXPORTED excluded 1 of 1 candidates.*Filter ONLY_COURSE excluded 3 records/,
      ),
    ]);
  });

  it('count rows of another role for students never', () => {
    const of = parts();
    of.countRow('classes', []);
    of.countRow('enrollments', ['t1', '', '', '', '', '', 'teacher']);
    of.countRow('users', []);
    expect(says(of)).toEqual([expect.stringContaining('no students')]);
  });
});
