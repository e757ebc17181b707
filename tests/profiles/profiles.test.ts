import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ZIP_LIMITS } from '../../src/model/reading-limits.js';
import { profileNamed, profiles } from '../../src/profiles/index.js';
import { demandsOf, type Demand, type Profile } from '../../src/profiles/profile.js';
import { shapeOf } from '../../src/profiles/shape.js';
import { versions, type VersionName } from '../../src/oneroster/versions.js';
import { checks } from '../../src/verify/catalogue/checks.js';
import type { Finding } from '../../src/model/finding.js';
import { judge } from '../../src/verify/judge.js';
import { cases, type JudgedCode } from '../verify/check-cases.js';
import {
  goodRoster,
  save,
  saveContent,
  withCells,
  withRows,
  withTable,
  type Content,
} from '../verify/bundles.js';
import { fitting, saveDraft, spoilers } from './fitting.js';

const named = profiles.map((profile) => [profile.name, profile] as const);
const asked = profiles.flatMap((profile) =>
  profile.demands.map((demand) => ({
    title: `${profile.name}: ${demand.kind}: ${demand.says}`,
    profile,
    demand,
  })),
);
const judged = asked.filter(({ demand }) => spoilers[demand.kind] !== null);

describe('the register of profiles', () => {
  it('has the receivers, each once', () => {
    const names = profiles.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        ...[
          'generic',
          'clever',
          'classlink',
          'microsoft-sds',
          'google-classroom',
          'schoology',
          'canvas',
          'hmh',
        ],
        ...[
          'mcgraw-hill',
          'renaissance',
          'amplify',
          'great-minds',
          'apple-school-manager',
          'd2l',
          'naviance',
          'moodle',
        ],
      ]),
    );
    expect(profileNamed('clever')?.title).toBe('Clever');
    expect(profileNamed('nobody')).toBeUndefined();
  });

  it.each(asked)('$title has a sentence and a public source', ({ demand }) => {
    expect(demand.says).toMatch(/^[A-Z].*\.$/);
    expect(demand.source).toMatch(/https?:\/\/[a-z0-9.-]+/);
  });

  it.each(asked)('$title speaks of tables, columns and checks that exist', ({ demand }) => {
    const tables = [...versions['1.1'].tables, ...versions['1.2'].tables];
    const known = new Set(tables.map(({ name }) => name));
    if ('tables' in demand) expect(demand.tables.filter((table) => !known.has(table))).toEqual([]);
    if ('column' in demand) {
      const columns = tables
        .filter(({ name }) => name === demand.table)
        .flatMap((table) => table.columns.map(({ name }) => name));
      expect(columns).toContain(demand.column);
    }
    if (demand.kind === 'pattern' && demand.otherwise === 'empty-cell') {
      const required = tables
        .filter(({ name }) => name === demand.table)
        .flatMap((table) => table.columns.filter(({ name }) => name === demand.column))
        .map((column) => column.required);
      expect(required.filter((each) => each !== undefined)).toEqual([]);
    }
    if (demand.kind === 'tighten') {
      const severity = checks.find(({ code }) => code === demand.code)?.severity;
      expect(['warning', 'info']).toContain(severity);
    }
  });
});

describe('a bundle made for a receiver', () => {
  it.each(named)('%s takes one that meets all its demands', async (_name, profile) => {
    const draft = fitting(profile);
    const { findings } = await judge(saveDraft(draft), { profile, asOf: draft.asOf });
    expect(findings).toEqual([]);
  });

  it.each(judged)('$title', async ({ profile, demand }) => {
    const draft = spoilers[demand.kind]?.(fitting(profile), demand) ?? fitting(profile);
    const { findings } = await judge(saveDraft(draft), { profile, asOf: draft.asOf });
    const expected: object =
      demand.kind === 'tighten'
        ? { code: demand.code, severity: 'error' }
        : { code: `profile.${demand.kind}`, severity: demand.severity, says: demand.says };
    expect(findings).toContainEqual(expect.objectContaining(expected));
  });

  it('has no requirements on the future unless the day is given', async () => {
    const clever = profileNamed('clever');
    if (!clever) throw new Error('no clever');
    expect((await judge(saveDraft(fitting(clever)), { profile: clever })).findings).toEqual([]);
  });

  it('may hold letters and digits of every script for Moodle, in names, titles and codes', async () => {
    const profile = profileNamed('moodle');
    if (!profile) throw new Error('no moodle');
    const draft = fitting(profile);
    const named = [
      ['users', 0, { givenName: 'Zoë', familyName: 'Łukasiewicz-Ñandú', middleName: '李' }],
      ['academicSessions', 1, { title: '秋季 ２０２６' }],
      ['orgs', 0, { name: 'École No. ٣' }],
      ['classes', 0, { title: 'Физика 1, A', classCode: 'Ф-1', location: 'Raum 2.Ä', periods: '1,2' }],
    ] as const;
    const content = named.reduce<Content>(
      (bundle, [table, row, cells]) => withCells(bundle, table, row, cells),
      draft.content,
    );
    expect((await judge(saveDraft({ ...draft, content }), { profile })).findings).toEqual([]);
  });

  it.each([
    ['users', { username: 'jane_doe' }],
    ['users', { phone: '(555) 010-0100' }],
    ['users', { email: 'jane..doe@example.org' }],
    ['users', { email: 'jane@localhost' }],
    ['users', { userIds: '{stateID:12-3}' }],
    ['users', { grades: '08,09' }],
    ['classes', { periods: '1,2A' }],
    ['classes', { periods: '01' }],
    ['classes', { title: 'Algebra (2)' }],
  ] as const)('is refused by Moodle for %s %j', async (table, changed) => {
    const profile = profileNamed('moodle');
    if (!profile) throw new Error('no moodle');
    const draft = fitting(profile);
    const content = withCells(draft.content, table, 0, changed);
    const { findings } = await judge(saveDraft({ ...draft, content }), { profile });
    expect(findings.map(({ code, column }) => [code, column])).toContainEqual([
      'profile.pattern',
      Object.keys(changed)[0],
    ]);
  });

  it('is not larger than the receiver takes', async () => {
    const naviance = profileNamed('naviance');
    if (!naviance) throw new Error('no naviance');
    // The zip lies behind a gigabyte of nothing, which takes no room on the disk.
    const zip = readFileSync(saveDraft(fitting(naviance)));
    const path = save(Buffer.alloc(0), 'NavianceOneRoster.zip');
    const file = openSync(path, 'r+');
    writeSync(file, zip, 0, zip.length, 2 ** 30);
    closeSync(file);
    const codes = (await judge(path, { profile: naviance })).findings.map(({ code }) => code);
    expect(codes).toEqual(['profile.largest-zip', 'package.foreign-bytes']);
  });

  it.each(['hmh', 'renaissance'])(
    'may have header-only files for %s, and for no other receiver',
    async (name) => {
      const profile = profileNamed(name);
      if (!profile) throw new Error(`no ${name}`);
      const draft = fitting(profile);
      const content = withTable(draft.content, 'demographics', []);
      const path = saveDraft({ ...draft, content });
      expect((await judge(path, { profile })).findings).toEqual([]);
      expect((await judge(saveContent(content))).findings.map(({ code }) => code)).toEqual([
        'csv.header-only',
      ]);
    },
  );

  it('is delivered file by file if the receiver requires it', () => {
    const loose = profiles
      .filter(({ demands }) => demandsOf(demands, 'loose-files').length > 0)
      .map(({ name }) => name);
    expect(loose).toEqual(['classlink', 'microsoft-sds']);
  });
});

describe('what is asked by role or org, in 1.2 where both stand in roles.csv', () => {
  const roster = goodRoster('1.2');
  const found = async (content: Content, ...demands: readonly Demand[]): Promise<readonly Finding[]> =>
    (await judge(saveContent(content), { profile: { name: 'test', title: 'Test', demands } })).findings;
  const said = { severity: 'error', says: 'So it is.', source: 'a test' } as const;

  it('a cell that only some roles need', async () => {
    const demand: Demand = {
      ...said,
      kind: 'cell-required',
      table: 'users',
      column: 'email',
      roles: ['student'],
      otherwise: 'withhold',
    };
    const mailed = withCells(roster, 'users', 0, { email: 's1@example.org' });
    const code = 'profile.cell-required';
    expect(await found(mailed, demand)).toEqual([]);
    expect(await found(roster, demand)).toEqual([
      {
        ...{ code, severity: 'error', says: said.says, file: 'users.csv', column: 'email', count: 1 },
        places: [{ line: 2, sourcedId: 's1' }],
      },
    ]);
    const twice = withRows(roster, 'roles', {
      sourcedId: 'x',
      userSourcedId: 's1',
      role: 'student',
      roleType: 'primary',
      orgSourcedId: 'd1',
    });
    expect((await found(twice, demand)).map(({ count }) => count)).toEqual([1]);
  });

  it('a value that only users of some roles must not share', async () => {
    const demand: Demand = {
      ...{ kind: 'unique', table: 'users', column: 'email', ignoreCase: true, roles: ['student', 'teacher'] },
      ...{ severity: 'warning', otherwise: 'report', says: 'So it is.', source: 'a test' },
    };
    const shared = (version: VersionName, ...users: readonly number[]): Content =>
      users.reduce<Content>(
        (content, row) => withCells(content, 'users', row, { email: `${row % 2 ? 'A' : 'a'}@example.org` }),
        goodRoster(version),
      );
    const roles = new Map(
      goodRoster('1.2').tables['roles']?.map((row) => [row['userSourcedId'], row['role']]) ?? [],
    );
    const ids = goodRoster('1.2').tables['users']?.map((row) => row['sourcedId']) ?? [];
    const rowOf = (role: string): number => ids.findIndex((id) => roles.get(id) === role);
    for (const version of ['1.1', '1.2'] as const) {
      expect(await found(shared(version, rowOf('student'), rowOf('guardian')), demand)).toEqual([]);
      const both = await found(shared(version, rowOf('student'), rowOf('teacher')), demand);
      expect(both).toEqual([
        expect.objectContaining({ code: 'profile.unique', severity: 'warning', count: 1 }),
      ]);
      expect(both[0]?.places.map(({ sourcedId }) => sourcedId)).toEqual([ids[rowOf('teacher')]]);
    }
  });

  it('an administrator is any of the four kinds', async () => {
    const demand: Demand = {
      ...said,
      kind: 'roles-kept',
      roles: ['student', 'teacher', 'administrator'],
      otherwise: 'drop-user',
    };
    const codes = async (role: string): Promise<readonly string[]> =>
      (await found(withCells(roster, 'roles', 2, { role }), demand)).map(({ code }) => code);
    expect(await codes('principal')).toEqual([]);
    expect(await codes('guardian')).toEqual(['profile.roles-kept']);
  });

  it('the school of a class among the orgs of its students', async () => {
    const demand: Demand = { ...said, kind: 'same-school', otherwise: 'drop-enrollment' };
    expect(await found(roster, demand)).toEqual([]);
    const elsewhere = withCells(withCells(roster, 'roles', 0, { orgSourcedId: 'd1' }), 'users', 0, {
      primaryOrgSourcedId: 'd1',
    });
    expect((await found(elsewhere, demand)).map(({ code }) => code)).toEqual(['profile.same-school']);
  });
});

describe('a profile', () => {
  /** Where a receiver's word replaces the standard's. */
  const yields: Readonly<Partial<Record<Demand['kind'], readonly string[]>>> = {
    'header-only': ['csv.header-only'],
    'line-end': ['csv.line-feed'],
    'files-allowed': ['reference.file-missing', 'package.roster-incomplete'],
  };
  const yieldsOf = (profile: Profile): readonly string[] =>
    profile.demands.flatMap(({ kind }) => yields[kind] ?? []);

  it.each(['hmh', 'moodle', 'apple-school-manager'])(
    '%s only tightens, but for what it says',
    async (name) => {
      const profile = profileNamed(name);
      if (!profile) throw new Error(`no ${name}`);
      for (const code of Object.keys(cases) as JudgedCode[]) {
        if (yieldsOf(profile).includes(code)) continue;
        const { fails, limits = ZIP_LIMITS } = cases[code];
        const { findings } = await judge(fails(), { profile, limits });
        expect(findings.map((finding) => finding.code)).toContain(code);
      }
    },
  );

  it('shapes what is written', () => {
    const shape = (name: string): object => shapeOf(profileNamed(name), '1.1');
    expect(shape('generic')).toMatchObject({
      versions: ['1.1', '1.2'],
      quoting: 'minimal',
      lineEnd: 'crlf',
      zipName: undefined,
      tablesAllowed: undefined,
    });
    expect(shape('naviance')).toMatchObject({
      zipName: 'NavianceOneRoster.zip',
      rolesKept: ['student', 'administrator', 'teacher'],
    });
    expect(shape('canvas')).toMatchObject({ enrollmentDates: 'fill-from-terms', oneEnrollment: true });
    expect(shape('hmh')).toMatchObject({ quoting: 'all', classSize: { most: 49 }, sameSchool: true });
    expect(shape('moodle')).toMatchObject({
      tablesAllowed: ['academicSessions', 'classes', 'enrollments', 'orgs', 'users'],
    });
    expect(shape('moodle')).toMatchObject({ versions: ['1.1'] });
  });
});
