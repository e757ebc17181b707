/** When the nights of a fleet begin: windows, urgency, and the two nights a year on which clocks change. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { District } from '../../src/fleet/model.js';
import { nightsAhead, nightsBegun } from '../../src/fleet/nights.js';

const aDistrict = (name: string, wants: Partial<District> = {}): District => ({
  name,
  config: `/fleet/${name}/oneroster.yaml`,
  connections: ['library'],
  host: 'sql-1',
  labels: [],
  start: '01:00',
  timezone: 'America/New_York',
  windowMinutes: 120,
  ...wants,
});

const at = (text: string): Date => new Date(text);

describe('the night that has begun', () => {
  it.each([
    ['2026-10-15T04:59:59Z', '2026-10-14'],
    ['2026-10-15T05:00:00Z', '2026-10-15'],
    ['2026-10-16T04:59:59Z', '2026-10-15'],
  ])('at %s is that of %s', (now, night) => {
    expect(nightsBegun([aDistrict('adams')], at(now)).map((each) => each.night)).toEqual([night]);
  });

  it('is that of the evening before where it begins before midnight', () => {
    const [planned] = nightsBegun([aDistrict('adams', { start: '23:30' })], at('2026-10-15T12:00:00Z'));
    expect(planned).toMatchObject({ night: '2026-10-14', startsAt: at('2026-10-15T03:30:00Z') });
  });

  it('begins an hour later in the hour that spring skips, and once in the hour that autumn doubles', () => {
    const starts = (start: string, now: string): readonly string[] =>
      nightsBegun([aDistrict('adams', { start })], at(now)).map(({ startsAt }) => startsAt.toISOString());
    expect(starts('02:30', '2026-03-08T07:30:00Z')).toEqual(['2026-03-08T07:30:00.000Z']);
    expect(starts('01:30', '2026-11-01T05:30:00Z')).toEqual(['2026-11-01T05:30:00.000Z']);
    expect(starts('01:30', '2026-11-01T06:45:00Z')).toEqual(['2026-11-01T05:30:00.000Z']);
  });

  it('is one each day, whatever the zone, the start and the minute of looking', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('America/New_York', 'America/Phoenix', 'Pacific/Honolulu', 'America/St_Johns'),
        fc.integer({ min: 0, max: 1_439 }),
        fc.integer({ min: 0, max: 365 * 24 * 60 }),
        (timezone, startMinute, minute) => {
          const start = `${String(Math.floor(startMinute / 60)).padStart(2, '0')}:${String(startMinute % 60).padStart(2, '0')}`;
          const districts = [aDistrict('adams', { timezone, start })];
          const now = new Date(Date.UTC(2026, 0, 1) + minute * 60_000);
          const [begun] = nightsBegun(districts, now);
          const [ahead] = nightsAhead(districts, now);
          expect(begun && begun.startsAt <= now).toBe(true);
          expect(ahead && ahead.startsAt > now).toBe(true);
          const hours = ((ahead?.startsAt.getTime() ?? 0) - (begun?.startsAt.getTime() ?? 0)) / 3_600_000;
          expect(hours).toBeGreaterThanOrEqual(22);
          expect(hours).toBeLessThanOrEqual(26);
        },
      ),
    );
  });
});

describe('the coming night', () => {
  it('is spread over the window of each host, those with a time to deliver by first', () => {
    const planned = nightsAhead(
      [
        aDistrict('adams'),
        aDistrict('baker', { deliverBy: '05:00' }),
        aDistrict('clark', { deliverBy: '04:00' }),
        aDistrict('delta', { host: 'sql-2' }),
      ],
      at('2026-10-14T12:00:00Z'),
    );
    expect(planned.map(({ district, startsAt }) => [district, startsAt.toISOString().slice(11, 16)])).toEqual(
      [
        ['clark', '05:00'],
        ['delta', '05:00'],
        ['baker', '05:40'],
        ['adams', '06:20'],
      ],
    );
  });
});
