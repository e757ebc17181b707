/** The state in a real PostgreSQL: the contract of every state, many districts beside each other, and a server that is away. */
import { describe, expect, it } from '@jest/globals';
import type { PostgresStateSettings } from '../../src/model/settings.js';
import { lookAtState, openState, type StatePlace } from '../../src/state/open.js';
import { describePostgres } from '../support/postgres-suite.js';
import { leaseContract } from './lease-contract.js';
import { stateContract } from './state-contract.js';

const now = (): Date => new Date('2026-10-17T08:00:00Z');
const at = (settings: PostgresStateSettings): StatePlace => ({ settings, file: 'of no meaning' });

describePostgres('the state in PostgreSQL', (server) => {
  let [databases, districts] = [0, 0];
  const fresh = (): StatePlace => at(server.state(`state${(databases += 1)}`));

  stateContract(() => at(server.state('contract', `district-${(districts += 1)}`)));

  describe('and the lease of a district', () => {
    leaseContract(() => at(server.state('leases', `district-${(districts += 1)}`)));
  });

  it('is created once where several programs start at once', async () => {
    const place = fresh();
    const states = await Promise.all([1, 2, 3, 4, 5].map(() => openState(place, now)));
    const ids = await Promise.all(states.map((state) => state.startRefresh('2026-10-17', 'test', [])));
    expect([...ids].sort()).toEqual([1, 2, 3, 4, 5]);
    for (const state of states) await state.close();
  });

  it('has the districts of a fleet beside each other, each with numbers and a trail of its own', async () => {
    const two = ['springfield', 'shelbyville'];
    for (const district of two) {
      const state = await openState(at(server.state('fleet', district)), now);
      await state.startRefresh('2026-10-17', 'test', [district]);
      await state.audit('published', district, {});
      expect(await state.lastRefresh()).toMatchObject({ id: 1, connections: [district] });
      expect(await state.checkAudit()).toMatchObject({ entries: 1, firstBroken: null });
      await state.close();
    }
    expect(server.query('fleet', 'SELECT count(*) FROM refresh')).toBe('2');
    server.query('fleet', `UPDATE audit SET detail = '{"a":1}' WHERE district = 'springfield'`);
    const broken = await Promise.all(
      two.map(async (district) => {
        const state = await lookAtState(at(server.state('fleet', district)));
        const trail = await state?.checkAudit();
        await state?.close();
        return trail?.firstBroken;
      }),
    );
    expect(broken).toEqual([1, null]);
  });

  it('of a newer version is refused', async () => {
    const place = fresh();
    await (await openState(place, now)).close();
    server.query(`state${databases}`, `INSERT INTO knex_migrations (name) VALUES ('999-later')`);
    await expect(openState(place, now)).rejects.toMatchObject({
      code: 'home',
      message: expect.stringMatching(/newer version/) as unknown,
    });
    await expect(lookAtState(place)).rejects.toMatchObject({ code: 'home' });
  });

  it('goes on after a restart of the server, and names a server that is away, in words', async () => {
    const place = fresh();
    const state = await openState(place, now);
    await state.startRefresh('2026-10-17', 'test', []);
    const cut = state.transaction(async (writing) => {
      await writing.startRefresh('2026-10-17', 'test', []);
      await server.down('SIGINT');
      await writing.startRefresh('2026-10-17', 'test', []);
    });
    const away = expect.stringMatching(/^The PostgreSQL server \/.* of the state (closed|cannot be reached)/);
    await expect(cut).rejects.toMatchObject({ code: 'home', exitCode: 1, message: away });
    await expect(state.lastRefresh()).rejects.toMatchObject({ code: 'home', message: away });
    await expect(openState(place, now)).rejects.toMatchObject({ code: 'home', message: away });
    await server.up();
    expect(await state.refreshes(10)).toHaveLength(1);
    expect(await state.startRefresh('2026-10-17', 'test', [])).toBe(2);
    await state.close();
  }, 30_000);

  it.each([
    ['a database that is not there', { database: 'none' }, /has no database none/],
    ['a login that is not there', { user: 'stranger' }, /role|refused the login stranger/],
    ['a folder without a socket', { host: '/nowhere' }, /cannot be reached/],
    ['a server that encrypts nothing', { host: '127.0.0.1', port: 1 }, /cannot be reached/],
  ])('%s is named in words', async (_, wrong, says) => {
    const settings = server.state('named');
    const place = at({ ...settings, connection: { ...settings.connection, ...wrong } });
    await expect(openState(place, now)).rejects.toMatchObject({
      code: 'home',
      message: expect.stringMatching(says) as unknown,
    });
  });
});
