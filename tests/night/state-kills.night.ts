/**
 * A refresh whose state is in PostgreSQL is killed at moments all over its time, and once the server is: the next one repairs it
 * without help, and the state, the files and the audit trail agree.
 */
import { expect, it } from '@jest/globals';
import { appendFileSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { PostgresStateSettings } from '../../src/model/settings.js';
import { lookAtState } from '../../src/state/open.js';
import { change, makeSite, ONE_CONNECTION, type Site } from '../refresh/small-district.js';
import { openAllVisible, sha256 } from '../refresh/visible.js';
import { makeFolder, printLine, run, start } from '../support/cli.js';
import { firstNight } from '../support/first-night.js';
import { describeDurablePostgres } from '../support/postgres-suite.js';
import { groupInTurn, namedTurnsOf } from '../support/share.js';

const MOMENTS = 10;
const moments = Array.from({ length: MOMENTS }, (_, at) => ({
  name: `a kill: moment ${at + 1}`,
  moment: at + 1,
}));
const crashes = [0.5, 0.7, 0.85].map((part) => ({ name: `a crash: at ${part}`, part }));
const { groups, share } = groupInTurn('ends of a refresh with its state in PostgreSQL', [
  'a kill',
  'a crash',
]);
const itAfter = (end: (typeof groups)[number]): typeof it | typeof it.skip =>
  groups.includes(end) ? it : it.skip;
/** A process that was killed keeps its district for so long. */
const LEASE_SECONDS = 2;
const SHORT_LEASE = { env: { ONEROSTER_EXPORT_LEASE_SECONDS: String(LEASE_SECONDS) } };
const leaseEnds = (): Promise<void> => setTimeout(LEASE_SECONDS * 1_000);

interface Night {
  readonly site: Site;
  readonly state: PostgresStateSettings;
}

describeDurablePostgres('a refresh with its state in PostgreSQL', (server) => {
  /** A home with one good night, and data that has changed since. */
  async function nightBefore(district: string): Promise<Night> {
    const site = makeSite(join(makeFolder(), 'site'), ONE_CONNECTION);
    const state = server.state('kills', district);
    appendFileSync(site.config, `state: ${JSON.stringify(state)}\n`);
    await firstNight(site);
    change(site.district, `UPDATE Identity SET lastName = 'Other' WHERE personID = 12`);
    return { site, state };
  }

  /** What is wrong with a home and its state; nothing where all is well. */
  async function faultsOf({ site, state: settings }: Night): Promise<readonly string[]> {
    const wrong: string[] = [];
    const state = await lookAtState({ settings, file: '' });
    if (state === undefined) return ['there is no state'];
    if ((await state.checkAudit()).firstBroken !== null) wrong.push('the audit trail is broken');
    const open = await state.bundles('library', 'verified', 'releasing', 'held');
    if (open.length > 0) wrong.push(`half done: ${open.map(({ name }) => name).join()}`);
    const published = await state.bundles('library', 'published');
    await state.close();
    const folder = join(site.home, 'bundles/library');
    for (const { name, sha256: sha } of published)
      if (sha256(join(folder, `${name ?? ''}.zip`)) !== sha) wrong.push(`${name ?? ''} has other bytes`);
    const files = readdirSync(folder).filter((file) => /-bulk\.zip$/.test(file));
    const names = published.map(({ name }) => `${name ?? ''}.zip`);
    if (files.sort().join() !== [...names].sort().join())
      wrong.push(`the folder has ${files.join()}, and the state ${names.join()}`);
    if (basename(readlinkSync(join(folder, 'latest.zip'))) !== names[0])
      wrong.push('latest.zip is not the newest');
    return wrong;
  }

  itAfter('a kill')(
    'is repaired by the next one, wherever it was killed',
    async () => {
      const model = await nightBefore('model');
      const since = performance.now();
      expect(await run(model.site.refresh)).toMatchObject({ code: 0 });
      const duration = performance.now() - since;
      const wrong: string[] = [];
      let killed = 0;
      const tried = namedTurnsOf('kills with the state in PostgreSQL', moments, undefined, share);
      for (const { moment } of tried) {
        const night = await nightBefore(`killed-${moment}`);
        const { child, ended } = start(night.site.refresh, SHORT_LEASE);
        const timer = setTimeout((duration * (moment + 1)) / (MOMENTS + 2)).then(() => child.kill('SIGKILL'));
        const { signal } = await ended;
        await timer;
        if (signal === 'SIGKILL') killed += 1;
        await openAllVisible(night.site.home);
        if (signal === 'SIGKILL') await leaseEnds();
        const next = await run(night.site.refresh);
        const found = await faultsOf(night);
        if (next.code !== 0)
          wrong.push(`killed at ${moment}: the next refresh left with ${next.code ?? ''}: ${next.stderr}`);
        wrong.push(...found.map((fault) => `killed at ${moment}: ${fault}`));
      }
      printLine(`${killed} of ${tried.length} were killed`);
      expect(wrong).toEqual([]);
      // The last moments may come too late.
      expect(killed).toBeGreaterThan(tried.length * 0.4 - 1);
    },
    300_000,
  );

  itAfter('a crash')(
    'whose server crashes meanwhile is repaired by the next one',
    async () => {
      const model = await nightBefore('before-crashes');
      const since = performance.now();
      expect(await run(model.site.refresh)).toMatchObject({ code: 0 });
      const duration = performance.now() - since;
      const wrong: string[] = [];
      for (const { name, part } of namedTurnsOf(
        'crashes of the server of the state',
        crashes,
        undefined,
        share,
      )) {
        const night = await nightBefore(`crash-${part * 100}`);
        const running = start(night.site.refresh, SHORT_LEASE);
        await setTimeout(duration * part);
        await server.down('SIGQUIT');
        const { code, stderr } = await running.ended;
        if (code !== 0 && !/PostgreSQL server/.test(stderr)) wrong.push(`${name}: ${code ?? ''} ${stderr}`);
        await server.up();
        await leaseEnds();
        const next = await run(night.site.refresh);
        if (next.code !== 0) wrong.push(`${name}: the next left with ${next.code ?? ''}: ${next.stderr}`);
        wrong.push(...(await faultsOf(night)).map((fault) => `${name}: ${fault}`));
      }
      expect(wrong).toEqual([]);
    },
    200_000,
  );
});
