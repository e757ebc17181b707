/** Configs that are made to hang, fill the memory or end the program: each is refused in words, and soon. */
import { spawnSync } from 'node:child_process';
import { chmod, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { CONFIG_LIMITS } from '../../src/model/limits.js';
import { HERE } from '../../src/platform/system.js';
import { aConnection, makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => (given = await makeConfigFolder()));
afterAll(() => given.remove());

const hint = 'give the config with --config or ONEROSTER_EXPORT_CONFIG';

const messageOf = async (path: string): Promise<string> => {
  const error = (await loadConfig(path, {}).catch((fault: unknown) => fault)) as {
    problems: readonly { message: string }[];
  };
  return error.problems.map(({ message }) => message).join();
};

describe('a config that is no plain file', () => {
  test('a pipe is not waited for', async () => {
    const path = join(given.folder, 'pipe');
    spawnSync('mkfifo', [path]);
    expect(await messageOf(path)).toBe(`is a named pipe, not a file: ${hint}`);
  });

  test('a device is not read', async () => {
    expect(await messageOf('/dev/zero')).toBe(`is a device, not a file: ${hint}`);
  });

  test('a huge file is not read', async () => {
    const path = join(given.folder, 'huge.yaml');
    await writeFile(path, Buffer.alloc(CONFIG_LIMITS.fileBytes.most + 1, '#'));
    expect(await messageOf(path)).toBe(`is larger than ${CONFIG_LIMITS.fileBytes.most} bytes`);
  });
});

describe('a config that others can change', () => {
  test.each([
    [0o666, 'is writable by every user (mode 0666): let only its owner write to it'],
    [0o602, 'is writable by every user (mode 0602): let only its owner write to it'],
  ])('by its mode %o', async (mode, message) => {
    const path = join(given.folder, 'open.yaml');
    await writeFile(path, aConnection());
    await chmod(path, mode);
    expect(await messageOf(path)).toBe(message);
  });

  test('by its owner, when the superuser runs it', async () => {
    const path = join(given.folder, 'foreign.yaml');
    await writeFile(path, aConnection());
    if (process.getuid?.() !== 0) return; // only the superuser can give a file away
    await chown(path, 12_345, 12_345);
    expect(await messageOf(path)).toBe('belongs to another user (uid 12345): let only its owner write to it');
    // One that comes with the program may belong to the user who installed it.
    await expect(loadConfig(path, {}, HERE, 'packaged')).resolves.toMatchObject({ home: expect.any(String) });
  });
});

describe('a config beyond all measure', () => {
  const withGrades = (value: string): string => `${aConnection()}grades: ${value}\n`;

  test.each([
    ['lists', withGrades('['.repeat(3_000) + ']'.repeat(3_000))],
    ['just below the parser limit', withGrades('['.repeat(60) + ']'.repeat(60))],
    ['maps', withGrades('{ a: '.repeat(60) + '1' + ' }'.repeat(60))],
  ])('nested %s', async (_what, text) => {
    expect(await given.problems(text)).toEqual([expect.stringMatching(/is nested too deeply$/)]);
  });

  test('aliases', async () => {
    const text = `x: &a 1\ny: [${'*a, '.repeat(CONFIG_LIMITS.aliases.most + 1)}]\n`;
    expect(await given.problems(text)).toEqual([expect.stringMatching(/has more than 1000 aliases$/)]);
  });

  test('aliases of long lists, which a small file makes into millions of values', async () => {
    const schools = `[${Array.from({ length: 2_000 }, (_, at) => `"${at}"`).join(', ')}]`;
    const connections = Array.from(
      { length: 300 },
      (_, at) => `  - { name: c${at}, version: 1.1, schools: ${at === 0 ? `&all ${schools}` : '*all'} }\n`,
    );
    const text = aConnection().replace(/connections:\n(?: .*\n)+/, `connections:\n${connections.join('')}`);
    expect(await given.problems(text)).toEqual(
      expect.arrayContaining([expect.stringMatching(/is value 200001 of this config, which is too many/)]),
    );
  });

  test('a name that no file could have', async () => {
    const text = (letters: number): string =>
      aConnection().replace(/\bname: [\w-]+/, `name: ${'a'.repeat(letters)}`);
    expect(await given.problems(text(255))).toEqual([
      expect.stringMatching(/connections\[0\]\.name: may have at most 100 characters$/),
    ]);
    expect((await given.load(text(100))).connections[0]?.name).toHaveLength(100);
  });

  test('an alias means the anchor before it, as in YAML', async () => {
    const text = aConnection().replace('timezone: America/Chicago', 'timezone: &zone America/Denver');
    const config = await given.load(`${text}grades: { "K4": &g PK, "K5": *g }\n`);
    expect(config.grades.get('K5')).toBe('PK');
  });
});
