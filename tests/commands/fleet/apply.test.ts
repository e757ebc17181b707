/** `fleet init` and `fleet apply`, on a real PostgreSQL server. */
import { beforeEach, expect, it } from '@jest/globals';
import { fleetApplyCommand } from '../../../src/commands/fleet/apply.js';
import { withDatabase } from '../../../src/commands/fleet/call.js';
import { fleetInitCommand } from '../../../src/commands/fleet/init.js';
import { districtsOf, type AppliedDistrict } from '../../../src/fleet/districts.js';
import { slotsOf } from '../../../src/fleet/slots.js';
import { aConnection } from '../../config/given-config.js';
import { fleetModel } from '../../fleet/a-fleet.js';
import { makeFleetSite, type FleetSite } from '../../support/fleet-site.js';
import { describePostgres } from '../../support/postgres-suite.js';
import { calledOn, type Called } from './called.js';

describePostgres('the districts of a fleet', (server) => {
  let site: FleetSite;
  let called: Called;
  let made = 0;
  beforeEach(async () => {
    site = makeFleetSite(server, `apply${(made += 1)}`, await fleetModel(server));
    called = calledOn(site, new Date('2026-10-15T12:00:00Z'));
  });

  const applied = async (): Promise<readonly AppliedDistrict[]> =>
    await withDatabase(called.call, ({ knex }) => districtsOf(knex));
  const slots = async (): Promise<object> =>
    Object.fromEntries(await withDatabase(called.call, ({ knex }) => slotsOf(knex)));
  const applyAll = async (): Promise<string> => {
    await fleetApplyCommand(called.call, { yes: true });
    return called.printed();
  };

  it('are shown first, and applied with --yes; again there is nothing to do', async () => {
    site.add('adams');
    site.add('baker');
    site.write('districts: { adams: { host: east, labels: [pilot], start: "02:00", deliverBy: "05:00" } }\n');
    expect(await fleetApplyCommand(called.call, {})).toBe(0);
    expect(called.printed()).toBe(
      'Added (2):\n' +
        '  adams  on east, from 02:00 America/Chicago\n' +
        '  baker  on baker, from 01:00 America/Chicago\n' +
        'Refreshes at once, by SQL host:\n' +
        '  baker  0 -> 2\n' +
        '  east   0 -> 2\n' +
        'Unchanged: 0 districts.\n' +
        'Nothing was applied. To apply this: --yes\n',
    );
    expect(await applied()).toEqual([]);
    expect(await applyAll()).toMatch(/Applied\.\n$/);
    expect(await applied()).toMatchObject([
      { name: 'adams', host: 'east', labels: ['pilot'], connections: ['library'], deliverBy: '05:00' },
      { name: 'baker', host: 'baker', appliedAt: '2026-10-15T12:00:00.000Z', pausedAt: null },
    ]);
    expect(await slots()).toEqual({ baker: 2, east: 2 });
    expect(await applyAll()).toBe('Unchanged: 2 districts.\nNothing to apply.\n');
  });

  it('keep their pause and their first day when they change; those without a folder go', async () => {
    site.add('adams');
    site.add('baker');
    await applyAll();
    await withDatabase(called.call, ({ knex }) =>
      knex('fleetDistrict').where({ name: 'adams' }).update({ pausedAt: 'then' }),
    );
    site.remove('baker');
    site.add('adams', `${aConnection()}  - { name: lms, version: "1.2" }\n`);
    site.write('schedule: { start: "03:15" }\nmaxPerHost: 3\n');
    const later = { ...called.call, now: new Date('2026-11-01T00:00:00Z') };
    await fleetApplyCommand(later, { yes: true });
    expect(called.printed()).toBe(
      'Changed: adams:\n' +
        '  start        01:00 -> 03:15\n' +
        '  connections  library -> library, lms\n' +
        'Removed (1); the history stays:\n' +
        '  baker\n' +
        'Refreshes at once, by SQL host:\n' +
        '  adams  2 -> 3\n' +
        '  baker  2 -> 0\n' +
        'Unchanged: 0 districts.\n' +
        'Applied.\n',
    );
    expect(await applied()).toMatchObject([
      { name: 'adams', start: '03:15', appliedAt: '2026-10-15T12:00:00.000Z', pausedAt: 'then' },
    ]);
    expect(await slots()).toEqual({ adams: 3 });
  });

  it('with a broken config stay as they were, with every problem listed, while the others are applied: exit code 2', async () => {
    site.add('adams');
    await applyAll();
    site.add('adams', aConnection('mode: daily\nversoin: 1'));
    site.add('baker');
    site.write('districts: { adams: { host: east } }\n');
    expect(await fleetApplyCommand(called.call, { yes: true })).toBe(2);
    const text = called.printed();
    expect(text).toMatch(/Skipped: adams\. The config .*adams\/oneroster\.yaml has 2 problems\.\n/);
    expect(text).toMatch(/line 8, column \d+: connections\[0\]\.mode: /);
    expect(text).toMatch(/line 9, column 5: connections\[0\]\.versoin: /);
    expect(text).toMatch(/1 district skipped/);
    expect(await applied()).toMatchObject([{ name: 'adams', host: 'adams' }, { name: 'baker' }]);
    expect(await slots()).toEqual({ adams: 2, baker: 2 });
  });

  it('are one JSON document for programs', async () => {
    site.add('adams');
    site.add('baker', 'connections: []\n');
    expect(await fleetApplyCommand(called.call, { json: true })).toBe(2);
    expect(JSON.parse(called.printed())).toMatchObject({
      added: [{ name: 'adams', host: 'adams', start: '01:00', timezone: 'America/Chicago', deliverBy: null }],
      changed: [],
      removed: [],
      unchanged: 0,
      hosts: [{ setting: 'adams', before: '0', after: '2' }],
      skipped: [{ name: 'baker', code: 'config' }],
      applied: false,
    });
  });

  it('need fleet init first, and a fleet.yaml', async () => {
    const other = calledOn(makeFleetSite(server, 'no_init'));
    await expect(fleetApplyCommand(other.call, {})).rejects.toThrow('Run fleet init first');
    const none = { ...called.call, folder: `${site.folder}/nowhere` };
    await expect(fleetApplyCommand(none, {})).rejects.toThrow(/cannot be read/);
    await expect(fleetInitCommand(none, {})).rejects.toMatchObject({
      problems: [{ message: expect.stringMatching(/does not exist: give its folder with --fleet/) }],
    });
  });
});
