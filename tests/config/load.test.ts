import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_GRADES } from '../../src/config/grades.js';
import { CEDS_GRADES } from '../../src/oneroster/table.js';
import { aConnection, HEAD, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => (given = await makeConfigFolder()));
afterAll(() => given.remove());

const both = `${HEAD}  - { name: library, version: 1.1 }\n  - { name: lms, version: 1.2 }\n`;

describe('what is not written', () => {
  test('has the documented defaults', async () => {
    const config = await given.load(aConnection());
    expect({ ...config, grades: undefined }).toEqual({
      timezone: 'America/Chicago',
      home: join(given.folder, 'var'),
      console: { access: [], behindProxy: false, listen: '127.0.0.1:8480', sessionHours: 8 },
      state: { client: 'better-sqlite3' },
      retention: { days: 90, bundles: 14 },
      forecast: { days: 7 },
      source: { client: 'better-sqlite3', filename: join(given.folder, 'sis.sqlite') },
      system: { name: 'Infinite Campus', code: 'infinite-campus' },
      grades: undefined,
      connections: [
        {
          name: 'library',
          version: '1.1',
          mode: 'bulk',
          blackout: [],
          profile: 'generic',
          ids: 'legacy',
          schools: 'all',
          include: { guardians: true, relatives: true, aides: true, demographics: true },
          exclusiveEndDates: false,
          allowEmpty: false,
          teachersWithoutSections: 'exclude',
          endedRosters: 'keep',
          emptyClasses: 'keep',
          unusedCourses: 'keep',
          compression: 3,
          useSecondaryEmail: false,
          useLocalGrades: false,
          legalNames: 'omit',
          thresholds: { users: 10, classes: 10, enrollments: 20, perSchool: 30, new: 50, changed: 'off' },
        },
      ],
    });
  });

  test.each([
    ['better-sqlite3', '{ filename: /sis.sqlite }'],
    ['mssql', '{ server: s, database: d, user: u, password: "${env:SIS_PASSWORD}" }'],
  ])('the SIS has the names that are written, beside the settings of %s', async (client, connection) => {
    const source = `client: ${client}, connection: ${connection}, systemName: Campus, systemCode: campus-7`;
    const { system, ...config } = await given.load(
      `timezone: UTC\nsource: { ${source} }\nconnections: [{ name: library, version: 1.1 }]\n`,
      { SIS_PASSWORD: 'x' },
    );
    expect(system).toEqual({ name: 'Campus', code: 'campus-7' });
    expect(Object.keys(config.source)).not.toContain('systemName');
  });

  test('ids are legacy for 1.1 and guid for 1.2, unless written', async () => {
    const { connections } = await given.load(`${both}  - { name: third, version: 1.2, ids: personID }\n`);
    expect(connections.map(({ ids }) => ids)).toEqual(['legacy', 'guid', 'personID']);
  });

  test('one key of a group leaves the others at their defaults', async () => {
    const { connections } = await given.load(aConnection('include: { aides: false }'));
    expect(connections[0]?.include).toEqual({
      guardians: true,
      relatives: true,
      aides: false,
      demographics: true,
    });
  });
});

describe('what is written', () => {
  test('comes through', async () => {
    const more = [
      'ids: guid',
      'exclusiveEndDates: true',
      'allowEmpty: true',
      'teachersWithoutSections: include',
      'endedRosters: drop',
      'emptyClasses: drop',
      'unusedCourses: drop',
      'compression: 9',
      'values: { users: { email: { case: lower }, sms: "{phone}" } }',
    ];
    const { connections } = await given.load(aConnection(more.join('\n')));
    expect(connections[0]).toMatchObject({
      ids: 'guid',
      exclusiveEndDates: true,
      allowEmpty: true,
      teachersWithoutSections: 'include',
      endedRosters: 'drop',
      emptyClasses: 'drop',
      unusedCourses: 'drop',
      compression: 9,
      values: [
        { table: 'users', column: 'email', case: 'lower' },
        {
          table: 'users',
          column: 'sms',
          source: { parts: [{ kind: 'cell', column: 'phone' }], says: '{phone}' },
        },
      ],
    });
  });

  test.each([
    ['', [false, false], [false, false]],
    ['settings: { useSecondaryEmailFor11: true }\n', [true, false], [false, false]],
    ['settings: { useLocalGradesFor12: true }\n', [false, false], [false, true]],
  ])('district-wide settings reach their version only: %j', async (settings, secondary, local) => {
    const { connections } = await given.load(settings + both);
    expect(connections.map(({ useSecondaryEmail }) => useSecondaryEmail)).toEqual(secondary);
    expect(connections.map(({ useLocalGrades }) => useLocalGrades)).toEqual(local);
  });

  test('a 1.2 connection has its own secondary email and legal names', async () => {
    const lms = '  - { name: lms, version: 1.2, useSecondaryEmail: true, legalNames: send }\n';
    const { connections } = await given.load(HEAD + lms);
    expect(connections[0]).toMatchObject({ useSecondaryEmail: true, legalNames: 'send' });
  });

  test.each([
    ['new: 120, changed: 75', { new: 120, changed: 75 }],
    ['new: off', { new: 'off', changed: 'off' }],
    ['new: "off", changed: 0.5', { new: 'off', changed: 0.5 }],
  ])('the limits of growth are numbers or off: %s', async (text, limits) => {
    const { connections } = await given.load(aConnection(`thresholds: { ${text} }`));
    expect(connections[0]?.thresholds).toMatchObject(limits);
  });

  test.each(['new: false', 'new: on', 'changed: -1', 'changed: "50"', 'new: 10001', 'new: [50]'])(
    'anything else is a problem: %s',
    async (text) => {
      expect(await given.problems(aConnection(`thresholds: { ${text} }`))).toEqual([
        expect.stringMatching(
          /connections\[0\]\.thresholds\.(new|changed): must be (a number from 0 to 10000, or off|at least 0|at most 10000)$/,
        ),
      ]);
    },
  );

  test('relative paths start at the folder of the config, absolute ones stay', async () => {
    const near = await given.load(`home: ../elsewhere\n${aConnection()}`);
    expect(near.home).toBe(join(given.folder, '..', 'elsewhere'));
    const far = await given.load(`home: /srv/oneroster\n${aConnection()}`);
    expect(far.home).toBe('/srv/oneroster');
  });

  test('JSON is read as well', async () => {
    const written = {
      timezone: 'UTC',
      source: { client: 'better-sqlite3', connection: { filename: '/sis.sqlite' } },
      connections: [{ name: 'lms', version: '1.2', schools: ['0100'] }],
    };
    const config = await given.load(JSON.stringify(written, undefined, '\t'));
    expect(config.connections[0]).toMatchObject({ name: 'lms', version: '1.2', schools: ['0100'] });
  });

  test('a byte order mark and Windows line ends do no harm', async () => {
    const config = await given.load(`\uFEFF${aConnection().replaceAll('\n', '\r\n')}`);
    expect(config.timezone).toBe('America/Chicago');
  });

  test('an anchor stands for what it names', async () => {
    const more = '  - { name: a, version: 1.1, include: &who { aides: false } }\n';
    const { connections } = await given.load(`${HEAD}${more}  - { name: b, version: 1.1, include: *who }\n`);
    expect(connections[1]?.include).toEqual(connections[0]?.include);
    expect(connections[1]?.include.aides).toBe(false);
  });
});

describe('text that looks like a number', () => {
  test('keeps the text it was written as', async () => {
    const text = `grades: { 09: 09, 9: 10, 1e2: 02 }\n${HEAD}  - { name: 123, version: 1.2, schools: [0100, 12, 0x1F, 1.50, true] }\n`;
    const config = await given.load(text);
    expect(config.connections[0]).toMatchObject({
      name: '123',
      version: '1.2',
      schools: ['0100', '12', '0x1F', '1.50', 'true'],
    });
    expect([config.grades.get('09'), config.grades.get('9'), config.grades.get('1E2')]).toEqual([
      '09',
      '10',
      '02',
    ]);
  });

  test('is not rounded into a version', async () => {
    const text = `${HEAD}  - name: library\n    version: 1.10\n`;
    expect(await given.problems(text)).toEqual(['7:14 connections[0].version: must be "1.1" or "1.2"']);
  });
});

describe('grades', () => {
  test('the built-in table has only grades that the standard knows, and never PS', () => {
    expect([...DEFAULT_GRADES.values()].filter((grade) => !CEDS_GRADES.includes(grade))).toEqual([]);
    expect([...DEFAULT_GRADES.keys()].filter((code) => code !== code.toUpperCase())).toEqual([]);
    expect(DEFAULT_GRADES.has('PS')).toBe(false);
    expect([...DEFAULT_GRADES.values()]).not.toContain('PS');
  });

  test.each([
    ['9', '09'],
    ['K', 'KG'],
    ['00', 'KG'],
    ['4K', 'PK'],
    ['TD', 'IT'],
    ['XG', 'Other'],
    ['UN', 'UG'],
    ['13', '13'],
  ])('%s is %s unless the district says otherwise', (code, grade) =>
    expect(DEFAULT_GRADES.get(code)).toBe(grade),
  );

  test('what the district says goes over the table, in any capitals', async () => {
    const { grades } = await given.load(`grades: { k4: TK, ps: PS }\n${aConnection()}`);
    expect([grades.get('K4'), grades.get('PS'), grades.get('3K')]).toEqual(['TK', 'PS', 'PK']);
    expect(grades.size).toBe(DEFAULT_GRADES.size + 1);
  });
});

test('nothing of a config can be changed', async () => {
  const config = await given.load(aConnection('schools: [0100]'));
  const unfrozen: string[] = [];
  const visit = (value: unknown, at: string): void => {
    if (typeof value === 'object' && value !== null) {
      if (!Object.isFrozen(value)) {
        unfrozen.push(at);
      }
      Object.entries(value).forEach(([key, inner]) => visit(inner, `${at}.${key}`));
    }
  };
  visit(config, 'config');
  expect(unfrozen).toEqual([]);
  const grades = config.grades as Map<string, string>;
  expect(() => grades.set('K', '01')).toThrow(TypeError);
  expect(() => grades.delete('K')).toThrow(TypeError);
  expect(() => grades.clear()).toThrow(TypeError);
  expect(grades.get('K')).toBe('KG');
});
