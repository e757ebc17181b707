/** What every database must do alike for the lease of a district. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { endLease, isNewest, leaseHolder, LeaseLost, renewLease, takeLease } from '../../src/state/lease.js';
import { openStore, type StatePlace } from '../../src/state/open.js';
import { State } from '../../src/state/state.js';
import type { Store } from '../../src/state/store.js';

const now = (): Date => new Date('2026-10-17T08:00:00Z');
const AT_ONCE = 10;
/** Long enough for a busy machine to see it alive. */
const SHORT = 0.4;

/** `place`: of a district that nothing is known of yet. */
export function leaseContract(place: () => StatePlace): void {
  let store: Store;
  let other: Store;
  beforeEach(async () => {
    const own = place();
    store = await openStore(own);
    other = await openStore(own);
  });
  afterEach(async () => {
    await store.close();
    await other.close();
  });

  const over = (each: Store, token: number | undefined): State =>
    State.over({ ...each, ...(token !== undefined && { token }) }, now);
  const begin = (state: State): Promise<number> => state.startRefresh('2026-10-17', 'test', []);

  it('is of one process at a time, whose name others see; the next token is larger', async () => {
    expect(await leaseHolder(store)).toBeUndefined();
    expect(await takeLease(store, { holder: 'process 1 on a', job: 'j1' })).toBe(1);
    expect(await takeLease(other, { holder: 'process 2 on b' })).toBeUndefined();
    expect(await leaseHolder(other)).toEqual({ holder: 'process 1 on a', job: 'j1', token: 1 });
    await endLease(store, 1);
    expect(await leaseHolder(other)).toBeUndefined();
    expect(await takeLease(other, { holder: 'process 2 on b' })).toBe(2);
    expect(await leaseHolder(store)).toEqual({ holder: 'process 2 on b', job: null, token: 2 });
  });

  it('is given to one of many who take it at once', async () => {
    const takers = Array.from({ length: AT_ONCE }, (_, at) =>
      takeLease(at % 2 === 0 ? store : other, { holder: `process ${at}` }),
    );
    expect((await Promise.all(takers)).filter((token) => token !== undefined)).toEqual([1]);
  });

  it('ends by itself unless it is renewed', async () => {
    expect(await takeLease(store, { holder: 'a', seconds: SHORT })).toBe(1);
    expect(await renewLease(store, 1, 60)).toBe(true);
    await setTimeout(SHORT * 1_200);
    expect(await takeLease(other, { holder: 'b' })).toBeUndefined();
    expect(await renewLease(store, 1, SHORT)).toBe(true);
    await setTimeout(SHORT * 1_200);
    expect(await takeLease(other, { holder: 'b' })).toBe(2);
    expect([await isNewest(store, 1), await isNewest(store, 2)]).toEqual([false, true]);
    expect(await renewLease(store, 1)).toBe(false);
  });

  it('is still of its holder after its end, until another takes it; one that was given back is not', async () => {
    await takeLease(store, { holder: 'a', seconds: 0 });
    expect(await renewLease(store, 1)).toBe(true);
    await endLease(store, 1);
    expect(await renewLease(store, 1)).toBe(false);
  });

  it('is required by every write: one that lost it writes nothing, and gets the reason', async () => {
    const mine = over(store, await takeLease(store, { holder: 'a', seconds: 0 }));
    expect(await begin(mine)).toBe(1);
    const theirs = over(other, await takeLease(other, { holder: 'b' }));
    await expect(begin(mine)).rejects.toBeInstanceOf(LeaseLost);
    await expect(mine.audit('published', null, {})).rejects.toMatchObject({
      code: 'already-running',
      exitCode: 6,
      message: expect.stringMatching(/^Another process has taken over the district/) as unknown,
    });
    const within = mine.transaction((writing) => begin(writing));
    await expect(within).rejects.toBeInstanceOf(LeaseLost);
    expect(await mine.lastRefresh()).toMatchObject({ id: 1 });
    expect(await begin(theirs)).toBe(2);
  });

  it('is not taken over in the middle of a transaction', async () => {
    const mine = over(store, await takeLease(store, { holder: 'a', seconds: 0 }));
    const seen: string[] = [];
    let taking: Promise<unknown> | undefined;
    await mine.transaction(async (writing) => {
      taking = takeLease(other, { holder: 'b' }).then(() => seen.push('taken'));
      await setTimeout(100);
      await begin(writing);
      seen.push('written');
    });
    await taking;
    expect(seen).toEqual(['written', 'taken']);
  });

  it('is not needed for notes beside a refresh, which wait for their turn', async () => {
    const mine = over(store, await takeLease(store, { holder: 'a' }));
    await mine.audit('published', null, { number: 1 });
    await over(other, undefined).audit('refresh-started', null, { number: 2 });
    await mine.audit('published', null, { number: 3 });
    expect(await mine.checkAudit()).toMatchObject({ entries: 3, firstBroken: null });
  });

  it('lets a night have one published bundle of a connection', async () => {
    const state = over(store, await takeLease(store, { holder: 'a' }));
    const refreshId = await begin(state);
    const bundle = { refreshId, version: '1.1', mode: 'bulk', scheme: 'any' } as const;
    const add = (connection: string, night?: string): Promise<number> =>
      state.addBundle({ ...bundle, connection, state: 'verified', ...(night !== undefined && { night }) });
    const first = await add('library', '2026-10-17');
    const second = await add('library', '2026-10-17');
    const others = [
      await add('library', '2026-10-18'),
      await add('lms', '2026-10-17'),
      await add('library'),
      await add('library'),
    ];
    for (const id of [first, ...others]) await state.setBundle(id, 'published');
    await expect(state.setBundle(second, 'published')).rejects.toMatchObject({
      code: expect.stringMatching(/^(23505|SQLITE_CONSTRAINT_UNIQUE)$/) as unknown,
    });
    expect(await state.bundle(first)).toMatchObject({ night: '2026-10-17', state: 'published' });
    expect(await state.bundle(others[2] ?? 0)).toMatchObject({ night: null });
    await state.setBundle(first, 'removed');
    await state.setBundle(second, 'published');
  });
}
