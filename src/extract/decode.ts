/**
 * Raw cell -> snapshot cell. After it there are no Dates, buffers or driver booleans: days are
 * `YYYY-MM-DD`, flags 0 or 1, GUIDs uppercase, and text is clean and trimmed, with null for an empty cell.
 */
import { asLocalDate, USUAL_GUID } from '../model/values.js';
import type { SisType } from '../campus/tables.js';
import type { SnapshotCell } from '../snapshot/snapshot.js';
import type { RawColumn } from './source.js';

export interface DecodedColumn {
  /** In row order. */
  values(): readonly SnapshotCell[];
  /** The same as the text of a JSON array, where it is known already. */
  readonly json?: string;
  /** How many cells hold something that is not of the column's type; they count as empty. */
  readonly unreadable: number;
  /** How many cells hold something, the unreadable ones included. */
  readonly filled?: number;
  /** How the unreadable cells are written, by shape. */
  readonly shapes?: ReadonlyMap<string, number>;
  /** How many cells of a text column hold a stand-in for an empty cell, such as NULL. */
  readonly standIns?: number;
  /** How many cells of a text column hold a number, where its type in the database makes numbers of texts. */
  readonly numbers?: number;
}

/** Facts about a text column that decide how its cells are read. */
export interface TextTraits {
  /** The database's type of the column makes numbers of texts, as `00123` becomes 123. */
  readonly isNumeric?: boolean;
  /** People's names: Null is a surname, so a stand-in is counted and kept. */
  readonly isName?: boolean;
}

/** The answer for a cell that holds something, but not what its column is declared to hold. */
export const UNREADABLE = Symbol('unreadable');

export type Decoder = (raw: unknown) => SnapshotCell | typeof UNREADABLE;

export const decoders: Readonly<Record<SisType, Decoder>> = {
  id: decodeInteger,
  integer: decodeInteger,
  text: (raw) => {
    const text = asCleanText(raw);
    return STAND_INS.has(text) ? null : text;
  },
  day: decodeDay,
  flag: decodeFlag,
  guid: decodeGuid,
};

/**
 * Found in the JSON of a text column where a value may not be clean: a character beyond printable ASCII, an escape, a space at
 * either end, an empty text, a stand-in for one, a cell that is not text. SQLite writes JSON without spaces of its own.
 */
const MAYBE_UNCLEAN = /[^ -~]|\\| "|"(?:[ "]|NULL"|null"|N\/A"|n\/a"|<|\()|[[,][-\dtf{[]/;

/** What tools write into a text file for an empty cell of a database. */
const STAND_INS: ReadonlySet<unknown> = new Set([
  'NULL',
  'null',
  '<NULL>',
  '<null>',
  '(NULL)',
  '(null)',
  '\\N',
  'N/A',
  'n/a',
]);

/**
 * A column of raw cells. One whose JSON shows that it is clean stays as it is and is not even parsed, as most names, numbers
 * and addresses of a SQLite file are.
 */
export function decodeColumn(column: RawColumn, type: SisType, traits: TextTraits = {}): DecodedColumn {
  if (type === 'text') return decodeTexts(column, traits);
  const decode = decoders[type];
  const shapes = new Map<string, number>();
  let unreadable = 0;
  let empty = 0;
  const cells = column.values().map((raw) => {
    const cell = decode(raw);
    if (cell === null) empty += 1;
    if (cell !== UNREADABLE) return cell;
    unreadable += 1;
    addShape(shapes, raw);
    return null;
  });
  return { values: () => cells, unreadable, filled: cells.length - empty, shapes };
}

function decodeTexts(column: RawColumn, { isNumeric = false, isName = false }: TextTraits): DecodedColumn {
  const { json } = column;
  if (json !== undefined && !isNumeric && !MAYBE_UNCLEAN.test(json))
    return { values: () => column.values() as readonly SnapshotCell[], json, unreadable: 0 };
  let [empty, standIns, numbers] = [0, 0, 0];
  const cells = column.values().map((raw) => {
    const text = asCleanText(raw);
    if (text === null) empty += 1;
    else if (isNumeric && (typeof raw !== 'string' || /^-?\d+$/.test(text))) numbers += 1;
    if (!STAND_INS.has(text)) return text;
    standIns += 1;
    return isName ? text : null;
  });
  return { values: () => cells, unreadable: 0, filled: cells.length - empty, standIns, numbers };
}

const LONGEST_SHAPE = 40;

/** How a value is written, without the value: `10/14/2026` is NN/NN/NNNN. */
export function shapeOf(raw: unknown): string {
  if (Buffer.isBuffer(raw)) return 'bytes';
  const shape = String(raw).replace(/\p{L}/gu, 'A').replace(/\p{N}/gu, 'N').replace(/\s/g, ' ');
  return shape.length > LONGEST_SHAPE ? `${shape.slice(0, LONGEST_SHAPE)}…` : shape;
}

function addShape(shapes: Map<string, number>, raw: unknown): void {
  const shape = shapeOf(raw);
  shapes.set(shape, (shapes.get(shape) ?? 0) + 1);
}

const PLAIN_TEXT = /^[!-~](?:[ -~]*[!-~])?$/;
const CONTROL = /\r\n|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text as it may stand in a bundle: each control character or line break becomes a space (CR LF one), inner spaces are kept, outer
 * ones trimmed, Unicode NFC. Half a surrogate pair cannot be written as UTF-8 and becomes U+FFFD.
 */
export function cleanText(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  return text.replace(LONE_SURROGATE, '\ufffd').replace(CONTROL, ' ').normalize('NFC').trim();
}

function asCleanText(raw: unknown): string | null {
  const text = asText(raw);
  return text === undefined ? null : cleanText(text) || null;
}

function asText(raw: unknown): string | undefined {
  if (typeof raw === 'string') return raw;
  if (raw === null || raw === undefined) return undefined;
  if (Buffer.isBuffer(raw)) return raw.toString('utf8');
  return typeof raw === 'number' || typeof raw === 'bigint' ? String(raw) : undefined;
}

function decodeInteger(raw: unknown): SnapshotCell | typeof UNREADABLE {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) ? raw : UNREADABLE;
  if (raw === null || raw === undefined) return null;
  const text = asText(raw)?.trim();
  if (text === '') return null;
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : UNREADABLE;
}

const FLAGS = new Map<unknown, SnapshotCell>([
  [null, null],
  [undefined, null],
  [1, 1],
  [0, 0],
  [true, 1],
  [false, 0],
  [1n, 1],
  [0n, 0],
  ['1', 1],
  ['0', 0],
  ['true', 1],
  ['false', 0],
  ['y', 1],
  ['n', 0],
  ['t', 1],
  ['f', 0],
  ['', null],
]);

function decodeFlag(raw: unknown): SnapshotCell | typeof UNREADABLE {
  const flag = FLAGS.get(typeof raw === 'string' ? raw.trim().toLowerCase() : raw);
  if (flag !== undefined) return flag;
  if (typeof raw === 'number') return 1; // a bit column of SQL Server turns every number but 0 into 1
  return UNREADABLE;
}

const knownDayTexts = new Map<string, SnapshotCell | typeof UNREADABLE>();

/** A district's rows repeat a few hundred days, so each text is judged once. */
function decodeDay(raw: unknown): SnapshotCell | typeof UNREADABLE {
  if (typeof raw !== 'string') return judgeDay(raw);
  const known = knownDayTexts.get(raw);
  if (known !== undefined) return known;
  const day = judgeDay(raw);
  if (knownDayTexts.size < 100_000) knownDayTexts.set(raw, day);
  return day;
}

/** Days come as text with or without a time, as a Date (midnight UTC), or as the milliseconds that Knex stores for one. */
function judgeDay(raw: unknown): SnapshotCell | typeof UNREADABLE {
  if (raw === null || raw === undefined) return null;
  if (typeof raw === 'string') {
    const text = raw.trim();
    if (text === '') return null;
    const [, year, month, date] = /^(\d{4})-?(\d{2})-?(\d{2})(?:$|[ T])/.exec(text) ?? [];
    return realDay(year, month, date);
  }
  if (typeof raw === 'number') {
    const day = compactDay(raw);
    if (day !== UNREADABLE) return day;
  }
  const instant = typeof raw === 'number' ? new Date(raw) : raw;
  if (!(Object.prototype.toString.call(instant) === '[object Date]')) return UNREADABLE;
  const time = (instant as Date).getTime();
  return Number.isNaN(time) ? UNREADABLE : realDay(...splitDay((instant as Date).toISOString()));
}

/**
 * SQLite turns the text `20261015` into a number where the column is declared to hold dates. As milliseconds such a number
 * would lie within the first two days of 1970, at a time that is no midnight anywhere.
 */
function compactDay(number: number): SnapshotCell | typeof UNREADABLE {
  const [, year, month, date] = /^(\d{4})(\d{2})(\d{2})$/.exec(String(number)) ?? [];
  return realDay(year, month, date);
}

function splitDay(iso: string): [string, string, string] {
  return [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10)];
}

function realDay(year?: string, month?: string, date?: string): SnapshotCell | typeof UNREADABLE {
  if (year === undefined || month === undefined || date === undefined) return UNREADABLE;
  return asLocalDate(`${year}-${month}-${date}`) ?? UNREADABLE;
}

function decodeGuid(raw: unknown): SnapshotCell | typeof UNREADABLE {
  if (typeof raw === 'string' && USUAL_GUID.test(raw)) return raw;
  if (raw === null || raw === undefined) return null;
  if (Buffer.isBuffer(raw) && raw.length === 16) return mixedEndianGuid(raw);
  const text = asText(raw)?.trim().toUpperCase();
  if (text === '') return null;
  const [, ...groups] = GUID_IN_GROUPS.exec(text ?? '') ?? [];
  return groups.length === 0 ? UNREADABLE : groups.join('-');
}

/** With or without braces and hyphens. */
const GUID_IN_GROUPS = /^\{?([0-9A-F]{8})-?([0-9A-F]{4})-?([0-9A-F]{4})-?([0-9A-F]{4})-?([0-9A-F]{12})\}?$/;

/** SQL Server stores the first three groups of a uniqueidentifier little-endian. */
function mixedEndianGuid(bytes: Buffer): string {
  const hex = (from: number, to: number): string => bytes.subarray(from, to).toString('hex');
  const reversed = (from: number, to: number): string =>
    Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  return [reversed(0, 4), reversed(4, 6), reversed(6, 8), hex(8, 10), hex(10, 16)].join('-').toUpperCase();
}
