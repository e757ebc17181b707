import { describe, expect, it } from '@jest/globals';
import {
  groupsOf,
  isTurnOf,
  parseShare,
  SHARES,
  shareOf,
  shareOfDay,
  textOfShare,
  type Share,
} from './share.js';

const cases = Array.from({ length: 100 }, (_, at) => ({ at, kinds: [`kind ${at % 7}`, `size ${at < 3}`] }));
const shares = (of: number): readonly Share[] =>
  Array.from({ length: of }, (_, at) => ({ part: at + 1, of }));

describe('the shares of a list', () => {
  it.each([1, 2, 7, 12, 24, 100, 365])('are the whole together, and no case twice, in %d', (of) => {
    const tried = shares(of).flatMap((share) => shareOf(share, cases, () => []));
    expect(tried.map(({ at }) => at).sort((a, b) => a - b)).toEqual(cases.map(({ at }) => at));
  });

  it.each([2, 12, 24, 365])('hold each kind, every one of %d, and what is added for it is one case', (of) => {
    for (const share of shares(of)) {
      const tried = shareOf(share, cases, ({ kinds }) => kinds);
      expect(new Set(tried.flatMap(({ kinds }) => kinds)).size).toBe(9);
      const inTurn = shareOf(share, cases, () => []);
      expect(inTurn.every((one) => tried.includes(one))).toBe(true);
      expect(tried.length - inTurn.length).toBeLessThanOrEqual(9);
      expect(tried.map(({ at }) => at)).toEqual([...tried.map(({ at }) => at)].sort((a, b) => a - b));
      expect(new Set(tried).size).toBe(tried.length);
    }
  });

  it('are the same each time, and of a kind another case is added from one to the next', () => {
    const few = cases.slice(0, 2);
    const added = shares(12).map((share) => shareOf(share, few, () => ['one kind']).map(({ at }) => at));
    expect(added.slice(0, 5)).toEqual([[0], [1], [0], [1], [0]]);
    expect(shareOf({ part: 5, of: 12 }, cases, () => [])).toEqual(
      shareOf({ part: 5, of: 12 }, cases, () => []),
    );
  });
});

describe('groups of cases in turn', () => {
  it.each([1, 2, 3, 5, 7, 12, 24])('each have all of their cases within %d days', (of) => {
    const groups = ['a', 'b', 'c', 'd', 'e'];
    const tried = shares(of).flatMap((each) => {
      const { groups: some, share } = groupsOf(each, groups);
      return some.flatMap((group) => shareOf(share, cases, () => []).map(({ at }) => `${group} ${at}`));
    });
    expect([...tried].sort()).toEqual(
      groups.flatMap((group) => cases.map(({ at }) => `${group} ${at}`)).sort(),
    );
  });

  it('are one a day where there are days enough, and another one the next day', () => {
    const names = shares(24).map((share) => groupsOf(share, ['a', 'b', 'c']).groups.join());
    expect(names.slice(0, 7)).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a']);
  });
});

describe('tests that stand one by one', () => {
  it.each([1, 2, 3, 5, 24])('each have a turn within %d days', (of) => {
    const turns = cases.map(({ at }) => shares(of).filter((share) => isTurnOf(share, 3, at)).length);
    expect(Math.min(...turns)).toBeGreaterThan(0);
    expect(Math.max(...turns)).toBeLessThanOrEqual(Math.max(1, Math.ceil(of / 3)));
  });
});

describe('the share of a day', () => {
  it('is the next one on the next day, and after the last comes the first', () => {
    const days = Array.from({ length: SHARES + 1 }, (_, at) =>
      shareOfDay(new Date(Date.UTC(2026, 1, 24 + at, 23, 59))),
    );
    for (const [at, { part, of }] of days.entries()) {
      expect(of).toBe(SHARES);
      expect(part).toBe((((days[0]?.part ?? 0) - 1 + at) % SHARES) + 1);
    }
  });

  it('is the same all day', () => {
    const [early, late] = ['2026-11-29T00:00:00Z', '2026-11-29T23:59:59Z'].map((time) =>
      shareOfDay(new Date(time)),
    );
    expect(early).toEqual(late);
  });

  it.each(['all', '1/24', '24/24', '3/5'])('can be chosen: %s', (text) => {
    expect(textOfShare(parseShare(text))).toBe(text);
  });

  it.each(['', '0/12', '13/12', '3', 'some', '-1/3', '1/0'])('is told to be wrong: "%s"', (text) => {
    expect(() => parseShare(text)).toThrow(/NIGHT_SHARE is .*, and not like 3\/24 or all\./);
  });
});
