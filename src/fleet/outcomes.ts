/** What the exit code of a refresh means for its run. */
import { EXIT_CODES } from '../model/errors.js';
import { inMs } from '../model/limits.js';
import { FLEET_LIMITS } from './limits.js';

/** `retry`: again after a while, as long as attempts are left. */
export type Outcome = 'done' | 'failed' | 'retry';

/** Withheld is done: a person must decide, and another read brings the same. */
const OUTCOMES: ReadonlyMap<number, Outcome> = new Map([
  [0, 'done'],
  [EXIT_CODES.withheld, 'done'],
  [EXIT_CODES.config, 'failed'],
]);

/** A source, a receiver or a disk that fails may work again. */
export const outcomeOf = (exitCode: number): Outcome => OUTCOMES.get(exitCode) ?? 'retry';

/** Seconds until the next attempt; undefined after the last one. `attempts`: that have ended, this one included. */
export function waitAfterAttempt(attempts: number): number | undefined {
  if (attempts >= FLEET_LIMITS.attempts.most) return undefined;
  return Math.min(inMs(FLEET_LIMITS.longestWait) / 1_000, FLEET_LIMITS.firstWait.most * 2 ** (attempts - 1));
}
