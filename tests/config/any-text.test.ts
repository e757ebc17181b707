import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { ExportError } from '../../src/model/errors.js';
import { anyCharacter } from '../support/any-character.js';
import { makeConfigFolder, type ConfigFolder } from './given-config.js';

let given: ConfigFolder;
beforeAll(async () => (given = await makeConfigFolder()));
afterAll(() => given.remove());

/** Loads, or fails in the one way that is allowed, with every problem placed in the file. */
async function isTakenOrExplained(text: string): Promise<boolean> {
  const outcome: unknown = await given.load(text).catch((error: unknown) => error);
  const isExplained =
    outcome instanceof ExportError &&
    outcome.code === 'config' &&
    outcome.problems.length > 0 &&
    outcome.problems.every(({ message, line = 0, column = 0 }) => message !== '' && line > 0 && column > 0);
  return isExplained || !(outcome instanceof Error);
}

/** Text in the marks of YAML, so that more than the first character is looked at. */
const yamlish = fc
  .array(
    fc.constantFrom(
      ...[
        'timezone',
        'source',
        'client',
        'mssql',
        'connection',
        'password',
        'connections',
        'grades',
        'schools',
        'x',
      ],
      ...[
        ': ',
        ':',
        '- ',
        '\n',
        '\n  ',
        '\n    ',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '&a ',
        '*a',
        '!!int ',
        '|\n',
        '? ',
      ],
      ...[
        '${env:X}',
        '${',
        '09',
        '1.1',
        'null',
        '<<',
        '#',
        '---\n',
        '%YAML 1.1\n',
        '\t',
        '\0',
        '__proto__',
        '\uD800',
      ],
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

/** A config with known keys and any values, so that the declaration and what follows it are reached. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('all', '1.1', '1.2', 'bulk', '${env:X}', [], {}),
);
const oddConnection = fc.record(
  {
    name: odd,
    version: fc.oneof(odd, fc.constantFrom('1.1', '1.2')),
    ids: odd,
    schools: odd,
    include: odd,
    delivery: odd,
  },
  { requiredKeys: [] },
);
const oddConfig = fc.record(
  {
    timezone: fc.oneof(odd, fc.constant('UTC')),
    home: odd,
    source: fc.oneof(odd, fc.record({ client: fc.constantFrom('mssql', 'better-sqlite3'), connection: odd })),
    grades: fc.oneof(odd, fc.dictionary(fc.string(), odd)),
    settings: odd,
    connections: fc.oneof(odd, fc.array(fc.oneof(odd, oddConnection), { maxLength: 3 })),
  },
  { requiredKeys: [] },
);

test.each([
  ['any text', fc.string({ unit: anyCharacter, maxLength: 60 })],
  ['any text in the marks of YAML', yamlish],
  ['any JSON', fc.json()],
  ['any values under known keys, as YAML', oddConfig.map((value) => stringify(value))],
  ['any values under known keys, as JSON', oddConfig.map((value) => JSON.stringify(value))],
])('%s is taken or explained', async (_what, texts) => {
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      expect(await isTakenOrExplained(text)).toBe(true);
    }),
    { numRuns: 150 },
  );
});
