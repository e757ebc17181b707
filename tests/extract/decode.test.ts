import { describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import type { SisType } from '../../src/campus/tables.js';
import {
  UNREADABLE,
  cleanText,
  decodeColumn,
  decoders,
  type DecodedColumn,
} from '../../src/extract/decode.js';
import type { RawColumn } from '../../src/extract/source.js';

describe('days', () => {
  const instant = (text: string): number => Date.parse(text);

  it.each<[unknown, unknown]>([
    ['2026-10-15', '2026-10-15'],
    [' 2026-10-15 ', '2026-10-15'],
    ['2026-10-15 00:00:00', '2026-10-15'],
    ['2026-10-15 23:59:59.997', '2026-10-15'],
    ['2026-10-15T00:00:00.000Z', '2026-10-15'],
    ['20261015', '2026-10-15'],
    [20261015, '2026-10-15'],
    [instant('2026-10-15T00:00:00Z'), '2026-10-15'],
    [instant('2026-10-15T23:59:59Z'), '2026-10-15'],
    [instant('1955-02-28T00:00:00Z'), '1955-02-28'],
    [0, '1970-01-01'],
    // The midnights of 1970-01-01 west of Greenwich are no compact days.
    ...Array.from({ length: 13 }, (_, hours): [unknown, unknown] => [hours * 3_600_000, '1970-01-01']),
    [new Date('2026-10-15T00:00:00Z'), '2026-10-15'],
    ['2028-02-29', '2028-02-29'],
    [null, null],
    [undefined, null],
    ['', null],
    ['  ', null],
    ['2027-02-29', UNREADABLE],
    ['2026-13-01', UNREADABLE],
    ['2026-10-32', UNREADABLE],
    ['10/15/2026', UNREADABLE],
    ['15.10.2026', UNREADABLE],
    ['2026-10-15x', UNREADABLE],
    ['26-10-15', UNREADABLE],
    [NaN, UNREADABLE],
    [new Date(NaN), UNREADABLE],
    [true, UNREADABLE],
    [Buffer.from('2026-10-15'), UNREADABLE],
  ])('%p is %p', (raw, day) => {
    expect(decoders.day(raw)).toBe(day);
  });
});

describe('flags', () => {
  it.each<[unknown, unknown]>([
    [1, 1],
    [0, 0],
    [true, 1],
    [false, 0],
    [1n, 1],
    [0n, 0],
    ['1', 1],
    ['0', 0],
    [' True ', 1],
    ['FALSE', 0],
    [-1, 1],
    [2, 1],
    [null, null],
    [undefined, null],
    ['', null],
    ['yes', UNREADABLE],
    [Buffer.from([1]), UNREADABLE],
  ])('%p is %p', (raw, flag) => {
    expect(decoders.flag(raw)).toBe(flag);
  });
});

describe('numbers', () => {
  it.each<[unknown, unknown]>([
    [12, 12],
    [-3, -3],
    ['12', 12],
    [' 012 ', 12],
    [12n, 12],
    [null, null],
    ['', null],
    ['12a', UNREADABLE],
    ['1.5', UNREADABLE],
    [1.5, UNREADABLE],
    [2 ** 53, UNREADABLE],
    ['1e3', UNREADABLE],
  ])('%p is %p', (raw, number) => {
    expect(decoders.id(raw)).toBe(number);
    expect(decoders.integer(raw)).toBe(number);
  });
});

describe('GUIDs', () => {
  const upper = '01234567-89AB-CDEF-0123-456789ABCDEF';

  it.each<[unknown, unknown]>([
    [upper, upper],
    [upper.toLowerCase(), upper],
    [`{${upper}}`, upper],
    [`  ${upper} `, upper],
    // SQL Server keeps the first three groups little-endian.
    [Buffer.from('67452301ab89efcd0123456789abcdef', 'hex'), upper],
    ['', null],
    [null, null],
  ])('%p is %p', (raw, guid) => {
    expect(decoders.guid(raw)).toBe(guid);
  });
});

describe('text', () => {
  it.each<[string, unknown, unknown]>([
    ['plain', 'Ana Ruiz', 'Ana Ruiz'],
    ['outer blanks go', '  Ana ', 'Ana'],
    ['inner blanks stay', 'Ana  Ruiz', 'Ana  Ruiz'],
    ['a tab is a space', 'Ana\tRuiz', 'Ana Ruiz'],
    ['CR LF is one space', 'Ana\r\nRuiz', 'Ana Ruiz'],
    ['LF CR are two', 'Ana\n\rRuiz', 'Ana  Ruiz'],
    ['NUL is a space', 'Ana\u0000Ruiz', 'Ana Ruiz'],
    ['DEL and C1 controls are blanks', 'A\u007fB\u0085C', 'A B C'],
    ['line and paragraph separators are blanks', 'A\u2028B\u2029C', 'A B C'],
    ['NFC', 'Rene\u0301e', 'Ren\u00e9e'],
    ['an emoji stays', 'Ana 🦊', 'Ana 🦊'],
    ['half a pair becomes U+FFFD', 'A\ud83eB\udd8aC', 'A\ufffdB\ufffdC'],
    ['marks of direction stay', 'A\u200fB', 'A\u200fB'],
    ['nothing but controls is nothing', '\u0000\r\n\t', null],
    ['blank', '   ', null],
    ['empty', '', null],
    ['null', null, null],
    ['numbers are text', 310, '310'],
    ['bytes are UTF-8', Buffer.from('Zoë'), 'Zoë'],
    ['anything else is nothing', new Date(0), null],
  ])('%s', (_, raw, text) => {
    expect(decoders.text(raw)).toBe(text);
  });

  it('is clean already when it was cleaned once', () => {
    for (const text of [' \u0000é\u0301 ', 'e\u0301\r\n', '\u2000x', '\ud800']) {
      expect(cleanText(cleanText(text))).toBe(cleanText(text));
    }
  });
});

describe('columns', () => {
  /** A column as a SQLite source hands it over: the database itself makes the JSON. */
  function fromSqlite(cells: readonly unknown[]): RawColumn {
    const database = new Database(':memory:');
    database.exec('CREATE TABLE t (c)');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    for (const cell of cells) insert.run(cell);
    const json = database.prepare('SELECT json_group_array(c) FROM t').pluck().get() as string;
    database.close();
    return { json, values: () => JSON.parse(json) as unknown[] };
  }

  const oneByOne = (cells: readonly unknown[], type: SisType): DecodedColumn => {
    const decoded = cells.map(decoders[type]);
    return {
      values: () => decoded.map((cell) => (cell === UNREADABLE ? null : cell)),
      unreadable: decoded.filter((cell) => cell === UNREADABLE).length,
    };
  };

  it.each([
    [' lead'],
    ['trail '],
    [''],
    [' '],
    ['a\tb'],
    ['"quoted"'],
    ['back\\slash'],
    ['é'],
    ['e\u0301'],
    ['\u007f'],
    [12],
    [-1.5],
    ['[1'],
    ['a,1'],
    ['null'],
    [null],
    ["O'Neil, Jr."],
  ])('of text are cleaned as each cell would be: %j', (cell) => {
    const cells = ['plain', cell, null];
    const column = decodeColumn(fromSqlite(cells), 'text');
    expect(column.values()).toEqual(oneByOne(cells, 'text').values());
    if (column.json !== undefined) expect(JSON.parse(column.json)).toEqual(column.values());
  });

  it('of any type are decoded as each cell would be, and unreadable ones counted', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.constantFrom('2026-08-17', '2026-08-17 00:00:00', '1', '0', 'TRUE', ' 12 ', '{abc}'),
    );
    const types = fc.constantFrom<SisType>('id', 'integer', 'text', 'day', 'flag', 'guid');
    fc.assert(
      fc.property(fc.array(cell), types, (cells, type) => {
        const column = decodeColumn(fromSqlite(cells), type);
        const expected = oneByOne(cells, type);
        expect(column.values()).toEqual(expected.values());
        expect(column.unreadable).toBe(expected.unreadable);
        if (column.json !== undefined) expect(JSON.parse(column.json)).toEqual(column.values());
      }),
    );
  });
});
