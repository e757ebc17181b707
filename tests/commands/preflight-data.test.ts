/** What `preflight` says about the data, as a person, a program and a spreadsheet meet it: the built command, by plain Node. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AS_OF, change, makeSite, STUDENTS, TWO_CONNECTIONS, type Site } from '../refresh/small-district.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';

let place: Site;
beforeAll(() => {
  place = makeSite(join(makeFolder(), 'site'), TWO_CONNECTIONS);
  change(
    place.district,
    'DELETE FROM UserAccount WHERE personID IN (12, 13)',
    `UPDATE Person SET studentNumber = '=HYPERLINK("x")' WHERE personID = ${STUDENTS[1]}`,
    `UPDATE Identity SET lastName = '@last, "12"' WHERE personID = ${STUDENTS[1]}`,
    'UPDATE Enrollment SET externalLMSExclude = 1 WHERE personID = 11',
  );
});
afterAll(removeFolders);

const preflight = (...args: readonly string[]) =>
  runHere(['preflight', '--config', place.config, '--as-of', AS_OF, ...args]);

describe('preflight prints', () => {
  it('findings by severity for each connection, with count, sentence, screen and ids', async () => {
    const { code, stdout, stderr } = await preflight();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nData as of 2026-10-15, school year 2026-07-01 to 2027-06-30\n/);
    expect(stdout).toMatch(/\nThe district: nothing to fix\.\n/);
    const [, library = '', lms = ''] = stdout.split(/\n(?=library, |lms, )/);
    expect(library).toMatch(
      /Will be missing or wrong\n[^]* 2 {2}username\.missing-student: The student has no .+\.\n +fix in: System Administration .+\n +these: student 12, student 13\n/,
    );
    expect(library).toMatch(/1 {2}lms-exclude\.enrollment: .+\n +excludes: 1 student\n/);
    expect(lms).not.toContain('username.missing');
    expect(stdout).toMatch(/\nFound: \d+ that exclude records or make them wrong, /);
  });

  it('only the schema with --schema-only, only one connection when it is named', async () => {
    expect((await preflight('--schema-only')).stdout).not.toContain('Data as of');
    expect((await preflight('--connection', 'lms')).stdout).not.toContain('library');
    expect(await preflight('--connection', 'nobody')).toMatchObject({ code: 2, stdout: '' });
  });

  it('one document with --json', async () => {
    const { stdout } = await preflight('--json');
    const said = JSON.parse(stdout) as {
      ready: boolean;
      data: {
        connections: { name: string; findings: { code: string; count: number; severity: string }[] }[];
      };
    };
    expect(said.ready).toBe(true);
    const [library] = said.data.connections;
    expect(library?.findings).toContainEqual(
      expect.objectContaining({ code: 'username.missing-student', severity: 'error', count: 2 }),
    );
  });
});

describe('preflight leaves with', () => {
  it.each([
    ['3 when something as severe is found', ['--fail-on', 'error'], 3],
    ['3 when something more severe is found', ['--fail-on', 'warning'], 3],
    ['0 when it is not', ['--fail-on', 'error', '--connection', 'lms'], 0],
  ])('%s', async (_what, args, code) => {
    expect(await preflight(...args)).toMatchObject({ code });
  });
});

describe('the lists of preflight', () => {
  const read = (file: string): string => readFileSync(file, 'utf8');

  it('hold ids and numbers, the school, no names; nothing in them is run by a spreadsheet', async () => {
    const folder = join(place.folder, 'lists');
    const { stdout } = await preflight('--csv', folder);
    expect(stdout).toMatch(new RegExp(`lists of records are in ${folder}\\.\n`));
    const file = join(folder, 'library.username.missing-student.csv');
    expect(read(file)).toBe(
      '\ufeffkind,id,personID,studentNumber,staffNumber,school\r\n' +
        `student,12,12,"'=HYPERLINK(""x"")",,100\r\nstudent,13,13,S13,,100\r\n`,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(
      readdirSync(folder)
        .map((name) => read(join(folder, name)))
        .join(),
    ).not.toMatch(/first|last12|district\.example/);
  });

  it('hold names when asked, and are written anew: what is found no more has no list', async () => {
    const folder = join(place.folder, 'lists');
    const stale = join(folder, 'library.teacher.no-section.csv');
    const foreign = join(folder, 'notes.csv');
    for (const file of [stale, foreign]) writeFileSync(file, 'x', { mode: 0o644 });
    await preflight('--csv', folder, '--show-values');
    expect(existsSync(stale)).toBe(false);
    expect(existsSync(foreign)).toBe(true);
    expect(read(join(folder, 'library.username.missing-student.csv'))).toContain(
      `student,12,12,"'=HYPERLINK(""x"")",,"'@last, ""12""",first12,100\r\n`,
    );
  });
});

it('prints what it looks for', async () => {
  const { stdout } = await runHere(['rules', '--preflight']);
  expect(stdout).toMatch(/^username\.missing-student {2}\(error\)\n {2}says +The student has no/m);
  const { findings } = JSON.parse((await runHere(['rules', '--preflight', '--json'])).stdout) as {
    findings: object[];
  };
  expect(findings.length).toBeGreaterThan(50);
});
