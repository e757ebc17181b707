import { describe, expect, it } from '@jest/globals';
import { judge } from '../../src/verify/judge.js';
import {
  asDelta,
  filesOf,
  goodComplete,
  goodRoster,
  partsOf,
  save,
  saveContent,
  saveFiles,
  withCells,
  without,
  withRows,
} from './bundles.js';
import { makeZip } from './zips.js';

const r12 = goodRoster('1.2');
const files = filesOf(r12);
const codesOf = async (path: string): Promise<readonly string[]> =>
  (await judge(path)).findings.map(({ code, file }) => `${file ?? ''} ${code}`.trim());
/** The files of the good roster, one of them changed. */
const withFile = (name: string, change: (text: string) => string | Buffer): string =>
  saveFiles({ ...files, [name]: change(files[name] ?? '') });

describe('judge', () => {
  const contents = (['1.1', '1.2'] as const).flatMap((version) => [
    { title: `${version} bulk roster`, content: goodRoster(version) },
    { title: `${version} bulk with every table`, content: goodComplete(version) },
    { title: `${version} delta roster`, content: asDelta(goodRoster(version)) },
    { title: `${version} delta with every table`, content: asDelta(goodComplete(version)) },
  ]);

  it.each(contents)('finds nothing in a good $title', async ({ content }) => {
    const judgment = await judge(saveContent(content));
    expect(judgment.findings).toEqual([]);
    expect(judgment.version).toBe(content.version);
    expect(judgment.mode).toBe(content.mode);
    expect(Object.fromEntries(judgment.rows)).toEqual(
      Object.fromEntries(Object.entries(content.tables).map(([name, rows]) => [name, rows.length])),
    );
  });
});

describe('a cause comes without its effects', () => {
  it.each([
    [
      'a manifest in UTF-16',
      'manifest.csv',
      (text: string) => Buffer.from(text, 'utf16le'),
      'csv.wide-encoding',
    ],
    [
      'a manifest with semicolons',
      'manifest.csv',
      (text: string) => text.replaceAll(',', ';'),
      'csv.delimiter',
    ],
    [
      'users in UTF-16',
      'users.csv',
      (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
      'csv.wide-encoding',
    ],
    ['users with semicolons', 'users.csv', (text: string) => text.replaceAll(',', ';'), 'csv.delimiter'],
    [
      'roles of the wrong width',
      'roles.csv',
      (text: string) => text.replaceAll(',o1', ',o1,'),
      'csv.field-count',
    ],
    [
      'users of the wrong width',
      'users.csv',
      (text: string) => text.replaceAll('user.', ',user.'),
      'csv.field-count',
    ],
  ])('%s', async (_title, name, change, code) => {
    expect(await codesOf(withFile(name, change))).toEqual([`${name} ${code}`]);
  });

  it('a stray quote that swallows rows', async () => {
    const path = withFile('users.csv', (text) =>
      text.replace('t1@example.org', '"t1').replace('user.g1', 'user"g1'),
    );
    for (const code of await codesOf(path)) expect(code).toMatch(/^users\.csv (csv|cell)\./);
  });

  it('and before them in the list', async () => {
    const path = withFile('manifest.csv', (text) => text.replace('file.orgs,bulk', 'file.orgs,bulk,x'));
    const broken = withFile('manifest.csv', (text) => `${text.replace('file.orgs,bulk', 'file.orgs,x')}\r\n`);
    expect(await codesOf(path)).toEqual(['manifest.csv csv.field-count']);
    expect(await codesOf(broken)).toEqual(['manifest.csv csv.blank-line', 'manifest.csv manifest.mode']);
  });
});

describe('roles', () => {
  it('of a delta without its users: two primary ones of a user in an org are found', async () => {
    const role = {
      sourcedId: 's1.aide',
      userSourcedId: 's1',
      role: 'aide',
      roleType: 'primary',
      orgSourcedId: 'o1',
    };
    const others = Object.keys(r12.tables).filter((name) => name !== 'roles');
    const alone = (content: typeof r12): string => saveContent(without(content, ...others));
    const two = asDelta(withRows(r12, 'roles', role));
    expect(await codesOf(alone(two))).toEqual(['roles.csv roster.two-primary-roles']);
    expect(await codesOf(saveContent(two))).toEqual(['roles.csv roster.two-primary-roles']);
    expect(await codesOf(alone(withCells(two, 'roles', 3, { status: 'tobedeleted' })))).toEqual([]);
    expect(await codesOf(alone(asDelta(withRows(r12, 'roles', { ...role, orgSourcedId: 'o2' }))))).toEqual(
      [],
    );
  });
});

describe('names of entries', () => {
  it('may begin with ./', async () => {
    const parts = partsOf(files).map((part) => ({ ...part, name: `./${String(part.name)}` }));
    expect(await codesOf(save(makeZip(parts)))).toEqual([]);
  });
});

describe('an id in a finding', () => {
  it('is shown when it has the form of one; other text only on request', async () => {
    const path = saveContent(withCells(r12, 'orgs', 1, { sourcedId: 'Ada Lovelace', name: '' }));
    const idsOf = async (showValues: boolean): Promise<readonly unknown[]> =>
      (await judge(path, { showValues })).findings.flatMap(({ code, places }) =>
        code === 'cell.required' ? places.map(({ sourcedId }) => sourcedId) : [],
      );
    expect(await idsOf(false)).toEqual([undefined]);
    expect(await idsOf(true)).toEqual(['Ada Lovelace']);
  });
});
