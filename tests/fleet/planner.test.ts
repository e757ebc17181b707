/** Which nights are sent, on a real PostgreSQL server. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { districtsOf } from '../../src/fleet/districts.js';
import { runId, sendNights } from '../../src/fleet/planner.js';
import { day } from '../support/connections.js';
import { describePostgres } from '../support/postgres-suite.js';
import { addDistricts, makeFleet, runsOf, type TestFleet } from './a-fleet.js';

it('the id of a run is the same UUID for the same district and night, and no other', () => {
  const ids = [
    ['durham', '2026-10-15'],
    ['durham', '2026-10-16'],
    ['orange', '2026-10-15'],
  ].map(([district = '', night = '']) => runId({ district, night: day(night) }));
  expect(new Set(ids).size).toBe(3);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(runId({ district: 'durham', night: day('2026-10-15') })).toBe(ids[0]);
});

describePostgres('the planner', (server) => {
  let fleet: TestFleet;
  let made = 0;
  beforeEach(async () => {
    fleet = await makeFleet(server, `planner${(made += 1)}`);
  });
  afterEach(() => fleet.close());

  const plan = async (now: string): Promise<readonly string[]> => {
    const { database, queue } = fleet;
    const sent = await database.transaction(async (trx) => {
      return await sendNights({ trx, queue }, await districtsOf(trx), new Date(now));
    });
    return sent.map(({ district, night }) => `${district} ${night}`);
  };

  it('sends each night once, however often and by however many it is planned', async () => {
    await addDistricts(fleet, { name: 'durham' }, { name: 'orange', start: '02:00' });
    expect(await plan('2026-10-15T01:00:00Z')).toEqual(['durham 2026-10-15', 'orange 2026-10-14']);
    expect(await plan('2026-10-15T01:01:00Z')).toEqual([]);
    const [a, b] = await Promise.all([plan('2026-10-15T02:00:00Z'), plan('2026-10-15T02:00:00Z')]);
    expect([...a, ...b]).toEqual(['orange 2026-10-15']);
    expect(await runsOf(fleet.database.knex)).toHaveLength(3);
    const jobs = [await fleet.queue.fetch('sql-1'), await fleet.queue.fetch('sql-1')];
    expect(jobs.map((job) => job?.district).sort()).toEqual(['durham', 'orange']);
  });

  it('sends none of a paused district, and none that began before the district was applied', async () => {
    await addDistricts(
      fleet,
      { name: 'durham', pausedAt: '2026-10-14T00:00:00.000Z' },
      { name: 'orange', appliedAt: '2026-10-15T00:30:00.000Z' },
    );
    expect(await plan('2026-10-15T01:00:00Z')).toEqual([]);
    expect(await plan('2026-10-16T00:00:00Z')).toEqual(['orange 2026-10-16']);
  });

  async function order(jobs: number): Promise<readonly (string | undefined)[]> {
    const found: (string | undefined)[] = [];
    for (let place = 0; place < jobs; place += 1) found.push((await fleet.queue.fetch('sql-1'))?.district);
    return found;
  }

  it('lets the district go first that must be delivered first', async () => {
    await addDistricts(
      fleet,
      { name: 'a' },
      { name: 'b', deliverBy: '06:00' },
      { name: 'c', deliverBy: '05:00' },
    );
    await plan('2026-10-15T00:00:00Z');
    expect(await order(3)).toEqual(['c', 'b', 'a']);
  });

  it('compares when districts must be delivered, not how long after their starts', async () => {
    const hurried = { name: 'hurried', start: '04:00', deliverBy: '06:00' };
    await addDistricts(fleet, hurried, { name: 'sooner', deliverBy: '05:00' });
    await plan('2026-10-15T04:00:00Z');
    expect(await order(2)).toEqual(['sooner', 'hurried']);
  });
});
