import { describe, expect, it } from '@jest/globals';
import { retry, type Attempt, type Clock, type RetryPolicy } from '../../src/model/retry.js';
import { systemClock } from '../../src/platform/clock.js';

const policy: RetryPolicy = { attempts: 5, firstWaitMs: 1_000, longestWaitMs: 5_000, deadlineMs: 60_000 };

/** A clock that only sleep, and work that says how long it takes, move on. */
function fakeClock(
  random: number,
): Clock & { readonly waits: number[]; readonly pass: (ms: number) => void } {
  let now = 0;
  const waits: number[] = [];
  return {
    now: () => now,
    random: () => random,
    sleep: (ms) => {
      waits.push(ms);
      now += ms;
      return Promise.resolve();
    },
    waits,
    pass: (ms) => {
      now += ms;
    },
  };
}

function failing(times: number, clock: ReturnType<typeof fakeClock>, takesMs = 0): () => Promise<string> {
  let calls = 0;
  return () => {
    clock.pass(takesMs);
    calls += 1;
    return calls > times ? Promise.resolve('done') : Promise.reject(new Error(`fault ${calls}`));
  };
}

describe('retry', () => {
  it.each([
    [0, [0, 0, 0, 0]],
    [0.5, [500, 1_000, 2_000, 2_500]],
    [0.999, [999, 1_998, 3_996, 4_995]],
  ])('waits a random part of a ceiling that doubles up to its cap: %d', async (random, waits) => {
    const clock = fakeClock(random);
    const attempts: Attempt[] = [];
    const result = await retry(failing(4, clock), {
      policy,
      clock,
      isWorthAnother: () => true,
      onAttempt: (attempt) => attempts.push(attempt),
    });
    expect(result).toBe('done');
    expect(clock.waits).toEqual(waits);
    expect(attempts.map(({ waitSeconds }) => waitSeconds)).toEqual([
      ...waits.map((ms) => ms / 1_000),
      undefined,
    ]);
  });

  it('gives up with the last fault after its attempts', async () => {
    const clock = fakeClock(0.5);
    const attempts: Attempt[] = [];
    const outcome = retry(failing(99, clock, 2_000), {
      policy,
      clock,
      isWorthAnother: () => true,
      onAttempt: (attempt) => attempts.push(attempt),
    });
    await expect(outcome).rejects.toThrow('fault 5');
    expect(attempts).toHaveLength(5);
    expect(attempts.map(({ seconds }) => seconds)).toEqual([2, 2, 2, 2, 2]);
    expect(attempts.at(-1)?.waitSeconds).toBeUndefined();
  });

  it('counts the time for all attempts from the first fault, and ends with an attempt at its end', async () => {
    const clock = fakeClock(0.999);
    const attempts: Attempt[] = [];
    const outcome = retry(failing(99, clock, 20_000), {
      policy: { attempts: Infinity, firstWaitMs: 30_000, longestWaitMs: 30_000, deadlineMs: 60_000 },
      clock,
      isWorthAnother: () => true,
      onAttempt: (attempt) => attempts.push(attempt),
    });
    await expect(outcome).rejects.toThrow('fault 3');
    expect(clock.waits).toEqual([29_970, 10_030]);
    expect(attempts).toHaveLength(3);
  });

  it.each([
    [59_000, 2],
    [59_001, 1],
    [60_000, 1],
  ])('makes no further attempt where less than a second is left: after %d ms', async (takesMs, made) => {
    const clock = fakeClock(0);
    const attempts: Attempt[] = [];
    let calls = 0;
    const work = (): Promise<never> => {
      if ((calls += 1) > 1) clock.pass(takesMs);
      return Promise.reject(new Error('fault'));
    };
    const outcome = retry(work, {
      policy: { ...policy, attempts: Infinity },
      clock,
      isWorthAnother: () => true,
      onAttempt: (attempt) => attempts.push(attempt),
    });
    await expect(outcome).rejects.toThrow();
    expect(calls).toBeGreaterThan(1);
    expect(attempts.filter(({ waitSeconds }) => waitSeconds !== undefined)).toHaveLength(made);
  });

  it('makes one attempt where there is no time for another', async () => {
    const clock = fakeClock(0.5);
    const outcome = retry(failing(9, clock), {
      policy: { ...policy, deadlineMs: 0 },
      clock,
      isWorthAnother: () => true,
    });
    await expect(outcome).rejects.toThrow('fault 1');
    expect(clock.waits).toEqual([]);
  });

  it('ends a wait at once when stopping is asked for, with the reason of the stop', async () => {
    const stop = new AbortController();
    const began = performance.now();
    const outcome = retry(() => Promise.reject(new Error('fault')), {
      policy: { attempts: 2, firstWaitMs: 60_000, longestWaitMs: 60_000, deadlineMs: 600_000 },
      clock: { ...systemClock, random: () => 0.9 },
      isWorthAnother: () => true,
      onAttempt: () => setTimeout(() => stop.abort(new Error('stopped')), 5),
      signal: stop.signal,
    });
    await expect(outcome).rejects.toThrow('stopped');
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('does not begin again what is not worth it', async () => {
    const clock = fakeClock(0.5);
    const outcome = retry(failing(1, clock), {
      policy,
      clock,
      isWorthAnother: () => false,
    });
    await expect(outcome).rejects.toThrow('fault 1');
    expect(clock.waits).toEqual([]);
  });
});
