/** `values` from the SIS to the published bundle: columns with a key, bulk and delta nights, what `explain` prints. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readableTables } from '../../src/campus/grants.js';
import { explain } from '../../src/explain/explain.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { SubjectKind } from '../../src/explain/search/subject.js';
import type { ExportedRow } from '../../src/explain/answer.js';
import { makeConfigFolder, type ConfigFolder } from '../config/given-config.js';
import { day } from '../support/connections.js';
import { readBundle, type PublishedRow } from '../support/published.js';
import { OwnNights } from './own-nights.js';
import { AS_OF, TEACHER } from './small-district.js';

let folder: ConfigFolder;
beforeAll(async () => {
  folder = await makeConfigFolder();
});
afterAll(() => folder.remove());

const library = (values: string, more = ''): string =>
  `  - { name: library, version: "1.1", ${more}values: { ${values} } }\n`;
const lms = (values: string, more = ''): string =>
  `  - { name: lms, version: "1.2", ids: legacy, ${more}values: { ${values} } }\n`;

const WORK = `
  ALTER TABLE Contact ADD COLUMN workEmail TEXT;
  UPDATE Contact SET workEmail = 'Work' || personID || '@D.org' WHERE personID < 22;
  CREATE TABLE Phones (pid INTEGER, kind TEXT, number TEXT);
  INSERT INTO Phones VALUES (11, 'w', '555-9'), (11, 'h', '555-8'), (12, 'h', '555-7');
  CREATE TABLE Codes (sectionID INTEGER, courseID INTEGER, schoolID INTEGER, code TEXT);
  INSERT INTO Codes VALUES (1, NULL, NULL, 'SEC'), (NULL, 1, NULL, 'CRS'), (NULL, NULL, 1, 'SCH');`;
const WORK_EMAIL = 'email: { from: contact.WORKEMAIL, key: personID, case: lower, else: default }';

const cells = (
  tables: ReadonlyMap<string, readonly PublishedRow[]>,
  table: string,
  column: string,
): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries((tables.get(table) ?? []).map((row) => [row['sourcedId'] ?? '', row[column]]));

describe('a column with a key', () => {
  it('is read and sent, from declared and other tables, by every id', async () => {
    const nights = new OwnNights(folder, WORK);
    const code = (key: string): string => `{ from: Codes.code, key: ${key} }`;
    const tables = await nights.night(
      library(
        `users: { ${WORK_EMAIL}, phone: { from: Phones.number, key: personID, where: { kind: W } } }, ` +
          `classes: { title: ${code('courseID')}, classCode: ${code('sectionID')} }, courses: { title: ${code('courseID')} }, orgs: { identifier: ${code('schoolID')} }`,
      ),
      '  tables: { Phones: { columns: { personID: pid } } }\n',
    );
    expect(cells(tables, 'users', 'email')).toEqual({
      s11: 'work11@d.org',
      s12: 'work12@d.org',
      s13: 'work13@d.org',
      t21: 'work21@d.org',
      a22: 'email22@district.example',
      g31: 'email31@district.example',
    });
    expect(cells(tables, 'users', 'phone')).toMatchObject({ s11: '555-9', s12: '', t21: '' });
    expect(cells(tables, 'classes', 'title')).toEqual({ '1': 'CRS' });
    expect(cells(tables, 'classes', 'classCode')).toEqual({ '1': 'SEC' });
    expect(cells(tables, 'courses', 'title')).toEqual({ '1': 'CRS' });
    expect(Object.values(cells(tables, 'orgs', 'identifier'))).toEqual(['', 'SCH']);
  });

  it('that does not exist ends a refresh with exit code 4 and the columns that do', async () => {
    const nights = new OwnNights(folder, WORK);
    const refusal = await nights.refusal(
      library('users: { email: { from: Phones.mail, key: personID } }') +
        lms('users: { email: { from: Contact.workMail, key: personID } }'),
    );
    expect(refusal).toMatchObject({
      exitCode: 4,
      problems: [
        {
          path: 'Phones.personID',
          message: 'column is missing: read for values.users.email of library; Phones has pid, kind, number',
        },
        { path: 'Phones.mail', message: expect.stringContaining('Phones has pid, kind, number') as unknown },
        {
          path: 'Contact.workMail',
          message: expect.stringMatching(
            /^column is missing: read for values\.users\.email of lms; Contact has personID, email, .+workEmail$/,
          ) as unknown,
        },
      ],
    });
  });

  it('is granted, and a declared column that may be missing may not be missing for a value', async () => {
    const nights = new OwnNights(folder, WORK);
    const connection = library(`users: { ${WORK_EMAIL} }, courses: { title: '{name} {scedCourseId}' }`);
    const { source } = await nights.config(connection);
    const granted = readableTables(source.tables, source.metadata);
    const columnsOf = (table: string) => granted.find(({ name }) => name === table)?.columns ?? [];
    expect(columnsOf('Contact')).toContainEqual({ name: 'WORKEMAIL', isOptional: false });
    expect(columnsOf('Course')).toContainEqual({ name: 'scedCourseId', isOptional: false });
    expect(columnsOf('Course')).toContainEqual({ name: 'scedSubjectArea', isOptional: true });
    nights.change('ALTER TABLE Course DROP COLUMN scedCourseId');
    expect(await nights.refusal(connection)).toMatchObject({
      exitCode: 4,
      problems: [
        {
          path: 'Course.scedCourseId',
          message: expect.stringMatching(
            /^column is missing: read for values\.courses\.title of library; Course has courseID, /,
          ) as unknown,
        },
      ],
    });
  });

  it('counts for what a profile requires', async () => {
    const nights = new OwnNights(folder, WORK);
    const email = 'email: { from: Contact.workEmail, key: personID }';
    const tables = await nights.night(library(`users: { ${email} }`, 'profile: google-classroom, '));
    expect(cells(tables, 'users', 'email')).toMatchObject({ s11: 'Work11@D.org', t21: 'Work21@D.org' });
    nights.change('UPDATE Contact SET workEmail = NULL WHERE personID = 12');
    const fewer = await nights.night(library(`users: { ${email} }`, 'profile: google-classroom, '));
    expect(Object.keys(cells(fewer, 'users', 'email'))).not.toContain('s12');
  });
});

it('duplicates, lengths and forms of a value are checked as those of any other', async () => {
  const nights = new OwnNights(folder, WORK);
  const { connections } = await nights.refresh(
    library('users: { email: "x{School.number}@d.org" }', 'profile: google-classroom, '),
  );
  const [result] = connections;
  expect(result?.outcome).toBe('published');
  expect(result?.findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        severity: 'warning',
        says: expect.stringMatching(/share an email address/) as unknown,
      }),
    ]),
  );
  nights.change(`UPDATE Contact SET workEmail = '${'x'.repeat(300)}' WHERE personID = 11`);
  const long = await nights.refresh(library('users: { phone: { from: Contact.workEmail, key: personID } }'));
  const tables = await readBundle(long.connections[0]?.bundle?.path ?? '');
  expect(cells(tables, 'users', 'phone')['s11']).toBe('x'.repeat(255));
});

describe('on delta nights', () => {
  it('rows whose values change are sent, also when values come or go', async () => {
    const nights = new OwnNights(folder, WORK);
    const night = async (connection: string) => {
      const [result] = (await nights.refresh(connection)).connections;
      const tables = result?.bundle === undefined ? new Map() : await readBundle(result.bundle.path);
      return { result, tables: tables as ReadonlyMap<string, readonly PublishedRow[]> };
    };
    const plain = '  - { name: library, version: "1.1", mode: delta }\n';
    const with_ = library(
      `users: { ${WORK_EMAIL} }, classes: { title: '{course.name} {teacher.lastName}' }`,
      'mode: delta, ',
    );
    await night(plain);
    const come = await night(with_);
    expect(come.result?.mode).toBe('delta');
    expect(cells(come.tables, 'users', 'email')).toEqual({
      s11: 'work11@d.org',
      s12: 'work12@d.org',
      s13: 'work13@d.org',
      t21: 'work21@d.org',
    });
    expect(cells(come.tables, 'classes', 'title')).toEqual({ '1': `Art last${TEACHER}` });
    expect((await night(with_)).result?.outcome).toBe('unchanged');
    nights.change(`UPDATE Contact SET workEmail = 'new@d.org' WHERE personID = 12`);
    expect(cells((await night(with_)).tables, 'users', 'email')).toEqual({ s12: 'new@d.org' });
    nights.change(`UPDATE Identity SET lastName = 'Lee' WHERE personID = ${TEACHER}`);
    expect(cells((await night(with_)).tables, 'classes', 'title')).toEqual({ '1': 'Art Lee' });
    const gone = await night(plain);
    expect(gone.result?.mode).toBe('delta');
    expect(cells(gone.tables, 'users', 'email')).toMatchObject({ s12: 'email12@district.example' });
    expect(Object.keys(cells(gone.tables, 'users', 'email'))).toHaveLength(4);
  });
});

it('explain shows the cells with their origins, and extension columns with theirs', async () => {
  const nights = new OwnNights(folder, WORK);
  const config = await nights.config(
    library(
      `users: { ${WORK_EMAIL}, identifier: { template: '{studentNumber}-{stateID}', else: 'none', case: lower } }, classes: { title: '{teacher.lastName}' }`,
      'metadata: { users: { phone: { table: Phones, key: pid, holds: personID, column: number, where: { kind: h } } }, classes: { code: { table: Codes, key: sectionID, column: code } } }, ',
    ),
  );
  const rowsOf = async (kind: SubjectKind, key: string): Promise<readonly ExportedRow[]> => {
    if (config.source.client !== 'better-sqlite3') throw new Error('not the given source');
    const source = sqliteSource(config.source);
    const { connections } = await explain({ config, source, kind, key, asOf: day(AS_OF) });
    return connections.flatMap(({ records }) => records.flatMap(({ rows }) => rows));
  };
  const shown = ({ columns, cells: all, origins = {} }: ExportedRow) =>
    Object.fromEntries(
      Object.entries(origins).map(([column, from]) => [column, [all[columns.indexOf(column)], from]]),
    );
  const [student] = await rowsOf('person', '11');
  expect(student && shown(student)).toEqual({
    email: ['work11@d.org', 'contact.WORKEMAIL, lowercase'],
    identifier: ['s11-st11', '{studentNumber}-{stateID}, lowercase'],
    'metadata.phone': ['555-8', 'Phones.number'],
  });
  const [aide] = await rowsOf('person', '22');
  expect(aide && shown(aide)).toEqual({
    email: ['email22@district.example', 'usual value, lowercase'],
    identifier: ['none', 'else none, lowercase'],
    'metadata.phone': ['', 'Phones.number'],
  });
  const [section] = await rowsOf('section', '1');
  expect(section && shown(section)).toEqual({
    title: [`last${TEACHER}`, '{teacher.lastName}'],
    'metadata.code': ['SEC', 'Codes.code'],
  });
  const enrollment = (await rowsOf('enrollment', 's11')).find(({ table }) => table === 'enrollments');
  expect(enrollment).toBeDefined();
  expect(enrollment).not.toHaveProperty('origins');
});
