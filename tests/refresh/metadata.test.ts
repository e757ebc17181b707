/** Extension columns from the SIS to the published bundle: every kind of key, value and condition, on bulk and delta nights. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sisTable } from '../../src/campus/tables.js';
import type { RefreshResult } from '../../src/refresh/refresh.js';
import { judge } from '../../src/verify/judge.js';
import { makeConfigFolder, type ConfigFolder } from '../config/given-config.js';
import { readBundle, readZip, type PublishedRow } from '../support/published.js';
import { OwnNights } from './own-nights.js';
import { AIDE, GUARDIAN, STUDENTS, TEACHER } from './small-district.js';

let folder: ConfigFolder;
beforeAll(async () => {
  folder = await makeConfigFolder();
});
afterAll(() => folder.remove());

const RIDERS = `
  CREATE TABLE BusRider (riderID INTEGER, personID INTEGER, routeName TEXT, stopName TEXT, active bit, since TEXT);
  INSERT INTO BusRider VALUES (1, 11, 'North', 'Elm', 1, '2026-08-17 00:00:00'), (2, 12, 'South', 'Oak', 1, NULL), (3, 12, 'West', 'Ash', 0, NULL),
    (4, 999, 'East', 'Fir', 1, NULL), (5, NULL, 'Lost', 'Lost', 1, NULL);`;

const library = (metadata: string, more = ''): string =>
  `  - { name: library, version: "1.1", ${more}metadata: { ${metadata} } }\n`;
const lms = (metadata: string, more = ''): string =>
  `  - { name: lms, version: "1.2", ids: legacy, ${more}metadata: { ${metadata} } }\n`;

const cells = (
  tables: ReadonlyMap<string, readonly PublishedRow[]>,
  table: string,
  column: string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (tables.get(table) ?? []).map((row) => [
      row['sourcedId'] ?? '',
      row[`metadata.${column}`] ?? 'no column',
    ]),
  );

describe('an extension column', () => {
  it('stands behind those of the standard, with the values of the rows that fit, and empty cells elsewhere', async () => {
    const nights = new OwnNights(folder, RIDERS);
    const { connections } = await nights.refresh(
      library(
        'users: { bus.route: { table: BusRider, key: personID, column: routeName, where: { active: 1 } }, stop: { table: BusRider, key: personID, column: stopName, where: { active: true } } }',
      ),
    );
    const path = connections[0]?.bundle?.path ?? '';
    const [header = ''] = (await readZip(path)).get('users.csv')?.toString().split('\r\n') ?? [];
    expect(header).toMatch(/,password,metadata\.bus\.route,metadata\.stop$/);
    const tables = await readBundle(path);
    expect(cells(tables, 'users', 'bus.route')).toEqual({
      s11: 'North',
      s12: 'South',
      s13: '',
      [`t${TEACHER}`]: '',
      [`a${AIDE}`]: '',
      [`g${GUARDIAN}`]: '',
    });
    expect(cells(tables, 'users', 'stop')).toMatchObject({ s11: 'Elm', s12: 'Oak' });
    expect(
      tables.get('orgs')?.every((row) => !Object.keys(row).some((name) => name.startsWith('metadata'))),
    ).toBe(true);
    expect((await judge(path)).findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('is found by every kind of id, in both versions', async () => {
    const nights = new OwnNights(
      folder,
      `
      CREATE TABLE Extra (schoolID INT, sectionID INT, courseID INT, enrollmentID INT, rosterID INT, termID INT, value TEXT);
      INSERT INTO Extra (schoolID, value) VALUES (1, 'school');
      INSERT INTO Extra (sectionID, value) VALUES (1, 'section');
      INSERT INTO Extra (courseID, value) VALUES (1, 'course');
      INSERT INTO Extra (enrollmentID, value) SELECT enrollmentID, 'enrollment of ' || personID FROM Enrollment;
      INSERT INTO Extra (rosterID, value) SELECT rosterID, 'roster of ' || personID FROM Roster;
      INSERT INTO Extra (termID, value) VALUES (1, 'term');`,
    );
    const by = (key: string): string => `{ table: Extra, key: ${key}, column: value }`;
    const tables = await nights.night(
      lms(
        `orgs: { x: ${by('schoolID')} }, academicSessions: { x: ${by('termID')}, y: ${by('schoolID')} }, ` +
          `users: { x: ${by('enrollmentID')} }, demographics: { x: ${by('enrollmentID')} }, roles: { x: ${by('schoolID')} }, ` +
          `enrollments: { x: ${by('rosterID')}, y: ${by('sectionID')}, z: ${by('schoolID')} }, ` +
          `classes: { x: ${by('sectionID')}, y: ${by('courseID')}, z: ${by('schoolID')} }, courses: { x: ${by('courseID')}, y: ${by('schoolID')} }`,
      ),
    );
    const seen = (table: string, column: string): readonly string[] =>
      Object.values(cells(tables, table, column));
    expect(seen('orgs', 'x')).toEqual(['', 'school']);
    expect(cells(tables, 'academicSessions', 'x')).toMatchObject({ '1': 'term' });
    expect([...seen('academicSessions', 'x')].sort()).toEqual(['', 'term']);
    expect(seen('academicSessions', 'y')).toEqual(['school', 'school']);
    expect(cells(tables, 'users', 'x')).toMatchObject({
      '11': 'enrollment of 11',
      '12': 'enrollment of 12',
      [TEACHER]: '',
    });
    expect(seen('demographics', 'x')).toEqual(STUDENTS.map((id) => `enrollment of ${id}`));
    expect(new Set(seen('roles', 'x'))).toEqual(new Set(['school']));
    const enrollments = tables.get('enrollments') ?? [];
    for (const row of enrollments)
      expect(row['metadata.x']).toBe(
        row['role'] === 'student' ? `roster of ${row['userSourcedId'] ?? ''}` : '',
      );
    expect(new Set(seen('enrollments', 'y'))).toEqual(new Set(['section']));
    expect(new Set(seen('enrollments', 'z'))).toEqual(new Set(['school']));
    expect([seen('classes', 'x'), seen('classes', 'y'), seen('classes', 'z')].flat()).toEqual([
      'section',
      'course',
      'school',
    ]);
    expect([seen('courses', 'x'), seen('courses', 'y')].flat()).toEqual(['course', 'school']);
  });

  it('by a person, in the roles and enrollments of that person; the key may have another name', async () => {
    const nights = new OwnNights(folder, RIDERS.replaceAll('personID INTEGER', 'riderPersonID INTEGER'));
    const rider =
      '{ table: BusRider, key: riderPersonID, holds: personID, column: routeName, where: { active: 1 } }';
    const tables = await nights.night(lms(`roles: { bus: ${rider} }, enrollments: { bus: ${rider} }`));
    const routes = (table: string): unknown =>
      (tables.get(table) ?? [])
        .filter((row) => row['metadata.bus'] !== '')
        .map((row) => [row['userSourcedId'], row['metadata.bus']]);
    expect(routes('roles')).toEqual([
      ['11', 'North'],
      ['12', 'South'],
    ]);
    expect(new Set((routes('enrollments') as string[][]).map(String))).toEqual(
      new Set(['11,North', '12,South']),
    );
  });

  it('has numbers, flags, days and GUIDs as text, and text as clean as in any other column', async () => {
    const nights = new OwnNights(
      folder,
      `
      CREATE TABLE Kinds (personID INT, n INT, f bit, d smalldatetime, g uniqueidentifier, r REAL, t TEXT);
      INSERT INTO Kinds VALUES (11, 7, 1, '2026-08-17 00:00:00', '0a000000-0000-4000-8000-00000000000b', 1.5,
        '  a' || char(13) || char(10) || 'b, "c"' || char(9) || 'e' || char(0x301) || '  ');
      INSERT INTO Kinds VALUES (12, 0, 0, NULL, NULL, 2.0, '${'x'.repeat(300)}'), (13, NULL, NULL, NULL, NULL, NULL, ' ');`,
    );
    const of = (column: string): string => `${column}: { table: Kinds, key: personID, column: ${column} }`;
    const { connections } = await nights.refresh(
      library(`users: { ${'nfdgrt'.split('').map(of).join(', ')} }`),
    );
    const tables = await readBundle(connections[0]?.bundle?.path ?? '');
    const row = (id: string): readonly (string | undefined)[] => {
      const found = tables.get('users')?.find(({ sourcedId }) => sourcedId === id);
      return 'nfdgrt'.split('').map((name) => found?.[`metadata.${name}`]);
    };
    expect(row('s11')).toEqual([
      '7',
      '1',
      '2026-08-17',
      '0A000000-0000-4000-8000-00000000000B',
      '1.5',
      'a b, "c" \u00e9',
    ]);
    expect(row('s12')).toEqual(['0', '0', '', '', '2', 'x'.repeat(255)]);
    expect(row('s13')).toEqual(['', '', '', '', '', '']);
    expect(connections[0]?.notices.map(({ code, count }) => [code, count])).toContainEqual(['text-cut', 1]);
  });

  it('is sent as map says, ignoring case; an empty value stays empty unless the map has it', async () => {
    const nights = new OwnNights(
      folder,
      `
      CREATE TABLE Meal (personID INT, code TEXT);
      INSERT INTO Meal VALUES (11, 'F '), (12, 'q'), (21, NULL);`,
    );
    const meal = (map: string): string =>
      `users: { meal: { table: Meal, key: personID, column: code, map: ${map} } }`;
    expect(
      cells(await nights.night(library(meal('{ "f": free, default: other }'))), 'users', 'meal'),
    ).toMatchObject({
      s11: 'free',
      s12: 'other',
      s13: '',
      t21: '',
    });
    expect(cells(await nights.night(library(meal('{ F: free, "": none }'))), 'users', 'meal')).toMatchObject({
      s11: 'free',
      s12: 'q',
      s13: 'none',
      t21: 'none',
    });
    expect(
      cells(await nights.night(library(meal('{ f: free, default: "" }'))), 'users', 'meal'),
    ).toMatchObject({ s12: '' });
  });

  it('takes all values from the first of several rows, and counts the ids', async () => {
    const nights = new OwnNights(
      folder,
      `
      CREATE TABLE Ride (personID INT, route TEXT, stop TEXT);
      INSERT INTO Ride VALUES (11, 'B', '1'), (11, 'A', '3'), (11, 'A', '2'), (11, NULL, '0'), (12, NULL, '9'), (12, NULL, NULL), (13, 'C', '1');`,
    );
    const ride = (column: string): string => `${column}: { table: Ride, key: personID, column: ${column} }`;
    const { connections, notices } = await nights.refresh(
      library(`users: { ${ride('stop')}, ${ride('route')} }`),
    );
    const tables = await readBundle(connections[0]?.bundle?.path ?? '');
    expect(cells(tables, 'users', 'route')).toMatchObject({ s11: 'A', s12: '', s13: 'C' });
    expect(cells(tables, 'users', 'stop')).toMatchObject({ s11: '2', s12: '9', s13: '1' });
    expect(notices.filter(({ code }) => code === 'metadata-several-rows')).toEqual([
      {
        code: 'metadata-several-rows',
        severity: 'warning',
        count: 2,
        message:
          'Ride has several rows for one personID; the first is sent, in the order of route, stop (as text, empty last). Read for users.metadata.stop of library, users.metadata.route of library; where can select one.',
      },
    ]);
  });

  it('is dropped or masked like any other, and no value of it leaves', async () => {
    const nights = new OwnNights(folder, RIDERS);
    const rider = 'table: BusRider, key: personID, where: { active: 1 }';
    const { connections } = await nights.refresh(
      library(
        `users: { bus: { ${rider}, column: routeName }, stop: { ${rider}, column: stopName } }`,
        'fields: { users: { metadata.bus: mask, metadata.stop: drop } }, ',
      ),
    );
    const path = connections[0]?.bundle?.path ?? '';
    const tables = await readBundle(path);
    expect(cells(tables, 'users', 'bus')).toMatchObject({ s11: 'masked', s12: 'masked', s13: '' });
    expect(new Set(Object.values(cells(tables, 'users', 'stop')))).toEqual(new Set(['']));
    expect((await readZip(path)).get('users.csv')?.toString()).not.toMatch(/North|South|Elm|Oak/);
  });

  it('changes rows of a delta; a new column or one column less makes the next bundle a bulk one', async () => {
    const changed = (what: string) =>
      `The extension columns of this connection changed (${what}), so this bundle is a bulk one.`;
    const [added, removed] = [changed('added: users.metadata.stop'), changed('removed: users.metadata.bus')];
    const modeOf = ({ connections: [result] }: RefreshResult) => [
      result?.mode,
      result?.notices.find(({ code }) => code === 'columns-changed-is-bulk')?.message,
    ];
    const bundleOf = ({ connections: [result] }: RefreshResult) => readBundle(result?.bundle?.path ?? '');
    const nights = new OwnNights(folder, RIDERS);
    const rider = 'bus: { table: BusRider, key: personID, column: routeName, where: { active: 1 } }';
    const stop = 'stop: { table: BusRider, key: personID, column: stopName, where: { active: 1 } }';
    await nights.refresh(library(`users: { ${rider} }`, 'mode: delta, '));
    nights.change(`UPDATE BusRider SET routeName = 'Bay' WHERE personID = 11`);
    const { connections } = await nights.refresh(library(`users: { ${rider} }`, 'mode: delta, '));
    const differing = await readBundle(connections[0]?.bundle?.path ?? '');
    expect([...differing.keys()].sort()).toEqual(['manifest', 'users']);
    expect(differing.get('users')).toMatchObject([
      { sourcedId: 's11', status: 'active', 'metadata.bus': 'Bay' },
    ]);
    const again = await nights.refresh(library(`users: { ${rider} }`, 'mode: delta, '));
    expect(again.connections[0]?.outcome).toBe('unchanged');
    const wider = await nights.refresh(library(`users: { ${rider}, ${stop} }`, 'mode: delta, '));
    expect(modeOf(wider)).toEqual(['bulk', added]);
    expect(cells(await bundleOf(wider), 'users', 'stop')).toMatchObject({ s11: 'Elm', s13: '' });
    nights.change(`DELETE FROM Enrollment WHERE personID = 12`);
    const gone = await nights.refresh(library(`users: { ${rider}, ${stop} }`, 'mode: delta, '));
    expect((await readBundle(gone.connections[0]?.bundle?.path ?? '')).get('users')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ sourcedId: 's12', status: 'tobedeleted', 'metadata.bus': 'South' }),
      ]),
    );
    const fewer = await nights.refresh(library(`users: { ${stop} }`, 'mode: delta, '));
    expect(modeOf(fewer)).toEqual(['bulk', removed]);
    const [header] = (await bundleOf(fewer)).get('users') ?? [];
    expect(Object.keys(header ?? {}).filter((name) => name.startsWith('metadata'))).toEqual([
      'metadata.stop',
    ]);
    const none = await nights.refresh('  - { name: library, version: "1.1", mode: delta }\n');
    expect(modeOf(none)[0]).toBe('bulk');
    const same = await nights.refresh('  - { name: library, version: "1.1", mode: delta }\n');
    expect(modeOf(same)[0]).toBe('delta');
    expect((await nights.ledger('library')).map(({ metadata }) => metadata)).toEqual([
      [],
      [],
      ['users.metadata.stop'],
      ...Array.from({ length: 2 }, () => ['users.metadata.bus', 'users.metadata.stop']),
      ...Array.from({ length: 3 }, () => ['users.metadata.bus']),
    ]);
  });

  it('is read by its mapped names, of declared tables too, where SQLite holds all numbers as text', async () => {
    const asTexts = sisTable('Enrollment')
      .columns.map(({ name }) => `CAST("${name}" AS TEXT) AS "${name}"`)
      .join(', ');
    const nights = new OwnNights(
      folder,
      `
      CREATE TABLE loose AS SELECT ${asTexts}, 'x' || personID AS lunch FROM Enrollment;
      DROP TABLE Enrollment; ALTER TABLE loose RENAME TO v_Enrollment;
      ${RIDERS.replaceAll('BusRider', 'v_Riders').replace('routeName TEXT', 'r TEXT')}`,
    );
    const tables = await nights.night(
      library(
        'users: { lunch: { table: enrollment, key: PERSONID, column: lunch }, bus: { table: Riders, key: personID, column: route, where: { active: 1 } } }',
      ),
      '  tables: { Enrollment: { table: v_Enrollment }, Riders: { table: v_Riders, columns: { route: r } } }\n',
    );
    expect(cells(tables, 'users', 'lunch')).toMatchObject({ s11: 'x11', s12: 'x12', s13: 'x13', t21: '' });
    expect(cells(tables, 'users', 'bus')).toMatchObject({ s11: 'North', s12: 'South', s13: '' });
  });

  it('of two connections is read for each, and one does not change the choice of the other', async () => {
    const nights = new OwnNights(
      folder,
      `
      CREATE TABLE Ride (personID INT, route TEXT, area TEXT);
      INSERT INTO Ride VALUES (11, 'A', 'z'), (11, 'B', 'a');`,
    );
    const ride = (column: string): string => `${column}: { table: Ride, key: personID, column: ${column} }`;
    const { connections } = await nights.refresh(
      library(`users: { ${ride('route')} }`) + lms(`users: { ${ride('route')}, ${ride('area')} }`),
    );
    const [first, second] = await Promise.all(
      connections.map(({ bundle }) => readBundle(bundle?.path ?? '')),
    );
    expect(first && cells(first, 'users', 'route')).toMatchObject({ s11: 'A' });
    expect(second && cells(second, 'users', 'route')).toMatchObject({ '11': 'B' });
    expect(second && cells(second, 'users', 'area')).toMatchObject({ '11': 'a' });
  });
});

describe('a table or column that does not exist', () => {
  it('ends a refresh with exit code 4 and the columns that do', async () => {
    const nights = new OwnNights(folder, RIDERS);
    const refusal = await nights.refusal(
      library(
        'users: { bus: { table: BusRider, key: personID, column: rout, where: { activ: 1 } }, meal: { table: BusRidr, key: personID, column: x } }',
      ),
    );
    const has = 'BusRider has riderID, personID, routeName, stopName, active, since';
    expect(refusal).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/^\S+ does not have 4 columns that metadata or values need,/) as unknown,
      problems: [
        {
          path: 'BusRider.activ',
          message: `column is missing: read for users.metadata.bus of library; ${has}`,
        },
        {
          path: 'BusRider.rout',
          message: `column is missing: read for users.metadata.bus of library; ${has}`,
        },
        ...['personID', 'x'].map((column) => ({
          path: `BusRidr.${column}`,
          message:
            'column is missing: read for users.metadata.meal of library; BusRidr does not exist or is hidden from the login; did you mean `BusRider`?',
        })),
      ],
    });
  });

  it.each([
    [
      'holds bytes',
      'CREATE TABLE T (personID INT, v BLOB, w varbinary(10))',
      'column: w',
      'column is varbinary(10), which is no text, number or date',
    ],
    [
      'is a key of days',
      'CREATE TABLE T (personID date, v TEXT)',
      'column: v',
      'column is date, expected a number',
    ],
    [
      'is compared with what it cannot hold',
      'CREATE TABLE T (personID INT, v TEXT, n INT)',
      'column: v, where: { n: abc }',
      'column is INT, and where compares it with a value that is none',
    ],
  ])('so does one that %s', async (_, sql, wants, message) => {
    const nights = new OwnNights(folder, sql);
    expect(
      await nights.refusal(library(`users: { x: { table: T, key: personID, ${wants} } }`)),
    ).toMatchObject({ exitCode: 4, problems: [{ message }] });
  });

  it('a column of keys that are no numbers is unusable data', async () => {
    const nights = new OwnNights(
      folder,
      `CREATE TABLE T (personID TEXT, v TEXT); ${STUDENTS.map((id) => `INSERT INTO T VALUES ('K-${id}', 'secret'), ('L-${id}', 'secret');`).join('')}`,
    );
    const refusal = await nights.refusal(library('users: { x: { table: T, key: personID, column: v } }'));
    expect(refusal).toMatchObject({
      exitCode: 4,
      problems: [
        { path: 'T.personID', message: '6 of 6 filled cells cannot be read as a number: shape A-NN' },
      ],
    });
  });
});

it('a table without rows leaves empty cells and a notice', async () => {
  const nights = new OwnNights(folder, 'CREATE TABLE T (personID INT, v TEXT)');
  const { connections, notices } = await nights.refresh(
    library('users: { x: { table: T, key: personID, column: v } }'),
  );
  expect(notices.map(({ code }) => code)).toContain('metadata-no-rows');
  const tables = await readBundle(connections[0]?.bundle?.path ?? '');
  expect(new Set(Object.values(cells(tables, 'users', 'x')))).toEqual(new Set(['']));
});
