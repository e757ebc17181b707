/**
 * A night of a small fleet on a real PostgreSQL server, with two workers of which one is killed again and again, and a server that
 * restarts: each district is published once, delivered, and as a refresh without a fleet would have it.
 */
import { expect, it } from '@jest/globals';
import { fleetNight } from '../fleet/fleet-night.js';
import { makeFolder, printLine } from '../support/cli.js';
import { describeDurablePostgres } from '../support/postgres-suite.js';
import { turnsOf } from '../support/share.js';

/** More of them than the two workers have hands for. */
const DISTRICTS = Array.from({ length: 6 }, (_, place) => place);
const AT_LEAST = 3;

describeDurablePostgres('a night of a fleet', (server) => {
  it('survives the death of its workers and restarts of its server', async () => {
    const tried = turnsOf('districts of a fleet', DISTRICTS, (place) => [String(place % AT_LEAST)]);
    const { wrong, ...course } = await fleetNight({
      ...{ folder: makeFolder(), server, districts: tried.length, students: [100, 300], hosts: 2 },
      ...{ workers: 2, concurrency: 1, killEverySeconds: 4, mostKills: tried.length - 1 },
      ...{ restartsAt: [0.3], seed: 1 + (tried[0] ?? 0) },
      leaseSeconds: 12,
      say: () => undefined,
    });
    printLine(JSON.stringify(course));
    expect(wrong).toEqual([]);
    expect(course.kills).toBeGreaterThan(0);
    expect(course.mostAtOnce).toBeLessThanOrEqual(2);
  }, 600_000);
});
