import { expect, it } from '@jest/globals';
import { moveBirthDate } from '../../src/anonymize/dates.js';
import { dayOf } from '../../src/verify/cells/cell-bytes.js';
import { FAULTY } from '../../src/verify/memory/known.js';

function moved(date: string, secret: number): string {
  const bytes = Buffer.from(`"${date}"`);
  expect(moveBirthDate(bytes, 1, 11, secret)).toBe(true);
  return bytes.toString();
}

it.each([0, 4, 1900, 2000, 2011, 2012])(
  'moves the days of %d by the same number within the year',
  (number) => {
    const year = String(number).padStart(4, '0');
    const first = Date.UTC(2000, 0, 1);
    const all = Array.from(
      { length: 366 },
      (_, n) => `${year}${new Date(first + n * 86_400_000).toISOString().slice(4, 10)}`,
    );
    const days = all.filter((day) => dayOf(Buffer.from(day), 0, 10) !== FAULTY);
    for (const secret of [0, 1, 30, 363, 364, 365, 2 ** 32 - 1]) {
      const others = days.map((day) => moved(day, secret));
      expect([...others].sort()).toEqual(days.map((day) => `"${day}"`));
      const by = 1 + (secret % (days.length - 1));
      expect(others).toEqual(days.map((_, n) => `"${days[(n + by) % days.length] ?? ''}"`));
    }
  },
);
