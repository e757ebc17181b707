/** What a person does with a fleet and sees of it, on a real PostgreSQL server. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fleetHistoryCommand } from '../../../src/commands/fleet/history.js';
import { fleetMetricsCommand } from '../../../src/commands/fleet/metrics.js';
import { fleetPauseCommand, fleetResumeCommand } from '../../../src/commands/fleet/pause.js';
import { fleetPlanCommand } from '../../../src/commands/fleet/plan.js';
import { fleetRefreshCommand, fleetRetryCommand } from '../../../src/commands/fleet/send.js';
import { fleetStatusCommand } from '../../../src/commands/fleet/status.js';
import { lookAtState } from '../../../src/state/open.js';
import type { State } from '../../../src/state/state.js';
import { addDistricts, makeFleet, runsOf, type TestFleet } from '../../fleet/a-fleet.js';
import { writeHistory, writeNight } from '../../fleet/histories.js';
import { makeFleetSite, type FleetSite } from '../../support/fleet-site.js';
import { describePostgres } from '../../support/postgres-suite.js';
import { calledOn, type Called } from './called.js';
import { auditTrail } from '../../support/audit-trail.js';

describePostgres('the commands of a fleet', (server) => {
  let fleet: TestFleet;
  let site: FleetSite;
  let called: Called;
  let database = '';
  let made = 0;
  beforeEach(async () => {
    database = `commands${(made += 1)}`;
    fleet = await makeFleet(server, database);
    site = makeFleetSite(server, database);
    called = calledOn(site);
    await addDistricts(fleet, { name: 'adams', labels: '["pilot"]' }, { name: 'baker' });
  });
  afterEach(() => fleet.close());

  const { printed, call } = {
    printed: (): string => called.printed(),
    call: (): Called['call'] => called.call,
  };
  const runs = async (): Promise<readonly Record<string, unknown>[]> => await runsOf(fleet.database.knex);
  const trail = async (district: string): Promise<readonly (readonly [string, unknown])[]> => {
    const settings = server.state(database, district);
    const state = (await lookAtState({ settings, file: '' })) as State;
    const entries = await auditTrail(state);
    expect((await state.checkAudit()).firstBroken).toBeNull();
    await state.close();
    return entries.map(({ what, detail }) => [what, JSON.parse(detail)]);
  };

  it('pause and resume a district, with a reason in its audit trail, and once', async () => {
    await fleetPauseCommand(call(), 'adams', { reason: 'an upgrade' });
    expect(printed()).toMatch(/^adams is paused/);
    await expect(fleetPauseCommand(call(), 'adams', { reason: 'again' })).rejects.toThrow(
      /adams is already paused, since .*: an upgrade/,
    );
    await fleetStatusCommand(call(), [], {});
    expect(printed()).toMatch(/^adams {5}paused .*\n(.*\n)*adams paused by .*: an upgrade\n/m);
    await fleetPlanCommand(call(), {});
    expect(printed()).toMatch(/Paused: adams\.\n/);
    await fleetResumeCommand(call(), 'adams', { reason: 'done', json: true });
    expect(JSON.parse(printed())).toEqual({ district: 'adams', paused: false, reason: 'done' });
    await expect(fleetResumeCommand(call(), 'adams', { reason: 'again' })).rejects.toThrow(
      'adams is not paused',
    );
    await expect(fleetPauseCommand(call(), 'nowhere', { reason: 'x' })).rejects.toThrow(
      'no district nowhere',
    );
    expect(await trail('adams')).toEqual([
      ['paused', { reason: 'an upgrade' }],
      ['resumed', { reason: 'done' }],
    ]);
  });

  it('refresh districts by name or label, each once while it waits, and none that is paused', async () => {
    await fleetRefreshCommand(call(), [], { label: ['pilot'] });
    expect(printed()).toBe('Sent: 1 district. fleet status shows how they go.\n');
    await fleetPauseCommand(call(), 'baker', { reason: 'an upgrade' });
    printed();
    await fleetRefreshCommand(call(), [], { json: true });
    expect(JSON.parse(printed())).toEqual({ sent: [], alreadyWaiting: ['adams'], paused: ['baker'] });
    await expect(fleetRefreshCommand(call(), ['baker'], {})).rejects.toMatchObject({
      problems: [{ path: 'baker', message: 'is paused: an upgrade' }],
    });
    await expect(fleetRefreshCommand(call(), ['adam', 'zzz'], { label: ['pilots'] })).rejects.toMatchObject({
      problems: [
        { path: 'adam', message: 'is no district of this fleet; did you mean `adams`?' },
        { path: 'zzz', message: 'is no district of this fleet' },
        { path: 'pilots', message: 'is the label of no district; did you mean `pilot`?' },
      ],
    });
    const [only] = await runs();
    expect(await runs()).toHaveLength(1);
    expect(only).toMatchObject({ district: 'adams', night: null, state: 'waiting' });
    expect(await fleet.queue.fetch('sql-1')).toMatchObject({
      id: only?.['id'],
      district: 'adams',
      night: null,
    });
  });

  it('try failed runs again: of each district its newest, with all attempts', async () => {
    await fleetRefreshCommand(call(), [], {});
    const jobs = [await fleet.queue.fetch('sql-1'), await fleet.queue.fetch('sql-1')];
    for (const job of jobs)
      if (job !== undefined) await fleet.database.transaction((trx) => fleet.queue.complete(job, trx));
    const failed = { state: 'failed', exitCode: 4, attempts: 6, message: 'The SIS did not answer.\nx' };
    await fleet.database.knex('fleetRun').where({ district: 'adams' }).update(failed);
    await fleet.database.knex('fleetRun').where({ district: 'baker' }).update({ state: 'done', exitCode: 0 });
    printed();
    await fleetStatusCommand(call(), [], { only: 'failed' });
    const text = printed();
    expect(text).toMatch(
      /adams failed after 6 attempts: The SIS did not answer\. To try again: .*fleet retry adams\n/,
    );
    expect(text).not.toContain('baker');
    await fleetRetryCommand(call(), ['baker'], {});
    expect(printed()).toBe('No run of these districts has failed.\n');
    await fleetRetryCommand(call(), [], {});
    expect(printed()).toBe('Tried again: adams.\n');
    expect(await runs()).toMatchObject([
      { district: 'adams', state: 'waiting', attempts: 0, exitCode: null, message: null },
      { district: 'baker', state: 'done' },
    ]);
    expect(await fleet.queue.fetch('sql-1')).toMatchObject({ district: 'adams' });
    await fleetRetryCommand(call(), [], { json: true });
    expect(JSON.parse(printed())).toEqual({ retried: [] });
  });

  it('show one line for each district, and the history', async () => {
    await writeHistory(server.state(database, 'adams'), '2026-10-14T06:00:00.000Z', (state) =>
      writeNight(state, {
        connections: ['library'],
        states: { library: 'published' },
        delivered: 'delivered',
      }),
    );
    await writeHistory(server.state(database, 'baker'), '2026-10-15T06:00:00.000Z', (state) =>
      writeNight(state, { connections: ['library'], states: { library: 'held' } }),
    );
    const sent = { host: 'sql-1', sentBy: 'schedule', startsAt: '', state: 'done', attempts: 1 };
    await fleet.database.knex('fleetRun').insert([
      {
        ...{
          id: 'a',
          district: 'adams',
          night: '2026-10-14',
          exitCode: 0,
          sentAt: '2026-10-14T05:00:00.000Z',
          ...sent,
        },
        ...{ startedAt: '2026-10-14T05:00:10.000Z', endedAt: '2026-10-14T05:01:15.000Z' },
      },
      {
        ...{
          id: 'b',
          district: 'baker',
          night: '2026-10-15',
          exitCode: 3,
          sentAt: '2026-10-15T05:00:00.000Z',
          ...sent,
        },
        ...{ startedAt: '2026-10-15T05:00:10.000Z', endedAt: '2026-10-15T05:00:40.000Z' },
      },
    ]);
    await fleetStatusCommand(call(), [], {});
    const [header, adams, baker, remark, workers] = printed().split('\n');
    expect(header).toMatch(/^district +state +last good +age +next run +on hold +delivery +newest run$/);
    expect(adams).toMatch(
      /^adams +ok +2026-10-14 06:00 \+00:00 +[\d.]+ h +\S+ 00:00 \+00:00 +- +delivered +2026-10-14: done$/,
    );
    expect(baker).toMatch(
      /^baker +on hold +never +\S+ 00:00 \+00:00 +library +- +2026-10-15: done, exit code 3$/,
    );
    expect(remark).toMatch(
      /^baker library is on hold: users: 12\.0% vanished\. See oneroster-export status --config /,
    );
    expect(workers).toMatch(/^No worker is running/);
    await fleetStatusCommand(call(), ['baker'], { json: true });
    expect(JSON.parse(printed())).toMatchObject({
      districts: [
        {
          district: 'baker',
          state: 'on hold',
          isOnHold: true,
          lastGoodAt: null,
          ageHours: null,
          paused: null,
        },
      ],
      workers: [],
      hosts: [{ host: 'sql-1', slots: 2, held: 0 }],
    });
    await fleetHistoryCommand(call(), undefined, { limit: 20 });
    const lines = printed().split('\n');
    expect(lines[1]).toMatch(/^baker +2026-10-15 +2026-10-15 05:00 \+00:00 +done +3 +1 +30 s +schedule$/);
    expect(lines[2]).toMatch(/^adams +2026-10-14 .* 0 +1 +1 min 5 s +schedule$/);
    await fleetHistoryCommand(call(), 'adams', { limit: 1, json: true });
    expect(JSON.parse(printed())).toMatchObject({ runs: [{ id: 'a', state: 'done' }] });
    await expect(fleetHistoryCommand(call(), 'adam', { limit: 1 })).rejects.toThrow('Nothing was done');
  });

  it('plan the coming night from earlier ones, and mark what will be late', async () => {
    await fleet.database.knex('fleetDistrict').where({ name: 'baker' }).update({ deliverBy: '00:10' });
    const run = { host: 'sql-1', sentBy: 'schedule', startsAt: '', state: 'done', sentAt: 'x' };
    const took = { startedAt: '2026-10-14T05:00:00.000Z', endedAt: '2026-10-14T05:20:00.000Z' };
    await fleet.database
      .knex('fleetRun')
      .insert({ id: 'b', district: 'baker', night: null, ...run, ...took });
    await fleetPlanCommand(call(), {});
    const [, baker, adams, late, worker] = printed().split('\n');
    expect(baker).toMatch(
      /^baker +sql-1 +\S+ 00:00 \+00:00 +\S+ 00:00 \+00:00 +20 min 0 s +\S+ 00:10 \+00:00 +LATE$/,
    );
    expect(adams).toMatch(/^adams .* 20 min 0 s \(no history\) +-$/);
    expect(late).toMatch(/^1 district will be late/);
    expect(worker).toMatch(/^No worker is running/);
    await fleetPlanCommand(call(), { json: true });
    expect(JSON.parse(printed())).toMatchObject({
      nights: [
        { district: 'baker', seconds: 1_200, isLate: true },
        { district: 'adams', isGuess: true, deliverBy: null },
      ],
      paused: [],
      atOnce: 0,
    });
  });

  it('write metrics to a file that is replaced as a whole, or print them', async () => {
    const file = join(site.folder, 'fleet.prom');
    await fleetMetricsCommand(call(), { out: file });
    expect(printed()).toBe('');
    expect(readFileSync(file, 'utf8')).toContain('oneroster_export_fleet_paused{district="adams"} 0\n');
    await fleetMetricsCommand(call(), { json: true });
    expect(JSON.parse(printed())).toMatchObject({ metrics: expect.arrayContaining([expect.anything()]) });
    await expect(fleetMetricsCommand(call(), { out: join(site.folder, 'no/where') })).rejects.toThrow(
      /no\/where cannot be written: is its folder there\?/,
    );
    expect(existsSync(join(site.folder, 'no'))).toBe(false);
  });
});
