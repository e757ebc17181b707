/** What follows the end of a refresh, as config/README says it. */
import { expect, it } from '@jest/globals';
import { outcomeOf, waitAfterAttempt } from '../../src/fleet/outcomes.js';
import { EXIT_CODES } from '../../src/model/errors.js';

it('what may pass is tried again; a hold and a faulty config are not', () => {
  const codes = [...new Set([0, ...Object.values(EXIT_CODES), 137])].sort((a, b) => a - b);
  expect(codes.map((code) => [code, outcomeOf(code)])).toEqual([
    [0, 'done'],
    [1, 'retry'],
    [2, 'failed'],
    [3, 'done'],
    [4, 'retry'],
    [5, 'retry'],
    [6, 'retry'],
    [130, 'retry'],
    [137, 'retry'],
    [143, 'retry'],
  ]);
});

it('there are six attempts, after 30 seconds and then after 1, 2, 4 and 8 minutes', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map(waitAfterAttempt)).toEqual([30, 60, 120, 240, 480, undefined, undefined]);
});
