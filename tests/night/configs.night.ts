/** Configs that begin as real ones and are changed at any place: each is taken, or every problem names its place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { ExportError } from '../../src/model/errors.js';
import { makeConfigFolder, type ConfigFolder } from '../config/given-config.js';
import { anyCharacter } from '../support/any-character.js';
import { fuzz } from './bounds.js';

const CONFIGS = join(import.meta.dirname, '../../../config');
const TEXTS = ['oneroster.example.yaml', 'demo.yaml', 'docker.yaml'].map((name) =>
  readFileSync(join(CONFIGS, name), 'utf8'),
);

let given: ConfigFolder;
beforeAll(async () => (given = await makeConfigFolder()));
afterAll(() => given.remove());

const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    'all',
    '1.1',
    '${env:X}',
    '${file:/dev/zero}',
    '${file:.}',
    '../..',
    'nul',
    1e308,
    -1,
    2 ** 53,
  ),
  fc.string({ unit: anyCharacter, maxLength: 20 }),
  fc.constantFrom(
    'x'.repeat(100_000),
    Array.from({ length: 2_000 }, () => ({})),
    { constructor: 1, toString: 2 },
  ),
);

interface Change {
  /** Which of all places of the config. */
  readonly at: number;
  readonly how: 'set' | 'remove' | 'rename' | 'repeat';
  readonly value: unknown;
  readonly key: string;
}

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    at: fc.nat(),
    how: fc.constantFrom('set', 'remove', 'rename', 'repeat'),
    value: values,
    key: fc.oneof(fc.constantFrom('delivery', 'schools', '__proto__', 'name', 'password'), fc.string()),
  }),
  { minLength: 1, maxLength: 5 },
);

type Node = Record<string, unknown> | unknown[];
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function places(node: Node): readonly (readonly [Node, string])[] {
  return Object.keys(node).flatMap((key) => {
    const child = (node as Record<string, unknown>)[key];
    return [[node, key] as const, ...(isNode(child) ? places(child) : [])];
  });
}

function apply(root: Node, { at, how, value, key }: Change): void {
  const all = places(root);
  const [node, name] = all[at % Math.max(1, all.length)] ?? [];
  if (node === undefined || name === undefined) return;
  const parent = node as Record<string, unknown>;
  if (how === 'set') parent[name] = value;
  else if (how === 'repeat' && Array.isArray(node)) node.push(parent[name]);
  else if (how === 'rename' && !Array.isArray(node))
    Object.defineProperty(node, key, {
      value: parent[name],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else if (how === 'remove' && !Array.isArray(node)) Reflect.deleteProperty(node, name);
}

const texts: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.constantFrom(...TEXTS), changes).map(([text, made]) => {
    const root = parse(text) as Node;
    for (const change of made) apply(root, change);
    return stringify(root);
  }),
  // In the text itself, where marks of YAML lead elsewhere.
  fc
    .tuple(
      fc.constantFrom(...TEXTS),
      fc.array(
        fc.tuple(
          fc.nat(),
          fc.constantFrom(
            '*a',
            '&a ',
            '[',
            '{',
            '"',
            "'",
            '|\n',
            '\t',
            '? ',
            '!!binary ',
            '<<: *a',
            '\0',
            '---\n',
            '\ud800',
          ),
        ),
      ),
    )
    .map(([text, marks]) =>
      marks.reduce((whole, [at, mark]) => {
        const where = at % (whole.length + 1);
        return `${whole.slice(0, where)}${mark}${whole.slice(where)}`;
      }, text),
    ),
);

it('a config with any change is taken, or every problem names its place', async () => {
  await fuzz(texts, { list: 'random configs', runs: 600, cpuSeconds: 5, growsMb: 400 }, async (text) => {
    const outcome: unknown = await given.load(text, { X: 'x' }).catch((error: unknown) => error);
    if (!(outcome instanceof Error)) return;
    if (!(outcome instanceof ExportError)) throw outcome;
    expect(outcome.code).toBe('config');
    expect(outcome.problems.length).toBeGreaterThan(0);
    expect(outcome.problems.filter(({ message }) => message === '')).toEqual([]);
  });
});
