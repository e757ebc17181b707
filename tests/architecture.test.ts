/**
 * The direction of the imports: cli > commands > orchestration > stages > knowledge > model > platform. Stages never import one another,
 * and neither files nor rooms import each other in a circle; types count. Every folder of src is a room and is in one list here.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../../src');

const LEVELS = ['platform', 'model', 'knowledge', 'stage', 'orchestration', 'command', 'cli'] as const;
type Level = (typeof LEVELS)[number];

const ROOMS: Readonly<Record<Level, readonly string[]>> = {
  platform: ['platform'],
  /** Types and small functions that rooms hand to each other. */
  model: ['model'],
  /** What stages share. */
  knowledge: [
    'campus',
    'compare',
    'config',
    'csv',
    'faults',
    'home',
    'oneroster',
    'profiles',
    'programs',
    'roster',
    'snapshot',
    'state',
    'zip',
  ],
  /** Each takes what the one before made. */
  stage: ['deliver', 'extract', 'filter', 'guard', 'map', 'notify', 'publish', 'verify', 'write'],
  /** They call the stages; the demo district is a program of its own. */
  orchestration: [
    'anonymize',
    'assemble',
    'console',
    'demo',
    'dispatch',
    'explain',
    'fleet',
    'forecast',
    'preflight',
    'preview',
    'refresh',
    'report',
    'settle',
    'vanished',
  ],
  command: ['commands'],
  cli: ['cli.ts'],
};

/** The first folder of a file; cli.ts is a room of its own. */
const roomOf = (file: string): string => file.split('/')[0] ?? file;

const levelOf = (file: string): Level | undefined =>
  LEVELS.find((level) => ROOMS[level].includes(roomOf(file)));

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
const rank = (file: string): number => LEVELS.findIndex((level) => level === levelOf(file));

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
    expect(files).toEqual(
      expect.arrayContaining(['cli.ts', 'refresh/refresh.ts', 'filter/filter.ts', 'map/map.ts']),
    );
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports.map(written)).toContain('map/map.ts -> map/v1p1.ts');
    expect(imports.filter(({ to }) => !files.includes(to)).map(written)).toEqual([]);
  });

  it('are between rooms that have one level each, and every room has files', () => {
    const rooms = Object.values(ROOMS).flat();
    expect([...rooms].sort()).toEqual([...new Set(files.map(roomOf))].sort());
    expect(new Set(rooms).size).toBe(rooms.length);
  });

  it('point downwards only', () => {
    expect(imports.filter(({ from, to }) => rank(from) < rank(to)).map(written)).toEqual([]);
  });

  it('never lead from one stage to another', () => {
    const across = imports.filter(
      ({ from, to }) => levelOf(from) === 'stage' && levelOf(to) === 'stage' && roomOf(from) !== roomOf(to),
    );
    expect(across.map(written)).toEqual([]);
  });

  it('lead from the model to no other room', () => {
    const outwards = imports.filter(({ from, to }) => roomOf(from) === 'model' && roomOf(to) !== 'model');
    expect(outwards.map(written)).toEqual([]);
  });

  it('make no circle of files', () => {
    expect(circles(imports)).toEqual([]);
  });

  it('make no circle of rooms', () => {
    const between = imports
      .map(({ from, to }) => ({ from: roomOf(from), to: roomOf(to) }))
      .filter(({ from, to }) => from !== to);
    expect(circles(between)).toEqual([]);
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

it('the command line loads no command before it is called, so that --help is quick', () => {
  const valueImport = /^(?:import|export)\s(?!type\b)[^;]*?\bfrom '(\.{1,2}\/[^']+)\.js';/gm;
  const loaded = new Set<string>();
  const load = (file: string): void => {
    if (loaded.has(file)) return;
    loaded.add(file);
    for (const [, path = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(valueImport))
      load(`${slashed(relative(ROOT, join(ROOT, dirname(file), path)))}.ts`);
  };
  load('cli.ts');
  expect([...loaded]).toEqual(expect.arrayContaining(['commands/declare/nightly.ts', 'model/errors.ts']));
  expect([...new Set([...loaded].map(roomOf))].sort()).toEqual([
    'cli.ts',
    'commands',
    'faults',
    'model',
    'platform',
  ]);
});

describe('the bytes of a bundle', () => {
  const MAKERS = ['campus', 'filter', 'map', 'model', 'oneroster', 'profiles', 'roster', 'snapshot', 'write'];
  const makers = files.filter((file) => MAKERS.includes(roomOf(file)));
  const users = (of: RegExp): readonly string[] =>
    makers.filter((file) => of.test(readFileSync(join(ROOT, file), 'utf8')));

  it('depend on no clock, no random number, no environment and no locale', () => {
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

it('no code sets flags of V8 while it runs', () => {
  const found = files.filter((file) => /\bsetFlagsFromString\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(found).toEqual([]);
});

it('only the verification makes a verified bundle', () => {
  const makers = files.filter((file) => /\bas VerifiedBundle\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(makers).toEqual(['verify/verify.ts']);
});
