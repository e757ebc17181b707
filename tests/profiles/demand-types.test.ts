/** A demand and what the exporter does about it are one type: pairs that would do something else than they say do not compile. */
import { expect, it } from '@jest/globals';
import type { Demand } from '../../src/profiles/profile.js';

const said = { says: 'So it is.', source: 'a test' } as const;

const title = { table: 'classes', column: 'title' } as const;
const email = { table: 'users', column: 'email' } as const;

const demands: readonly Demand[] = [
  // @ts-expect-error an enrollment that the demand drops is not only reported
  { ...said, kind: 'same-school', otherwise: 'report', severity: 'warning' },
  // @ts-expect-error one of several enrollments is always dropped
  { ...said, kind: 'one-enrollment', otherwise: 'withhold', severity: 'error' },
  // @ts-expect-error a class is no user
  { ...said, kind: 'class-size', most: 1, otherwise: 'drop-user', severity: 'error' },
  // @ts-expect-error a warning withholds nothing
  { ...said, kind: 'classes-per-teacher', most: 1, otherwise: 'withhold', severity: 'warning' },
  // @ts-expect-error an error is not only reported
  { ...said, kind: 'class-in-future', otherwise: 'report', severity: 'error' },
  // @ts-expect-error no user is dropped for a cell of a class
  { ...said, ...title, kind: 'pattern', pattern: 'x', otherwise: 'drop-user', severity: 'error' },
  // @ts-expect-error only dates of enrollments are filled from terms
  { ...said, ...email, kind: 'cell-required', otherwise: 'fill-from-terms', severity: 'error' },
];

it('has a list of pairs that do not compile', () => {
  expect(demands.length).toBe(7);
});
