import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { addressOf } from '../../src/model/address.js';
import { fillName, nameProblem, namesLike, type NamedBundle } from '../../src/model/remote-name.js';
import { temporaryNameProblem } from '../../src/model/temporary-name.js';
import { aConnection, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => (given = await makeConfigFolder()));
afterAll(() => given.remove());

const PIN = `SHA256:${'a'.repeat(43)}`;
const ENV = { KEY: 'the key' };
const sftp = (more = '', login = 'privateKey: "${env:KEY}"'): string =>
  `sftp: { host: h, user: u, ${login}, hostKey: "${PIN}", path: /incoming${more} }`;
const written = (delivery: string, profile = 'generic'): string =>
  aConnection(`profile: ${profile}\ndelivery: { ${delivery} }`);
const problems = (delivery: string, profile?: string): Promise<readonly string[]> =>
  given.problems(written(delivery, profile), ENV);
const deliveryOf = async (delivery: string, profile?: string) =>
  (await given.load(written(delivery, profile), ENV)).connections[0]?.delivery;

describe('a delivery', () => {
  test('by sftp, with everything left out that may be', async () => {
    expect(await deliveryOf(sftp())).toEqual({
      target: {
        kind: 'sftp',
        host: 'h',
        port: 22,
        user: 'u',
        privateKey: 'the key',
        hostKeys: [PIN],
        path: '/incoming',
        readBack: true,
        upload: 'temporary',
        temporaryName: '.{name}.{id}.part',
        replace: 'rename',
        allowLegacyAlgorithms: false,
        stalledAfterSeconds: 60,
      },
      files: 'zip',
      name: 'OneRoster.zip',
      retryMinutes: 60,
      maxMinutes: 120,
    });
  });

  test('by the line that the manual shows', async () => {
    const line =
      'sftp: { host: sftp.example.org, port: 22, user: u, privateKey: "${env:KEY}", ' +
      `hostKey: "${PIN}", path: /incoming, name: "OneRoster.zip" }`;
    const delivery = await deliveryOf(line);
    expect(delivery && addressOf(delivery)).toBe('sftp://u@sftp.example.org:22/incoming/OneRoster.zip');
  });

  test('with several pins, or a known_hosts file beside the config', async () => {
    const two = sftp().replace(`"${PIN}"`, `["${PIN}", "SHA256:${'b'.repeat(43)}="]`);
    expect((await deliveryOf(two))?.target).toMatchObject({ hostKeys: [PIN, `SHA256:${'b'.repeat(43)}`] });
    const file = sftp().replace(`hostKey: "${PIN}"`, 'knownHosts: known_hosts');
    expect((await deliveryOf(file))?.target).toMatchObject({
      hostKeys: [],
      knownHosts: `${given.folder}/known_hosts`,
    });
  });

  test('without any pin loads, so that preflight can show the key; nothing is sent so', async () => {
    expect((await deliveryOf(sftp().replace(`hostKey: "${PIN}", `, '')))?.target).toMatchObject({
      hostKeys: [],
    });
  });

  test('by the program, and into a folder', async () => {
    const program = await deliveryOf('openssh: { host: h, path: in, identityFile: key, jump: "u@gate:22" }');
    expect(program?.target).toEqual({
      kind: 'openssh',
      host: 'h',
      path: 'in',
      readBack: true,
      upload: 'temporary',
      temporaryName: '.{name}.{id}.part',
      replace: 'rename',
      allowLegacyAlgorithms: false,
      stalledAfterSeconds: 60,
      jump: 'u@gate:22',
      identityFile: `${given.folder}/key`,
    });
    expect(program && addressOf(program)).toBe('sftp://h:22/~/in/OneRoster.zip');
    const folder = await deliveryOf('folder: { path: out, name: a.zip, mode: "640" }, deliverBy: "05:30"');
    expect(folder).toMatchObject({
      target: { kind: 'folder', path: `${given.folder}/out`, mode: '640' },
      deliverBy: '05:30',
    });
    expect(folder && addressOf(folder)).toBe(`file://${given.folder}/out/a.zip`);
  });

  test('has the name and the files that the profile requires', async () => {
    expect((await deliveryOf(sftp(), 'naviance'))?.name).toBe('NavianceOneRoster.zip');
    expect(await deliveryOf(sftp(), 'classlink')).toMatchObject({ files: 'loose' });
    expect(await deliveryOf(`${sftp()}, files: loose`)).toMatchObject({ files: 'loose' });
  });
});

describe('problems of a delivery', () => {
  const target = 'must have one of sftp, openssh, folder';
  test.each<[string, string, readonly unknown[]]>([
    ['no target', 'files: zip', [`9:5 connections[0].delivery: ${target}`]],
    [
      'two targets',
      `${sftp()}, folder: { path: p }`,
      [`9:5 connections[0].delivery: ${target}, and has sftp and folder`],
    ],
    [
      'nothing to sign in with',
      sftp('', 'port: 22'),
      ['9:17 connections[0].delivery.sftp: needs a privateKey, a password or an agent to sign in with'],
    ],
    [
      'a passphrase of nothing, a pin beside a file, and a name with a slash: all at once',
      sftp(', knownHosts: k, name: a/b', 'passphrase: "${env:KEY}", password: "${env:KEY}"'),
      [
        expect.stringMatching(/sftp\.passphrase: does not apply without privateKey: remove it$/),
        expect.stringMatching(/sftp\.knownHosts: and hostKey cannot be combined: remove one$/),
        expect.stringMatching(/sftp\.name: may only have letters, digits, /),
      ],
    ],
    [
      'a pin that is none',
      sftp().replace(PIN, 'SHA256:abc'),
      [expect.stringMatching(/sftp\.hostKey: must be SHA256: and 43 characters/)],
    ],
    [
      'a time that is none',
      `${sftp()}, deliverBy: "25:00"`,
      [expect.stringMatching(/deliverBy: must be a time of day such as "05:30"$/)],
    ],
    [
      'a host that would be an option',
      'openssh: { host: "-oProxyCommand=x", path: "a*" }',
      [
        expect.stringMatching(/openssh\.host: must not have quotes, backslashes, spaces or a leading hyphen/),
        expect.stringMatching(/openssh\.path: must not have quotes, backslashes, brackets, \* or \?$/),
      ],
    ],
  ])('%s', async (_what, delivery, expected) => expect(await problems(delivery)).toEqual(expected));

  test.each<[string, string, string]>([
    ['naviance', sftp(', name: x.zip'), 'sftp.name: must be NavianceOneRoster.zip: Naviance requires'],
    ['summit-k12', sftp(', name: One_Roster.zip'), 'sftp.name: is not a name that Summit K12 accepts'],
    ['classlink', `${sftp()}, files: zip`, 'files: must be loose: ClassLink Roster Server accepts'],
    ['classlink', sftp(', name: x.zip'), 'sftp.name: does not apply: loose files have the names'],
  ])('what %s does not take', async (profile, delivery, problem) => {
    const found = await problems(delivery, profile);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`connections[0].delivery.${problem}`);
  });

  test('advice of a profile is not in the way', async () => {
    expect((await deliveryOf(sftp(', name: mine.zip'), 'amplify'))?.name).toBe('mine.zip');
    expect((await deliveryOf(sftp(', name: "Vale{yyyy}{MM}{dd}.zip"'), 'summit-k12'))?.name).toBe(
      'Vale{yyyy}{MM}{dd}.zip',
    );
  });
});

describe('a name at the receiver', () => {
  const bundle: NamedBundle = {
    madeAt: new Date('2026-11-26T05:04:03Z'),
    timezone: 'America/Chicago',
    connection: 'library',
    version: '1.1',
    mode: 'delta',
  };
  test.each([
    ['OneRoster.zip', 'OneRoster.zip'],
    ['OneRoster-{yyyy}{MM}{dd}.zip', 'OneRoster-20261125.zip'],
    ['{connection}_{version}_{mode}-{HH}{mm}{ss}.zip', 'library_1.1_delta-230403.zip'],
  ])('%s becomes %s', (pattern, name) => {
    expect(nameProblem(pattern)).toBeUndefined();
    expect(fillName(pattern, bundle)).toBe(name);
    expect(new RegExp(`^${namesLike(pattern)}$`).test(name)).toBe(true);
    expect(new RegExp(`^${namesLike(pattern)}$`).test(`${name}x`)).toBe(false);
  });

  test('midnight is the hour 00', () => {
    expect(fillName('{HH}', { ...bundle, madeAt: new Date('2026-11-26T06:00:00Z') })).toBe('00');
  });

  test.each([
    ['nul.zip', /^is a reserved name on Windows/],
    ['nul .zip', /^is a reserved name on Windows/],
    ['LPT{version}.zip', /^is a reserved name on Windows/],
    ['a{yy}.zip', /^has an unknown part: use \{yyyy\}, /],
    ['a{b', /^may only have/],
    ['../a.zip', /^may only have/],
    ['.hidden.zip', /^must not start/],
    ['-r.zip', /^must not start/],
    ['é.zip', /^may only have/],
    ['a'.repeat(201), /^must not be longer than 200/],
  ])('%.20s is refused', (pattern, why) => expect(nameProblem(pattern)).toMatch(why));

  test('that only the name of the connection completes to a reserved one is refused', async () => {
    const text = written(sftp(', name: "{connection}1.zip"')).replace('name: library', 'name: com');
    expect(await given.problems(text, ENV)).toEqual([
      expect.stringMatching(/delivery\.sftp\.name: is a reserved name on Windows/),
    ]);
  });

  test('a temporary name that is reserved is refused', () => {
    expect(temporaryNameProblem('nul.{name}')).toMatch(/^is a reserved name on Windows/);
  });
});

describe('deliveries that would overwrite something', () => {
  const second = (more: string): string => `  - name: second\n    version: 1.1\n    ${more}\n`;
  const both = (one: string, two: string, more = ''): Promise<readonly string[]> =>
    given.problems(`${written(one)}${second(`${more}delivery: { ${two} }`)}`, ENV);

  test.each([
    ['./var', './var'],
    ['./var', './var/bundles/library'],
    ['.', './out'],
  ])('with home %s a folder %s is inside of it', async (home, path) => {
    const text = written(`folder: { path: ${path} }`);
    expect(await given.problems(`home: ${home}\n${text}`)).toEqual([
      expect.stringMatching(/delivery\.folder\.path: must be outside home/),
    ]);
  });

  test('a folder inside of the default home', async () => {
    expect(await given.problems(written('folder: { path: ./var/out }'))).toEqual([
      expect.stringMatching(/delivery\.folder\.path: must be outside home/),
    ]);
  });

  test('a folder inside of home, by a link', async () => {
    await mkdir(join(given.folder, 'real-home'), { recursive: true });
    await symlink('real-home', join(given.folder, 'way'));
    const text = written('folder: { path: ./way/bundles }');
    expect(await given.problems(`home: ./real-home\n${text}`)).toHaveLength(1);
  });

  test.each([
    [sftp(), sftp()],
    [sftp(), sftp().replace('host: h', 'host: H').replace('path: /incoming', 'path: /incoming/')],
    [sftp(), 'openssh: { host: h, user: u, path: /incoming }'],
    ['folder: { path: out }', 'folder: { path: ./out/../out }'],
    ['folder: { path: out }, files: loose', 'folder: { path: out }, files: loose'],
  ])('two connections with one target: %s, %s', async (one, two) => {
    expect(await both(one, two)).toEqual([
      expect.stringMatching(
        /connections\[1\]\.delivery\.\w+\.path: writes the same file as connections\[0\]/,
      ),
    ]);
  });

  test('a delta whose first bundle has the name of a bulk one', async () => {
    expect(
      await both(sftp(', name: "bulk.zip"'), sftp(', name: "{mode}.zip"'), 'mode: delta\n    '),
    ).toHaveLength(1);
  });

  test.each([
    [sftp(), sftp().replace('user: u', 'user: v')],
    [sftp(', name: "{connection}.zip"'), sftp(', name: "{connection}.zip"')],
    ['folder: { path: out }', 'folder: { path: out2 }'],
    ['folder: { path: out }', 'folder: { path: out }, files: loose'],
  ])('are not these: %s, %s', async (one, two) => {
    const text = `${written(one)}${second(`delivery: { ${two} }`)}`;
    expect((await given.load(text, ENV)).connections).toHaveLength(2);
  });
});

test.each([
  ['"{id}.part"', 'must contain {name}'],
  ['"{name}"', 'must have more than {name}'],
  ['"../{name}.part"', 'may only have letters'],
])('a temporary name %s %s', async (name, message) => {
  expect(await problems(sftp(`, temporaryName: ${name}`))).toEqual([expect.stringContaining(message)]);
});
