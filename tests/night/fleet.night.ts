/**
 * A night of a small fleet on a real PostgreSQL server, with two workers of which one is killed again and again, and a server that
 * restarts: each district is published once, delivered, and as a refresh without a fleet would have it.
 */
import { expect, it } from '@jest/globals';
import { fleetNight } from '../fleet/fleet-night.js';
import { makeFolder, printLine } from '../support/cli.js';
import { describeDurablePostgres } from '../support/postgres-suite.js';

describeDurablePostgres('a night of a fleet', (server) => {
  it('survives the death of its workers and restarts of its server', async () => {
    const { wrong, ...course } = await fleetNight({
      ...{ folder: makeFolder(), server, districts: 6, students: [100, 300], hosts: 2 },
      ...{ workers: 2, concurrency: 1, killEverySeconds: 9, restartsAt: [0.3], seed: 1 },
      leaseSeconds: 12,
      say: () => undefined,
    });
    printLine(JSON.stringify(course));
    expect(wrong).toEqual([]);
    expect(course.kills).toBeGreaterThan(0);
    expect(course.mostAtOnce).toBeLessThanOrEqual(2);
  }, 600_000);
});
