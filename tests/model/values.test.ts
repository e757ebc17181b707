import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { asLocalDate, compactInstant, dayIn, nextDay } from '../../src/model/values.js';
import { day } from '../support/connections.js';

describe('asLocalDate', () => {
  it.each(['2026-10-15', '2028-02-29', '1900-01-01', '9999-12-31'])('takes %s', (text) => {
    expect(asLocalDate(text)).toBe(text);
  });

  it.each(['2027-02-29', '2026-00-10', '2026-13-01', '2026-4-1', '20260401', '2026-04-01 ', '', 'today'])(
    'refuses %p',
    (text) => {
      expect(asLocalDate(text)).toBeUndefined();
    },
  );
});

describe('nextDay', () => {
  it.each([
    ['2026-10-15', '2026-10-16'],
    ['2026-12-31', '2027-01-01'],
    ['2027-02-28', '2027-03-01'],
    ['2028-02-28', '2028-02-29'],
    // Days on which clocks change, in Chicago and in Kiritimati’s similarKeys.
    ['2026-03-08', '2026-03-09'],
    ['2026-11-01', '2026-11-02'],
  ])('after %s comes %s', (from, to) => {
    expect(nextDay(day(from))).toBe(to);
  });
});

describe('dayIn', () => {
  it.each([
    ['America/Chicago', '2026-10-15T04:59:59Z', '2026-10-14'],
    ['America/Chicago', '2026-10-15T05:00:00Z', '2026-10-15'],
    ['America/Chicago', '2026-12-15T05:59:59Z', '2026-12-14'],
    ['America/Chicago', '2026-12-15T06:00:00Z', '2026-12-15'],
    ['Pacific/Kiritimati', '2026-10-14T10:00:00Z', '2026-10-15'],
    ['Pacific/Pago_Pago', '2026-10-15T10:59:59Z', '2026-10-14'],
    ['UTC', '2026-10-15T00:00:00Z', '2026-10-15'],
    // The hour that comes twice.
    ['America/Chicago', '2026-11-01T06:30:00Z', '2026-11-01'],
    ['America/Chicago', '2026-11-01T07:30:00Z', '2026-11-01'],
  ])('in %s at %s it is %s', (zone, instant, expected) => {
    expect(dayIn(zone, new Date(instant))).toBe(expected);
  });
});

it('compactInstant names the second, in UTC', () => {
  expect(compactInstant(new Date('2026-11-23T23:19:04.987Z'))).toBe('20261123T231904Z');
});

it.each(['Pacific/Kiritimati', 'America/Chicago', 'Pacific/Pago_Pago', 'UTC'])(
  'days are the same on a machine in %s',
  (zone) => {
    const values = new URL('../../src/model/values.js', import.meta.url).href;
    const script = `
      const { asLocalDate, dayIn, nextDay, compactInstant } = await import(${JSON.stringify(values)});
      const at = new Date('2026-11-01T06:30:00Z');
      console.log([asLocalDate('2026-03-08'), nextDay('2026-03-08'), nextDay('2026-10-31'), nextDay('2026-12-31'),
        dayIn('America/Chicago', at), compactInstant(at)].join());
    `;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, TZ: zone },
      encoding: 'utf8',
    });
    expect(printed.trim()).toBe('2026-03-08,2026-03-09,2026-11-01,2027-01-01,2026-11-01,20261101T063000Z');
  },
);
