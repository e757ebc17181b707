/** What commands print, as it reaches the terminal. */
import { describe, expect, it } from '@jest/globals';
import { columns, progressLine, terminalOver } from '../../src/commands/terminal.js';
import { tableCounter } from '../../src/refresh/read-sis.js';

function terminal(isTTY = false): {
  readonly written: string[];
  readonly over: ReturnType<typeof terminalOver>;
} {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) > 0 };
  return { written, over: terminalOver(stream, stream) };
}

const EVIL = 'a\u001b[31mb\u009bc\u202ed\u2066e\u0007f\rg\u2028h\u{e0041}i';
const SHOWN = 'a\\u001b[31mb\\u009bc\\u202ed\\u2066e\\u0007f\\u000dg\\u2028h\\udb40\\udc41i';

describe('the terminal', () => {
  it('gets control characters and invisible marks as escapes, on both streams', () => {
    const { written, over } = terminal();
    over.out(`${EVIL}\n\tnext line\n`);
    over.err(EVIL);
    expect(written).toEqual([`${SHOWN}\n\tnext line\n`, SHOWN]);
  });

  it('gets other text as it is', () => {
    const { written, over } = terminal();
    over.out('Zo\u00eb \u5b66\u6821 \u0627\u0644 \ud83d\ude00');
    expect(written).toEqual(['Zo\u00eb \u5b66\u6821 \u0627\u0644 \ud83d\ude00']);
  });

  it('gets JSON that means the same', () => {
    const { written, over } = terminal();
    over.out(JSON.stringify({ reason: EVIL }, undefined, 2));
    expect(JSON.parse(written.join(''))).toEqual({ reason: EVIL });
    expect(written.join('')).not.toMatch(/[\u009b\u202e]/);
  });

  it('clears its own line of progress, and nothing else', () => {
    const { written, over } = terminal(true);
    const line = progressLine({ ...over, errWidth: 200 });
    line.show(`step ${EVIL}`);
    expect(written).toEqual([`\r\u001b[2Kstep ${SHOWN}`]);
    line.clear();
  });
});

describe('progress', () => {
  it('is cut at the width of the terminal, shows the time, and ends with its line cleared', () => {
    const written: string[] = [];
    const line = progressLine({
      out: () => undefined,
      err: (text) => written.push(text),
      isWatched: true,
      errWidth: 12,
    });
    line.show('reading the SIS: 8 of 26 tables');
    line.clear();
    expect(written).toEqual(['\r\u001b[2Kreading th…', '\r\u001b[2K']);
  });

  it('counts tables and rows; an attempt that starts over begins again', () => {
    const told = tableCounter();
    told('SchoolYear', 2);
    expect(told('Person', 1_200)).toBe('reading the SIS: 2 of 26 tables, 1,202 rows; read Person');
    expect(told('SchoolYear', 2)).toBe('reading the SIS: 1 of 26 tables, 2 rows; read SchoolYear');
  });

  it('goes to the log without a terminal, too', () => {
    const logged: unknown[] = [];
    progressLine({
      out: () => undefined,
      err: () => undefined,
      isWatched: false,
      log: (event, fields) => logged.push([event, fields]),
    }).show('reading');
    expect(logged).toEqual([['progress', { step: 'reading' }]]);
  });
});

describe('columns', () => {
  it('keep a cell on its line', () => {
    expect(columns([['a\nb', 'c\td']])).toBe('a\\nb  c\\td\n');
  });
});
