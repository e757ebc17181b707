import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CsvReader } from '../../src/csv/csv-reader.js';
import { READING_LIMITS } from '../../src/model/reading-limits.js';

interface Reading {
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
  readonly breaches: readonly string[];
  readonly crlf: number;
  readonly lf: number;
}

/** Reads `bytes`, cut into chunks at the given places. */
function read(bytes: Buffer, cuts: readonly number[] = []): Reading {
  const rows: string[][] = [];
  const lines: number[] = [];
  const breaches: string[] = [];
  const reader = new CsvReader({
    row(row) {
      rows.push(Array.from({ length: row.width }, (_, cell) => row.text(cell)));
      lines.push(row.line);
    },
    breach(breach, line) {
      breaches.push(`${breach} ${line}`);
    },
  });
  let from = 0;
  for (const cut of [...cuts.map((each) => each % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)) {
    // A copy: cells are unquoted in place.
    reader.push(Buffer.from(bytes.subarray(from, cut)));
    from = cut;
  }
  reader.end();
  return { rows, lines, breaches, crlf: reader.crlf, lf: reader.lf };
}

const readText = (text: string): Reading => read(Buffer.from(text));

const quoteAll = (rows: readonly (readonly string[])[], end: string): string =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',') + end).join('');

const cellText = fc.string({
  unit: fc.constantFrom('a', 'é', '学', '😀', ' ', ',', '"', "'", '-'),
  maxLength: 8,
});
const rowsOfCells = fc.array(fc.array(cellText, { minLength: 1, maxLength: 90 }), {
  minLength: 1,
  maxLength: 8,
});
const hostileBytes = fc
  .array(fc.constantFrom(0x61, 0x2c, 0x22, 0x0d, 0x0a, 0x22, 0x00, 0xc3, 0xa9, 0xff, 0xef, 0xbb, 0xbf), {
    maxLength: 60,
  })
  .map((bytes) => Buffer.from(bytes));
const cutsOf = fc.array(fc.nat(), { maxLength: 12 });

describe('the CSV reader', () => {
  it('reads any cells, quoted or bare, as csv-parse does', () => {
    fc.assert(
      fc.property(rowsOfCells, fc.boolean(), fc.constantFrom('\r\n', '\n'), (rows, all, end) => {
        const bare = (cell: string): string => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
        const text = all ? quoteAll(rows, end) : rows.map((row) => row.map(bare).join(',') + end).join('');
        // A row of one bare blank cell is a blank line.
        const expected = all ? rows : rows.filter((row) => row.length > 1 || row[0] !== '');
        expect(readText(text).rows).toEqual(expected);
        expect(parse(text, { relax_column_count: true, skip_empty_lines: true })).toEqual(expected);
      }),
    );
  });

  it('says the same however the bytes are cut into chunks', () => {
    fc.assert(
      fc.property(hostileBytes, cutsOf, (bytes, cuts) => {
        expect(read(bytes, cuts)).toEqual(read(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it('tells a breach, or reads what csv-parse reads', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const ours = read(bytes);
        if (ours.breaches.length > 0) return;
        const text = bytes.toString('utf8');
        expect(parse(text, { relax_column_count: true, record_delimiter: ['\r\n', '\n'] })).toEqual(
          ours.rows,
        );
      }),
      { numRuns: 2000 },
    );
  });

  const breaches: readonly (readonly [
    title: string,
    text: string | Buffer,
    breaches: readonly string[],
    rows: readonly string[][],
  ])[] = [
    ['a byte order mark', '\ufeffa,b\r\n', ['csv.bom 1'], [['a', 'b']]],
    ['a lone carriage return', 'a\rb\r\n', ['csv.carriage-return 1'], [['a'], ['b']]],
    [
      'a line break in a cell',
      'a\r\n"b\nc"\r\nd"\r\n',
      ['csv.line-break-in-cell 2', 'csv.quote-in-bare-cell 4'],
      [['a'], ['b\nc'], ['d"']],
    ],
    [
      'a control character',
      'a\u0000b,"\u007f"\r\n',
      ['csv.control-character 1', 'csv.control-character 1'],
      [['a\u0000b', '\u007f']],
    ],
    ['text behind a quote', '"a"b,c\r\n', ['csv.text-after-quote 1'], [['a"b', 'c']]],
    ['an open quote', 'a\r\n"b,c', ['csv.unclosed-quote 2'], [['a'], ['b,c']]],
    ['blank lines', '\r\na\r\n\r\n', ['csv.blank-line 1', 'csv.blank-line 3'], [['a']]],
    [
      'Latin-1',
      Buffer.from('a\r\nZo\u00eb\r\nb', 'latin1'),
      ['csv.encoding 2'],
      [['a'], ['Zo\ufffd'], ['b']],
    ],
    ['UTF-16', Buffer.from('\ufeffa', 'utf16le'), ['csv.wide-encoding 1'], []],
    ['UTF-16 without a mark', Buffer.from('a,b\r\n', 'utf16le'), ['csv.wide-encoding 1'], []],
    ['semicolons', 'sourcedId;"name"\r\n1;2\r\n', ['csv.delimiter 1'], []],
    ['tabs between cells', 'sourcedId\tname\r\n1\t2\r\n', ['csv.delimiter 1'], []],
    [
      'a tab in a cell',
      'a,b\r\n"x\ty",z\tz\r\n',
      ['csv.tab 2', 'csv.tab 2'],
      [
        ['a', 'b'],
        ['x\ty', 'z\tz'],
      ],
    ],
    ['a header of too many columns', `${'a,'.repeat(1_000)}b\r\n1\r\n`, ['header.too-many-columns 1'], []],
    ['a header that is too long', `a,${'b'.repeat(65_536)}\r\n1\r\n`, ['header.too-long 1'], []],
    [
      'a cell that is too long',
      `a,b\r\n1,${'x'.repeat(65_537)}\r\n2,y\r\n`,
      ['csv.cell-too-long 2'],
      [
        ['a', 'b'],
        ['2', 'y'],
      ],
    ],
    ['half a character at the end', Buffer.from([0x61, 0xc3]), ['csv.encoding 1'], [['a\ufffd']]],
    ['nothing wrong without a last line end', 'a,""', [], [['a', '']]],
    ['nothing at all', '', [], []],
  ];

  it.each(breaches)('tells %s', (_title, text, expected, rows) => {
    const reading = read(Buffer.from(text as Buffer));
    expect(reading.breaches).toEqual(expected);
    expect(reading.rows).toEqual(rows);
  });

  it('counts the lines that a row spans', () => {
    expect(readText('a\r\n"b\r\nc\rd"\r\ne\r\n').lines).toEqual([1, 2, 5]);
  });

  it('gives up a row without end, and keeps little of it', () => {
    const reader = new CsvReader({ row: () => undefined, breach: (breach) => breaches.push(breach) });
    const breaches: string[] = [];
    reader.push(Buffer.from('a,b\r\na,"'));
    for (let sent = 0; sent < 3 * READING_LIMITS.rowBytes.most; sent += 1 << 16)
      reader.push(Buffer.alloc(1 << 16, 0x78));
    reader.end();
    expect(breaches).toEqual(['csv.row-too-long']);
  });
});
