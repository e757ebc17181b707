/** What each fuzz test is held to: a seed that a failure prints, and a bound of CPU time and memory for every input. */
import { expect } from '@jest/globals';
import fc from 'fast-check';

/** The same every night, so that a failure is found again. `NIGHT_SEED` tries others. */
export const SEED = Number(process.env['NIGHT_SEED'] ?? 20_261_015);

export interface Bounds {
  /** Of one input, in this process. */
  readonly cpuSeconds: number;
  /** By which the process may grow while all inputs are tried, in MB. */
  readonly growsMb: number;
}

const MB = 2 ** 20;

/** Tries the inputs. A failure names the seed, the path to the input and the smallest one that fails. */
export async function fuzz<T>(
  inputs: fc.Arbitrary<T>,
  numRuns: number,
  { cpuSeconds, growsMb }: Bounds,
  attempt: (input: T) => Promise<void>,
): Promise<void> {
  const before = process.memoryUsage.rss();
  let most = before;
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      const since = process.cpuUsage();
      await attempt(input);
      const { user, system } = process.cpuUsage(since);
      expect((user + system) / 1e6).toBeLessThan(cpuSeconds);
      most = Math.max(most, process.memoryUsage.rss());
    }),
    { seed: SEED, numRuns, endOnFailure: true },
  );
  expect({ seed: SEED, isWithin: (most - before) / MB < growsMb }).toEqual({ seed: SEED, isWithin: true });
}

/** Only the errors with these codes are foreseen; any other one is thrown. */
export function foreseen(error: unknown, ...codes: readonly string[]): void {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !codes.includes(code)) throw error;
}
