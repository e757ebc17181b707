import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IdIndex } from '../../../src/verify/memory/ids.js';
import { bytesOf, ids as anyIds } from './id-arbitraries.js';
import { HomeMap, NumberColumn, PairMap } from '../../../src/verify/memory/numbers.js';

describe('IdIndex', () => {
  it('numbers ids like a Map does, whatever they are', () => {
    fc.assert(
      fc.property(anyIds, (ids) => {
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
    fc.assert(
      fc.property(anyIds, anyIds, (here, there) => {
        const [a, b] = [new IdIndex(), new IdIndex()];
        for (const id of here) a.add(...bytesOf(id));
        for (const id of there) b.add(...bytesOf(id));
        for (const id of there) {
          expect(a.findIn(b, b.find(...bytesOf(id)))).toBe(a.find(...bytesOf(id)));
        }
      }),
    );
  });

  it('tells bytes apart that are the same text', () => {
    const [a, b] = [new IdIndex(), new IdIndex()];
    const [broken, replacement] = [Buffer.from([0xff]), Buffer.from('\ufffd')];
    a.add(replacement, 0, replacement.length);
    b.add(broken, 0, broken.length);
    expect(a.find(broken, 0, 1)).toBe(-1);
    expect(a.findIn(b, 0)).toBe(-1);
  });

  it('keeps a GUID apart from itself in another case, and gives each back as it was', () => {
    const upper = 'A0B1C2D3-E4F5-4789-8ABC-DEF012345678';
    const texts = [
      upper,
      upper.toLowerCase(),
      upper.replace('A', 'a'),
      '00000000-0000-0000-0000-000000000000',
      upper.replace('-', '0'),
      upper.replace('A', 'G'),
    ];
    const index = new IdIndex();
    expect(texts.map((text) => index.add(...bytesOf(text)))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(texts.map((text) => index.find(...bytesOf(text)))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(texts.map((_, id) => index.text(id))).toEqual(texts);
  });

  it('remembers no id beyond all measure', () => {
    const index = new IdIndex();
    const long = 'x'.repeat(4097);
    expect([index.add(...bytesOf(long)), index.add(...bytesOf(long))]).toEqual([0, 1]);
    expect([index.find(...bytesOf(long)), index.text(0)]).toEqual([-1, '']);
    expect(index.findIn(index, 0)).toBe(-1);
    expect(index.add(...bytesOf('x'.repeat(4096)))).toBe(2);
    expect(index.add(...bytesOf('x'.repeat(4096)))).toBe(~2);
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

describe('HomeMap', () => {
  it('keeps values like a Map does, in whatever order pairs come', () => {
    const first = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 3000 }));
    const second = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2 ** 26 - 1 }));
    const value = fc.integer({ min: 0, max: 2 ** 15 - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(first, second, value), { maxLength: 300 }), first, (pairs, other) => {
        const map = new HomeMap();
        const model = new Map<string, number>();
        for (const [a, b, number] of pairs) {
          map.set(a, b, number);
          model.set(`${a} ${b}`, number);
          expect(map.get(a, b)).toBe(number);
          expect(map.get(other, b)).toBe(model.get(`${other} ${b}`) ?? 0);
        }
        const entries = [...map.entries()].map(([a, b, number]): [string, number] => [`${a} ${b}`, number]);
        expect(entries).toHaveLength(model.size);
        expect(new Map(entries)).toEqual(model);
      }),
    );
  });
});

describe('NumberColumn', () => {
  it('gives the fallback for what was never set', () => {
    const column = new NumberColumn(-1);
    column.set(1000, 7);
    column.set(5000, 7);
    expect([0, 999, 1000, 1001, 3000, 5000, 9999].map((id) => column.get(id))).toEqual([
      -1, -1, 7, -1, -1, 7, -1,
    ]);
  });

  it('keeps numbers of every width like a Map does', () => {
    const value = fc.oneof(
      fc.integer({ min: -200, max: 200 }),
      fc.integer({ min: -40_000, max: 40_000 }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc.double({ noDefaultInfinity: false }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(-1, 0, 1000, NaN),
        fc.array(fc.tuple(fc.nat({ max: 3000 }), value)),
        (fallback, settings) => {
          const column = new NumberColumn(fallback);
          const model = new Map<number, number>();
          for (const [id, number] of settings) {
            column.set(id, number);
            model.set(id, number);
          }
          for (let id = 0; id < 4000; id++) {
            const [is, should] = [column.get(id), model.get(id) ?? fallback];
            if (is !== should && !(Number.isNaN(is) && Number.isNaN(should))) expect(is).toBe(should);
          }
        },
      ),
    );
  });
});
