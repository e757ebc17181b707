/** Kills the command of a scene at a chosen place, with a reader beside it who opens all that is published. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { countCalls, tracing, type DiskCall } from '../support/strace.js';
import type { Watched } from '../support/watch-bundles.js';
import { nextNight, phaseOf, type Golden, type Phase } from './kill-outcome.js';
import type { Scene, Way } from './kill-scenes.js';

/** Starts the reader beside it all; the function ends it and gives what it saw. */
export function watch(folder: string): () => Promise<Watched> {
  mkdirSync(folder, { recursive: true });
  const script = join(import.meta.dirname, '../support/watch-bundles.js');
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  return async () => {
    child.kill('SIGTERM');
    await once(child, 'close');
    return JSON.parse(text) as Watched;
  };
}

/** Where to strike: under strace at a call, at a step, or a time after the start. */
export interface Kill extends Way {
  readonly at: string;
  readonly afterMs?: number;
  /** What the command has written to the state by then, in transactions. */
  readonly commits?: number;
  /** The night after is in this process, which costs a fraction. */
  readonly isNextHere?: boolean;
}

export interface Struck {
  readonly phase: Phase;
  /** It was still running. */
  readonly isKilled: boolean;
  readonly wrong: readonly string[];
}

/** Runs the command of a copy of the scene, kills it, and lives the night after. */
export async function strike(
  scene: Scene,
  folder: string,
  kill: Kill,
  past: Golden,
  golden: Golden,
): Promise<Struck> {
  const victim = scene.copyTo(folder);
  const running = victim.begin(kill);
  const { afterMs } = kill;
  const timer = afterMs === undefined ? undefined : setTimeout(() => running.child.kill('SIGKILL'), afterMs);
  const { signal, code } = await running.ended;
  clearTimeout(timer);
  victim.state.expire();
  const phase = await phaseOf(victim, past);
  const faults: string[] = [];
  const commits = victim.state.commits();
  if (kill.commits !== undefined && commits !== kill.commits)
    faults.push(`${commits ?? 'no'} transactions reached the state, not ${kill.commits}`);
  faults.push(...(await nextNight(victim, golden, phase, kill.isNextHere)));
  victim.remove();
  return {
    phase,
    isKilled: signal === 'SIGKILL' || code === 137,
    wrong: faults.map((fault) => `${scene.kind}, killed at ${kill.at} (${phase}): ${fault}`),
  };
}

/** How often the command makes each kind of call. */
export async function callsOf(scene: Scene, folder: string): Promise<ReadonlyMap<DiskCall, number>> {
  const traced = scene.copyTo(folder);
  const trace = join(folder, 'trace');
  await traced.expectCode(scene.nature.codes[0], traced.begin({ under: tracing(trace) }).ended);
  const calls = countCalls(trace);
  traced.remove();
  return calls;
}
