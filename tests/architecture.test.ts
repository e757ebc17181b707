/**
 * The direction of the imports: cli > commands > refreshes > stages > knowledge > model > platform. Stages never import one another, and
 * nothing imports itself in a circle; types count. A folder that stands in no list is a question to be answered here.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../src');

/** A refresh calls the stages; what one hands to the next is a type of the model or a noun. */
const STAGES = [
  'deliver',
  'extract',
  'filter',
  'guard',
  'map',
  'notify',
  'preflight',
  'publish',
  'report',
  'verify',
  'write',
];
/** What stages share. */
const KNOWLEDGE = [
  'campus',
  'compare',
  'config',
  'csv',
  'demo',
  'oneroster',
  'profiles',
  'roster',
  'snapshot',
  'state',
  'zip',
];

const LEVELS = ['platform', 'model', 'knowledge', 'stage', 'refresh', 'command', 'cli'] as const;
type Level = (typeof LEVELS)[number];

/** The folder of a file; a file of src itself stands for itself. */
const unitOf = (file: string): string => file.split('/')[0] ?? file;

function levelOf(file: string): Level | undefined {
  const unit = unitOf(file);
  if (unit === 'cli.ts') return 'cli';
  if (!file.includes('/')) return 'refresh';
  if (unit === 'commands') return 'command';
  if (unit === 'model') return 'model';
  if (unit === 'platform') return 'platform';
  if (STAGES.includes(unit)) return 'stage';
  return KNOWLEDGE.includes(unit) ? 'knowledge' : undefined;
}

interface Import {
  readonly from: string;
  readonly to: string;
}

const slashed = (path: string): string => path.split(sep).join('/');

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .map(slashed)
  .filter((file) => file.endsWith('.ts'))
  .sort();

/** Static, re-exporting and dynamic ones; `import type` too. */
const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)\.js'/g;

const imports: readonly Import[] = files.flatMap((from) =>
  [...readFileSync(join(ROOT, from), 'utf8').matchAll(IMPORT)].map(([, path = '']) => ({
    from,
    to: `${slashed(relative(ROOT, join(ROOT, dirname(from), path)))}.ts`,
  })),
);

const written = ({ from, to }: Import): string => `${from} -> ${to}`;
const rank = (file: string): number => LEVELS.indexOf(levelOf(file) ?? 'model');

/** Each circle once, from its first file on. */
function circles(edges: readonly Import[]): readonly string[] {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (at: string, path: readonly string[]): void => {
    const seen = path.indexOf(at);
    if (seen >= 0) found.push([...path.slice(seen), at].join(' -> '));
    if (seen >= 0 || done.has(at)) return;
    for (const to of next.get(at) ?? []) walk(to, [...path, at]);
    done.add(at);
  };
  for (const from of next.keys()) walk(from, []);
  return found;
}

describe('the imports of src', () => {
  it('are read: files, folders and edges are there', () => {
    expect(files).toEqual(expect.arrayContaining(['cli.ts', 'refresh.ts', 'filter/filter.ts', 'map/map.ts']));
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.map(written)).toContain('map/map.ts -> map/v1p1.ts');
    expect(imports.filter(({ to }) => !files.includes(to)).map(written)).toEqual([]);
  });

  it('stand in folders whose place is known', () => {
    expect([...new Set(files.filter((file) => levelOf(file) === undefined).map(unitOf))]).toEqual([]);
  });

  it('point downwards only', () => {
    expect(imports.filter(({ from, to }) => rank(from) < rank(to)).map(written)).toEqual([]);
  });

  it('never lead from one stage to another', () => {
    const across = imports.filter(
      ({ from, to }) => levelOf(from) === 'stage' && levelOf(to) === 'stage' && unitOf(from) !== unitOf(to),
    );
    expect(across.map(written)).toEqual([]);
  });

  it('lead from the model nowhere', () => {
    const outwards = imports.filter(({ from, to }) => unitOf(from) === 'model' && unitOf(to) !== 'model');
    expect(outwards.map(written)).toEqual([]);
  });

  it('make no circle of files', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('make no circle of folders', () => {
    const folders = imports
      .map(({ from, to }) => ({ from: unitOf(from), to: unitOf(to) }))
      .filter(({ from, to }) => from !== to && from.indexOf('.') < 0 && to.indexOf('.') < 0);
    expect(circles(folders)).toEqual([]);
  });

  it('a circle would be found', () => {
    const edges = [
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'b' },
    ];
    expect(circles(edges)).toEqual(['b -> c -> b']);
  });
});

describe('the bytes of a bundle', () => {
  const MAKERS = ['campus', 'filter', 'map', 'model', 'oneroster', 'profiles', 'roster', 'snapshot', 'write'];
  const makers = files.filter((file) => MAKERS.includes(unitOf(file)));
  const users = (of: RegExp): readonly string[] =>
    makers.filter((file) => of.test(readFileSync(join(ROOT, file), 'utf8')));

  it('hang on no clock, no lot, no environment and no locale', () => {
    expect(makers.length).toBeGreaterThan(40);
    expect(users(/\bnew Date\(\)|\bDate\.now\(\)|\bMath\.random\b|\brandomUUID\b/)).toEqual([]);
    expect(users(/\bprocess\.env\b|\blocaleCompare\b|\btoLocale\w+\(/)).toEqual([]);
  });
});

it('only the platform module reads which operating system this is', () => {
  const readers = files.filter((file) =>
    /\bprocess\.platform\b|\bplatform\(\)|import[^;]*\bplatform\b[^;]*'node:os'/.test(
      readFileSync(join(ROOT, file), 'utf8'),
    ),
  );
  expect(readers).toEqual(['platform/system.ts']);
});

it('only the command line ends the process', () => {
  const enders = files.filter((file) =>
    /\bprocess\.(exit|exitCode)\b/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(enders).toEqual(['cli.ts']);
});

it('only the verification makes a verified bundle', () => {
  const makers = files.filter((file) => /\bas VerifiedBundle\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(makers).toEqual(['verify/verify.ts']);
});
