/**
 * Killed at each step of a refresh, a delta, a hold, a release and a discard whose state is in PostgreSQL: before the step, and of a
 * COMMIT also once it was sent and its answer unread. What is visible then is whole, and the next refresh ends where an
 * undisturbed one does. What a kill leaves behind only changes with the names on the disk and with the commits, so all of those
 * are cases in each of the five. Steps of one kind that leave the same behind are one case in all: files in the staging folder,
 * which the next holder removes as a whole, pages of the report, each statement of a transaction that is never committed, and reads.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { strike, type Kill } from '../refresh/kill.js';
import { pastOf, PHASES, undisturbed, type Golden } from '../refresh/kill-outcome.js';
import { Scene, SCENES, type SceneKind } from '../refresh/kill-scenes.js';
import { StateInPostgres } from '../refresh/kill-states.js';
import { makeFolder, printLine } from '../support/cli.js';
import { describePostgres } from '../support/postgres-suite.js';
import { alone, groupInTurn, namedTurnsOf } from '../support/share.js';
import { stepsIn } from '../support/steps.js';
import type { Step } from '../support/stop-at.js';

/** Each of them is a case: they decide what is published. */
const DECISIVE = /^(?:COMMIT|symlink|rename(?!.*(?:-report\.\w+|index\.html|metrics\.prom)$)) /;

/** Of these one is a case. */
const kindOf = (what: string): string =>
  what
    .replaceAll(/~\/home\/staging\/[^ ]*?(\.\w+)?(?= |$)/g, (_, end = '') => `staging *${String(end)}`)
    .replace(/^query select .*/, 'query select');

interface Stage {
  readonly kind: SceneKind;
  readonly folder: string;
  readonly scene: Scene;
  readonly past: Golden;
  readonly golden: Golden;
  readonly steps: readonly Step[];
}

interface Case extends Kill {
  readonly name: string;
  readonly scene: SceneKind;
  /** Of each that its scene has, one at least is tried in every run. */
  readonly kinds: readonly string[];
}

/** `kinds`: those that are cases already, also of another scene; gets those of this one. */
function casesOf({ kind: scene, steps }: Stage, kinds: Set<string>): readonly Case[] {
  const cases: Case[] = [];
  const add = (at: string, kill: Pick<Kill, 'steps' | 'commits'>, ...of: readonly string[]): void => {
    cases.push({ name: `${scene}: ${at}`, scene, kinds: of, at, isNextHere: true, ...kill });
  };
  let commits = 0;
  for (const at of steps) {
    const [kind, told, [word = '']] = [kindOf(at.what), `${at.what} (${at.nth})`, at.what.split(' ')];
    const isCommit = word === 'COMMIT';
    const isDecisive = DECISIVE.test(at.what);
    if (isDecisive || !kinds.has(kind)) add(told, { steps: { at }, commits }, isDecisive ? word : 'another');
    kinds.add(kind);
    if (!isCommit) continue;
    commits += 1;
    add(`${told}, sent`, { steps: { at, isSent: true }, commits }, 'sent');
  }
  return cases;
}

/** One for each core of the machine on which the night tests run. */
const AT_ONCE = 2;

async function twoAtOnce<T, R>(
  items: readonly T[],
  work: (item: T, at: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const turns = items.entries();
  const one = async (): Promise<void> => {
    for (const [at, item] of turns) results[at] = await work(item, at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return results;
}

const { groups: scenes, share } = groupInTurn('scenes of kills at steps', SCENES);
/** Of these another one has most kinds of steps, so it is made beside them, to know which kinds are cases there. */
const LIKE: Readonly<Partial<Record<SceneKind, SceneKind>>> = {
  delta: 'bulk',
  hold: 'bulk',
  discard: 'release',
};
const made = SCENES.filter((kind) => scenes.some((scene) => scene === kind || LIKE[scene] === kind));

describePostgres('killed with its state in PostgreSQL', (server) => {
  let stages: readonly Stage[] = [];
  let tried: readonly Case[] = [];

  async function stageOf(kind: SceneKind): Promise<Stage> {
    const folder = makeFolder();
    const scene = await Scene.make(kind, join(folder, 'scene'), new StateInPostgres(server));
    const log = join(folder, 'steps');
    const [past, golden] = [
      await pastOf(scene),
      await undisturbed(scene.copyTo(join(folder, 'model')), { steps: { log } }),
    ];
    return { kind, folder, scene, past, golden, steps: stepsIn(log) };
  }

  beforeAll(async () => {
    stages = await twoAtOnce(made, stageOf);
    const kinds = new Set<string>();
    const all = stages.flatMap((stage) => casesOf(stage, kinds));
    const cases = all.filter(({ scene }) => scenes.includes(scene));
    tried = namedTurnsOf('kills at steps', cases, ({ kinds: of }) => of, share);
  }, 300_000);

  describe.each(scenes)('in a %s', (kind) => {
    it('loses nothing, shows nothing partial, and repairs itself', async () => {
      const stage = stages.find((each) => each.kind === kind);
      if (stage === undefined) throw new Error('no such scene');
      const { folder, scene, past, golden, steps } = stage;
      const kills = tried.filter((each) => each.scene === kind);
      const struck = await twoAtOnce(
        kills,
        async (kill, at) => await strike(scene, join(folder, String(at)), kill, past, golden),
      );
      const phases = PHASES.map(
        (phase) => `${struck.filter((each) => each.phase === phase).length} ${phase}`,
      );
      printLine(
        `${kind}: killed at ${kills.length} of ${steps.length} steps: ${phases.filter((told) => !told.startsWith('0 ')).join(', ')}`,
      );
      const wrong = kills.flatMap(({ name }, at) => {
        const { wrong: found = [], isKilled = false } = struck[at] ?? {};
        return [...found, ...(isKilled ? [] : ['it was not killed'])].map(
          (fault) => `${fault} ${alone('kill-steps', name)}`,
        );
      });
      expect(wrong).toEqual([]);
    }, 1_800_000);
  });
});
