import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packColumn, unpackColumn, type SnapshotCell } from '../../src/snapshot/column.js';

/** As it is read again; from memory of its own, and from the middle of other memory, as SQLite may give it. */
function readAgain(cells: readonly SnapshotCell[]): readonly (readonly SnapshotCell[] | null)[] {
  const stored = packColumn(cells, cells.length);
  if (!Buffer.isBuffer(stored)) return [unpackColumn(stored, cells.length)];
  const own = Buffer.from(stored.buffer.slice(stored.byteOffset, stored.byteOffset + stored.length));
  const within = Buffer.concat([Buffer.of(7, 7, 7), stored, Buffer.of(7)]).subarray(3, 3 + stored.length);
  return [own, within].map((each) => unpackColumn(each, cells.length));
}

const text = fc.string({
  unit: fc.constantFrom(
    'a',
    '"',
    '\\',
    ',',
    ' ',
    '\0',
    '\n',
    '\u007f',
    'é',
    '\u2028',
    '語',
    '🦊',
    '\ud83e',
    '\udd8a',
  ),
  maxLength: 6,
});
const whole = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(
    ...[2 ** 7, 2 ** 15, 2 ** 31, Number.MAX_SAFE_INTEGER].flatMap((edge) =>
      [-edge, edge].flatMap((each) => [each - 1, each, each + 1].filter(Number.isSafeInteger)),
    ),
  ),
);
/** Cells of one kind, as columns have them, or of any; each as often as a column may repeat it. */
const column = fc
  .tuple(
    fc.oneof(
      fc.constant([null]),
      fc.array(fc.option(whole, { freq: 3 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.option(text, { freq: 3 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.option(fc.oneof(whole, text, fc.double({ noNaN: true, noDefaultInfinity: true }))), {
        minLength: 1,
        maxLength: 20,
      }),
    ),
    fc.nat({ max: 40 }),
  )
  .map(([cells, times]): readonly SnapshotCell[] => Array.from({ length: times }, () => cells).flat());

describe('a column', () => {
  it('is read as it was kept', () => {
    fc.assert(
      fc.property(column, (cells) => {
        const zeros = cells.map((cell) => (cell === 0 ? 0 : cell)); // the JSON of -0 is 0
        for (const again of readAgain(zeros)) expect(again ?? cells.map(() => null)).toEqual(zeros);
      }),
      { numRuns: 500 },
    );
  });

  it.each([0, 1, 254, 255, 256, 600])(
    'of %i texts that come again and again is read as it was kept',
    (texts) => {
      const cells = Array.from({ length: 2_400 }, (_, at) => (texts === 0 ? null : `é${at % texts}`));
      for (const again of readAgain(cells)) expect(again ?? cells.map(() => null)).toEqual(cells);
    },
  );

  it.each<readonly [string, readonly SnapshotCell[], number]>([
    ['flags', [0, 1, null], 3_001],
    ['numbers', [1, 3_000, null], 6_001],
    ['ids', [1, 300_000, null], 12_001],
    ['ids beyond 32 bits', [1, 2 ** 31, null], 24_001],
    ['days', ['2026-10-15', '2027-06-30', null], 3_028],
  ])('of %s takes little room', (_, cells, bytes) => {
    const many = Array.from({ length: 1_000 }, () => cells).flat();
    expect(packColumn(many, many.length)).toHaveLength(bytes);
  });

  it('of empty cells takes none, however it comes', () => {
    expect(packColumn([null, null], 2)).toBeNull();
    expect(packColumn('[null,null]', 2)).toBeNull();
    expect(packColumn('[null,"null"]', 2)).toBe('[null,"null"]');
  });

  it('whose JSON is known is kept as that', () => {
    expect(packColumn('["a","a","a","a"]', 4)).toBe('["a","a","a","a"]');
  });

  it('of texts of every kind is kept in ASCII', () => {
    const stored = packColumn(['語', '🦊', 'é'], 3);
    expect(stored).toBe('["\\u8a9e","\\ud83e\\udd8a","\\u00e9"]');
  });
});
