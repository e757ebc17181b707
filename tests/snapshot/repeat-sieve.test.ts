/** A repeated pair is always told; a new one nearly never is called repeated. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RepeatSieve } from '../../src/snapshot/repeat-sieve.js';
import { arrayBufferBytes } from '../support/memory.js';

const anId = fc.oneof(
  fc.nat(50),
  fc.constantFrom(255, 256, 2_147_483_647, 4_294_967_296, 2 ** 40, -1),
  fc.integer(),
);

describe('the sieve of repeated pairs', () => {
  it('lets no repeated pair pass as new, whatever the ids are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anId, anId), { maxLength: 200 }), (pairs) => {
        const sieve = new RepeatSieve();
        const seen = new Set<string>();
        for (const [first, second] of pairs) {
          const key = `${first} ${second}`;
          const repeats = sieve.repeats(first, second);
          expect(repeats || !seen.has(key)).toBe(true);
          seen.add(key);
        }
      }),
    );
  });

  it('calls less than one new pair in 500 repeated, and takes less than 3 bytes a pair, for classes of 25', () => {
    const before = arrayBufferBytes();
    const sieve = new RepeatSieve();
    const [sections, size] = [40_960, 25];
    let wrong = 0;
    for (let each = 0; each < size; each += 1)
      for (let section = 1; section <= sections; section += 1)
        if (sieve.repeats(section, ((section * 31 + each * 7_919) % 250_000) + 1)) wrong += 1;
    expect(wrong / (sections * size)).toBeLessThan(1 / 500);
    expect((arrayBufferBytes() - before) / (sections * size)).toBeLessThan(3);
    expect(sieve.repeats(1, 32)).toBe(true);
  });
});
