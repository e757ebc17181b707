import { describe, expect, it } from '@jest/globals';
import { bytesInWords, secondsInWords } from '../../src/commands/amounts.js';
import { lookOf, optionIn } from '../../src/commands/look.js';
import { wrapped, wrappedColumns } from '../../src/commands/wrap.js';

const TTY = { isTTY: true, columns: 132 };

describe('color', () => {
  it.each([
    [[], {}, true, true],
    [[], {}, false, false],
    [[], { NO_COLOR: '1' }, true, false],
    [[], { NO_COLOR: '' }, true, true],
    [[], { FORCE_COLOR: '1' }, false, true],
    [[], { FORCE_COLOR: '0' }, true, false],
    [[], { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [[], { TERM: 'dumb' }, true, false],
    [['--color', 'always'], { NO_COLOR: '1' }, false, true],
    [['--color=never'], { FORCE_COLOR: '1' }, true, false],
    [['--color', 'auto'], {}, true, true],
  ])('%j with %j on a terminal: %p gives %p', (args, env, isTTY, hasColor) => {
    expect(lookOf(args, env, { isTTY, columns: 100 }).hasColor).toBe(hasColor);
  });

  it('is 80 columns wide without a terminal', () => {
    expect(lookOf([], {}, TTY).width).toBe(132);
    expect(lookOf([], {}, { isTTY: false, columns: 132 }).width).toBe(80);
    expect(lookOf([], {}, { isTTY: true, columns: 0 }).width).toBe(80);
  });

  it('an option is found in both spellings, the last one, and not after --', () => {
    expect(optionIn(['--log', 'a', '--log=b'], '--log')).toBe('b');
    expect(optionIn(['x', '--', '--log=b'], '--log')).toBeUndefined();
  });
});

describe('wrapping', () => {
  it('breaks between words only', () => {
    expect(wrapped('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapped('/a/long/path/to/a/file', 9)).toEqual(['/a/long/path/to/a/file']);
  });

  it('keeps a percent sign with its number', () => {
    expect(wrapped('above 16.7 % of', 10)).toEqual(['above', '16.7 % of']);
  });

  it('a last column hangs, or goes below where it would be narrow', () => {
    expect(wrappedColumns([['ab', 'one two three four five six seven']], { width: 30 })).toBe(
      'ab  one two three four five\n    six seven\n',
    );
    const long = 'x'.repeat(30);
    expect(wrappedColumns([[long, 'one two three four']], { width: 40 })).toBe(
      `${long}\n    one two three four\n`,
    );
  });
});

describe('amounts', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_000, '1.00 kB'],
    [128_900, '129 kB'],
    [999_600, '1.00 MB'],
    [77_104_644_096, '77.1 GB'],
    [9_996_000, '10.0 MB'],
  ])('%d bytes are %s', (bytes, says) => {
    expect(bytesInWords(bytes)).toBe(says);
  });

  it.each([
    [3.7, '3 s'],
    [75, '1 min 15 s'],
    [7_320, '2 h 2 min'],
  ])('%d seconds are %s', (seconds, says) => {
    expect(secondsInWords(seconds)).toBe(says);
  });
});
