/** What a worker makes of jobs, ends and deaths, on a real PostgreSQL server; the refreshes are played. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { leasesIn, type Leases } from '../../src/fleet/leases.js';
import { work } from '../../src/fleet/worker.js';
import type { Child, WorkerEvent } from '../../src/fleet/working.js';
import { describePostgres } from '../support/postgres-suite.js';
import { addDistricts, jobOf, makeFleet, runsOf, send, type TestFleet } from './a-fleet.js';

/** A refresh that ends when the test says so, or at once with a code. */
interface Played extends Child {
  readonly district: string;
  readonly token: number;
  readonly calls: string[];
  end(exitCode: number, says?: string): void;
}

describePostgres('a worker', (server) => {
  let fleet: TestFleet;
  let made = 0;
  let stopping: AbortController;
  let events: WorkerEvent[];
  let children: Played[];
  let working: Promise<void> = Promise.resolve();
  beforeEach(async () => {
    fleet = await makeFleet(server, `worker${(made += 1)}`);
    [stopping, events, children] = [new AbortController(), [], []];
  });
  afterEach(async () => {
    stopping.abort();
    for (const child of children) child.end(143);
    await working;
    await fleet.close();
  });

  function play(district: string, token: number): Played {
    let end: Played['end'] = () => undefined;
    const ended = new Promise<{ exitCode: number; says: string }>((resolve) => {
      end = (exitCode, says = '') => resolve({ exitCode, says });
    });
    const calls: string[] = [];
    const child: Played = {
      ...{ district, token, calls, ended, end },
      stop: () => void calls.push('stop'),
      kill: () => {
        calls.push('kill');
        end(137);
      },
    };
    children.push(child);
    return child;
  }

  /** `codes`: how the refreshes of a district end, one after the other; without them a test ends them. */
  function startWorker(codes: Readonly<Record<string, readonly number[]>> = {}, leaseSeconds = 60): void {
    const left = new Map(Object.entries(codes).map(([district, list]) => [district, [...list]]));
    working = work({
      ...fleet,
      leases: leasesOf(fleet, leaseSeconds),
      id: `test-${made}`,
      concurrency: 3,
      leaseSeconds,
      startChild: ({ district, token, sentBy }) => {
        expect(sentBy).toBe('test');
        const child = play(district, token);
        const code = left.get(district)?.shift();
        if (code !== undefined) child.end(code, `says ${code}`);
        return child;
      },
      onEvent: (event) => events.push(event),
      signal: stopping.signal,
    });
  }

  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (let look = 0; look < 300; look += 1) {
      if (await isSo()) return;
      await setTimeout(50);
    }
    throw new Error(`it did not come to that: ${JSON.stringify(events)}`);
  }

  const nextOf = (district: string): readonly (string | undefined)[] =>
    events.filter((event) => event.what === 'ended' && event.district === district).map(({ next }) => next);
  const run = async (district: string): Promise<Record<string, unknown>> =>
    (await runsOf(fleet.database.knex)).find((each) => each['district'] === district) ?? {};
  const lateNights = { start: '23:59', appliedAt: '2999-01-01T00:00:00.000Z' };
  const add = (...names: readonly string[]) =>
    addDistricts(fleet, ...names.map((name) => ({ name, ...lateNights })));

  it('does each job once, and never more at once than the host allows', async () => {
    await add('a', 'b', 'c');
    await send(fleet, jobOf('a'), jobOf('b'), jobOf('c'));
    startWorker();
    await until(() => children.length === 2);
    await setTimeout(2_500); // the third loop looks again
    expect(children).toHaveLength(2);
    children[0]?.end(0);
    await until(() => children.length === 3);
    children[1]?.end(0);
    children[2]?.end(0);
    await until(() => events.filter(({ what }) => what === 'ended').length === 3);
    const runs = await runsOf(fleet.database.knex);
    expect(runs).toMatchObject(
      ['a', 'b', 'c'].map((district) => ({
        district,
        state: 'done',
        exitCode: 0,
        attempts: 1,
        worker: `test-${made}`,
      })),
    );
    expect(new Set(children.map(({ district }) => district)).size).toBe(3);
    expect(await fleet.queue.hostsWaiting()).toEqual([]);
  });

  it('takes what is on hold as done, a faulty config as failed, and tries again what may pass', async () => {
    await add('held', 'faulty', 'source');
    await send(fleet, jobOf('held'), jobOf('faulty'), jobOf('source'));
    startWorker({ held: [3], faulty: [2], source: [4] });
    await until(() => events.filter(({ what }) => what === 'ended').length === 3);
    expect(await run('held')).toMatchObject({ state: 'done', exitCode: 3, message: 'says 3' });
    expect(await run('faulty')).toMatchObject({ state: 'failed', exitCode: 2, attempts: 1 });
    expect(await run('source')).toMatchObject({ state: 'waiting', exitCode: 4, attempts: 1 });
    expect(nextOf('source')).toEqual(['again']);
    expect(await fleet.queue.hostsWaiting()).toEqual([]); // not before its time
  });

  it('gives up after the last attempt', async () => {
    await add('source');
    await send(fleet, jobOf('source'));
    await fleet.database.knex('fleetRun').update({ attempts: 5 });
    startWorker({ source: [4] });
    await until(() => nextOf('source').includes('failed'));
    expect(await run('source')).toMatchObject({ state: 'failed', exitCode: 4, attempts: 6 });
  });

  it('leaves a paused district and one that another works on for later, and ends the job of a removed one', async () => {
    await add('held', 'removed');
    await addDistricts(fleet, { name: 'paused', ...lateNights, pausedAt: '2026-10-14T00:00:00.000Z' });
    await fleet.database.knex('fleetDistrict').where({ name: 'removed' }).delete();
    await leasesOf(fleet, 60).take('held', 'by-hand');
    await send(fleet, jobOf('paused'), jobOf('held'), jobOf('removed'));
    startWorker();
    await until(async () => (await run('removed'))['state'] === 'failed');
    await until(async () => (await fleet.queue.hostsWaiting()).length === 0);
    expect(children).toEqual([]);
    expect(await run('paused')).toMatchObject({ state: 'waiting' });
    expect(await run('held')).toMatchObject({ state: 'waiting' });
  });

  it('does nothing for a run that is over', async () => {
    await add('a');
    await send(fleet, jobOf('a'));
    await fleet.database.knex('fleetRun').update({ state: 'done' });
    startWorker();
    await until(async () => (await fleet.queue.hostsWaiting()).length === 0);
    await setTimeout(300);
    expect(children).toEqual([]);
  });

  it('takes over the job of a dead worker when its lease has ended', async () => {
    await add('a');
    await send(fleet, jobOf('a'));
    const job = await fleet.queue.fetch('sql-1'); // by a worker that dies right after taking the lease
    const token = await leasesOf(fleet, 0.3).take('a', job?.id ?? '');
    await fleet.database.knex('fleetRun').update({ state: 'running', worker: 'dead' });
    const reclaim = () => fleet.database.transaction((trx) => fleet.queue.reclaim(trx, 0));
    expect(await reclaim()).toEqual([]);
    await setTimeout(400);
    const [first, second] = await Promise.all([reclaim(), reclaim()]);
    expect([...first, ...second]).toMatchObject([{ district: 'a' }]);
    startWorker({ a: [0] });
    await until(() => nextOf('a').includes('done'));
    expect(children[0]?.token).toBe((token ?? 0) + 1);
    expect(await run('a')).toMatchObject({ state: 'done', attempts: 1, worker: `test-${made}` });
  });

  it('ends a refresh whose district another has taken, and records nothing of it', async () => {
    await add('a');
    await send(fleet, jobOf('a'));
    startWorker({}, 2);
    await until(() => children.length === 1);
    await fleet.database.knex('lease').where({ district: 'a' }).increment('token', 1);
    await until(() => events.some(({ what }) => what === 'lost'));
    expect(children[0]?.calls).toEqual(['kill']);
    expect(await run('a')).toMatchObject({ state: 'running', attempts: 0 });
  });

  it('ends a refresh before its lease ends while the server is away, and goes on when it is back', async () => {
    await add('a');
    await send(fleet, jobOf('a'));
    startWorker({}, 4);
    await until(() => children.length === 1);
    await server.down('SIGINT');
    await until(() => children[0]?.calls.length === 1);
    expect(children[0]?.calls).toEqual(['kill']);
    await server.up();
    await until(() => children.length === 2); // the cut attempt waits again, without being counted
    children[1]?.end(0);
    await until(() => nextOf('a').includes('done'));
    expect(nextOf('a')).toEqual(['again', 'done']);
    expect(await run('a')).toMatchObject({ state: 'done', attempts: 1 });
  }, 40_000);

  it('records an end that came while the server was away', async () => {
    await add('a');
    await send(fleet, jobOf('a'));
    startWorker();
    await until(() => children.length === 1);
    await server.down('SIGINT');
    children[0]?.end(0);
    await setTimeout(700);
    await server.up();
    await until(() => nextOf('a').includes('done'));
    expect(await run('a')).toMatchObject({ state: 'done', attempts: 1 });
    expect(children).toHaveLength(1);
  }, 40_000);

  it('stops at safe points: the job waits again, and the attempt does not count', async () => {
    await add('a');
    await send(fleet, jobOf('a'));
    startWorker();
    await until(() => children.length === 1);
    stopping.abort();
    await until(() => children[0]?.calls.length === 1);
    expect(children[0]?.calls).toEqual(['stop']);
    children[0]?.end(143);
    await working;
    expect(await run('a')).toMatchObject({ state: 'waiting', attempts: 0 });
    expect(await fleet.queue.fetch('sql-1')).toMatchObject({ district: 'a' });
    expect(await leasesOf(fleet, 1).take('a', 'next')).toBe((children[0]?.token ?? 0) + 1);
  });
});

const leasesOf = ({ database }: TestFleet, seconds: number): Leases => leasesIn(database, 'test', seconds);
