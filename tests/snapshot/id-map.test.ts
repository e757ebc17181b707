import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SchoolSets } from '../../src/filter/kept.js';
import { GroupCursor, keysOf } from '../../src/snapshot/group-cursor.js';
import { GuidStore } from '../../src/snapshot/guid-store.js';
import { ByteMap, IdSet, NumberMap, WordMap } from '../../src/snapshot/id-map.js';

/** Around the ends of pages, far away, and below zero. */
const anId = fc.oneof(
  fc.integer({ min: -10_000, max: 10_000 }),
  fc.constantFrom(
    0,
    4_095,
    4_096,
    8_191,
    8_192,
    268_435_455,
    268_435_456,
    2_147_483_647,
    4_294_967_296,
    -1,
    -4_096,
  ),
);

describe('maps by id', () => {
  it('hold what was put last, and 0 elsewhere', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anId, fc.nat(255))), anId, (entries, other) => {
        const [bytes, words, numbers] = [new ByteMap(), new WordMap(), new NumberMap()];
        const model = new Map<number, number>();
        for (const [id, value] of entries) {
          bytes.set(id, value);
          words.set(id, value * 257);
          numbers.set(id, value * -1e12);
          model.set(id, value);
        }
        for (const id of [...model.keys(), other]) {
          expect(bytes.get(id)).toBe(model.get(id) ?? 0);
          expect(words.get(id)).toBe((model.get(id) ?? 0) * 257);
          expect(numbers.get(id)).toBeCloseTo((model.get(id) ?? 0) * -1e12);
        }
        const set = [...model].filter(([, value]) => value !== 0).map(([id]) => id);
        expect([...bytes.ids()]).toEqual(set.sort((a, b) => a - b));
      }),
    );
  });

  it('bits are added to those that are set', () => {
    const bytes = new ByteMap();
    bytes.add(5, 1);
    bytes.add(5, 8);
    expect([bytes.get(5), bytes.has(5, 8), bytes.has(5, 2), bytes.has(6, 1)]).toEqual([
      9,
      true,
      false,
      false,
    ]);
  });

  it('sets know their ids', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anId), anId, (ids, other) => {
        const set = new IdSet();
        for (const id of ids) set.add(id);
        expect(ids.every((id) => set.has(id))).toBe(true);
        expect(set.has(other)).toBe(ids.includes(other));
      }),
    );
  });
});

describe('GUIDs by id', () => {
  it('come back as they were put, usual or not', () => {
    const aGuid = fc.oneof(
      fc.uuid().map((guid) => guid.toUpperCase()),
      fc.constantFrom('P-11', '', '01234567-89ab-cdef-0123-456789abcdef'),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(anId, aGuid), { selector: ([id]) => id }),
        anId,
        (entries, other) => {
          const store = new GuidStore();
          for (const [id, guid] of entries) store.set(id, guid);
          for (const [id, guid] of entries) expect(store.get(id)).toBe(guid);
          expect(store.get(other)).toBe(entries.find(([id]) => id === other)?.[1]);
        },
      ),
    );
  });
});

describe('sets of schools', () => {
  it('come back sorted and distinct, beyond 65,535 different sets too', () => {
    const sets = new SchoolSets();
    for (let person = 0; person < 66_000; person += 1) sets.set(person, [person + 1, person, person + 1]);
    const people = [0, 1, 65_533, 65_534, 65_535, 65_536, 65_999];
    expect(people.map((person) => sets.get(person))).toEqual(people.map((person) => [person, person + 1]));
    expect(sets.get(66_001)).toEqual([]);
  });
});

describe('cursors', () => {
  const sorted = fc
    .array(fc.tuple(fc.nat(20), fc.nat()), { maxLength: 30 })
    .map((rows) => rows.sort(([a], [b]) => a - b));

  it('hand out the rows of each id, in order, and lose none', () => {
    fc.assert(
      fc.property(sorted, sorted, (left, right) => {
        const [one, two] = [new GroupCursor(left, ([id]) => id), new GroupCursor(right, ([id]) => id)];
        const found: [readonly (readonly number[])[], readonly (readonly number[])[]][] = [];
        const keys: number[] = [];
        for (const key of keysOf(one, two)) {
          keys.push(key);
          found.push([one.take(key), two.take(key)]);
        }
        expect(keys).toEqual([...new Set([...left, ...right].map(([id]) => id))].sort((a, b) => a - b));
        expect(found.flatMap(([rows]) => rows)).toEqual(left);
        expect(found.flatMap(([, rows]) => rows)).toEqual(right);
      }),
    );
  });

  it('skip ids that are not used', () => {
    const cursor = new GroupCursor([1, 1, 3, 5], (id) => id);
    expect([cursor.take(3), cursor.nextKey, cursor.take(9), cursor.nextKey]).toEqual([[3], 5, [], undefined]);
  });
});
