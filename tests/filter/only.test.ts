/** Filters of a connection end to end: the closed set under random filters, notices about values that nothing has, and `explain`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { writeDistrict } from '../../src/demo/load.js';
import { explain } from '../../src/explain/explain.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { WrittenConnection } from '../../src/config/config.js';
import { valuesOf } from '../../src/config/values.js';
import { STAFF_BOXES } from '../../src/filter/wanted.js';
import { COLUMN_FILTERS, type ConnectionSettings, type OnlySettings } from '../../src/model/settings.js';
import { writeCampusFile } from '../support/campus-file.js';
import { aConfig, aConnection, day } from '../support/connections.js';
import {
  AIDE,
  aDistrict,
  aGuardian,
  anAide,
  aRelative,
  aRoster,
  aStudent,
  aTeacher,
  courseOf,
  put,
  RELATIVE,
  SCHOOL,
  sectionOf,
  STUDENT,
  TEACHER,
  termOf,
  TODAY,
  TOMORROW,
  type GivenRows,
} from '../support/given.js';
import { refreshHere } from '../support/in-process.js';
import { outcomeFor } from '../support/outcome.js';
import { aConnection as written, makeConfigFolder, type ConfigFolder } from '../config/given-config.js';

const folder = mkdtempSync(join(tmpdir(), 'only-'));
const filename = join(folder, 'district.sqlite');
beforeAll(() => {
  writeDistrict(filename, { seed: 7, students: 60 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const maybe = <T>(each: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(each, { nil: undefined });
const some = <T>(...values: readonly T[]): fc.Arbitrary<T[]> => fc.subarray([...values], { minLength: 1 });
const defined = <T extends object>(group: T): T =>
  Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined)) as T;

const GRADES = ['KG', '01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'];
const filters: fc.Arbitrary<OnlySettings> = fc
  .record({
    students: maybe(
      fc
        .record({
          grades: maybe(
            some(...GRADES).map((codes) => ({
              by: 'state' as const,
              keys: Object.fromEntries(codes.map((code) => [code, [code.toLowerCase()]])),
            })),
          ),
          enrollmentTypes: maybe(some('P', 'S')),
          withClasses: maybe(fc.boolean()),
        })
        .map(defined),
    ),
    sections: maybe(
      fc
        .record({
          courses: maybe(some('0*', '1*', '2*', '*5', '*0')),
          homeroom: maybe(fc.constantFrom('only' as const, 'exclude' as const)),
          terms: maybe(fc.constantFrom('current' as const, 'started' as const)),
          teachers: maybe(fc.constant('required' as const)),
        })
        .map(defined),
    ),
    staff: maybe(
      fc.record({ roles: maybe(some(...STAFF_BOXES)), withSections: maybe(fc.boolean()) }).map(defined),
    ),
    contacts: maybe(
      fc
        .record({
          relationships: maybe(some('Mother', 'father', 'Grandparent', 'Stepparent', '*parent')),
          max: maybe(fc.integer({ min: 1, max: 3 })),
        })
        .map(defined),
    ),
    pilot: maybe(fc.record({ students: fc.integer({ min: 1, max: 30 }) })),
  })
  .map(defined) as fc.Arbitrary<OnlySettings>;

/** Values that are empty for some records, and for whom the usual rule of the cell decides. */
const cellValue = (...templates: readonly string[]) =>
  fc
    .record({
      template: fc.constantFrom(...templates),
      else: maybe(fc.constantFrom('default', '{sourcedId}')),
      case: maybe(fc.constantFrom('lower' as const, 'upper' as const)),
    })
    .map(defined);
const overrides: fc.Arbitrary<NonNullable<WrittenConnection['values']>> = fc
  .record({
    orgs: maybe(fc.record({ identifier: cellValue('{District.number}-{School.number}', '{number}') })),
    users: maybe(
      fc
        .record({
          username: maybe(cellValue('{studentNumber}', '{staffNumber}', '{email}', 'x{personID}')),
          email: maybe(cellValue('{studentNumber}@x.org', '{secondaryEmail}', '{username}@x.org')),
          identifier: maybe(cellValue('{staffStateID}', '{personGUID}')),
          phone: maybe(cellValue('{sms}', '{cellPhone}')),
        })
        .map(defined),
    ),
    classes: maybe(
      fc.record({ title: cellValue('{teacher.lastName} {section.number}', '{Room.name} {classCode}') }),
    ),
    courses: maybe(fc.record({ title: cellValue('{Department.name}: {name}', '{scedCourseId}') })),
  })
  .map(defined) as fc.Arbitrary<NonNullable<WrittenConnection['values']>>;

const settings: fc.Arbitrary<ConnectionSettings> = fc
  .record({
    only: filters,
    version: fc.constantFrom('1.1' as const, '1.2' as const),
    emptyClasses: fc.constantFrom('keep' as const, 'drop' as const),
    unusedCourses: fc.constantFrom('keep' as const, 'drop' as const),
    teachersWithoutSections: fc.constantFrom('exclude' as const, 'include' as const),
    values: overrides,
  })
  .map(({ values, ...wants }) =>
    aConnection({
      ...wants,
      allowEmpty: true,
      values: valuesOf({ version: wants.version, values }, undefined),
    }),
  );

it('any filters and values leave a closed set: the verification finds nothing', async () => {
  let nights = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(settings, { minLength: 3, maxLength: 3 }), async (all) => {
      nights += 1;
      const connections = all.map((each, at) => ({ ...each, name: `c${at}` }));
      const { connections: results } = await refreshHere({
        config: aConfig(join(folder, `home-${nights}`), filename, connections),
        source: sqliteSource({ client: 'better-sqlite3', filename, filters: COLUMN_FILTERS }),
        asOf: day(DEMO_AS_OF),
      });
      for (const {
        outcome,
        findings,
        settings: { only, values },
      } of results) {
        const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code);
        expect({ only, values, outcome, errors }).toEqual({ only, values, outcome: 'published', errors: [] });
      }
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 240_000);

describe('a filter that keeps nothing', () => {
  const given = aDistrict(aStudent(), aTeacher(), aRoster());
  const night = async (only: OnlySettings) => {
    const file = writeCampusFile(given);
    try {
      const { connections } = await refreshHere({
        config: aConfig(join(folder, 'empty'), file.path, [aConnection({ only })]),
        source: sqliteSource({ client: 'better-sqlite3', filename: file.path, filters: COLUMN_FILTERS }),
        asOf: day(TODAY),
      });
      return connections[0];
    } finally {
      file.remove();
    }
  };

  it('withholds the bundle and names the filter', async () => {
    const result = await night({ sections: { courses: ['9*'] } });
    expect(result?.outcome).toBe('withheld');
    expect(result?.findings.find(({ code }) => code === 'bundle-empty')?.says).toContain(
      'Rule ONLY_COURSE excluded 1 of 1 candidates (fix in: connections[].only.sections.courses in the export config)',
    );
  });

  it.each<readonly [string, OnlySettings, string, RegExp]>([
    [
      'users',
      { students: { ids: ['1'] }, staff: { roles: ['health'] } },
      'users',
      /Rule ONLY_STAFF_ROLE excluded/,
    ],
    ['students', { students: { ids: ['1'] } }, 'students', /Rule ONLY_STUDENT excluded 1 of 1 candidates/],
    [
      'enrollments',
      { students: { ids: ['1'] }, staff: { schools: ['S9'] } },
      'enrollments',
      /Rule \w+_NOT_EXPORTED .* Filter ONLY_\w+ excluded 1 record/,
    ],
    [
      'classes',
      { sections: { homeroom: 'only' } },
      'classes',
      /Rule ONLY_HOMEROOM excluded 1 of 1 candidates/,
    ],
  ])('withholds a bundle without %s and names the filter', async (_, only, part, names) => {
    const result = await night(only);
    expect(result?.outcome).toBe('withheld');
    const says =
      result?.findings.filter(({ code }) => code === 'bundle-empty').map((each) => each.says) ?? [];
    expect(says.filter((each) => each.startsWith(`The bundle has no ${part},`))).toEqual([
      expect.stringMatching(names),
    ]);
  });

  it('has a notice with the nearest value that the district has', async () => {
    const only: OnlySettings = {
      students: { grades: { by: 'state', keys: { '1O': [] } }, ids: ['000999'] },
      sections: { courses: ['0311', '03*'], departments: ['Sciences'], subjects: ['77'] },
      staff: { roles: ['councelor'], schools: ['S9'] },
      contacts: { relationships: ['Mohter', 'FATHER'] },
    };
    const family = [
      ...given,
      aGuardian({ pair: { name: 'Mother' } }),
      aRelative({ pair: { name: 'Father' } }),
    ];
    const { notices } = await outcomeFor(family, { only });
    expect(notices.filter(({ code }) => code === 'only-unknown').map(({ message }) => message)).toEqual([
      'only.students.grades lists 1O, which nothing in the district has. The nearest known value is 10.',
      'only.students.ids lists 1 of 1 student numbers, which nothing in the district has.',
      'only.sections.courses lists 0311, which nothing in the district has. The nearest known value is 0310.',
      'only.sections.subjects lists 77, which nothing in the district has.',
      'only.sections.departments lists Sciences, which nothing in the district has. The nearest known value is Science.',
      'only.staff.roles lists councelor, which nothing in the district has. The nearest known value is counselor.',
      'only.staff.schools lists S9, which nothing in the district has. The nearest known value is S1.',
      'only.contacts.relationships lists Mohter, which nothing in the district has. The nearest known value is Mother.',
    ]);
  });

  it.each<readonly [string, OnlySettings]>([
    ['ONLY_GRADE', { students: { grades: { by: 'state', keys: { '09': ['09'] } } } }],
    ['ONLY_STUDENT', { students: { ids: ['1'] } }],
    ['ONLY_ENROLLMENT_TYPE', { students: { enrollmentTypes: ['N'] } }],
    ['ONLY_IN_CLASS', { students: { withClasses: true }, sections: { courses: ['9*'] } }],
    ['ONLY_PILOT', { pilot: { schools: ['S9'], students: 1 } }],
  ])('is what explain names first: %s', async (code, only) => {
    expect(await firstReasons(given, 'person', STUDENT, only)).toEqual([code]);
  });
});

describe('explain', () => {
  const all = aDistrict(aStudent(), aTeacher(), aRoster(), anAide());

  it.each<readonly [string, 'person' | 'section' | 'course', number, OnlySettings]>([
    ['ONLY_COURSE', 'course', courseOf(SCHOOL), { sections: { courses: ['9*'] } }],
    ['ONLY_COURSE', 'section', sectionOf(SCHOOL), { sections: { courses: ['9*'] } }],
    ['ONLY_DEPARTMENT', 'section', sectionOf(SCHOOL), { sections: { departments: ['Science'] } }],
    ['ONLY_SUBJECT', 'section', sectionOf(SCHOOL), { sections: { subjects: ['03'] } }],
    ['ONLY_HOMEROOM', 'section', sectionOf(SCHOOL), { sections: { homeroom: 'only' } }],
    ['ONLY_PILOT', 'section', sectionOf(SCHOOL), { pilot: { schools: ['S9'], students: 1 } }],
    ['ONLY_STAFF_ROLE', 'person', TEACHER, { staff: { roles: ['health'] } }],
    ['ONLY_STAFF_SCHOOL', 'person', AIDE, { staff: { schools: ['S9'] } }],
    ['ONLY_WITH_SECTIONS', 'person', AIDE, { staff: { withSections: true } }],
    ['ONLY_PILOT', 'person', AIDE, { pilot: { students: 1 } }],
  ])('names %s first for a %s', async (code, kind, id, only) => {
    expect(await firstReasons(all, kind, id, only)).toEqual([code]);
  });

  it.each<readonly [string, NonNullable<OnlySettings['contacts']>]>([
    ['ONLY_RELATIONSHIP', { relationships: ['Father'] }],
    ['ONLY_FIRST_CONTACTS', { max: 1 }],
  ])('names %s first for a contact', async (code, contacts) => {
    const family = aDistrict(
      aStudent(),
      aGuardian({ pair: { name: 'Mother', seq: 1 } }),
      aRelative({ pair: { name: 'Aunt', seq: 2 } }),
    );
    expect(await firstReasons(family, 'person', RELATIVE, { contacts })).toEqual([code]);
  });

  it('names ONLY_TAUGHT and ONLY_TERM first for a section', async () => {
    const untaught = aDistrict(aStudent(), aRoster());
    const later = aDistrict(aTeacher(), put('Term', { termID: termOf(SCHOOL), startDate: TOMORROW }));
    const ask = (of: GivenRows, only: OnlySettings) => firstReasons(of, 'section', sectionOf(SCHOOL), only);
    expect(await ask(untaught, { sections: { teachers: 'required' } })).toEqual(['ONLY_TAUGHT']);
    expect(await ask(later, { sections: { terms: 'started' } })).toEqual(['ONLY_TERM']);
  });
});

/** The codes that explain shows as the first reason, and those that a refresh reports: they must be the same. */
async function firstReasons(
  rows: GivenRows,
  kind: 'person' | 'section' | 'course',
  id: number,
  only: OnlySettings,
): Promise<readonly string[]> {
  const file = writeCampusFile(rows);
  const config = aConfig(folder, file.path, [aConnection({ only })]);
  const source = sqliteSource({ client: 'better-sqlite3', filename: file.path, filters: COLUMN_FILTERS });
  const { connections } = await explain({ config, source, kind, key: String(id), asOf: day(TODAY) });
  file.remove();
  const [record] = connections[0]?.records ?? [];
  const rulings = [
    ...(record?.record?.rulings ?? []),
    ...(record?.roles ?? []).flatMap((role) => [...role.rows.flatMap((row) => row.rulings), ...role.person]),
  ];
  const codes = rulings.filter(({ isFirst }) => isFirst).map((ruling) => ruling.code);
  expect(record?.exclusions.map((each) => each.code)).toEqual(codes);
  return codes;
}

describe('only in a config', () => {
  let configs: ConfigFolder;
  beforeAll(async () => {
    configs = await makeConfigFolder();
    writeFileSync(join(configs.folder, 'pilot.txt'), '000123\r\n\n 7 \n', { mode: 0o600 });
    writeFileSync(join(configs.folder, 'empty.txt'), '\n', { mode: 0o600 });
  });
  afterAll(() => configs.remove());

  it('has grades by their keys in the SIS, and numbers from a file', async () => {
    const { connections } = await configs.load(
      written('only: { students: { grades: [PK, 9], idsFile: ./pilot.txt }, sections: { terms: all } }'),
    );
    expect(connections[0]?.only).toMatchObject({
      students: {
        grades: { by: 'state', keys: { PK: expect.arrayContaining(['pk']) as unknown } },
        ids: ['000123', '7'],
      },
      sections: {},
    });
  });

  it('reads the relationship of contacts and their sequence only where a filter needs them', async () => {
    const read = async (more: string) => (await configs.load(written(more))).source.filters;
    expect(await read('only: { contacts: { relationships: [Mother] } }')).toEqual(['contacts.relationships']);
    expect(await read('only: { contacts: { max: 2 } }')).toEqual(['contacts.max']);
    expect(await read('only: { contacts: {} }')).toBeUndefined();
  });

  it.each([
    [
      'an unknown filter',
      'only: { student: {} }',
      /only\.student: is not a known setting; did you mean `students`\?$/,
    ],
    [
      'an unknown key',
      'only: { sections: { course: [a] } }',
      /only\.sections\.course: .*did you mean `courses`/,
    ],
    [
      'no list',
      'only: { students: { grades: PK } }',
      /8:\d+ connections\[0\]\.only\.students\.grades: must be a list/,
    ],
    ['an empty list', 'only: { students: { grades: [] } }', /grades: must list at least one$/],
    ['another word', 'only: { sections: { homeroom: yes } }', /homeroom: must be only or exclude$/],
    ['a pilot without a number', 'only: { pilot: { schools: [a] } }', /only\.pilot\.students: is missing$/],
    ['no contact', 'only: { contacts: { max: 0 } }', /only\.contacts\.max: must be/],
    [
      'an unknown key of contacts',
      'only: { contacts: { relationship: [Mother] } }',
      /only\.contacts\.relationship: .*did you mean `relationships`/,
    ],
    [
      'a file that is not there',
      'only: { students: { idsFile: ./no.txt } }',
      /idsFile: names a file that does not exist/,
    ],
    [
      'a file without numbers',
      'only: { students: { idsFile: ./empty.txt } }',
      /idsFile: names a file without any student number$/,
    ],
    [
      'both',
      'only: { students: { ids: [1], idsFile: ./pilot.txt } }',
      /idsFile: and ids cannot be combined: remove one$/,
    ],
  ])('refuses %s', async (_, more, expected) => {
    expect(await configs.problems(written(more))).toEqual([expect.stringMatching(expected)]);
  });
});
