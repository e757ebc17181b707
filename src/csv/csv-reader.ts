/**
 * A strict reader of RFC 4180 over bytes.
 * Takes chunks of a file. Gives each row as places in a buffer, and each breach of the rules with its line. Promises to hold no
 * more than one row beyond the chunk at hand, to go on after every breach but those of ENDING, and to give no row that is
 * beyond the reading limits.
 *
 * Bytes and not text, because quotes, line ends and encoding are judged here, and most cells never need to become text.
 */
import { isUtf8 } from 'node:buffer';
import { READING_LIMITS } from '../model/reading-limits.js';

export type Breach =
  | 'csv.wide-encoding'
  | 'csv.delimiter'
  | 'csv.encoding'
  | 'csv.bom'
  | 'csv.carriage-return'
  | 'csv.line-break-in-cell'
  | 'csv.control-character'
  | 'csv.tab'
  | 'csv.quote-in-bare-cell'
  | 'csv.text-after-quote'
  | 'csv.unclosed-quote'
  | 'csv.blank-line'
  | 'csv.row-too-long'
  | 'csv.cell-too-long'
  | 'header.too-long'
  | 'header.too-many-columns';

/** Breaches behind which nothing more of the file is read. */
export const ENDING: ReadonlySet<Breach> = new Set<Breach>([
  'csv.wide-encoding',
  'csv.delimiter',
  'csv.unclosed-quote',
  'csv.row-too-long',
  'header.too-long',
  'header.too-many-columns',
]);

const MOST_COLUMNS = READING_LIMITS.columns.most;
const LONGEST_HEADER = READING_LIMITS.headerBytes.most;
const LONGEST_CELL = READING_LIMITS.cellBytes.most;
const LONGEST_ROW = READING_LIMITS.rowBytes.most;

/** One row, valid until the next: cells are `bytes` from `starts` up to `ends`, quotes taken off. */
export class Row {
  bytes: Buffer = Buffer.alloc(0);
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  /** 1 for cells in quotes. */
  quoted = new Uint8Array(64);
  /** 1 for cells in quotes that had to be. */
  needed = new Uint8Array(64);
  width = 0;
  /** 1-based, of the row's first line. */
  line = 0;
  /** The row with its line end is `bytes` from `from` up to `next`. */
  from = 0;
  next = 0;

  text(cell: number): string {
    return this.bytes.toString('utf8', this.starts[cell], this.ends[cell]);
  }

  isBlank(cell: number): boolean {
    return this.starts[cell] === this.ends[cell];
  }

  addCell(start: number, end: number, quoted: number, needed: number): void {
    const cell = this.width++;
    if (cell >= this.starts.length) this.#grow();
    this.starts[cell] = start;
    this.ends[cell] = end;
    this.quoted[cell] = quoted;
    this.needed[cell] = needed;
  }

  #grow(): void {
    const size = this.starts.length * 2;
    const starts = new Int32Array(size);
    starts.set(this.starts);
    this.starts = starts;
    const ends = new Int32Array(size);
    ends.set(this.ends);
    this.ends = ends;
    const quoted = new Uint8Array(size);
    quoted.set(this.quoted);
    this.quoted = quoted;
    const needed = new Uint8Array(size);
    needed.set(this.needed);
    this.needed = needed;
  }
}

export interface CsvListener {
  row(row: Row): void;
  breach(breach: Breach, line: number): void;
  /** Rows that are not given to `row`: an empty line, or one with a cell that is too long. */
  skipped?(row: Row): void;
}

export interface CsvReading {
  /** `keep`: quotes inside a cell stay doubled, and the bytes are those of the file. */
  readonly doubledQuotes: 'keep' | 'make-one';
}

const TAB = 9;
const LF = 10;
const CR = 13;
const QUOTE = 34;
const COMMA = 44;

/** 1 for bytes that end the plain stretch of a cell: separators, quotes, line ends, control characters. */
const SPECIAL = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 32 || byte === 127 || byte === QUOTE || byte === COMMA ? 1 : 0,
);

export class CsvReader {
  /** Rows that end in CR LF, and in LF alone. */
  crlf = 0;
  lf = 0;

  readonly #row = new Row();
  readonly #listener: CsvListener;
  readonly #keepsDoubled: boolean;
  #pending: Buffer | undefined;
  #begun = false;
  #stopped = false;
  #isHeaderDue = true;
  #line = 1;
  /** The breaches of the current row; reported when it is complete, since a half row is read again with the next chunk. */
  readonly #breaches: (Breach | number)[] = [];
  /** Cells of the row at hand with doubled quotes. */
  readonly #escaped: number[] = [];
  /** Up to here the buffer is known to be UTF-8. */
  #checked = 0;
  /** Lines that the row at hand spans. */
  #span = 0;

  constructor(listener: CsvListener, { doubledQuotes }: CsvReading = { doubledQuotes: 'make-one' }) {
    this.#listener = listener;
    this.#keepsDoubled = doubledQuotes === 'keep';
  }

  push(chunk: Buffer): void {
    if (this.#stopped) return;
    const data = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk;
    if (!this.#begun && data.length < 4) this.#pending = data;
    else this.#read(data, false);
  }

  end(): void {
    if (this.#stopped) return;
    this.#read(this.#pending ?? Buffer.alloc(0), true);
    this.#pending = undefined;
  }

  #read(data: Buffer, final: boolean): void {
    let at = this.#begun ? 0 : this.#begin(data);
    const lastBreak = data.lastIndexOf(LF) + 1;
    this.#checked = isUtf8(data.subarray(0, lastBreak)) ? lastBreak : 0;
    this.#row.bytes = data;
    while (at < data.length && !this.#stopped) {
      const next = this.#readRow(data, at, final);
      if (next < 0) break;
      this.#tell(data, at, next);
      at = next;
    }
    const rest = data.length - at;
    if (this.#isHeaderDue && rest > LONGEST_HEADER) this.#stop('header.too-long');
    else if (rest > LONGEST_ROW) this.#stop('csv.row-too-long');
    this.#pending = rest > 0 && !this.#stopped ? data.subarray(at) : undefined;
  }

  /** Gives where the text begins. */
  #begin(data: Buffer): number {
    this.#begun = true;
    if (isWide(data)) this.#stop('csv.wide-encoding');
    if (data[0] !== 0xef || data[1] !== 0xbb || data[2] !== 0xbf) return 0;
    this.#listener.breach('csv.bom', 1);
    return 3;
  }

  #stop(breach: Breach): void {
    if (!this.#stopped) this.#listener.breach(breach, this.#line);
    this.#stopped = true;
  }

  /** Reads the row that begins at `from`; gives where the next begins, or -1 when this one is not whole yet. */
  #readRow(data: Buffer, from: number, final: boolean): number {
    const length = data.length;
    const row = this.#row;
    row.width = 0;
    this.#breaches.length = 0;
    this.#escaped.length = 0;
    this.#span = 1;
    let at = from;
    for (;;) {
      // One cell, from `at` up to a comma, a line end or the end of the file.
      let start = at;
      let end = -1;
      let quoted = 0;
      let needed = 0;
      if (data[at] === QUOTE) {
        quoted = 1;
        start = ++at;
        for (;;) {
          while (at < length && SPECIAL[data[at] as number] === 0) at++;
          if (at >= length) {
            if (!final) return -1;
            this.#breaches.push('csv.unclosed-quote', this.#line);
            end = at;
            break;
          }
          const byte = data[at];
          if (byte === QUOTE) {
            if (at + 1 >= length && !final) return -1;
            if (data[at + 1] !== QUOTE) {
              end = at++;
              break;
            }
            if (this.#escaped.at(-1) !== row.width) this.#escaped.push(row.width);
            needed = 1;
            at += 2;
            continue;
          }
          if (byte === COMMA) needed = 1;
          else if (byte === LF || byte === CR) {
            needed = 1;
            if (byte === CR && at + 1 >= length && !final) return -1;
            this.#breaches.push('csv.line-break-in-cell', this.#line + this.#span - 1);
            if (byte === CR && data[at + 1] === LF) at++;
            this.#span++;
          } else {
            this.#breaches.push(
              byte === TAB ? 'csv.tab' : 'csv.control-character',
              this.#line + this.#span - 1,
            );
          }
          at++;
        }
        if (at < length && data[at] !== COMMA && data[at] !== LF && data[at] !== CR) {
          this.#breaches.push('csv.text-after-quote', this.#line + this.#span - 1);
          while (at < length && data[at] !== COMMA && data[at] !== LF && data[at] !== CR) at++;
          end = at;
        }
      } else {
        for (;;) {
          while (at < length && SPECIAL[data[at] as number] === 0) at++;
          const byte = data[at];
          if (at >= length || byte === COMMA || byte === LF || byte === CR) break;
          this.#breaches.push(
            byte === QUOTE ? 'csv.quote-in-bare-cell' : byte === TAB ? 'csv.tab' : 'csv.control-character',
            this.#line + this.#span - 1,
          );
          at++;
        }
        end = at;
      }
      if (at >= length) {
        if (!final) return -1;
        row.addCell(start, end, quoted, needed);
        return at;
      }
      row.addCell(start, end, quoted, needed);
      const byte = data[at++];
      if (byte === COMMA) continue;
      if (byte === LF) {
        this.lf++;
        return at;
      }
      if (at >= length && !final) return -1;
      if (data[at] === LF) {
        this.crlf++;
        return at + 1;
      }
      this.#breaches.push('csv.carriage-return', this.#line + this.#span - 1);
      return at;
    }
  }

  #tell(data: Buffer, from: number, next: number): void {
    const row = this.#row;
    row.line = this.#line;
    row.from = from;
    row.next = next;
    if (this.#isHeaderDue && this.#isNoHeader(data, from, next)) return;
    if (next > this.#checked && !isUtf8(data.subarray(from, next))) {
      this.#listener.breach('csv.encoding', this.#line);
    }
    for (let each = 0; each < this.#breaches.length; each += 2) {
      this.#listener.breach(this.#breaches[each] as Breach, this.#breaches[each + 1] as number);
    }
    this.#line += this.#span;
    if (row.width === 1 && row.isBlank(0) && row.quoted[0] === 0) {
      this.#listener.breach('csv.blank-line', row.line);
      this.#listener.skipped?.(row);
      return;
    }
    this.#isHeaderDue = false;
    if (next - from > LONGEST_CELL && this.#hasLongCell()) {
      this.#listener.breach('csv.cell-too-long', row.line);
      this.#listener.skipped?.(row);
      return;
    }
    if (!this.#keepsDoubled) {
      for (const cell of this.#escaped)
        row.ends[cell] = undouble(data, row.starts[cell] ?? 0, row.ends[cell] ?? 0);
    }
    this.#listener.row(row);
  }

  /** What stands where the header should be is judged before its cells: one cause, and not one breach per cell. */
  #isNoHeader(data: Buffer, from: number, next: number): boolean {
    const { width } = this.#row;
    if (next - from > LONGEST_HEADER) this.#stop('header.too-long');
    else if (width > MOST_COLUMNS) this.#stop('header.too-many-columns');
    else if (width === 1 && OTHER_DELIMITER.test(data.toString('latin1', from, next))) {
      this.#stop('csv.delimiter');
    }
    return this.#stopped;
  }

  #hasLongCell(): boolean {
    const { starts, ends, width } = this.#row;
    for (let cell = 0; cell < width; cell++) {
      if ((ends[cell] ?? 0) - (starts[cell] ?? 0) > LONGEST_CELL) return true;
    }
    return false;
  }
}

/** Words between delimiters of other tools, with or without quotes. */
const OTHER_DELIMITER = /^"?[A-Za-z][\w.]*"?(?:[;|\t]"?[A-Za-z][\w.]*"?)+\s*$/;

/** UTF-16 begins with its byte order mark, or with two letters that have a NUL each. */
function isWide(data: Buffer): boolean {
  const [first, second, third, fourth] = data;
  const isMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isMark || fourth === undefined) return isMark;
  return first === 0
    ? third === 0 && second !== 0 && fourth !== 0
    : second === 0 && fourth === 0 && third !== 0;
}

/** Makes each two quotes one, in place, and gives the new end. */
function undouble(data: Buffer, start: number, end: number): number {
  let to = start;
  for (let from = start; from < end; from++) {
    const byte = data[from] ?? 0;
    data[to++] = byte;
    if (byte === QUOTE && data[from + 1] === QUOTE) from++;
  }
  return to;
}
