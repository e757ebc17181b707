import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { movablesOf, packRows, unpackColumns, unpackRows } from '../../src/extract/packed-rows.js';

/** As it is when it arrives in another thread. */
const moved = (rows: readonly (readonly unknown[])[]): unknown => {
  const packed = packRows(rows);
  return unpackRows(structuredClone(packed, { transfer: movablesOf(packed) }));
};

describe('packed rows', () => {
  it('are the rows that went in: numbers, flags, text, nulls', () => {
    const rows = [
      [1, null, 'Zoë', true, '2026-08-17'],
      [-2_147_483_648, 0.5, '', false, null],
      [2 ** 53, -0.25, '美咲 🐝', null, '\u0000'],
    ];
    expect(moved(rows)).toEqual(rows);
  });

  it('come out by columns as well', () => {
    const packed = packRows([
      [1, 'a', null, true],
      [null, null, new Date(0), false],
      [2, 'Zoë', 'b', null],
    ]);
    const { count, columns } = unpackColumns(packed);
    expect({ count, columns: columns.map((column) => column.values()) }).toEqual({
      count: 3,
      columns: [
        [1, null, 2],
        ['a', null, 'Zoë'],
        [null, new Date(0), 'b'],
        [true, false, null],
      ],
    });
  });

  it('may hold what is none of these, or not of one kind', () => {
    const rows = [
      [1, Buffer.from('x').toString('hex'), new Date(0), NaN, 'a'],
      ['1', null, null, 1, true],
      [true, '', new Date(1), 2, 3],
    ];
    expect(moved(rows)).toEqual(rows);
  });

  it.each([[[]], [[[]]], [[[null], [null]]]])('may be empty: %j', (rows: readonly (readonly unknown[])[]) => {
    expect(moved(rows)).toEqual(rows);
  });

  it('are the same for whatever comes', () => {
    const cell = fc.oneof(
      fc.constant(null),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.string({ unit: 'binary' }),
    );
    const kinds = [fc.option(fc.integer()), fc.option(fc.boolean()), fc.option(fc.string()), cell] as const;
    fc.assert(
      fc.property(fc.array(fc.tuple(...kinds), { maxLength: 20 }), (rows) => {
        expect(moved(rows)).toEqual(rows);
      }),
    );
  });
});
