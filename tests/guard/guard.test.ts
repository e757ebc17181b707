/** Each doubt that holds a bundle back, at the number or the day that decides. */
import { describe, expect, it } from '@jest/globals';
import type { Change, Difference } from '../../src/model/difference.js';
import { joinReasons, splitReasons } from '../../src/model/result.js';
import { guards, holdReasons, type GuardSubject } from '../../src/guard/guard.js';
import { aConnection, day, NO_LIMITS, type Wants } from '../support/connections.js';

const change = (wants: Partial<Change> = {}): Change => ({
  before: 1_000,
  after: 1_000,
  added: 0,
  changed: 0,
  removed: 0,
  ...wants,
});

const THRESHOLDS = {
  users: 10,
  classes: 10,
  enrollments: 20,
  perSchool: 30,
  new: 50,
  changed: 'off',
} as const;

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
      const thresholds = { ...NO_LIMITS, [table]: limit };
      const difference = tables({ [table]: change({ removed, after: 1_000 - removed }) });
      expect(codes({ thresholds }, { difference })).toEqual(isHeld ? [`threshold-${table}`] : []);
      const school = { tables: {}, schools: { S1: { [table]: { before: 1_000, removed } } } };
      const perSchool = { ...NO_LIMITS, perSchool: limit };
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
      '50 of 100 users vanished: 50.0 %, above the limit of 10 %',
      '40 of 40 users of school S1 vanished: 100.0 %, above the limit of 30 %',
      '19 of 60 users of school S2 vanished: 31.7 %, above the limit of 30 %',
    ]);
  });

  it('is nothing where there is nothing to compare with, and a doubt where there should be', () => {
    expect(codes({})).toEqual([]);
    expect(codes({}, { incomparable: 'it is gone' })).toEqual(['nothing-to-compare']);
  });
});

describe('what grew or changed', () => {
  const TABLES = ['users', 'classes', 'orgs', 'demographics'];

  it.each([
    [50, 1_000, 500, false],
    [50, 1_000, 501, true],
    [49.9, 1_000, 499, false],
    [49.9, 1_000, 500, true],
    [50, 10, 99, false],
    [50, 10, 100, true],
    [50, 10, 101, true],
    [0, 1_000, 99, false],
    [0, 1_000, 100, true],
    [150, 1_000, 1_500, false],
    [150, 1_000, 1_501, true],
    ['off', 10, 5_000, false],
  ] as const)('at a limit of %p percent of new records: after %p, %p new ones are held: %p', (...given) => {
    const [limit, before, added, isHeld] = given;
    for (const table of TABLES) {
      const difference = tables({ [table]: change({ before, added, after: before + added }) });
      const held = codes({ thresholds: { ...NO_LIMITS, new: limit } }, { difference });
      expect(held).toEqual(isHeld ? ['threshold-new'] : []);
    }
  });

  it.each([
    [75, 750, false],
    [75, 751, true],
    [0, 0, false],
    [0, 1, true],
    [100, 1_000, false],
    ['off', 1_000, false],
  ] as const)('at a limit of %p percent of changed records: %p of 1,000 are held: %p', (...given) => {
    const [limit, changed, isHeld] = given;
    for (const table of TABLES) {
      const held = codes(
        { thresholds: { ...NO_LIMITS, changed: limit } },
        { difference: tables({ [table]: change({ changed }) }) },
      );
      expect(held).toEqual(isHeld ? ['threshold-changed'] : []);
    }
  });

  it('is never a doubt for a file that the last good bundle did not have', () => {
    const difference = tables({ demographics: change({ before: 0, added: 5_000, after: 5_000 }) });
    expect(codes({ thresholds: { ...NO_LIMITS, new: 0 } }, { difference })).toEqual([]);
  });

  it('has a sentence for each file', () => {
    const settings = aConnection({ thresholds: { ...NO_LIMITS, new: 50, changed: 20 } });
    const difference = tables({
      users: change({ before: 400, added: 300, after: 700 }),
      classes: change({ changed: 201 }),
    });
    const says = holdReasons({ settings, asOf: day('2026-10-15'), difference }).map((reason) => reason.says);
    expect(says).toEqual([
      '300 users are new: 75.0 % of the 400 in the last good bundle, above the limit of 50 %',
      '201 of 1000 classes changed: 20.1 %, above the limit of 20 %',
    ]);
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
    const thresholds = NO_LIMITS;
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

it('a reason about a school names it, its number and its id', () => {
  const school = { name: 'Adams; High', number: '0014', sourcedId: 'S1' };
  const difference: Difference = {
    tables: {},
    schools: {
      S1: { users: { before: 40, removed: 40 } },
      S2: { users: { before: 60, removed: 60 } },
    },
  };
  const subject = { settings: aConnection({ thresholds: THRESHOLDS }), asOf: day('2026-10-15'), difference };
  const reasons = holdReasons({ ...subject, schools: new Map([['S1', school]]) });
  expect(reasons.map(({ says }) => says)).toEqual([
    '40 of 40 users of school Adams, High (number 0014, id S1) vanished: 100.0 %, above the limit of 30 %',
    '60 of 60 users of school S2 vanished: 100.0 %, above the limit of 30 %',
  ]);
  expect(reasons[0]?.school).toEqual(school);
  expect(splitReasons(joinReasons(reasons))).toHaveLength(2);
});

it('no reason holds the characters that separate reasons in the state', () => {
  const gone = { before: 100, after: 0, added: 200, changed: 100, removed: 100 };
  const difference = {
    tables: { users: gone, classes: gone, enrollments: gone },
    schools: { S1: { users: { before: 100, removed: 100 } } },
  };
  const settings = aConnection({ thresholds: THRESHOLDS });
  const reasons = holdReasons({ settings, asOf: day('2026-10-15'), difference });
  expect(reasons.length).toBeGreaterThan(3);
  for (const { says } of reasons) expect(says).not.toContain('; ');
  expect(splitReasons(joinReasons(reasons))).toEqual(reasons.map(({ says }) => says));
});
