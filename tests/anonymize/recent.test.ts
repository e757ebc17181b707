import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LONGEST_RECENT, RecentTexts } from '../../src/anonymize/recent.js';

const other = (text: string): string =>
  text.replace(/./gs, (each) => String.fromCharCode(each.charCodeAt(0) ^ 1));

it('gives for a text what it became, or does not know it, whatever came between', () => {
  const few = fc.string({
    unit: fc.constantFrom('\0', 'a', 'b', 'ÿ'),
    minLength: 1,
    maxLength: LONGEST_RECENT,
  });
  let known = 0;
  fc.assert(
    fc.property(fc.array(few, { maxLength: 60 }), (texts) => {
      const recent = new RecentTexts(3);
      for (const text of [...texts, ...texts.slice(-1)]) {
        const bytes = Buffer.from(`<${text}>`, 'latin1');
        const end = bytes.length - 1;
        if (recent.replace(bytes, 1, end)) known++;
        else {
          expect(bytes.toString('latin1')).toBe(`<${text}>`);
          bytes.write(other(text), 1, 'latin1');
          recent.keep(1, end);
        }
        expect(bytes.toString('latin1')).toBe(`<${other(text)}>`);
      }
    }),
    { numRuns: 300 },
  );
  expect(known).toBeGreaterThan(250);
});
