/**
 * Killed at system calls all over a refresh, a delta, a hold and a decision: what receivers see is whole at any moment, and the next
 * refresh ends where an undisturbed one does, without help. `scripts/kill-soak.ts` does the same hundreds of times.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { strike, watch, type Kill, type Struck } from '../refresh/kill.js';
import { pastOf, PHASES, undisturbed, type Golden } from '../refresh/kill-outcome.js';
import { Scene, SCENES, type SceneKind } from '../refresh/kill-scenes.js';
import { makeFolder, printLine, removeFolders } from '../support/cli.js';
import { hasTool } from '../support/needs.js';
import { alone, groupInTurn, namedTurnsOf } from '../support/share.js';
import { canInject, countCalls, killingAt, tracing, type DiskCall } from '../support/strace.js';

afterAll(removeFolders);

/** How many places per kind of call, spread over all of them. */
const PLACES: Readonly<Partial<Record<DiskCall, number>>> = {
  openat: 1,
  pwrite64: 2,
  fsync: 1,
  rename: 3,
  symlink: 1,
};
/** Without strace: moments. */
const MOMENTS = 8;

function spread(total: number, places: number): readonly number[] {
  const all = Array.from({ length: places }, (_, at) => Math.ceil(((at + 0.6) * total) / places));
  return [...new Set(all)].filter((n) => n >= 1 && n <= total);
}

interface Stage {
  readonly folder: string;
  readonly scene: Scene;
  readonly past: Golden;
  readonly golden: Golden;
}

interface Case extends Kill {
  readonly name: string;
  readonly scene: SceneKind;
  /** Of each that its scene has, one at least is tried in every run. */
  readonly kinds: readonly string[];
}

const { groups: scenes, share } = groupInTurn('scenes of kills at system calls', SCENES);
const stages = new Map<SceneKind, Stage>();
let tried: readonly Case[] = [];
/** Those that ended before they were killed. */
const missed: string[] = [];

beforeAll(async () => {
  hasTool(canInject, 'strace that may inject faults');
  const cases: Case[] = [];
  for (const kind of scenes) cases.push(...(await casesOf(kind)));
  tried = namedTurnsOf('kills at system calls', cases, ({ kinds }) => kinds, share);
}, 300_000);

/** Makes the scene; its undisturbed command tells where it can be killed. */
async function casesOf(kind: SceneKind): Promise<readonly Case[]> {
  const folder = makeFolder();
  const scene = await Scene.make(kind, join(folder, 'scene'));
  const past = await pastOf(scene);
  const trace = join(folder, 'trace');
  const since = performance.now();
  const way = canInject ? { under: tracing(trace) } : {};
  const golden = await undisturbed(scene.copyTo(join(folder, 'model')), way);
  const duration = performance.now() - since;
  stages.set(kind, { folder, scene, past, golden });
  const of = { scene: kind, isNextHere: true };
  if (!canInject)
    return spread(duration, MOMENTS).map((afterMs, at) => ({
      ...{ ...of, at: `${afterMs} ms`, afterMs },
      ...{ name: `${kind}: moment ${at}`, kinds: [kind, `moment ${at}`] },
    }));
  const calls = countCalls(trace);
  return (Object.entries(PLACES) as [DiskCall, number][]).flatMap(([call, places]) =>
    spread(calls.get(call) ?? 0, places).map((n) => ({
      ...{ ...of, at: `${call} ${n}`, under: killingAt(call, n) },
      ...{ name: `${kind}: ${call} ${n}`, kinds: [kind, call] },
    })),
  );
}

describe.each(scenes)('killed in a %s', (kind) => {
  it('loses nothing, shows nothing partial, and repairs itself', async () => {
    const stage = stages.get(kind);
    if (stage === undefined) throw new Error('no such scene');
    const { folder, scene, past, golden } = stage;
    const kills = tried.filter((each) => each.scene === kind);
    if (kills.length === 0) return; // another one was asked for by its name
    const stopWatching = watch(join(folder, 'killed'));
    const struck: Struck[] = [];
    for (const [at, kill] of kills.entries())
      struck.push(await strike(scene, join(folder, 'killed', String(at)), kill, past, golden));
    const watched = await stopWatching();
    const killed = struck.filter(({ isKilled }) => isKilled);
    const phases = PHASES.map((phase) => `${killed.filter((each) => each.phase === phase).length} ${phase}`);
    printLine(
      `${kind}: ${killed.length} kills of ${kills.length}: ${phases.filter((told) => !told.startsWith('0 ')).join(', ')}`,
    );
    printLine(`${kind}: the reader opened ${watched.opened} zips in ${watched.rounds} rounds`);
    const wrong = kills.flatMap(({ name }, at) =>
      (struck[at]?.wrong ?? []).map((fault) => `${fault} ${alone('kills', name)}`),
    );
    expect(wrong).toEqual([]);
    expect(watched.broken).toEqual([]);
    expect(watched.opened).toBeGreaterThan(0);
    missed.push(...kills.filter((_, at) => struck[at]?.isKilled !== true).map(({ name }) => name));
  }, 600_000);
});

it('nearly all were killed: few ended before they came to the call', () => {
  expect({ missed, isFew: missed.length <= Math.max(1, tried.length * 0.4) }).toMatchObject({ isFew: true });
});
