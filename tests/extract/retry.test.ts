import { describe, expect, it } from '@jest/globals';
import { retry, type Attempt, type Clock, type RetryPolicy } from '../../src/extract/retry.js';

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

  it.each([
    [29_500, 2],
    [30_000, 2],
    [29_499, 3],
  ])('begins no attempt after the deadline: attempts of %d ms', async (takesMs, made) => {
    const clock = fakeClock(0.999);
    const attempts: Attempt[] = [];
    const outcome = retry(failing(99, clock, takesMs), {
      policy: { ...policy, firstWaitMs: 1_001, deadlineMs: 61_998 },
      clock,
      isWorthAnother: () => true,
      onAttempt: (attempt) => attempts.push(attempt),
    });
    await expect(outcome).rejects.toThrow();
    expect(attempts).toHaveLength(made);
  });

  it('does not begin again what is not worth it', async () => {
    const clock = fakeClock(0.5);
    const outcome = retry(failing(1, clock), {
      policy,
      clock,
      isWorthAnother: () => false,
      onAttempt: () => undefined,
    });
    await expect(outcome).rejects.toThrow('fault 1');
    expect(clock.waits).toEqual([]);
  });
});
