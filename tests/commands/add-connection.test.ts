/** `init --add-connection`: the new entry, everything else as it was, and what is refused. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { runHere } from '../support/cli-here.js';

afterAll(removeFolders);

const HEAD = `# ours
timezone: 'America/Chicago'   # odd  spaces
home: ./var
source: { client: better-sqlite3, connection: { filename: ./district.sqlite } }
`;
const LIBRARY = `  - name: library
    version: "1.1"   # kept
    schools: [ "0100" ]
    # the last comment of the library
`;
const ADDED = `  - name: lms
    version: 1.2
    # What the receiver requires beyond the standard; \`oneroster-export profiles\` prints them all.
    profile: generic
    # all, or a list of school numbers such as ["0100", "0200"].
    schools: all
    # Bundles are put on hold before this day, because scheduling is not final.
    # notBefore: 2026-08-17
    # Without delivery the bundles stay below home.
`;

function place(text: string) {
  const folder = makeFolder();
  const config = join(folder, 'oneroster.yaml');
  writeFileSync(config, text, { mode: 0o640 });
  return {
    config,
    folder,
    add: (...args: readonly string[]) =>
      runHere(['init', '--add-connection', '--config', 'oneroster.yaml', ...args], { cwd: folder }),
    now: () => readFileSync(config, 'utf8'),
  };
}

const LMS = ['--receiver', 'lms', '--receiver-version', '1.2'];
const indented = (text: string, by: string) => text.replaceAll(/^ {2}/gm, by);

describe('the new connection stands after the others', () => {
  const TAIL = '\n# after all\nsettings: { useLocalGradesFor12: true }\n';
  it.each<readonly [string, string, string]>([
    ['at the end', `${HEAD}connections:\n${LIBRARY}`, `${HEAD}connections:\n${LIBRARY}\n${ADDED}`],
    [
      'before other settings',
      `${HEAD}connections:\n${LIBRARY}${TAIL}`,
      `${HEAD}connections:\n${LIBRARY}\n${ADDED}${TAIL}`,
    ],
    [
      'without indent',
      `${HEAD}connections:\n${indented(LIBRARY, '')}`,
      `${HEAD}connections:\n${indented(LIBRARY, '')}\n${indented(ADDED, '')}`,
    ],
    [
      'deeper',
      `${HEAD}connections:\n${indented(LIBRARY, '    ')}`,
      `${HEAD}connections:\n${indented(LIBRARY, '    ')}\n${indented(ADDED, '    ')}`,
    ],
    [
      'without a last line break',
      `${HEAD}connections:\n${LIBRARY}`.trimEnd(),
      `${HEAD}connections:\n${LIBRARY}\n${ADDED}`,
    ],
    [
      'after a nested block',
      `${HEAD}connections:\n  - name: library\n    version: "1.1"\n    include:\n      guardians: false\n${TAIL}`,
      `${HEAD}connections:\n  - name: library\n    version: "1.1"\n    include:\n      guardians: false\n\n${ADDED}${TAIL}`,
    ],
    [
      'with the line breaks of Windows',
      `${HEAD}connections:\n${LIBRARY}${TAIL}`.replaceAll('\n', '\r\n'),
      `${HEAD}connections:\n${LIBRARY}\n${ADDED}${TAIL}`.replaceAll('\n', '\r\n'),
    ],
  ])('%s', async (_, before, after) => {
    const { config, folder, add, now } = place(before);
    const { code, stderr } = await add(...LMS);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(now()).toBe(after);
    expect(statSync(config).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['oneroster.yaml']);
    expect((await loadConfig(config, {})).connections.map(({ name, version }) => [name, version])).toEqual([
      ['library', '1.1'],
      ['lms', '1.2'],
    ]);
  });
});

it('prints what was assumed and what comes next, also as JSON', async () => {
  const text = `${HEAD}connections:\n${LIBRARY}`;
  expect((await place(text).add(...LMS)).stdout).toBe(
    'Added: connection lms in oneroster.yaml; the rest of the file is unchanged\n\n' +
      'Assumed; edit the file to change it:\n  --profile   other\n  --delivery  none\n\nNext:\n' +
      '  oneroster-export config check --config oneroster.yaml\n  oneroster-export preview lms --config oneroster.yaml\n',
  );
  expect(JSON.parse((await place(text).add(...LMS, '--json')).stdout)).toMatchObject({
    connection: 'lms',
    assumed: { '--profile': 'other', '--delivery': 'none' },
  });
});

describe('is refused, and the file stays as it is', () => {
  const valid = `${HEAD}connections:\n${LIBRARY}`;
  it.each<readonly [string, string, readonly string[], RegExp]>([
    ['a name that exists', valid, ['--receiver', 'library'], /--receiver: is already a connection/],
    ['no name', valid, [], /--receiver: missing/],
    [
      'a flag of the source',
      valid,
      [...LMS, '--server', 'sis-db'],
      /--server: does not apply with --add-connection/,
    ],
    ['--force', valid, [...LMS, '--force'], /--force does not apply/],
    [
      'a list in one line',
      `${HEAD}connections: [{ name: library, version: "1.1" }]\n`,
      LMS,
      /connections: must be a list/,
    ],
    ['no list', HEAD, LMS, /connections: must be a list/],
    ['a file that is no YAML', `${valid}  : [\n`, LMS, /No connection was added/],
    ['a config with a problem', `${valid}\nunheard: of\n`, LMS, /unheard: is not a known setting/],
    [
      'a key file that does not exist',
      valid,
      [
        ...LMS,
        '--delivery',
        'sftp',
        '--sftp-host',
        'h',
        '--sftp-user',
        'u',
        '--sftp-host-key',
        `SHA256:${'a'.repeat(43)}`,
      ],
      /privateKey: /,
    ],
  ])('%s', async (_, text, args, expected) => {
    const { folder, add, now } = place(text);
    const { code, stderr } = await add(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(expected);
    expect(now()).toBe(text);
    expect(readdirSync(folder)).toEqual(['oneroster.yaml']);
  });

  it('without a config', async () => {
    const folder = makeFolder();
    const { code, stderr } = await runHere(['init', '--add-connection', '--config', 'no.yaml', ...LMS], {
      cwd: folder,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/no\.yaml does not exist\. Run init without --add-connection first/);
    expect(existsSync(join(folder, 'no.yaml'))).toBe(false);
  });
});
