/**
 * Killed at system calls all over a refresh, a delta, a hold and a decision: what receivers see is whole at any moment, and the next
 * refresh ends where an undisturbed one does, without help. `scripts/kill-soak.ts` does the same hundreds of times.
 */
import { afterAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { makeFolder, printLine, removeFolders } from '../support/cli.js';
import { canInject, killingAt, type DiskCall } from '../support/strace.js';
import { hasTool } from '../support/needs.js';
import { callsOf, strike, watch, type Kill, type Struck } from '../refresh/kill.js';
import { pastOf, PHASES, undisturbed } from '../refresh/kill-outcome.js';
import { Scene, SCENES } from '../refresh/kill-scenes.js';

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

describe.each(SCENES)('killed in a %s', (kind) => {
  it('loses nothing, shows nothing partial, and repairs itself', async () => {
    const folder = makeFolder();
    const scene = await Scene.make(kind, join(folder, 'scene'));
    const past = await pastOf(scene);
    const since = performance.now();
    const golden = await undisturbed(scene.copyTo(join(folder, 'model')));
    const duration = performance.now() - since;
    const kills = canInject ? await atCalls(scene, join(folder, 'traced')) : atMoments(duration);

    const stopWatching = watch(join(folder, 'killed'));
    const struck: Struck[] = [];
    for (const [at, kill] of kills.entries()) {
      struck.push(await strike(scene, join(folder, 'killed', String(at)), kill, past, golden));
    }
    const watched = await stopWatching();
    const killed = struck.filter(({ isKilled }) => isKilled);
    const phases = PHASES.map((phase) => `${killed.filter((each) => each.phase === phase).length} ${phase}`);
    printLine(
      `${kind}: ${killed.length} kills of ${kills.length}: ${phases.filter((told) => !told.startsWith('0 ')).join(', ')}`,
    );
    printLine(`${kind}: the reader opened ${watched.opened} zips in ${watched.rounds} rounds`);
    expect(struck.flatMap(({ wrong }) => wrong)).toEqual([]);
    expect(watched.broken).toEqual([]);
    expect(watched.opened).toBeGreaterThan(0);
    expect(killed.length).toBeGreaterThan(kills.length * 0.6);
  }, 600_000);
});

async function atCalls(scene: Scene, folder: string): Promise<readonly Kill[]> {
  const calls = await callsOf(scene, folder);
  return (Object.entries(PLACES) as [DiskCall, number][]).flatMap(([call, places]) =>
    spread(calls.get(call) ?? 0, places).map((n) => ({ at: `${call} ${n}`, under: killingAt(call, n) })),
  );
}

function atMoments(duration: number): readonly Kill[] {
  hasTool(canInject, 'strace that may inject faults');
  return spread(duration, MOMENTS).map((afterMs) => ({ at: `${afterMs} ms`, afterMs }));
}
