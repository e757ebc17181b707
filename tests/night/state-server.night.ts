/** A PostgreSQL server of the state that hangs, and a program that pauses inside a transaction: both end in time. They wait at the same time. */
import { expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { inMs, PROGRAM_LIMITS } from '../../src/model/limits.js';
import { openState } from '../../src/state/open.js';
import { describeWith } from '../support/needs.js';
import { hasPostgres, PostgresServer } from '../support/postgres.js';

const now = (): Date => new Date('2026-10-17T08:00:00Z');

describeWith(hasPostgres, 'postgresql')('the server of the state', () => {
  it.concurrent(
    'a server that hangs is given up in time',
    async () => {
      const server = await PostgresServer.started();
      const state = await openState({ settings: server.state('hangs'), file: '' }, now);
      await state.startRefresh('2026-10-17', 'test', []);
      const own = server.pids();
      for (const pid of own) process.kill(pid, 'SIGSTOP');
      const began = performance.now();
      const waiting = state.lastRefresh().catch((error: unknown) => error);
      try {
        expect(await waiting).toMatchObject({
          code: 'home',
          message: expect.stringMatching(/did not answer in time/) as unknown,
        });
        expect(performance.now() - began).toBeLessThan(inMs(PROGRAM_LIMITS.stateAnswer) + 10_000);
      } finally {
        for (const pid of own) process.kill(pid, 'SIGCONT');
        await state.close();
        await server.stop();
      }
    },
    120_000,
  );

  it.concurrent(
    'a transaction that pauses is ended by the server',
    async () => {
      const server = await PostgresServer.started();
      const state = await openState({ settings: server.state('pauses'), file: '' }, now);
      try {
        const paused = state.transaction(async (writing) => {
          await writing.startRefresh('2026-10-17', 'test', []);
          await setTimeout(inMs(PROGRAM_LIMITS.stateIdle) + 2_000);
          await writing.startRefresh('2026-10-17', 'test', []);
        });
        await expect(paused).rejects.toMatchObject({ code: 'home' });
        expect(await state.refreshes(10)).toEqual([]);
      } finally {
        await state.close();
        await server.stop();
      }
    },
    120_000,
  );
});
