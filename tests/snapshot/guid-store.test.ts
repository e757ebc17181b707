/** GUIDs that several ids have are found, whatever their number and spelling. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GuidStore } from '../../src/snapshot/guid-store.js';

const guid = (number: number): string =>
  `00000000-0000-4000-8000-${number.toString(16).toUpperCase().padStart(12, '0')}`;

function storeOf(entries: Iterable<readonly [number, string]>): GuidStore {
  const store = new GuidStore();
  for (const [id, text] of entries) store.set(id, text);
  return store;
}

describe('shared', () => {
  it('is nothing of two hundred thousand that differ in their last digits', () => {
    const ids = Array.from({ length: 200_000 }, (_, at) => [at * 3 + 1, guid(at)] as const);
    expect(storeOf(ids).shared()).toEqual([]);
  });

  it('gives the ids of each GUID that repeats, in order, like a plain comparison', () => {
    const anEntry = fc.tuple(
      fc.nat(20_000),
      fc.oneof(fc.nat(40).map(guid), fc.constantFrom('ODD-1', 'ODD-2')),
    );
    fc.assert(
      fc.property(fc.uniqueArray(anEntry, { selector: ([id]) => id, maxLength: 60 }), (entries) => {
        const groups = new Map<string, number[]>();
        for (const [id, text] of entries) groups.set(text, [...(groups.get(text) ?? []), id]);
        const expected = [...groups.values()]
          .filter((ids) => ids.length > 1)
          .map((ids) => ids.sort((a, b) => a - b));
        const byFirst = (a: readonly number[], b: readonly number[]): number => (a[0] ?? 0) - (b[0] ?? 0);
        expect([...storeOf(entries).shared()].sort(byFirst)).toEqual(expected.sort(byFirst));
      }),
    );
  });
});
