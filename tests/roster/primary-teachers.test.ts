/** Which of several primary teachers steps back, around the days on which one period ends and the next begins. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { primaryOrder, steppingBack, type Tenure } from '../../src/roster/primary-teachers.js';
import { day } from '../support/connections.js';
import { TODAY, TOMORROW, YESTERDAY } from '../support/given.js';

const AS_OF = day(TODAY);
type Dates = readonly [start: string | null, end: string | null];

const tenures = (dates: readonly Dates[]): readonly Tenure[] =>
  dates.map(([start, end], at) => ({
    id: at + 1,
    startDate: start === null ? null : day(start),
    endDate: end === null ? null : day(end),
  }));

describe('primary teachers of one section', () => {
  it.each<readonly [string, readonly Dates[], readonly (readonly [number, number])[]]>([
    [
      'the next one starts after a gap',
      [
        ['2026-08-17', '2026-11-13'],
        ['2026-11-16', null],
      ],
      [],
    ],
    [
      'the next one starts the day after',
      [
        ['2026-08-17', '2026-11-13'],
        ['2026-11-14', null],
      ],
      [],
    ],
    [
      'both have one day',
      [
        ['2026-08-17', '2026-11-13'],
        ['2026-11-13', null],
      ],
      [[2, 1]],
    ],
    [
      'one ends today, the next starts tomorrow',
      [
        [null, TODAY],
        [TOMORROW, null],
      ],
      [],
    ],
    [
      'one ends today, the next starts today',
      [
        [null, TODAY],
        [TODAY, null],
      ],
      [[1, 2]],
    ],
    [
      'the open one is in force, the other is to come',
      [
        ['2026-08-17', null],
        [TOMORROW, null],
      ],
      [[2, 1]],
    ],
    [
      'both are in force: the latest start',
      [
        ['2026-08-17', null],
        [YESTERDAY, null],
      ],
      [[1, 2]],
    ],
    [
      'both are in force: the highest id',
      [
        ['2026-08-17', null],
        ['2026-08-17', null],
      ],
      [[1, 2]],
    ],
    [
      'an empty start is the earliest',
      [
        [null, null],
        ['2000-01-01', null],
      ],
      [[1, 2]],
    ],
    [
      'both are to come: the earliest start',
      [
        ['2027-01-04', null],
        ['2026-12-01', null],
      ],
      [[1, 2]],
    ],
    [
      'both are to come: the highest id',
      [
        ['2027-01-04', null],
        ['2027-01-04', null],
      ],
      [[1, 2]],
    ],
    [
      'three in a chain: the second overlaps both',
      [
        [null, '2026-11-13'],
        ['2026-11-10', '2026-12-18'],
        ['2026-12-18', null],
      ],
      [[2, 1]],
    ],
    [
      'three in a chain to come: the third stays beside the first',
      [
        ['2026-11-02', '2026-11-20'],
        ['2026-11-20', '2026-12-18'],
        ['2026-12-18', null],
      ],
      [[2, 1]],
    ],
    [
      'three in force: all step back behind one',
      [
        [null, null],
        ['2026-09-01', null],
        ['2026-09-02', null],
      ],
      [
        [2, 3],
        [1, 3],
      ],
    ],
    [
      'a bound that is open on both sides overlaps all',
      [
        [null, null],
        ['2026-12-01', '2026-12-02'],
      ],
      [[2, 1]],
    ],
  ])('%s', (_what, dates, back) => {
    const found = steppingBack(tenures(dates), AS_OF);
    expect(new Map(found)).toEqual(new Map(back));
  });

  const aDay = fc.constantFrom(null, '2026-09-01', YESTERDAY, TODAY, TOMORROW, '2026-11-02', '2027-01-04');
  const isOneDay = (one: Tenure, other: Tenure): boolean =>
    [one, other].every((of) =>
      [one, other].every(({ startDate }) => (startDate ?? '') <= (of.endDate ?? '9999')),
    );

  it('those that stay never overlap, and each other one overlaps one that stays and comes first', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(aDay, aDay), { maxLength: 6 }), (dates) => {
        const all = tenures(dates.filter(([start, end]) => start === null || end === null || start <= end));
        const back = steppingBack(all, AS_OF);
        const staying = all.filter(({ id }) => !back.has(id));
        for (const one of staying)
          for (const other of staying) expect(one === other || !isOneDay(one, other)).toBe(true);
        for (const [id, rival] of back) {
          const [lost, kept] = [id, rival].map((each) => all.find((tenure) => tenure.id === each));
          if (!lost || !kept) throw new Error('an id that was not given');
          expect(staying).toContain(kept);
          expect(isOneDay(lost, kept)).toBe(true);
          expect(primaryOrder(AS_OF)(kept, lost)).toBeLessThan(0);
        }
      }),
    );
  });
});
