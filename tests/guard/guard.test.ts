/** Each doubt that holds a bundle back, at the number or the day that decides. */
import { describe, expect, it } from '@jest/globals';
import type { Change, Difference } from '../../src/model/difference.js';
import { guards, holdReasons, type GuardSubject } from '../../src/guard/guard.js';
import { aConnection, day, type Wants } from '../support/connections.js';

const change = (wants: Partial<Change> = {}): Change => ({
  before: 1_000,
  after: 1_000,
  added: 0,
  changed: 0,
  removed: 0,
  ...wants,
});

const THRESHOLDS = { users: 10, classes: 10, enrollments: 20, perSchool: 30 };

function codes(wants: Wants, subject: Partial<GuardSubject> = {}): readonly string[] {
  const settings = aConnection({ thresholds: THRESHOLDS, ...wants });
  const reasons = holdReasons({ settings, asOf: day('2026-10-15'), difference: undefined, ...subject });
  return reasons.map(({ code }) => code);
}

const tables = (byTable: Difference['tables']): Difference => ({ tables: byTable, schools: {} });

describe('what vanished', () => {
  it.each([
    [10, 99, false],
    [10, 100, false],
    [10, 101, true],
    [9.9, 99, false],
    [9.9, 100, true],
    [10.1, 101, false],
    [10.1, 102, true],
    [0, 0, false],
    [0, 1, true],
    [100, 1_000, false],
  ])('at a limit of %p percent: %p of 1,000 are held: %p', (limit, removed, isHeld) => {
    for (const table of ['users', 'classes', 'enrollments'] as const) {
      const thresholds = { users: 100, classes: 100, enrollments: 100, perSchool: 100, [table]: limit };
      const difference = tables({ [table]: change({ removed, after: 1_000 - removed }) });
      expect(codes({ thresholds }, { difference })).toEqual(isHeld ? [`threshold-${table}`] : []);
      const school = { tables: {}, schools: { S1: { [table]: { before: 1_000, removed } } } };
      const perSchool = { users: 100, classes: 100, enrollments: 100, perSchool: limit };
      expect(codes({ thresholds: perSchool }, { difference: school })).toEqual(
        isHeld ? ['threshold-school'] : [],
      );
    }
  });

  it('is judged per kind by a limit of its own', () => {
    const difference = tables({
      users: change({ removed: 150 }),
      classes: change({ removed: 150 }),
      enrollments: change({ removed: 150 }),
    });
    expect(codes({}, { difference })).toEqual(['threshold-users', 'threshold-classes']);
  });

  it('is told school by school, and everything at once', () => {
    const difference: Difference = {
      tables: { users: change({ before: 100, removed: 50, after: 50 }) },
      schools: {
        S1: { users: { before: 40, removed: 40 }, classes: { before: 4, removed: 1 } },
        S2: { users: { before: 60, removed: 19 } },
      },
    };
    const settings = aConnection({ thresholds: THRESHOLDS });
    expect(holdReasons({ settings, asOf: day('2026-10-15'), difference }).map(({ says }) => says)).toEqual([
      '50 of 100 users vanished: 50.0 %, allowed are 10 %',
      '40 of 40 users of school S1 vanished: 100.0 %, allowed are 30 %',
      '19 of 60 users of school S2 vanished: 31.7 %, allowed are 30 %',
    ]);
  });

  it('is nothing where there is nothing to compare with, and a doubt where there should be', () => {
    expect(codes({})).toEqual([]);
    expect(codes({}, { incomparable: 'it is gone' })).toEqual(['nothing-to-compare']);
  });
});

describe('ids', () => {
  it.each([
    ['all others', { removed: 1_000, added: 1_000 }, true],
    ['just over half', { removed: 501, added: 501 }, true],
    ['just half', { removed: 500, added: 500 }, false],
    ['many leave', { removed: 600, added: 0, after: 400 }, false],
    ['many come', { removed: 0, added: 5_000, after: 6_000 }, false],
  ])('%s', (_what, wants, isHeld) => {
    const thresholds = { users: 100, classes: 100, enrollments: 100, perSchool: 100 };
    for (const table of ['users', 'orgs']) {
      const difference = tables({ [table]: change(wants) });
      expect(codes({ thresholds }, { difference })).toEqual(isHeld ? ['ids-changed'] : []);
    }
    // A school year brings other classes and enrollments.
    expect(codes({ thresholds }, { difference: tables({ classes: change(wants) }) })).toEqual([]);
  });
});

describe('days', () => {
  it.each([
    ['2026-08-16', true],
    ['2026-08-17', false],
    ['2026-08-18', false],
  ])('on %s, not before 2026-08-17: held %p', (asOf, isHeld) => {
    expect(codes({ notBefore: day('2026-08-17') }, { asOf: day(asOf) })).toEqual(
      isHeld ? ['not-before'] : [],
    );
  });

  it.each([
    ['2026-12-20', false],
    ['2026-12-21', true],
    ['2027-01-03', true],
    ['2027-01-04', false],
    ['2027-03-15', true],
  ])('on %s, with two blackouts: held %p', (asOf, isHeld) => {
    const blackout = [
      { from: day('2026-12-21'), to: day('2027-01-03') },
      { from: day('2027-03-15'), to: day('2027-03-15') },
    ];
    expect(codes({ blackout }, { asOf: day(asOf) })).toEqual(isHeld ? ['blackout'] : []);
  });

  it.each([
    ['2026-10-14', true],
    ['2026-10-15', false],
    ['2026-10-16', false],
  ])('as of %s, after a good bundle as of 2026-10-15: held %p', (asOf, isHeld) => {
    const subject = { asOf: day(asOf), lastAsOf: day('2026-10-15') };
    expect(codes({}, subject)).toEqual(isHeld ? ['as-of-before-last'] : []);
  });
});

it('every guard has a code of its own and a sentence', () => {
  expect(new Set(guards.map(({ code }) => code)).size).toBe(guards.length);
  for (const { says } of guards) expect(says).toMatch(/^[A-Z].*\.$/);
});
