import { describe, expect, it } from '@jest/globals';
import { localTime, offsetOf } from '../../src/model/local-time.js';

describe('the time in the district', () => {
  it.each([
    ['America/Chicago', '2026-10-15T08:15:00.000Z', '2026-10-15 03:15 -05:00'],
    ['America/Chicago', '2026-12-01T05:59:00Z', '2026-11-30 23:59 -06:00'],
    ['America/Chicago', '2026-11-01T06:30:00Z', '2026-11-01 01:30 -05:00'],
    ['America/Chicago', '2026-11-01T07:30:00Z', '2026-11-01 01:30 -06:00'],
    ['Asia/Kathmandu', '2026-10-15T18:20:00Z', '2026-10-16 00:05 +05:45'],
    ['UTC', '2026-10-15T00:00:00Z', '2026-10-15 00:00 +00:00'],
  ])('%s at %s', (timezone, instant, shown) => {
    expect(localTime(timezone, instant)).toBe(shown);
    expect(localTime(timezone, new Date(instant))).toBe(shown);
    expect(offsetOf(timezone, instant)).toBe(shown.slice(-6));
  });
});
