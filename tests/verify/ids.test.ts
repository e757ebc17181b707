import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IdIndex, NumberColumn, PairMap } from '../../src/verify/ids.js';

const bytesOf = (text: string): readonly [Buffer, number, number] => {
  const bytes = Buffer.from(`,${text},`);
  return [bytes, 1, bytes.length - 1];
};

describe('IdIndex', () => {
  it('numbers ids like a Map does, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, maxLength: 6 }), { maxLength: 300 }), (ids) => {
        const index = new IdIndex();
        const model = new Map<string, number>();
        for (const id of ids) {
          const known = model.get(id);
          expect(index.add(...bytesOf(id))).toBe(known === undefined ? model.size : ~known);
          if (known === undefined) model.set(id, model.size);
        }
        for (const [id, number] of model) {
          expect(index.find(...bytesOf(id))).toBe(number);
          expect(index.text(number)).toBe(id);
        }
        expect(index.find(...bytesOf('not among them'))).toBe(-1);
        expect(index.size).toBe(model.size);
      }),
    );
  });

  it('keeps a hundred thousand near-equal ids apart', () => {
    const index = new IdIndex();
    const numbers = Array.from({ length: 100_000 }, (_, n) => n);
    expect(numbers.filter((n) => index.add(...bytesOf(`id-${n}`)) !== n)).toEqual([]);
    expect(numbers.filter((n) => index.find(...bytesOf(`id-${n}`)) !== n)).toEqual([]);
    expect(index.find(...bytesOf('id-100000'))).toBe(-1);
  });

  it('finds the ids of another index', () => {
    const [a, b] = [new IdIndex(), new IdIndex()];
    for (const id of ['x', 'y']) a.add(...bytesOf(id));
    for (const id of ['z', 'y']) b.add(...bytesOf(id));
    expect([a.findIn(b, 0), a.findIn(b, 1)]).toEqual([-1, 1]);
  });
});

describe('PairMap', () => {
  it('keeps values like a Map does', () => {
    const number = fc.nat({ max: 2 ** 26 - 1 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, fc.integer({ min: 1, max: 255 })), { maxLength: 2000 }),
        (pairs) => {
          const map = new PairMap();
          const model = new Map<string, number>();
          for (const [a, b, value] of pairs) {
            map.set(a, b, value);
            model.set(`${a} ${b}`, value);
          }
          expect(map.size).toBe(model.size);
          for (const [key, value] of model) {
            const [a = 0, b = 0] = key.split(' ').map(Number);
            expect(map.get(a, b)).toBe(value);
          }
          expect(new Map([...map.entries()].map(([a, b, value]) => [`${a} ${b}`, value]))).toEqual(model);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('NumberColumn', () => {
  it('gives the fallback for what was never set', () => {
    const column = new NumberColumn(-1);
    column.set(1000, 7);
    expect([column.get(0), column.get(999), column.get(1000), column.get(1001), column.get(9999)]).toEqual([
      -1, -1, 7, -1, -1,
    ]);
  });
});
