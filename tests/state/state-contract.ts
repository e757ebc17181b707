/** What every database behind the state must do alike. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { ledgerOf } from '../../src/state/ledger.js';
import { lookAtState, openState, type StatePlace } from '../../src/state/open.js';
import { lastOutcome } from '../../src/state/outcome.js';
import type { NewBundle } from '../../src/state/records.js';
import type { State } from '../../src/state/state.js';
import type { AuditWanted } from '../../src/state/audit.js';
import { auditTrail } from '../support/audit-trail.js';

const now = (): Date => new Date('2026-10-17T08:00:00Z');
const AT = now().toISOString();
const TARGET = 'sftp://receiver.example.org/in';
const STATES = ['delivering', 'delivered', 'failed', 'unknown'] as const;

const bundle = (refreshId: number, more: Partial<NewBundle> = {}): NewBundle => ({
  refreshId,
  connection: 'library',
  state: 'verified',
  version: '1.1',
  mode: 'bulk',
  scheme: 'any',
  ...more,
});

/** `place`: of a database that nothing is in yet. */
export function stateContract(place: () => StatePlace): void {
  let state: State;
  let own: StatePlace;
  beforeEach(async () => {
    own = place();
    state = await openState(own, now);
  });
  afterEach(() => state.close());

  const refreshOf = (...connections: readonly string[]): Promise<number> =>
    state.startRefresh('2026-10-17', 'test', connections);

  describe('a refresh', () => {
    it('has a number of its own, an end, and is found by its connections', async () => {
      expect([await refreshOf('library', 'lms'), await refreshOf('lms')]).toEqual([1, 2]);
      await state.finishRefresh(1, 'failed', 4, 'it "failed" with ünïcode, 学校 and a NUL: \0.');
      expect(await state.refresh(1)).toEqual({
        id: 1,
        startedAt: AT,
        finishedAt: AT,
        asOf: '2026-10-17',
        program: 'test',
        connections: ['library', 'lms'],
        outcome: 'failed',
        exitCode: 4,
        message: 'it "failed" with ünïcode, 学校 and a NUL: \ufffd.',
      });
      const ids = async (name: string) => (await state.refreshes(10, name)).map(({ id }) => id);
      expect([await ids('library'), await ids('lms'), await ids('librar')]).toEqual([[1], [2, 1], []]);
      expect(await state.markInterrupted()).toBe(1);
      expect(await state.lastRefresh()).toMatchObject({ id: 2, outcome: 'interrupted', finishedAt: null });
    });
  });

  describe('a bundle', () => {
    it('is given back as it was', async () => {
      const change = { before: 10, after: 9, added: 1, changed: 2, removed: 2 };
      const more: Partial<NewBundle> = {
        name: 'a-name',
        bundle: { sha256: 'a'.repeat(64), bytes: 5_000_000_001, rows: new Map([['users', 9]]) },
        contentSha256: 'b'.repeat(64),
        exclusions: new Map([['NO_SHOW', 2]]),
        reason: 'users: 60 %\nclasses',
        difference: { tables: { users: change }, schools: {} },
        seconds: 1.25,
        trials: { '301': [1, 2] },
        night: '2026-10-17',
      };
      const id = await state.addBundle(bundle(await refreshOf('library'), more));
      expect(await state.bundle(id)).toEqual({
        id: 1,
        refreshId: 1,
        ...{ connection: 'library', state: 'verified', version: '1.1', mode: 'bulk', scheme: 'any' },
        madeAt: AT,
        name: 'a-name',
        sha256: 'a'.repeat(64),
        bytes: 5_000_000_001,
        contentSha256: 'b'.repeat(64),
        baseId: null,
        rows: { users: 9 },
        exclusions: { NO_SHOW: 2 },
        reason: 'users: 60 %\nclasses',
        difference: { tables: { users: change }, schools: {} },
        seconds: 1.25,
        trials: { '301': [1, 2] },
        night: '2026-10-17',
      });
      expect(await state.hasName('library', 'a-name')).toBe(true);
      expect(await state.hasName('lms', 'a-name')).toBe(false);
    });

    it('is found by its state, newest first; a reason stays until there is another', async () => {
      const refresh = await refreshOf('library', 'lms', 'Ä');
      for (const kind of ['published', 'held', 'published', 'failed'] as const)
        await state.addBundle(bundle(refresh, { state: kind, reason: 'first' }));
      await state.addBundle(bundle(refresh, { connection: 'lms' }));
      const ids = async (...states: Parameters<State['bundles']> extends [string, ...infer S] ? S : never) =>
        (await state.bundles('library', ...states)).map(({ id }) => id);
      expect([await ids('published'), await ids('held', 'failed'), await ids()]).toEqual([
        [3, 1],
        [4, 2],
        [4, 3, 2, 1],
      ]);
      expect(await state.newestBundle('library', 'published')).toMatchObject({ id: 3 });
      expect((await state.newestBundles('library', 2, 1)).map(({ id }) => id)).toEqual([3, 2]);
      expect((await state.bundlesOfRefresh(refresh)).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
      expect(await state.bundlesOfRefresh(refresh + 1)).toEqual([]);
      const many = Array.from({ length: 1_200 }, (_, at) => at + refresh);
      expect([...(await state.bundlesOfRefreshes(many)).keys()]).toEqual([refresh]);
      await state.setBundle(2, 'released' as 'releasing');
      expect((await state.bundle(2))?.reason).toBe('first');
      await state.setBundle(2, 'discarded', 'second');
      expect(await state.bundle(2)).toMatchObject({ state: 'discarded', reason: 'second' });
      expect(await state.connections()).toEqual(['library', 'lms']);
      expect([...(await state.daysOf(await state.bundles('library')))]).toEqual([[refresh, '2026-10-17']]);
      expect(await lastOutcome(state, 'library')).toBe('failed');
    });

    it('keeps the counts by school as long as the reports look back', async () => {
      const refresh = await refreshOf('library', 'lms');
      const schools = [
        { schoolID: 1, sourcedId: null, number: '1', name: 'Maple', rows: { users: 3 }, excluded: {} },
      ];
      const other = await state.addBundle(bundle(refresh, { connection: 'lms', schools }));
      await state.transaction(async (writing) => {
        for (let count = 0; count < 152; count += 1) await writing.addBundle(bundle(refresh, { schools }));
      });
      const kept = await Promise.all([2, 3, 4, 153].map(async (id) => (await state.schoolsOf(id)).length));
      expect(kept).toEqual([0, 0, 1, 1]);
      expect(await state.schoolsOf(other)).toEqual(schools);
    });
  });

  describe('a delivery', () => {
    it('has a beginning and an end; a base and a publication are of one connection', async () => {
      const id = await state.addBundle(bundle(await refreshOf('library'), { state: 'published', name: 'a' }));
      await state.addPublication({ bundleId: id, receiver: TARGET, fields: { users: { phone: 'mask' } } });
      await state.addPublication({ bundleId: id, receiver: 'elsewhere', fields: {} });
      const first = await state.startDelivery(id, TARGET);
      await state.finishDelivery(first, 'failed', undefined, 'refused');
      const second = await state.startDelivery(id, TARGET, 'an older one');
      await state.finishDelivery(second, 'delivered', { path: '/in/a.zip', bytes: 10 });
      expect((await state.deliveries(id)).map((each) => [each.id, each.state, each.receipt])).toEqual([
        [2, 'delivered', { path: '/in/a.zip', bytes: 10 }],
        [1, 'failed', null],
      ]);
      expect([...(await state.deliveriesOfBundles([id, id + 1]))]).toEqual([
        [id, await state.deliveries(id)],
      ]);
      expect(await state.lastDelivery('library')).toMatchObject({ id: 2, rollback: 'an older one' });
      expect(await state.deliveriesOf('library', 'failed')).toMatchObject([{ id: 1, message: 'refused' }]);
      expect(await state.deliveriesOf('lms', ...STATES)).toEqual([]);
      expect([...(await state.publications('library'))]).toEqual([
        [id, { bundleId: id, at: AT, receiver: TARGET, fields: { users: { phone: 'mask' } } }],
      ]);
      expect(await ledgerOf(state, 'library')).toMatchObject([{ to: TARGET, receipt: { bytes: 10 } }]);
      const base = { connection: 'library', bundleId: id, receiver: TARGET, isRolledBack: 0 } as const;
      await state.moveBase(base);
      await state.moveBase({ ...base, isRolledBack: 1 });
      expect(await state.base('library')).toEqual({ ...base, isRolledBack: 1 });
      expect(await state.base('lms')).toBeUndefined();
    });

    it('and a bundle need what they are of', async () => {
      await expect(state.startDelivery(7, TARGET)).rejects.toBeDefined();
      await expect(state.addBundle(bundle(7))).rejects.toBeDefined();
      expect(await state.bundles('library')).toEqual([]);
    });
  });

  it('a notice is kept by channel and subject, the last one only', async () => {
    await state.setTold('email', 'library', { condition: 'held', since: AT });
    await state.setTold('email', 'library', { condition: 'ok', since: AT });
    await state.setTold('webhook', '', { condition: 'ok', since: AT });
    expect([...(await state.told('email'))]).toEqual([['library', { condition: 'ok', since: AT }]]);
    expect([...(await state.told('webhook')).keys()]).toEqual(['']);
  });

  it('the newest entries of the audit trail are read by connection, in parts', async () => {
    for (const [connection, entry] of [
      ['library', 1],
      ['lms', 2],
      [null, 3],
      ['library', 4],
    ] as const)
      await state.audit('told', connection, { entry });
    const entries = async (wanted: Partial<AuditWanted>): Promise<readonly unknown[]> =>
      (await state.newestAudit({ limit: 10, ...wanted })).map(
        ({ detail }) => (JSON.parse(detail) as { entry: number }).entry,
      );
    expect(await entries({})).toEqual([4, 3, 2, 1]);
    expect(await entries({ limit: 2, offset: 1 })).toEqual([3, 2]);
    expect(await entries({ connections: ['library'] })).toEqual([4, 1]);
    expect(await entries({ connections: [null, 'lms'] })).toEqual([3, 2]);
    expect(await entries({ connections: [] })).toEqual([]);
  });

  it('finds what was last done with a bundle, and takes no other of a similar name for it', async () => {
    await state.audit('published', 'library', { name: 'a_b' });
    await state.audit('released', 'library', { name: 'a_b', reason: 'first' });
    await state.audit('released', 'library', { name: 'axb', reason: 'another' });
    await state.audit('released', 'library', { name: 'c', reason: 'like "a_b"' });
    await state.audit('told', 'library', { name: 'a_b' });
    await state.audit('released', 'lms', { name: 'a_b' });
    const found = await state.newestActOn({ connection: 'library', name: 'a_b' }, 'published', 'released');
    expect(found?.detail).toBe('{"name":"a_b","reason":"first"}');
    expect(await state.newestActOn({ connection: 'library', name: 'd' }, 'published')).toBeUndefined();
  });

  describe('a transaction', () => {
    it('that fails leaves nothing, and throws what its work threw', async () => {
      const id = await refreshOf('library');
      const failing = state.transaction(async (writing) => {
        await writing.addBundle(bundle(id));
        await writing.audit('published', 'library', {});
        throw new Error('the disk is full');
      });
      await expect(failing).rejects.toThrow('the disk is full');
      expect(await state.bundles('library')).toEqual([]);
      expect(await auditTrail(state)).toEqual([]);
      expect(await refreshOf('library')).toBe(2);
    });

    it('refuses the state outside of it, which would wait for its end', async () => {
      const mixed = state.transaction(async () => await state.lastRefresh());
      await expect(mixed).rejects.toThrow(/use the state that it hands over/);
      const nested = state.transaction(
        async (writing) => await writing.transaction((inner) => inner.startRefresh('2026-10-17', 'test', [])),
      );
      expect(await nested).toBe(1);
    });

    it('is seen by others as a whole, or not at all', async () => {
      await refreshOf('library');
      const seen = await state.transaction(async (inside) => {
        await inside.startRefresh('2026-10-17', 'test', []);
        const other = await lookAtState(own);
        const refreshes = await other?.refreshes(10);
        await other?.close();
        return refreshes?.length;
      });
      expect(seen).toBe(1);
      expect(await state.refreshes(10)).toHaveLength(2);
    });

    it('waits for another one, also through another connection, and forks no trail', async () => {
      const other = await openState(own, now);
      const one = (each: State, number: number): Promise<void> =>
        each.transaction(async (writing) => {
          await setTimeout(1);
          await writing.audit('published', 'library', { number });
        });
      await Promise.all(Array.from({ length: 40 }, (_, at) => one(at % 2 === 0 ? state : other, at)));
      expect(await state.checkAudit()).toMatchObject({ entries: 40, firstBroken: null });
      const ids = await Promise.all(
        [state, other, state, other].map((each) => each.startRefresh('2026-10-17', 'test', [])),
      );
      expect([...ids].sort()).toEqual([1, 2, 3, 4]);
      await other.close();
    });
  });

  it('is only looked at by those who only look; what is not there is undefined', async () => {
    await refreshOf('library');
    const looking = await lookAtState(own);
    expect(await looking?.lastRefresh()).toMatchObject({ id: 1 });
    await looking?.close();
    expect(await lookAtState(place())).toBeUndefined();
  });

  it('goes on where it was', async () => {
    await refreshOf('library');
    await state.audit('published', 'library', { reason: 'as "ever", with ünïcode' });
    await state.close();
    state = await openState(own, now);
    expect(await refreshOf('library')).toBe(2);
    await state.audit('published', 'library', {});
    expect(await state.checkAudit()).toMatchObject({ entries: 2, firstBroken: null });
  });
}
