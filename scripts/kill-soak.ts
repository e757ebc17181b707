/**
 * Kills the built program at random, over and over, and looks what is lost: `node build/scripts/kill-soak.js [--kills 200]
 * [--seed 1]`. In turn each of the scenes; at a random moment, and where strace may inject at a random
 * system call. Prints how far each kind had come when it was killed. Exits with code 1 if anything was lost.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { randomFor, type Random } from '../src/demo/random.js';
import { callsOf, strike, watch, type Kill } from '../tests/refresh/kill.js';
import { pastOf, PHASES, undisturbed, type Golden } from '../tests/refresh/kill-outcome.js';
import { Scene, SCENES, type SceneKind } from '../tests/refresh/kill-scenes.js';
import { canInject, DISK_CALLS, killingAt, type DiskCall } from '../tests/support/strace.js';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
});

interface Stage {
  readonly scene: Scene;
  readonly past: Golden;
  readonly golden: Golden;
  readonly durationMs: number;
  readonly calls: ReadonlyMap<DiskCall, number>;
}

async function prepare(kind: SceneKind, folder: string): Promise<Stage> {
  const scene = await Scene.make(kind, join(folder, kind));
  const past = await pastOf(scene);
  const since = performance.now();
  const golden = await undisturbed(scene.copyTo(join(folder, `${kind}-undisturbed`)));
  const durationMs = performance.now() - since;
  const calls = canInject
    ? await callsOf(scene, join(folder, `${kind}-traced`))
    : new Map<DiskCall, number>();
  return { scene, past, golden, durationMs, calls };
}

function chooseKill({ calls, durationMs }: Stage, random: Random, byCall: boolean): Kill {
  const made = DISK_CALLS.filter((call) => (calls.get(call) ?? 0) > 0);
  const call = byCall ? made[random.below(made.length)] : undefined;
  if (call === undefined) {
    const afterMs = random.below(Math.ceil(durationMs));
    return { at: `${afterMs} ms`, afterMs };
  }
  const n = 1 + random.below(calls.get(call) ?? 1);
  return { at: `${call} ${n}`, under: killingAt(call, n) };
}

const folder = mkdtempSync(join(tmpdir(), 'kill-soak-'));
try {
  process.exitCode = await soak(Number(values.kills), randomFor(Number(values.seed), 0));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function soak(wanted: number, random: Random): Promise<number> {
  const stages = new Map<SceneKind, Stage>();
  for (const kind of SCENES) stages.set(kind, await prepare(kind, folder));
  const stopWatching = watch(join(folder, 'killed'));
  const tally = new Map<string, number>();
  const losses: string[] = [];
  let [runs, kills] = [0, 0];
  const most = wanted * 3; // the program may end before it is struck
  for (; kills < wanted && runs < most; runs += 1) {
    const kind = SCENES[runs % SCENES.length] ?? 'bulk';
    const stage = stages.get(kind);
    if (stage === undefined) break;
    const kill = chooseKill(stage, random, Math.floor(runs / SCENES.length) % 2 === 0);
    const struck = await strike(
      stage.scene,
      join(folder, 'killed', String(runs)),
      kill,
      stage.past,
      stage.golden,
    );
    for (const fault of struck.wrong) say(`LOST: ${fault}`);
    losses.push(...struck.wrong);
    if (!struck.isKilled) continue;
    kills += 1;
    const key = `${kind}: ${struck.phase}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
    if (kills % 20 === 0) say(`${kills} kills, ${losses.length} losses`);
  }
  const watched = await stopWatching();
  for (const fault of watched.broken) say(`BROKEN: ${fault}`);
  for (const kind of SCENES) {
    for (const phase of PHASES) {
      const count = tally.get(`${kind}: ${phase}`);
      if (count !== undefined) say(`${kind.padEnd(8)} ${String(count).padStart(4)}  ${phase}`);
    }
  }
  say(
    `${runs} runs, ${kills} kills, ${losses.length} losses; seed ${values.seed}, ${canInject ? 'half of them at system calls' : 'strace may not inject'}`,
  );
  say(
    `the reader opened ${watched.opened} zips in ${watched.rounds} rounds, ${watched.broken.length} of them broken`,
  );
  return losses.length + watched.broken.length === 0 && kills >= wanted ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
