/**
 * The holder of a district is stopped (SIGSTOP) before each step that changes something, another process takes over and does the night
 * and the next one, and then the first continues: it changes nothing more, and leaves with exit code 6.
 */
import { expect, it } from '@jest/globals';
import { join } from 'node:path';
import { hasStopped, KINDS, StoppedNight, type Kind } from '../refresh/stopped.js';
import { makeFolder, printLine } from '../support/cli.js';
import { describePostgres } from '../support/postgres-suite.js';
import { stepsIn } from '../support/steps.js';
import type { Step } from '../support/stop-at.js';

/** What a holder that continues could change before it comes to the next check of its lease, and the ends of its transactions. */
const TRIED = /^(?:rename|symlink|COMMIT) /;
/** Nothing is visible before this one. */
const BEGINS: Readonly<Record<Kind, RegExp>> = {
  delta: /^rename .*full\/library/,
  hold: /^mkdir .*withheld\/library/,
  release: /^query update bundle set state/,
};
/** One that stops later has recorded all that it did, and only writes pages, which are not replaced either. */
const RECORDED: Readonly<Record<Kind, RegExp>> = {
  delta: /^query update refresh set finishedAt/,
  hold: /^query update refresh set finishedAt/,
  release: /^query insert into publication/,
};

/** Of the steps after that, one in so many is tried. */
const PAGES_LEFT_OUT = 3;

describePostgres('a holder that was stopped and continues after a takeover', (server) => {
  let districts = 0;

  async function stepsOf(kind: Kind): Promise<readonly Step[]> {
    const folder = makeFolder();
    const night = await StoppedNight.make(kind, server, folder, `${kind}-model`);
    const log = join(folder, 'steps');
    const { code, stderr } = await (await night.begin({ log })).ended;
    if (code !== (kind === 'hold' ? 3 : 0)) throw new Error(`${code ?? ''}: ${stderr}`);
    return stepsIn(log);
  }

  /** What went wrong. */
  async function stopAt(kind: Kind, at: Step, isRecorded: boolean): Promise<readonly string[]> {
    districts += 1;
    const night = await StoppedNight.make(kind, server, makeFolder(), `${kind}-${districts}`);
    const running = await night.begin({ at });
    try {
      if (!(await hasStopped(running))) return [`did not stop: ${(await running.ended).stderr}`];
      night.expire();
      await night.takeOver();
      // To others a process that has stopped is as one that was killed.
      const wrong = (await night.faults()).map((fault) => `as if killed: ${fault}`);
      running.child.kill('SIGCONT');
      const { code, stderr } = await running.ended;
      wrong.push(...(await night.faults()));
      const isRefused = code === 6 && /taken over the district/.test(stderr);
      if (!isRefused && !isRecorded) wrong.push(`left with ${code ?? ''}: ${stderr}`);
      return wrong;
    } finally {
      running.child.kill('SIGKILL');
    }
  }

  it.each(KINDS)(
    'in a %s publishes nothing twice, and takes nothing back',
    async (kind) => {
      const steps = await stepsOf(kind);
      const begin = steps.findIndex(({ what }) => BEGINS[kind].test(what));
      const last = steps.findIndex(({ what }) => RECORDED[kind].test(what));
      const recorded = steps.findIndex(({ what }, place) => place > last && what.startsWith('COMMIT'));
      const tried = steps
        .map((step, place) => ({ step, place }))
        .filter(({ step, place }) => place === begin || (place > begin && TRIED.test(step.what)))
        .filter(({ place }, at) => place <= recorded || at % PAGES_LEFT_OUT === 0);
      const wrong: string[] = [];
      for (const { step, place } of tried)
        for (const fault of await stopAt(kind, step, place > recorded))
          wrong.push(`${place + 1} (${step.what}): ${fault}`);
      printLine(`${kind}: stopped at ${tried.length} of ${steps.length} steps`);
      expect(wrong).toEqual([]);
      expect(tried.length).toBeGreaterThan(5);
    },
    900_000,
  );
});
