/** The queue and the slots of SQL hosts, on a real PostgreSQL server. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openFleet } from '../../src/fleet/database.js';
import { Queue } from '../../src/fleet/queue.js';
import { freeSlot, renewSlot, setSlots, takeSlot } from '../../src/fleet/slots.js';
import { describePostgres } from '../support/postgres-suite.js';
import { addDistricts, jobOf, makeFleet, type TestFleet } from './a-fleet.js';

describePostgres('a fleet in PostgreSQL', (server) => {
  let fleet: TestFleet;
  let made = 0;
  beforeEach(async () => {
    fleet = await makeFleet(server, `queue${(made += 1)}`);
    await addDistricts(fleet, { name: 'durham' }, { name: 'orange', host: 'the other "host", 2' });
  });
  afterEach(() => fleet.close());

  it('is only opened where it was made', async () => {
    const { connection } = server.state('empty');
    await expect(openFleet(connection)).rejects.toThrow('Run fleet init first');
    const { knex } = fleet.database;
    await knex.raw('drop schema fleet_queue cascade');
    await expect(Queue.open({ knex, onFault: () => undefined })).rejects.toThrow('Run fleet init first');
    await Queue.make({ knex });
    await Queue.make({ knex });
  });

  it('gives each job once, by host, the most urgent first', async () => {
    const { queue } = fleet;
    const other = jobOf('orange', { host: 'the other "host", 2' });
    const [late, early] = [jobOf('durham'), jobOf('wake', { priority: 7, night: null })];
    await queue.send([late, early, other, late]);
    await queue.send([early]);
    expect(await queue.hostsWaiting()).toEqual(['sql-1', 'the other "host", 2']);
    expect(await queue.fetch('sql-1')).toEqual(early);
    expect(await queue.fetch('sql-1')).toEqual(late);
    expect(await queue.fetch('sql-1')).toBeUndefined();
    expect(await queue.fetch('the other "host", 2')).toEqual(other);
    expect(await queue.hostsWaiting()).toEqual([]);
    expect(await queue.fetch('of no district')).toBeUndefined();
  });

  it('keeps a job that is done from being sent again, and gives one that was put back when its time has come', async () => {
    const { queue, database } = fleet;
    const [done, back] = [jobOf('durham'), jobOf('wake')];
    await queue.send([done, back]);
    await queue.fetch('sql-1');
    await queue.fetch('sql-1');
    await database.transaction(async (trx) => {
      await queue.complete(done, trx);
      await queue.putBack(back, 0.5, trx);
    });
    await queue.send([done]);
    expect(await queue.fetch('sql-1')).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await queue.fetch('sql-1')).toEqual(back);
  });

  it('does what is in a transaction with it, or not at all', async () => {
    const { queue, database } = fleet;
    const failing = database.transaction(async (trx) => {
      await queue.send([jobOf('durham')], trx);
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
    expect(await queue.hostsWaiting()).toEqual([]);
  });

  it('has as many slots for a host as it should, and a slot that is not renewed is free again', async () => {
    const { knex } = fleet.database;
    const take = (holder: string, seconds = 60) => takeSlot(knex, { host: 'sql-1', holder, seconds });
    const [a, b, none] = await Promise.all([take('a', 0.4), take('b'), take('c')]);
    expect([a, b, none].filter((slot) => slot === undefined)).toHaveLength(1);
    const held = [a, b, none].find((slot) => slot?.holder === 'a') ?? a;
    if (held === undefined) throw new Error('no slot was given');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await take('d')).toBeDefined();
    await renewSlot(knex, held, 60);
    expect(await take('e')).toBeUndefined();
    await setSlots(knex, new Map([['sql-1', 3]]));
    const third = await take('f');
    expect(third).toMatchObject({ n: 2 });
    if (third !== undefined) await freeSlot(knex, third);
    expect(await take('g')).toMatchObject({ n: 2 });
    await setSlots(knex, new Map([['sql-2', 1]]));
    expect(await knex('fleetSlot').select('host', 'n')).toEqual([{ host: 'sql-2', n: 0 }]);
  });
});
