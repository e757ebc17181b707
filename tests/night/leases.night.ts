/**
 * The holder of a district is stopped (SIGSTOP) before each step that changes something, another process takes over and does the night
 * and the next one, and then the first continues: it changes nothing more, and leaves with exit code 6.
 */
import { beforeAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { hasStopped, KINDS, StoppedNight, type Kind } from '../refresh/stopped.js';
import { makeFolder, printLine } from '../support/cli.js';
import { describePostgres } from '../support/postgres-suite.js';
import { alone, groupInTurn, namedTurnsOf } from '../support/share.js';
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

/** Of the steps after that, one in so many is a case. */
const PAGES_LEFT_OUT = 3;

interface Case {
  readonly name: string;
  readonly kind: Kind;
  readonly at: Step;
  readonly isRecorded: boolean;
  /** Of each, one at least is tried in every run. */
  readonly kinds: readonly string[];
}

function casesOf(kind: Kind, steps: readonly Step[]): readonly Case[] {
  const begin = steps.findIndex(({ what }) => BEGINS[kind].test(what));
  const last = steps.findIndex(({ what }) => RECORDED[kind].test(what));
  const recorded = steps.findIndex(({ what }, place) => place > last && what.startsWith('COMMIT'));
  return steps
    .map((at, place) => ({ at, place }))
    .filter(({ at, place }) => place === begin || (place > begin && TRIED.test(at.what)))
    .filter(({ place }, nth) => place <= recorded || nth % PAGES_LEFT_OUT === 0)
    .map(({ at, place }) => {
      const isRecorded = place > recorded;
      const name = `${kind}: ${at.what} (${at.nth})`;
      const when = place === begin ? `begin of a ${kind}` : isRecorded ? 'recorded' : 'between';
      return { name, kind, at, isRecorded, kinds: [when, at.what.split(' ')[0] ?? ''] };
    });
}

const { groups: kindsInTurn, share } = groupInTurn('commands of a holder that stops', KINDS);

describePostgres('a holder that was stopped and continues after a takeover', (server) => {
  let districts = 0;
  let tried: readonly Case[] = [];

  async function stepsOf(kind: Kind): Promise<readonly Step[]> {
    const folder = makeFolder();
    const night = await StoppedNight.make(kind, server, folder, `${kind}-model`);
    const log = join(folder, 'steps');
    const { code, stderr } = await (await night.begin({ log })).ended;
    if (code !== (kind === 'hold' ? 3 : 0)) throw new Error(`${code ?? ''}: ${stderr}`);
    return stepsIn(log);
  }

  beforeAll(async () => {
    const cases: Case[] = [];
    for (const kind of kindsInTurn) {
      const found = casesOf(kind, await stepsOf(kind));
      expect(found.length).toBeGreaterThan(5);
      cases.push(...found);
    }
    tried = namedTurnsOf('stops of a holder', cases, ({ kinds }) => kinds, share);
  }, 120_000);

  /** What went wrong. */
  async function stopAt({ kind, at, isRecorded }: Case): Promise<readonly string[]> {
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

  it.each(kindsInTurn)(
    'in a %s publishes nothing twice, and takes nothing back',
    async (kind) => {
      const stops = tried.filter((each) => each.kind === kind);
      const wrong: string[] = [];
      for (const stop of stops)
        for (const fault of await stopAt(stop))
          wrong.push(`${stop.name}: ${fault} ${alone('leases', stop.name)}`);
      printLine(`${kind}: stopped at ${stops.length} steps`);
      expect(wrong).toEqual([]);
    },
    900_000,
  );
});
