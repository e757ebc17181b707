/** What the exit code of a refresh means for its run. */
import { EXIT_CODES } from '../model/errors.js';

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

const MOST_ATTEMPTS = 6;
const FIRST_WAIT_SECONDS = 30;

/** Seconds until the next attempt, twice as many each time; undefined after the last one. `attempts`: that have ended, this one included. */
export const waitAfterAttempt = (attempts: number): number | undefined =>
  attempts >= MOST_ATTEMPTS ? undefined : FIRST_WAIT_SECONDS * 2 ** (attempts - 1);
