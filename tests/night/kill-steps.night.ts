/**
 * Killed at each step of a refresh, a delta, a hold, a release and a discard whose state is in PostgreSQL: before the step, and of a
 * COMMIT also once it was sent and its answer unread. What is visible then is whole, and the next refresh ends where an
 * undisturbed one does. What a kill leaves behind only changes with the names on the disk and with the commits, so all of those
 * are tried in each of the five. Steps of one kind that leave the same behind are tried once in all: files in the staging folder,
 * which the next holder removes as a whole, pages of the report, each statement of a transaction that is never committed, and reads.
 */
import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { strike, type Kill } from '../refresh/kill.js';
import { pastOf, PHASES, undisturbed } from '../refresh/kill-outcome.js';
import { Scene, SCENES } from '../refresh/kill-scenes.js';
import { StateInPostgres } from '../refresh/kill-states.js';
import { makeFolder, printLine } from '../support/cli.js';
import { describePostgres } from '../support/postgres-suite.js';
import { stepsIn } from '../support/steps.js';
import type { Step } from '../support/stop-at.js';

/** Each of them is tried: they decide what is published. */
const DECISIVE = /^(?:COMMIT|symlink|rename(?!.*(?:-report\.\w+|index\.html|metrics\.prom)$)) /;

/** Of these one is tried. */
const kindOf = (what: string): string =>
  what
    .replaceAll(/~\/home\/staging\/[^ ]*?(\.\w+)?(?= |$)/g, (_, end = '') => `staging *${String(end)}`)
    .replace(/^query select .*/, 'query select');

/** `kinds`: those that were tried before, also in another scene; gets those that are tried now. */
function killsAt(steps: readonly Step[], kinds: Set<string>): readonly Kill[] {
  const kills: Kill[] = [];
  let commits = 0;
  for (const at of steps) {
    const [kind, told] = [kindOf(at.what), `${at.what} (${at.nth})`];
    if (DECISIVE.test(at.what) || !kinds.has(kind)) kills.push({ at: told, steps: { at }, commits });
    kinds.add(kind);
    if (!at.what.startsWith('COMMIT')) continue;
    commits += 1;
    kills.push({ at: `${told}, sent`, steps: { at, isSent: true }, commits });
  }
  return kills;
}

/** One for each core of the machine on which the night tests run. */
const AT_ONCE = 2;

async function inTurns<T, R>(
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

describePostgres('killed with its state in PostgreSQL', (server) => {
  const tried = new Set<string>();
  describe.each(SCENES)('in a %s', (kind) => {
    it('loses nothing, shows nothing partial, and repairs itself', async () => {
      const folder = makeFolder();
      const scene = await Scene.make(kind, join(folder, 'scene'), new StateInPostgres(server));
      const past = await pastOf(scene);
      const golden = await undisturbed(scene.copyTo(join(folder, 'model')));
      const log = join(folder, 'steps');
      const listed = scene.copyTo(join(folder, 'listed'));
      await listed.expectCode(scene.nature.codes[0], listed.begin({ steps: { log } }).ended);
      const steps = stepsIn(log);
      const kills = killsAt(steps, tried);
      const struck = await inTurns(
        kills,
        async (kill, at) => await strike(scene, join(folder, String(at)), kill, past, golden),
      );
      const phases = PHASES.map(
        (phase) => `${struck.filter((each) => each.phase === phase).length} ${phase}`,
      );
      printLine(
        `${kind}: killed at ${kills.length} of ${steps.length} steps: ${phases.filter((told) => !told.startsWith('0 ')).join(', ')}`,
      );
      expect(struck.flatMap(({ wrong }) => wrong)).toEqual([]);
      expect(kills.filter((_, at) => struck[at]?.isKilled !== true).map(({ at }) => at)).toEqual([]);
    }, 1_800_000);
  });
});
