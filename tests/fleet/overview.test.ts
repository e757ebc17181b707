/** What `fleet status` reads for all districts at once is what `status` reads for each of them. */
import { beforeEach, afterEach, expect, it } from '@jest/globals';
import { statusCommand, type ConnectionStatus } from '../../src/commands/status.js';
import { readOverview, type DistrictOverview, type Overview } from '../../src/fleet/overview.js';
import { loadConfig } from '../../src/config/load.js';
import { fleetMetrics, fleetMetricsText } from '../../src/fleet/metrics.js';
import { HEAD } from '../config/given-config.js';
import { makeFleetSite } from '../support/fleet-site.js';
import { describePostgres } from '../support/postgres-suite.js';
import { addDistricts, makeFleet, type TestFleet } from './a-fleet.js';
import { writeHistory, writeNight } from './histories.js';

const BOTH = `${HEAD}  - { name: library, version: "1.1" }\n  - { name: lms, version: "1.2" }\n`;
const TWO = ['library', 'lms'];

describePostgres('the overview of a fleet', (server) => {
  let fleet: TestFleet;
  let database = '';
  let made = 0;
  beforeEach(async () => {
    database = `overview${(made += 1)}`;
    fleet = await makeFleet(server, database);
  });
  afterEach(() => fleet.close());

  const overview = async (): Promise<Overview> => await readOverview(fleet.database);
  const of = async (name: string): Promise<DistrictOverview | undefined> =>
    (await overview()).districts.find(({ district }) => district.name === name);
  const run = async (district: string, wants: object): Promise<void> => {
    const row = { host: 'sql-1', sentAt: '', sentBy: 'schedule', startsAt: '', attempts: 1, night: null };
    await fleet.database
      .knex('fleetRun')
      .insert({ id: `${district}-${(made += 1)}`, ...row, ...wants, district });
  };
  const night = (): string => new Date().toISOString().slice(0, 10);

  it('has of each connection what status has', async () => {
    const site = makeFleetSite(server, database);
    const names = ['adams', 'baker', 'clark', 'davis', 'emery'];
    for (const name of names) site.add(name, BOTH);
    await addDistricts(fleet, ...names.map((name) => ({ name, connections: JSON.stringify(TWO) })));
    const write = async (
      district: string,
      at: string,
      wants: Parameters<typeof writeNight>[1],
    ): Promise<void> =>
      await writeHistory(server.state(database, district), at, (state) => writeNight(state, wants));
    const good = { library: 'published', lms: 'published' } as const;
    await write('adams', '2026-10-14T06:00:00.000Z', {
      connections: TWO,
      states: good,
      delivered: 'delivered',
    });
    await write('adams', '2026-10-15T06:00:00.000Z', { connections: TWO, states: good, delivered: 'failed' });
    await write('baker', '2026-10-14T06:00:00.000Z', {
      connections: TWO,
      states: good,
      delivered: 'delivered',
    });
    await write('baker', '2026-10-15T06:00:00.000Z', {
      connections: TWO,
      states: { library: 'held', lms: 'published' },
    });
    await write('clark', '2026-10-15T06:00:00.000Z', { connections: TWO, states: {}, outcome: 'failed' });
    await write('davis', '2026-10-14T06:00:00.000Z', { connections: TWO, states: good });
    await write('davis', '2026-10-15T06:00:00.000Z', {
      connections: ['lms'],
      states: { lms: 'published' },
      wants: { mode: 'delta', bundle: { sha256: 'x', bytes: 1, rows: new Map() } },
    });
    const { at, districts } = await overview();
    for (const { district, connections } of districts) {
      let text = '';
      const terminal = { out: (part: string) => void (text += part), err: () => undefined, isWatched: false };
      const config = await loadConfig(`${site.folder}/${district.name}/oneroster.yaml`, {});
      await statusCommand(config, { json: true }, terminal, new Date(at));
      const single = (JSON.parse(text) as { connections: readonly ConnectionStatus[] }).connections;
      expect(
        connections.map(({ name, lastGood, held, lastOutcome, lastDelivery }) => ({
          ...{ district: district.name, name, lastOutcome },
          good: lastGood && { name: lastGood.name, at: lastGood.at },
          held: held && { at: held.at, reason: held.reason },
          delivery: lastDelivery && { ...lastDelivery },
        })),
      ).toEqual(
        single.map(({ name, lastGood, held, lastOutcome, lastDelivery }) => ({
          ...{ district: district.name, name, lastOutcome },
          good: lastGood && { name: lastGood.name, at: lastGood.at },
          held: held && { at: held.at, reason: held.reason },
          delivery: lastDelivery && {
            state: lastDelivery.state,
            target: lastDelivery.target,
            startedAt: lastDelivery.startedAt,
            finishedAt: lastDelivery.finishedAt,
          },
        })),
      );
    }
    expect(districts.map(({ district, state, lastGoodAt }) => [district.name, state, lastGoodAt])).toEqual([
      ['adams', 'ok', '2026-10-15T06:00:00.000Z'],
      ['baker', 'on hold', '2026-10-14T06:00:00.000Z'],
      ['clark', 'never', null],
      ['davis', 'ok', '2026-10-14T06:00:00.000Z'],
      ['emery', 'never', null],
    ]);
  });

  it('has no hold of a receiver whose sharing has ended', async () => {
    await addDistricts(fleet, { name: 'adams' });
    await writeHistory(server.state(database, 'adams'), '2026-10-15T06:00:00.000Z', async (state) => {
      await writeNight(state, { connections: ['library'], states: { library: 'held' } });
      await writeNight(state, { connections: ['library'], states: { library: 'ended' } });
    });
    expect(await of('adams')).toMatchObject({
      isOnHold: false,
      connections: [{ held: null, lastOutcome: 'ended' }],
    });
  });

  it('has the newest run of each district, and the most urgent state', async () => {
    await addDistricts(
      fleet,
      { name: 'adams' },
      { name: 'baker' },
      { name: 'clark', pausedAt: '2026-10-01' },
    );
    await run('adams', { state: 'failed', sentAt: '2026-10-15', exitCode: 2 });
    await run('adams', { state: 'done', sentAt: '2026-10-14', exitCode: 0 });
    await run('baker', { state: 'failed', sentAt: '2026-10-14', exitCode: 2 });
    await run('baker', { state: 'running', sentAt: '2026-10-15' });
    await run('clark', { state: 'failed', sentAt: '2026-10-15', exitCode: 2 });
    const { districts } = await overview();
    expect(districts.map(({ state, isFailed, nextRunAt }) => [state, isFailed, nextRunAt !== null])).toEqual([
      ['failed', true, true],
      ['running', false, true],
      ['paused', true, false],
    ]);
  });

  it('is late after its deadline unless the run of the night ended well before it', async () => {
    const cases = {
      'nothing-was-sent': undefined,
      'in-time': { state: 'done', exitCode: 0, endedAt: '2026-01-01' },
      'too-late': { state: 'done', exitCode: 0, endedAt: '2999-01-01' },
      'on-hold': { state: 'done', exitCode: 3, endedAt: '2026-01-01' },
      failed: { state: 'failed', exitCode: 2, endedAt: '2026-01-01' },
      running: { state: 'running' },
    };
    // Midnight of UTC begins the night; its deadline a minute later has always passed but in the first minute of a day.
    const names = Object.keys(cases);
    await addDistricts(fleet, ...names.map((name) => ({ name, deliverBy: '00:01' })));
    await addDistricts(fleet, { name: 'no-hurry', deliverBy: '23:59' });
    for (const [name, wants] of Object.entries(cases)) {
      if (wants === undefined) continue;
      await run(name, { ...wants, night: night(), sentAt: '2026-10-15' });
      await run(name, { state: 'done', exitCode: 0, endedAt: '2026-01-01', sentAt: '2026-10-16' });
    }
    const late = (await overview()).districts
      .filter(({ isLate }) => isLate)
      .map(({ district }) => district.name);
    expect(late.sort()).toEqual(names.filter((name) => name !== 'in-time').sort());
  });

  it('is not late on the day on which it was applied, nor while it is paused', async () => {
    await addDistricts(
      fleet,
      { name: 'adams', deliverBy: '00:01', appliedAt: new Date().toISOString() },
      { name: 'baker', deliverBy: '00:01', pausedAt: '2026-10-01' },
    );
    expect((await overview()).districts.map(({ isLate }) => isLate)).toEqual([false, false]);
  });

  it('is text for Prometheus, with what could end a label escaped', async () => {
    await addDistricts(fleet, { name: 'adams', host: 'a "host"\\\n2' }, { name: 'baker' });
    await writeHistory(server.state(database, 'adams'), '2026-10-15T06:00:00.000Z', (state) =>
      writeNight(state, {
        connections: ['library'],
        states: { library: 'published' },
        delivered: 'delivered',
      }),
    );
    const text = fleetMetricsText(fleetMetrics(await overview()));
    const at = Date.parse('2026-10-15T06:00:00.000Z') / 1_000;
    expectLines(text, [
      `oneroster_export_last_good_timestamp_seconds{district="adams",connection="library"} ${at}`,
      `oneroster_export_last_delivery_timestamp_seconds{district="adams",connection="library"} ${at}`,
      'oneroster_export_last_refresh_ok{district="adams",connection="library"} 1',
      'oneroster_export_rows{district="adams",connection="library"} 41',
      'oneroster_export_held{district="baker",connection="library"} 0',
      'oneroster_export_fleet_districts{state="never"} 1',
      'oneroster_export_fleet_districts{state="on hold"} 0',
      'oneroster_export_fleet_workers 0',
      'oneroster_export_fleet_slots{host="a \\"host\\"\\\\\\n2"} 2',
    ]);
    expect(text).not.toContain('last_good_timestamp_seconds{district="baker"');
    const totals = fleetMetricsText(fleetMetrics(await overview(), { isSummary: true }));
    expectLines(totals, [
      'oneroster_export_fleet_districts{state="never"} 1',
      'oneroster_export_fleet_districts_with{problem="hold"} 0',
      `oneroster_export_fleet_oldest_last_good_timestamp_seconds ${at}`,
      'oneroster_export_fleet_connections 2',
      'oneroster_export_fleet_connections_held 0',
      'oneroster_export_fleet_connections_not_ok 0',
      'oneroster_export_fleet_workers 0',
    ]);
    // The same totals as in the whole, and nothing of one district.
    expect(totals).not.toContain('district=');
    expect(text.endsWith(totals)).toBe(true);
  });
});

function expectLines(text: string, lines: readonly string[]): void {
  for (const line of lines) expect(text.split('\n')).toContain(line);
}
