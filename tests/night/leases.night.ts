/**
 * The holder of a district is stopped (SIGSTOP) before each step that changes something, another process takes over and does the night
 * and the next one, and then the first continues: it changes nothing more, and leaves with exit code 6.
 */
import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasStopped, KINDS, StoppedNight, type Kind } from '../refresh/stopped.js';
import { makeFolder, printLine } from '../support/cli.js';
import { describePostgres } from '../support/postgres-suite.js';

/** What a holder that continues could change before it comes to the next check of its lease, and the ends of its transactions. */
const TRIED = /^(?:rename|renameSync|symlink) |^query COMMIT/;
/** Nothing is visible before this one. */
const BEGINS: Readonly<Record<Kind, RegExp>> = {
  delta: /^renameSync .*full\/library/,
  hold: /^mkdirSync .*withheld\/library/,
  release: /^query update "bundle" set "state"/,
};
/** One that stops later has recorded all that it did, and only writes pages, which are not replaced either. */
const RECORDED: Readonly<Record<Kind, RegExp>> = {
  delta: /^query update "refresh" set "finishedAt"/,
  hold: /^query update "refresh" set "finishedAt"/,
  release: /^query insert into "publication"/,
};

/** Of the steps after that, one in so many is tried. */
const PAGES_LEFT_OUT = 3;

describePostgres('a holder that was stopped and continues after a takeover', (server) => {
  async function stepsOf(kind: Kind): Promise<readonly string[]> {
    const folder = makeFolder();
    const night = await StoppedNight.make(kind, server, folder, `${kind}-model`);
    const log = join(folder, 'steps');
    const { code, stderr } = await (await night.begin({ log })).ended;
    if (code !== (kind === 'hold' ? 3 : 0)) throw new Error(`${code ?? ''}: ${stderr}`);
    return readFileSync(log, 'utf8').trim().split('\n');
  }

  /** What went wrong. */
  async function stopAt(kind: Kind, step: number, isRecorded: boolean): Promise<readonly string[]> {
    const folder = makeFolder();
    const night = await StoppedNight.make(kind, server, folder, `${kind}-${step}`);
    const running = await night.begin({ step, log: join(folder, 'steps') });
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
      const begin = steps.findIndex((step) => BEGINS[kind].test(step));
      const recorded = steps.indexOf(
        'query COMMIT;',
        steps.findIndex((step) => RECORDED[kind].test(step)),
      );
      const tried = steps
        .map((what, at) => ({ what, at }))
        .filter(({ what, at }) => at === begin || (at > begin && TRIED.test(what)))
        .filter(({ at }, place) => at <= recorded || place % PAGES_LEFT_OUT === 0);
      const wrong: string[] = [];
      for (const { what, at } of tried)
        for (const fault of await stopAt(kind, at + 1, at > recorded))
          wrong.push(`${at + 1} (${what}): ${fault}`);
      printLine(`${kind}: stopped at ${tried.length} of ${steps.length} steps`);
      expect(wrong).toEqual([]);
      expect(tried.length).toBeGreaterThan(5);
    },
    900_000,
  );
});
