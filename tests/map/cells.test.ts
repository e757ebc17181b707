/** The pieces that rows are made of: lists, ids in order, and a function per column. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blank, inByteOrder, list } from '../../src/map/cells.js';
import { rowMaker } from '../../src/map/columns.js';
import { defineTable } from '../../src/oneroster/table.js';

describe('a list cell', () => {
  it.each<[readonly (string | null)[], string]>([
    [[], ''],
    [['a'], 'a'],
    [[' a '], 'a'],
    [[null], ''],
    [[null, 'a', ' ', ',', 'b'], 'a,b'],
    [['a', ''], 'a'],
    [['one, two', 'three'], 'one  two,three'],
    [['a', 'a'], 'a,a'],
  ])('of %j is %j', (items, cell) => {
    expect(list(items)).toBe(cell);
  });
});

describe('ids in the order of their bytes', () => {
  it('are sorted, each once, whatever the order they come in', () => {
    const id = fc.string({ unit: fc.constantFrom('1', '2', 'a', 'A', '-'), maxLength: 3 });
    fc.assert(
      fc.property(fc.array(id, { maxLength: 6 }), (ids) => {
        const bytes = [...new Set(ids)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(inByteOrder(ids)).toEqual(bytes);
      }),
    );
  });

  it.each([
    [
      ['b', 'a'],
      ['a', 'b'],
    ],
    [['a', 'a'], ['a']],
    [
      ['a', 'b', 'a'],
      ['a', 'b'],
    ],
    [
      ['a', 'B'],
      ['B', 'a'],
    ],
    [
      ['10', '9'],
      ['10', '9'],
    ],
  ])('%j: %j', (ids, ordered) => {
    expect(inByteOrder(ids)).toEqual(ordered);
  });
});

describe('a row', () => {
  const table = defineTable({
    name: 'things',
    file: 'things.csv',
    service: 'rostering',
    needs: [],
    columns: [
      { name: 'sourcedId', type: 'guid' },
      { name: 'status', type: 'enum' },
      { name: 'title', type: 'string' },
    ],
  });
  const rowOf = rowMaker<typeof table, { readonly title: string | null }>(table, {
    title: ({ title }) => title,
    status: blank,
    sourcedId: () => '7',
  });

  it('has its cells in the order of the table, and blank ones for null', () => {
    expect(rowOf({ title: 'a' })).toEqual(['7', '', 'a']);
    expect(rowOf({ title: null })).toEqual(['7', '', '']);
  });

  it('is one of its own, which a later one does not change', () => {
    const first = rowOf({ title: 'a' });
    rowOf({ title: 'b' });
    expect(first).toEqual(['7', '', 'a']);
  });
});
