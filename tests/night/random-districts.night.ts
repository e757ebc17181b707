import { expect, it } from '@jest/globals';
import { DEMO_SEED } from '../../src/demo/days.js';
import { randomFor } from '../../src/demo/random.js';

it('no part of a large district runs into the numbers of another, which would repeat its GUIDs', () => {
  const parts = Array.from({ length: 400 }, (_, part) => part);
  const number = 0x1_0000_0000;
  const begins = new Map(
    parts.map((part) => {
      const random = randomFor(DEMO_SEED, part);
      return [random.below(number), [random.below(number), random.below(number)]] as const;
    }),
  );
  const mayBegin = new Uint8Array(1 << 20); // most numbers begin nothing, and a look here is quick
  for (const value of begins.keys()) mayBegin[value & 0xfffff] = 1;
  const met: number[] = [];
  for (const part of parts) {
    const random = randomFor(DEMO_SEED, part);
    random.below(number);
    let following: readonly number[] = [];
    for (let drawn = 0; drawn < 100_000; drawn += 1) {
      const value = random.below(number);
      if (value === following[0]) {
        following = following.slice(1);
        if (following.length === 0) met.push(part);
      } else following = mayBegin[value & 0xfffff] === 1 ? (begins.get(value) ?? []) : [];
    }
  }
  expect(met).toEqual([]);
});
