import { describe, expect, it } from '@jest/globals';
import { printable, shownId } from '../../src/model/printable.js';

describe('printable text', () => {
  it.each([
    ['', ''],
    ['plain', 'plain'],
    ['a\nb', 'a\\u000ab'],
    ['\u001b[2J', '\\u001b[2J'],
    ['x'.repeat(80), 'x'.repeat(80)],
    ['x'.repeat(81), `${'x'.repeat(79)}…`],
    [`${'x'.repeat(78)}\u202e`, `${'x'.repeat(78)}…`],
  ])('%j is %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('is one line of at most 80 characters, at once, however long the text', () => {
    for (const text of ['\u202e'.repeat(1e6), '\ud83d\ude00'.repeat(1e6), 'a\n'.repeat(1e6)]) {
      const shown = printable(text);
      expect(shown.length).toBeLessThanOrEqual(80);
      expect(shown).not.toMatch(/[\n\u202e]/);
    }
  });
});

describe('an id', () => {
  it('is shown when it has the form of the standard', () => {
    expect(shownId('s1-2_3./@A')).toBe('s1-2_3./@A');
    for (const text of ['', 'Ada Lovelace', 'a\u001b', 'x'.repeat(256)])
      expect(shownId(text)).toBeUndefined();
  });
});
