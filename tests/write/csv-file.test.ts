import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import type { Table } from '../../src/oneroster/table.js';
import { CsvFile, LONGEST_TEXT, cutText, type CsvStyle } from '../../src/write/csv-file.js';
import { ExclusionsFile } from '../../src/write/exclusions-file.js';

let folder = '';
let files = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'csv-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const nextPath = (): string => join(folder, `${(files += 1)}.csv`);

const table = {
  name: 'things',
  file: 'things.csv',
  service: 'rostering',
  needs: [],
  columns: [
    { name: 'sourcedId', type: 'guid' },
    { name: 'title', type: 'string' },
    { name: 'periods', type: 'stringList' },
  ],
} as const satisfies Table;

function written(rows: readonly (readonly string[])[]): { readonly text: string; readonly file: CsvFile } {
  const path = nextPath();
  const file = new CsvFile(path, ['sourcedId', 'title', 'periods'], table);
  for (const row of rows) file.put(row);
  file.close();
  return { text: readFileSync(path, 'utf8'), file };
}

describe('a CSV file', () => {
  it.each([
    ['plain', ['1', 'Algebra', ''], '1,Algebra,'],
    ['a comma', ['1', 'Algebra, I', 'A,B'], '1,"Algebra, I","A,B"'],
    ['a quote', ['1', '5" floppy', ''], '1,"5"" floppy",'],
    ['blanks', ['1', ' a ', ''], '1, a ,'],
    ['all blank', ['', '', ''], ',,'],
  ])('quotes as RFC 4180 does: %s', (_, row, line) => {
    expect(written([row]).text).toBe(`sourcedId,title,periods\r\n${line}\r\n`);
  });

  it('has CR LF ends, no byte order mark, and is for its owner only', () => {
    const { text, file } = written([['1', 'é', '']]);
    expect(Buffer.from(text).subarray(0, 3).toString('hex')).not.toBe('efbbbf');
    expect(text.split('\r\n')).toHaveLength(3);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });

  it('never overwrites', () => {
    const path = nextPath();
    new CsvFile(path, ['a']).close();
    expect(() => new CsvFile(path, ['a'])).toThrow('EEXIST');
  });

  it.each([0, 1, 199, 200, 201, 5_000])('writes all of %i rows, across batches', (count) => {
    const rows = Array.from({ length: count }, (_, at) => [String(at), `é${'x'.repeat(at % 250)}`, '']);
    const { text, file } = written(rows);
    expect(file.rows).toBe(count);
    const read: string[][] = parse(text);
    expect(read.slice(1)).toEqual(rows);
  });

  const STYLES = [
    { quoting: 'minimal', lineEnd: 'crlf' },
    { quoting: 'minimal', lineEnd: 'lf' },
    { quoting: 'all', lineEnd: 'crlf' },
    { quoting: 'all', lineEnd: 'lf' },
  ] as const satisfies readonly CsvStyle[];

  /** The bytes of a file without a table, and those that csv-stringify makes of the same rows. */
  function bytesOf(style: CsvStyle, rows: readonly (readonly string[])[]): readonly [Buffer, Buffer] {
    const path = nextPath();
    const header = ['one', 'two'];
    const file = new CsvFile(path, header, undefined, style);
    for (const row of rows) file.put(row);
    file.close();
    const whole = stringify([header, ...rows], {
      quoted: style.quoting === 'all',
      record_delimiter: style.lineEnd === 'lf' ? '\n' : '\r\n',
      quote_record_delimiter: true, // each CR and LF, so that one alone ends no row for any reader
    });
    return [readFileSync(path), Buffer.from(whole, 'utf8')];
  }

  it('is byte for byte what csv-stringify makes of all rows, quoted or not', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '🦊', '\ud83e', ',', '"', '\r', '\n', '\r\n', ' ', '\u2028', '\0'),
      maxLength: 4,
    });
    const row = fc.oneof(
      { weight: 9, arbitrary: fc.array(cell, { minLength: 2, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.array(cell, { minLength: 1, maxLength: 4 }) },
    );
    fc.assert(
      fc.property(fc.constantFrom(...STYLES), fc.array(row, { maxLength: 30 }), (style, rows) => {
        const [bytes, expected] = bytesOf(style, rows);
        expect(bytes.toString('latin1')).toBe(expected.toString('latin1'));
      }),
      { numRuns: 300 },
    );
  });

  it.each<readonly string[]>([[','], ['a,'], ['a', 'b', ''], []])(
    'quotes a row of other cells than the header: %j',
    (...row) => {
      const [bytes, expected] = bytesOf(STYLES[0], [row, ['1', '2']]);
      expect(bytes.toString()).toBe(expected.toString());
    },
  );

  /** Rows that fill several writes, so that the border of each write meets letters of every width. */
  const HOSTILE: readonly (readonly [string, (at: number) => string])[] = [
    ['ASCII', (at) => 'x'.repeat(at % 251)],
    ['two bytes a letter', (at) => 'é'.repeat(at % 251)],
    ['three bytes a letter', (at) => '語'.repeat(at % 251)],
    ['pairs', (at) => '🦊'.repeat(at % 127)],
    ['halves of pairs at both ends', (at) => `\udd8a${'x'.repeat(at % 97)}\ud83e`],
    [
      'all of them, and what is quoted',
      (at) => ['é,', '語"', '🦊\r\n', '\n', '', 'x'][at % 6]?.repeat(at % 41) ?? '',
    ],
  ];

  describe.each(STYLES)('in several writes, quoting $quoting, line end $lineEnd', (style) => {
    it.each(HOSTILE)('%s', (_, cell) => {
      const rows = Array.from({ length: 6_000 }, (__, at) => [cell(at), cell(at * 7 + 3)]);
      const [bytes, expected] = bytesOf(style, rows);
      expect(bytes.length).toBeGreaterThan(512 * 1024);
      expect(bytes.equals(expected)).toBe(true);
    });

    it('a row that is larger than a write, between small ones', () => {
      const rows = [
        ['1', 'a'],
        [`é${'x'.repeat(700_000)}`, '語'.repeat(200_000)],
        ['2', ','],
      ];
      const [bytes, expected] = bytesOf(style, rows);
      expect(bytes.equals(expected)).toBe(true);
    });
  });

  it('reads back as it was put, whatever the text', () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .map((text) => text.replace(/[\r\n\u0000]/g, '') + (text.length % 3 === 0 ? '",' : ''));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 20 }), (rows) => {
        const read: string[][] = parse(written(rows).text);
        expect(read.slice(1)).toEqual(
          rows.map(([id, title, periods]) => [id, title.slice(0, LONGEST_TEXT), periods]),
        );
      }),
      { numRuns: 50 },
    );
  });
});

describe('long text', () => {
  it.each([
    ['255 stay', 'a'.repeat(255), 'a'.repeat(255)],
    ['256 are cut', 'a'.repeat(256), 'a'.repeat(255)],
    ['no pair is cut in two', `${'a'.repeat(254)}🦊`, 'a'.repeat(254)],
    ['a pair that fits stays', `${'a'.repeat(253)}🦊b`, `${'a'.repeat(253)}🦊`],
    ['no space is left at the end', `${'a'.repeat(250)}     b`, 'a'.repeat(250)],
  ])('%s', (_, text, cut) => {
    expect(cutText(text)).toBe(cut);
  });

  it('is cut in text and in each item of a list, and counted; ids are never cut', () => {
    const long = 'a'.repeat(300);
    const { text, file } = written([
      [long, long, `${long},b,${long}`],
      ['2', long, 'x'.repeat(100)],
      ['3', 'short', Array.from({ length: 200 }, () => 'ab').join()],
    ]);
    const read: string[][] = parse(text);
    expect(read[1]).toEqual([long, 'a'.repeat(255), `${'a'.repeat(255)},b,${'a'.repeat(255)}`]);
    expect(read[3]?.[2]).toHaveLength(599);
    expect([...file.cut]).toEqual([
      ['title', 2],
      ['periods', 1],
    ]);
  });

  it('that is cut is quoted by what is left of it', () => {
    const { text } = written([
      ['1', `${'a'.repeat(255)},"`, ''],
      ['2', `,${'b'.repeat(255)}`, ''],
    ]);
    expect(text.split('\r\n').slice(1, 3)).toEqual([`1,${'a'.repeat(255)},`, `2,",${'b'.repeat(254)}",`]);
  });

  it('that only fills a long row together stays whole', () => {
    const { text, file } = written([['1'.repeat(200), 'a'.repeat(255), 'b'.repeat(255)]]);
    expect(text.split('\r\n')[1]).toBe(`${'1'.repeat(200)},${'a'.repeat(255)},${'b'.repeat(255)}`);
    expect(file.cut.size).toBe(0);
  });
});

describe('the exclusions list', () => {
  it('holds kind, id, rule and facts, then what a clerk searches by, and counts by rule', () => {
    const file = new ExclusionsFile(nextPath());
    const clerk = ['0042', '', 'ART1-2', '100', 'Oak, North', 'It is marked.', 'Census > People'] as const;
    const none = ['', '', '', '', '', '', ''] as const;
    file.put(
      { kind: 'student', id: 11, code: 'NO_SHOW', facts: { enrollmentID: 7, startDate: null } },
      clerk,
    );
    file.put(
      { kind: 'relationship', id: '11-41', code: 'REL_ENDED', facts: { endDate: '2026-10-14' } },
      none,
    );
    file.put({ kind: 'student', id: 12, code: 'NO_SHOW', facts: {} }, none);
    file.close();
    expect(readFileSync(file.path, 'utf8').split('\r\n')).toEqual([
      'kind,id,rule,facts,studentNumber,staffNumber,section,schoolNumber,schoolName,sentence,screen',
      'student,11,NO_SHOW,enrollmentID=7; startDate=,0042,,ART1-2,100,"Oak, North",It is marked.,Census > People',
      'relationship,11-41,REL_ENDED,endDate=2026-10-14,,,,,,,',
      'student,12,NO_SHOW,,,,,,,,',
      '',
    ]);
    expect([...file.counts]).toEqual([
      ['NO_SHOW', 2],
      ['REL_ENDED', 1],
    ]);
  });
});
