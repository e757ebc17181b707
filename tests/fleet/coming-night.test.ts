/** The coming night as earlier nights let expect it. */
import { expect, it } from '@jest/globals';
import { comingNight, type Conditions } from '../../src/fleet/coming-night.js';
import { deadlineOf } from '../../src/fleet/deadlines.js';
import type { District } from '../../src/fleet/model.js';
import { nightsAhead } from '../../src/fleet/nights.js';
import { day } from '../support/connections.js';

const aDistrict = (name: string, wants: Partial<District> = {}): District => ({
  ...{ name, config: '', connections: ['library'], host: 'sql-1', labels: [] },
  ...{ start: '01:00', timezone: 'UTC', windowMinutes: 0 },
  ...wants,
});

const MINUTE = 60;

function played(districts: readonly District[], wants: Partial<Conditions> = {}): readonly string[] {
  const conditions = { durations: new Map(), slots: new Map([['sql-1', 2]]), atOnce: 0, ...wants };
  const nights = nightsAhead(districts, new Date('2026-10-14T12:00:00Z'));
  return comingNight(nights, districts, conditions).map(
    ({ district, beginsAt, endsAt, isLate, isGuess }) =>
      `${district} ${beginsAt.toISOString().slice(11, 16)}-${endsAt.toISOString().slice(11, 16)}` +
      `${isLate ? ' late' : ''}${isGuess ? ' guess' : ''}`,
  );
}

const took = (durations: Readonly<Record<string, number>>): Conditions['durations'] =>
  new Map(Object.entries(durations).map(([name, minutes]) => [name, [minutes * MINUTE]]));

it('lets no more begin at once than the SQL host and the workers allow, the most urgent first', () => {
  const districts = [
    aDistrict('adams'),
    aDistrict('baker'),
    aDistrict('clark', { deliverBy: '01:30' }),
    aDistrict('davis', { host: 'sql-2' }),
  ];
  const durations = took({ adams: 20, baker: 30, clark: 40, davis: 10 });
  const slots = new Map([
    ['sql-1', 2],
    ['sql-2', 2],
  ]);
  expect(played(districts, { durations, slots })).toEqual([
    'clark 01:00-01:40 late',
    'adams 01:00-01:20',
    'davis 01:00-01:10',
    'baker 01:20-01:50',
  ]);
  expect(played(districts, { durations, slots, atOnce: 1 })).toEqual([
    'clark 01:00-01:40 late',
    'adams 01:40-02:00',
    'baker 02:00-02:30',
    'davis 02:30-02:40',
  ]);
});

it('takes the middle of the last durations, and for a new district that of all', () => {
  const durations = new Map([['adams', [5, 600, 7, 6, 8].map((minutes) => minutes * MINUTE)]]);
  expect(played([aDistrict('adams'), aDistrict('baker')], { durations })).toEqual([
    'adams 01:00-01:07',
    'baker 01:00-01:07 guess',
  ]);
  expect(played([aDistrict('adams')])).toEqual(['adams 01:00-01:01 guess']);
  expect(played([])).toEqual([]);
});

it('spreads the starts over the window', () => {
  const districts = ['adams', 'baker', 'clark', 'davis'].map((name) =>
    aDistrict(name, { windowMinutes: 120 }),
  );
  expect(played(districts, { durations: took({ adams: 1, baker: 1, clark: 1, davis: 1 }) })).toEqual([
    'adams 01:00-01:01',
    'baker 01:30-01:31',
    'clark 02:00-02:01',
    'davis 02:30-02:31',
  ]);
});

it('is quick for all of the United States', () => {
  const districts = Array.from({ length: 13_000 }, (_, at) =>
    aDistrict(`d${at}`, { host: `sql-${at % 40}`, windowMinutes: 240 }),
  );
  const slots = new Map(Array.from({ length: 40 }, (_, at) => [`sql-${at}`, 2]));
  const since = performance.now();
  expect(played(districts, { slots, atOnce: 60 })).toHaveLength(13_000);
  expect(performance.now() - since).toBeLessThan(20_000);
});

it('has a deadline on the night itself, or on the day after when the night begins in the evening', () => {
  const schedule = { timezone: 'America/New_York', deliverBy: '05:00' };
  const at = (start: string): string | undefined =>
    deadlineOf({ ...schedule, start }, day('2026-10-15'))?.toISOString();
  expect(at('01:00')).toBe('2026-10-15T09:00:00.000Z');
  expect(at('22:00')).toBe('2026-10-16T09:00:00.000Z');
  expect(deadlineOf({ start: '01:00', timezone: 'UTC' }, day('2026-10-15'))).toBeUndefined();
});
