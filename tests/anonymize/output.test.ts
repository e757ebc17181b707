import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Output } from '../../src/anonymize/output.js';

const read = Buffer.from(Array.from({ length: 600_000 }, (_, n) => (n * 7919) >>> 3));

it('has every byte once and in order, in blocks', () => {
  const place = fc.nat({ max: read.length });
  const step = fc.record({
    from: fc.oneof(place, fc.constant('next' as const)),
    length: fc.oneof(fc.nat({ max: 400 }), place),
    isNew: fc.boolean(),
    isTaken: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const [output, blocks, expected]: [Output, Buffer[], Buffer[]] = [new Output(), [], []];
      let next = 0;
      for (const { from, length, isNew, isTaken } of steps) {
        const start = from === 'next' ? next : from;
        next = Math.min(start + length, read.length);
        const part = read.subarray(start, next);
        if (isNew) output.add(Buffer.concat([part, Buffer.from('x')]), part.length);
        else output.slice(read, start, next);
        expected.push(part);
        if (isTaken) blocks.push(...output.take());
      }
      const full = blocks.length;
      blocks.push(...output.end());
      expect(Buffer.concat(blocks).equals(Buffer.concat(expected))).toBe(true);
      expect(new Set(blocks.slice(0, full).map((block) => block.length)).size).toBeLessThanOrEqual(1);
      expect(output.end()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
