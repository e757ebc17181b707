/** `explain` as a person or a program meets it: the built command, by plain Node. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AS_OF,
  change,
  makeSite,
  STUDENTS,
  TEACHER,
  TWO_CONNECTIONS,
  type Site,
} from '../refresh/small-district.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';

let place: Site;
beforeAll(() => {
  place = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  change(
    place.district,
    `UPDATE Enrollment SET noShow = 1, startDate = '2025-01-01', endDate = '2025-02-01' WHERE personID = ${STUDENTS[0]}`,
  );
});
afterAll(removeFolders);

const explain = (...args: readonly string[]) =>
  runHere(['explain', ...args, '--config', place.config, '--as-of', AS_OF]);

describe('explain prints', () => {
  it('every rule with verdict and values, the first that leaves the record out marked, its screen below', async () => {
    const { code, stdout, stderr } = await explain('person', 'S11', '--connection', 'library', '--full');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^library: OneRoster 1\.1, as of 2026-10-15\n {2}person 11\n/m);
    expect(stdout).toMatch(/as student: left out by NO_ENROLLMENT_IN_YEAR\n/);
    expect(stdout).toMatch(/keep {2}LMS_ENROLLMENT: .+ {2}externalLMSExclude=blank\n/);
    expect(stdout).toMatch(
      /OUT {3}NO_ENROLLMENT_IN_YEAR: The dates .+ school year\. {2}.*endDate=2025-02-01.*\n +fix in: Student Information > General > Enrollments > Start Date, End Date\n/,
    );
    expect(stdout).toMatch(
      /also {2}NO_SHOW: The enrollment is marked No Show\. {2}noShow=1 enrollmentID=11\n/,
    );
    expect(stdout.match(/OUT/g)).toHaveLength(1);
    expect(stdout).not.toContain('lms');
  });

  it('the answer first, and without --full only the rules that leave the record out', async () => {
    const { stdout } = await explain('student', 'S11', '--connection', 'library');
    expect(stdout.replaceAll(/\n {2}(?! )/g, ' ')).toMatch(
      /^Not sent to library as student: the dates .+ \(NO_ENROLLMENT_IN_YEAR\)\. Fix in Campus: Student Information > /,
    );
    expect(stdout).toMatch(/\n\nlibrary: OneRoster 1\.1, as of 2026-10-15\n {2}person 11\n/);
    expect(stdout).not.toContain('keep');
    expect((await explain('staff', 'T22', '--connection', 'library')).stdout).toMatch(
      /^(Sent|Not sent) to library/,
    );
  });

  it('people by name, by number, school and role; only with --show-values, and never in an error', async () => {
    const refused = await explain('person', '--name', 'last12');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/--name requires --show-values/);
    expect(refused.stderr).not.toContain('last12');
    const { code, stdout } = await explain('student', '--name', 'LAST12 first', '--show-values');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^S12 +12 +student +.+\(number .+\) +first12 last12$/m);
    expect(stdout).not.toContain('last13');
    const none = await explain('person', '--name', '%', '--show-values', '--json');
    expect([none.code, JSON.parse(none.stdout)]).toMatchObject([1, { found: false, matches: [] }]);
    expect(await explain('section', '--name', 'x', '--show-values')).toMatchObject({ code: 2 });
    expect(await explain('person', '12', '--name', 'x', '--show-values')).toMatchObject({ code: 2 });
    expect(await explain('person')).toMatchObject({ code: 2 });
  });

  it('the chain from a guardian to the student', async () => {
    const { stdout } = await explain('person', '31');
    expect(stdout).toMatch(/as guardian: left out by REL_STUDENT_NOT_EXPORTED/);
    expect(stdout).toMatch(
      /because student 11 is out by NO_ENROLLMENT_IN_YEAR: The dates .+\n +fix in: Student/,
    );
  });

  it('the sentence and the screen of all rules with --full', async () => {
    const { stdout } = await explain('person', '12', '--connection', 'lms', '--full');
    expect(stdout.match(/ keep {2}/g)).toHaveLength(stdout.match(/ fix in: /g)?.length ?? 0);
  });

  it('rows without personal data, and with it when asked', async () => {
    const hidden = await explain('person', '12', '--rows');
    expect(hidden.stdout).toMatch(/users\.csv\n/);
    expect(hidden.stdout).toMatch(/givenName +\(hidden\)/);
    expect(hidden.stdout).not.toContain('first12');
    const shown = await explain('person', '12', '--rows', '--show-values');
    expect(shown.stdout).toMatch(/person 12 \(first12 last12\)/);
    expect(shown.stdout).toMatch(/givenName +first12/);
  });

  it('where the cells of values and extension columns come from, with their data hidden', async () => {
    const connection =
      '  - { name: library, version: 1.1, values: { users: { email: { from: Contact.secondaryEmail, case: upper } }, classes: { classCode: "{teacher.lastName}" } }, ' +
      'metadata: { classes: { mysourcedId: { table: Identity, key: identityID, holds: sectionID, column: lastName } } } }\n';
    const site = makeSite(join(makeFolder(), 'values'), connection);
    const rows = async (...args: readonly string[]): Promise<string> =>
      (await runHere(['explain', ...args, '--rows', '--config', site.config, '--as-of', AS_OF])).stdout;
    change(site.district, "INSERT INTO Identity (identityID, personID, lastName) VALUES (1, 999, 'Extra')");
    expect(await rows('person', '12')).toMatch(
      /email +\(hidden\) +from Contact\.secondaryEmail, uppercase\n/,
    );
    const section = await rows('section', '1');
    expect(section).toMatch(/classCode +\(hidden\) +from \{teacher\.lastName\}\n/);
    expect(section).toMatch(/metadata\.mysourcedId +\(hidden\) +from Identity\.lastName\n/);
    const shown = await rows('section', '1', '--show-values');
    expect(shown).toMatch(new RegExp(`classCode +last${TEACHER} +from`));
    expect(shown).toMatch(/mysourcedId +Extra +from/);
  });

  it('of any kind, in one read: the first that has such a record', async () => {
    for (const [key, kind] of [
      ['S11', 'person'],
      ['10-1', 'section'],
      ['10', 'course'],
      ['100', 'school'],
    ] as const)
      expect(JSON.parse((await explain('any', key, '--json')).stdout)).toMatchObject({ kind, found: true });
    const none = await explain('any', 'nothing', '--json');
    expect(none.code).toBe(1);
    expect(JSON.parse(none.stdout)).toMatchObject({ kind: 'any', found: false });
    expect((await explain('any', 'nothing')).stdout).toMatch(/^No record has that id in the SIS\./);
  });

  it('one document with --json', async () => {
    const { stdout } = await explain('section', '10-1', '--json');
    const said = JSON.parse(stdout) as {
      found: boolean;
      connections: { records: { id: number; record: { rulings: { verdict: string; mend: string }[] } }[] }[];
    };
    expect(said.found).toBe(true);
    expect(said.connections).toHaveLength(2);
    const [record] = said.connections[0]?.records ?? [];
    expect(record?.id).toBe(1);
    expect(record?.record.rulings.every(({ verdict, mend }) => verdict === 'keep' && mend !== '')).toBe(true);
  });
});

describe('explain leaves with', () => {
  it('1 for an id that does not exist, with similar numbers', async () => {
    const { code, stdout } = await explain('person', 'T20');
    expect(code).toBe(1);
    expect(stdout).toBe('No person has that id in the SIS. Near it: staffNumber T21, staffNumber T22.\n');
    expect(JSON.parse((await explain('person', 'T20', '--json')).stdout)).toMatchObject({ found: false });
  });

  it('2 for a kind or a connection that there is not', async () => {
    expect(await explain('pupil', '11')).toMatchObject({ code: 2, stdout: '' });
    expect(await explain('person', '11', '--connection', 'nobody')).toMatchObject({ code: 2, stdout: '' });
  });

  it('4 where the SIS cannot be read', async () => {
    const broken = makeSite(join(makeFolder(), 'broken'));
    change(broken.district, 'UPDATE SchoolYear SET active = 0');
    const { code, stderr } = await runHere(['explain', 'person', String(TEACHER), '--config', broken.config]);
    expect(code).toBe(4);
    expect(stderr).toContain('no school year is marked active');
  });
});
