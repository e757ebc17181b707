/** What each fuzz test is held to: seeds that a failure prints, and a bound of CPU time and memory for every input. */
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { randomTurnsOf, type Inputs } from '../support/share.js';

/** The first of the seeds, one for each share: the same share has the same inputs, so that a failure is found again. */
export const SEED = 20_261_015;

export interface Bounds {
  /** Of one input, in this process. */
  readonly cpuSeconds: number;
  /** By which the process may grow while all inputs are tried, in MB. */
  readonly growsMb: number;
}

const MB = 2 ** 20;

export interface Tries extends Bounds {
  /** Of the inputs, for the count of what was tried. */
  readonly list: string;
  /** Inputs in all shares together. */
  readonly runs: number;
}

/** Tries the inputs of this run's share. A failure names the seed, the path to the input and the smallest one that fails. */
export async function fuzz<T>(
  inputs: fc.Arbitrary<T>,
  { list, runs, ...bounds }: Tries,
  attempt: (input: T) => Promise<void>,
): Promise<void> {
  for (const share of randomTurnsOf(list, runs, SEED)) await fuzzShare(inputs, share, bounds, attempt);
}

async function fuzzShare<T>(
  inputs: fc.Arbitrary<T>,
  { seed, runs: numRuns }: Inputs,
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
    { seed, numRuns, endOnFailure: true },
  );
  expect({ seed, isWithin: (most - before) / MB < growsMb }).toEqual({ seed, isWithin: true });
}

/** Only the errors with these codes are foreseen; any other one is thrown. */
export function foreseen(error: unknown, ...codes: readonly string[]): void {
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !codes.includes(code)) throw error;
}
