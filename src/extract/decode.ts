/**
 * Raw cell -> snapshot cell. The last place that sees a Date, a buffer or a driver's idea of a boolean: behind it days are
 * `YYYY-MM-DD`, flags 0 or 1, GUIDs upper case, and text is clean and trimmed, with null for "nothing there".
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
  /** How many cells hold something that is not of the column's type; they count as blank. */
  readonly unreadable: number;
}

/** The answer for a cell that holds something, but not what its column is declared to hold. */
export const UNREADABLE = Symbol('unreadable');

export type Decoder = (raw: unknown) => SnapshotCell | typeof UNREADABLE;

export const decoders: Readonly<Record<SisType, Decoder>> = {
  id: decodeInteger,
  integer: decodeInteger,
  text: decodeText,
  day: decodeDay,
  flag: decodeFlag,
  guid: decodeGuid,
};

/**
 * Found in the JSON of a text column where a value may not be clean: a character beyond printable ASCII, an escape, a blank at
 * either end, an empty text, something that is no text. SQLite writes JSON without blanks of its own.
 */
const MAYBE_UNCLEAN = /[^ -~]|\\| "|" |""|[[,][-\dtf{[]/;

/**
 * A column of raw cells. One whose JSON shows that it is clean stays as it is and is not even parsed, as most names, numbers
 * and addresses of a SQLite file are.
 */
export function decodeColumn(column: RawColumn, type: SisType): DecodedColumn {
  const { json } = column;
  if (json !== undefined && type === 'text' && !MAYBE_UNCLEAN.test(json))
    return { values: () => column.values() as readonly SnapshotCell[], json, unreadable: 0 };
  const decode = decoders[type];
  let unreadable = 0;
  const cells = column.values().map((raw) => {
    const cell = decode(raw);
    if (cell !== UNREADABLE) return cell;
    unreadable += 1;
    return null;
  });
  return { values: () => cells, unreadable };
}

const PLAIN_TEXT = /^[!-~](?:[ -~]*[!-~])?$/;
const CONTROL = /\r\n|[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text as it may stand in a bundle: each control character or line break a blank (CR LF one), blanks inside kept, outer
 * ones trimmed, Unicode NFC. Half a surrogate pair cannot be written as UTF-8 and becomes U+FFFD.
 */
export function cleanText(text: string): string {
  if (PLAIN_TEXT.test(text)) return text;
  return text.replace(LONE_SURROGATE, '\ufffd').replace(CONTROL, ' ').normalize('NFC').trim();
}

function decodeText(raw: unknown): SnapshotCell {
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

function decodeGuid(raw: unknown): SnapshotCell {
  if (typeof raw === 'string' && USUAL_GUID.test(raw)) return raw;
  if (Buffer.isBuffer(raw) && raw.length === 16) return mixedEndianGuid(raw);
  const text = asText(raw)
    ?.trim()
    .replace(/^\{|\}$/g, '')
    .toUpperCase();
  return text === undefined || text === '' ? null : text;
}

/** SQL Server stores the first three groups of a uniqueidentifier little-endian. */
function mixedEndianGuid(bytes: Buffer): string {
  const hex = (from: number, to: number): string => bytes.subarray(from, to).toString('hex');
  const reversed = (from: number, to: number): string =>
    Buffer.from(bytes.subarray(from, to)).reverse().toString('hex');
  return [reversed(0, 4), reversed(4, 6), reversed(6, 8), hex(8, 10), hex(10, 16)].join('-').toUpperCase();
}
