/** What is replaced, what stays, and what is refused. */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COLUMNS } from '../../src/anonymize/columns.js';
import { judge } from '../../src/verify/judge.js';
import {
  asDelta,
  csvLine,
  filesOf,
  goodComplete,
  goodLargerRoster,
  goodRoster,
  headerOf,
  partsOf,
  save,
  saveContent,
  saveFiles,
  withCells,
  type Cells,
  type Content,
} from '../verify/bundles.js';
import { makeZip } from '../verify/zips.js';
import { anonymized, bytesOf, contentsOf, fileOf, freshPath, plainRows } from './given.js';

const oneUser = (cells: Cells, version: '1.1' | '1.2' = '1.2'): Content =>
  withCells(goodRoster(version), 'users', 0, cells);
async function userAfter(cells: Cells): Promise<Cells> {
  const { path } = await anonymized(saveContent(oneUser(cells)));
  const [header = [], row = []] = plainRows((await fileOf(path, 'users.csv')).replaceAll('"', ''));
  return Object.fromEntries(header.map((name, at) => [name, row[at] ?? '']));
}

describe('the table of columns', () => {
  it.each(['1.1', '1.2'])('has each column of the standard %s', (version) => {
    const path = join(import.meta.dirname, `../../../fixtures/oneroster/tables-${version}.json`);
    const { files } = JSON.parse(readFileSync(path, 'utf8')) as {
      files: Readonly<Record<string, { columns: readonly { name: string }[] }>>;
    };
    const columns: Readonly<Record<string, Readonly<Record<string, string>>>> = COLUMNS;
    const listed = Object.entries(files)
      .filter(([table]) => table !== 'manifest')
      .map(([table, { columns: its }]) => ({ table, its }));
    expect(listed.length).toBe(version === '1.1' ? 13 : 21);
    const missing = listed.flatMap(({ table, its }) =>
      its.filter(({ name }) => columns[table]?.[name] === undefined).map(({ name }) => `${table}.${name}`),
    );
    expect(missing.filter((name) => name !== 'users.resourceSourcedIds')).toEqual([]);
  });
});

describe('anonymize replaces', () => {
  it('names by words of the same length, case and script', async () => {
    const user = await userAfter({
      givenName: 'Zoë',
      familyName: "O'Connor-Smith",
      middleName: '李小龙',
      preferredGivenName: 'Zoë',
    });
    expect(user['givenName']).toMatch(/^[A-Z][a-z][à-ÿ]$/);
    expect(user['familyName']).toMatch(/^[A-Z]'[A-Z][a-z]{5}-[A-Z][a-z]{4}$/);
    expect(user['middleName']).toMatch(/^\p{Script=Han}{3}$/u);
    expect(user['preferredGivenName']).toBe(user['givenName']);
    expect(JSON.stringify(user)).not.toMatch(/Zoë|Connor|Smith|李|龙/);
  });

  it('addresses under a reserved domain, equal ones equal, with their case', async () => {
    const content = withCells(
      oneUser({ email: 'Ann.Lee@Riverside.org', username: 'ann.lee@riverside.org' }),
      'users',
      1,
      {
        email: 'ann.lee@riverside.com',
        username: 'ann.lee',
      },
    );
    const { path } = await anonymized(saveContent(content));
    const [header = [], one = [], two = []] = plainRows(await fileOf(path, 'users.csv'));
    const [email, username] = [header.indexOf('email'), header.indexOf('username')];
    expect(one[email]).toMatch(/^[A-Z][a-z]{2}\.[A-Z][a-z]{2}@[A-Z][a-z]{8}\.[a-z]{3}\.example$/);
    expect(one[email]?.toLowerCase()).toBe(one[username]);
    expect(two[email]).toMatch(/\.example$/);
    expect(two[email]).not.toBe(one[username]);
    expect(two[username]).toBe(one[username]?.split('@')[0]);
  });

  it.each([
    ['+1 (608) 123-4567', /^\+1 \(555\) 555-01\d\d$/],
    ['608.123.4567', /^555\.555\.01\d\d$/],
    ['1234567', /^55501\d\d$/],
    ['+4915112345678', /^\+\d{3}55555501\d\d$/],
    ['0891234', /^05501\d\d$|^0\d5\d01\d\d$/],
  ])('the phone number %s by one that is reserved', async (phone, looks) => {
    const user = await userAfter({ phone, sms: phone });
    expect(user['phone']).toMatch(looks);
    expect(user['sms']).toBe(user['phone']);
  });

  it.each(['2012-02-29', '2011-12-31', '0099-01-01', '2012-13-05', '02/29/2012', '20120805', '5/9/12'])(
    'the birth date %s by another of the same year',
    async (birthDate) => {
      const { path } = await anonymized(
        saveContent(withCells(goodRoster('1.2'), 'demographics', 0, { birthDate })),
      );
      const after = plainRows(await fileOf(path, 'demographics.csv'))[1]?.[3] ?? '';
      expect(after).not.toBe(birthDate);
      expect(after.replace(/\d/g, '9')).toBe(birthDate.replace(/\d/g, '9'));
      expect(after.match(/\d{4}/)?.[0].slice(0, 4)).toBe(birthDate.match(/\d{4}/)?.[0].slice(0, 4));
    },
  );

  it('ids wherever they are, so that they still fit', async () => {
    const user = await userAfter({
      identifier: 'A-1234',
      userMasterIdentifier: 'a-1234',
      userIds: '{stateID:A-1234}',
      username: 'A-1234',
    });
    expect(user['identifier']).not.toBe('A-1234');
    expect(user['userMasterIdentifier']).toBe(user['identifier']?.toLowerCase());
    expect(user['userIds']).toBe(`{stateID:${user['identifier'] ?? ''}}`);
    expect(user['username']).toBe(user['identifier']);
  });

  it('passwords by x', async () => {
    expect((await userAfter({ password: 'Tell-Me1' }))['password']).toBe('xxxxxxxx');
  });
});

describe('anonymize keeps', () => {
  it('every byte that is no content of a cell, in both versions and modes', async () => {
    for (const content of [goodComplete('1.1'), asDelta(goodComplete('1.2'))]) {
      const files = Object.fromEntries(
        Object.entries(filesOf(content)).map(([name, text], n) => [
          name,
          n % 3 === 0
            ? text
            : n % 3 === 1
              ? `\ufeff${text.replaceAll('\r\n', '\n')}`
              : text.replace(/^.*?\r\n/, (header) => header.replace(/\w+/g, '"$&"')),
        ]),
      );
      const zip = saveFiles(files);
      const { path } = await anonymized(zip);
      const skeleton = (text: string): string =>
        text.replace(/\.example\b/g, '').replace(/[\p{L}\p{N}]/gu, 'x');
      const after = await contentsOf(path);
      expect(after.map(([name]) => name)).toEqual(Object.keys(files));
      for (const [name, bytes] of after) {
        expect(skeleton(bytes.toString())).toBe(skeleton(files[name] ?? ''));
        const line = (text = ''): string => text.slice(0, text.indexOf('\n'));
        expect(line(bytes.toString())).toBe(line(files[name]));
        if (name === 'manifest.csv') expect(bytes.toString()).toBe(files[name]);
      }
    }
  });

  it.each([
    ['too long', 'x'.repeat(70_000)],
    ['of too many columns', 'x,'.repeat(1001)],
    ['with another delimiter', 'sourcedId;status'],
  ])('the line end of a header %s, of which the rest is left out', async (_title, header) => {
    for (const end of ['\n', '\r\n', '']) {
      const text = `${header}${end}${end === '' ? '' : `Maria${end}`}`;
      for (const name of ['users.csv', 'manifest.csv']) {
        const { path } = await anonymized(saveFiles({ ...filesOf(goodRoster('1.1')), [name]: text }));
        const after = await fileOf(path, name);
        expect(/[\r\n]*$/.exec(after)?.[0]).toBe(end);
        expect(after.length).toBeGreaterThan(2);
        expect(after).not.toContain('Maria');
      }
    }
  });

  it('what is asked for', async () => {
    const content = withCells(goodRoster('1.1'), 'users', 0, { identifier: '12345678' });
    const zip = saveContent(content);
    const ids = await fileOf((await anonymized(zip, { keepIds: true })).path, 'users.csv');
    expect(ids).toContain('12345678');
    expect(ids).not.toContain('Family');
    expect(await fileOf((await anonymized(zip, { keepTitles: true })).path, 'classes.csv')).toContain(
      'Algebra 1',
    );
    expect(await fileOf((await anonymized(zip)).path, 'classes.csv')).not.toContain('Algebra');
  });

  it('listed metadata columns, and drops and names the others', async () => {
    const files = filesOf(goodRoster('1.1'));
    const wider = (files['users.csv'] ?? '').trimEnd().split('\r\n');
    const users = wider
      .map(
        (line, n) =>
          `${line},${n === 0 ? 'metadata.lunch,metadata.bus,Maria Garcia' : 'free,"7, 8",Maria'}\r\n`,
      )
      .join('');
    const { path, done } = await anonymized(saveFiles({ ...files, 'users.csv': users }), {
      keepMetadata: ['metadata.bus'],
    });
    const width = headerOf('1.1', 'users').length;
    expect(done.files.find(({ file }) => file === 'users.csv')?.dropped).toEqual([
      { position: width + 1, name: 'metadata.lunch' },
      { position: width + 3 },
    ]);
    const text = await fileOf(path, 'users.csv');
    expect(text.split('\r\n')[0]).toBe([...headerOf('1.1', 'users'), 'metadata.bus'].join(','));
    expect(text.split('\r\n')[1]).toMatch(/,"7, 8"$/);
    expect(text).not.toMatch(/free|Maria/);
  });

  it('no content and no name of other entries', async () => {
    const files = { ...filesOf(goodRoster('1.1')), 'Maria Garcia.txt': 'Maria', 'people.csv': 'Maria' };
    const { path, done } = await anonymized(saveFiles(files));
    expect(done.others).toBe(2);
    expect((await contentsOf(path)).slice(-2).map(([name, content]) => [name, content.toString()])).toEqual([
      ['other-1.txt', ' '],
      ['other-2.csv', ' '],
    ]);
  });
});

describe('anonymize writes', () => {
  it('a private file, and never over another', async () => {
    const zip = saveContent(goodRoster('1.1'));
    const { path, done } = await anonymized(zip);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(done.bytes).toBe(statSync(path).size);
    for (const out of [path, zip]) {
      const before = bytesOf(out);
      await expect(anonymized(zip, { out })).rejects.toMatchObject({ code: 'usage' });
      expect(bytesOf(out)).toEqual(before);
    }
  });

  it('nothing for a zip that is damaged, also if that shows late', async () => {
    const parts = partsOf(filesOf(goodLargerRoster('1.2', 5)));
    const last = parts.length - 1;
    const zips = [
      makeZip(parts.map((part, n) => (n === last ? { ...part, crc: 1 } : part))),
      makeZip(parts.map((part, n) => (n === last ? { ...part, size: part.data.length + 1 } : part))),
      Buffer.from('no zip'),
    ];
    for (const zip of zips) {
      const out = freshPath();
      const before = readdirSync(dirname(out));
      const path = save(zip);
      await expect(anonymized(path, { out })).rejects.toMatchObject({
        code: 'not-a-bundle',
        message: expect.stringContaining(`${path}: `),
      });
      expect(existsSync(out)).toBe(false);
      expect(readdirSync(dirname(out))).toEqual(before);
    }
  });

  it('nothing where there is no folder, and names the place', async () => {
    const zip = saveContent(goodRoster('1.1'));
    for (const folder of [freshPath(), zip]) {
      const made = anonymized(zip, { out: join(folder, 'out.zip') });
      await expect(made).rejects.toMatchObject({
        code: 'usage',
        message: `There is no folder ${folder} to write to. Create it, or give another path with --out.`,
      });
    }
  });

  it('the same bytes with the same seed, others without', async () => {
    const zip = saveContent(goodLargerRoster('1.2', 5));
    const made = async (seed: string): Promise<Buffer> => bytesOf((await anonymized(zip, { seed })).path);
    expect(await made('a')).toEqual(await made('a'));
    expect(await made('a')).not.toEqual(await made('b'));
  });
});

describe('a sample', () => {
  const wanted = (
    sample: number | undefined,
    around: readonly string[] = [],
  ): { wanted: { sample: number | undefined; around: readonly string[] } } => ({
    wanted: { sample, around },
  });

  it.each(['1.1', '1.2'] as const)('of %s stands by itself', async (version) => {
    for (const content of [
      goodLargerRoster(version, 9),
      goodComplete(version),
      asDelta(goodLargerRoster(version, 9)),
    ]) {
      const { path } = await anonymized(saveContent(content), wanted(2));
      const { findings, rows } = await judge(path);
      expect(findings).toEqual([]);
      expect(rows.get('users')).toBeGreaterThanOrEqual(2);
    }
    const larger = await anonymized(saveContent(goodLargerRoster(version, 30)), wanted(2));
    expect((await judge(larger.path)).rows.get('users')).toBeLessThanOrEqual(6);
  });

  it('around a user has the classes, teachers and contacts of that user', async () => {
    const zip = saveContent(goodLargerRoster('1.2', 9));
    const { path, done } = await anonymized(zip, { ...wanted(undefined, ['s1']), keepIds: true });
    expect(done.users).toBe(3);
    const ids = async (file: string): Promise<readonly (string | undefined)[]> =>
      plainRows(await fileOf(path, file))
        .slice(1)
        .map(([id]) => id);
    expect(await ids('users.csv')).toEqual(['s1', 't1', 'g1']);
    expect(await ids('classes.csv')).toEqual(['k1']);
    expect(await ids('enrollments.csv')).toEqual(['e1', 'e2']);
  });

  it('leaves out files without rows, in the manifest too', async () => {
    const zip = saveContent(goodLargerRoster('1.1', 3));
    const { path } = await anonymized(zip, wanted(undefined, ['t1']));
    expect((await contentsOf(path)).map(([name]) => name)).not.toContain('demographics.csv');
    expect(await fileOf(path, 'manifest.csv')).toContain('file.demographics,absent');
    expect((await judge(path)).findings).toEqual([]);
  });

  it('is refused around an id that is not there, and without students', async () => {
    const zip = saveContent(goodRoster('1.1'));
    await expect(anonymized(zip, wanted(undefined, ['nowhere']))).rejects.toMatchObject({ code: 'usage' });
    const none = saveFiles({ 'manifest.csv': csvLine(['propertyName', 'value']) });
    await expect(anonymized(none, wanted(1))).rejects.toMatchObject({ code: 'usage' });
  });
});
