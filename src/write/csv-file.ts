/** One CSV file of a bundle on its way to the disk: rows in, RFC 4180 out, in writes of a quarter of a megabyte. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { ColumnType, Table } from '../oneroster/table.js';

/** So few that the text of a batch stays small, and so many that it is encoded seldom. */
const ROWS_PER_BATCH = 200;
const BYTES_PER_WRITE = 256 * 1024;
/** UTF-8 needs no more for a UTF-16 unit. */
const MOST_BYTES_PER_UNIT = 3;
/** Readers support strings up to 255 characters (OneRoster CSV binding 1.2, CSV Format). */
export const LONGEST_TEXT = 255;

/** The CSV format of a receiver; the standard's by default. */
export interface CsvStyle {
  readonly quoting: 'all' | 'minimal';
  readonly lineEnd: 'crlf' | 'lf';
}

const STANDARD: CsvStyle = { quoting: 'minimal', lineEnd: 'crlf' };

export class CsvFile {
  readonly #file: number;
  readonly #lineEnd: string;
  readonly #texts: readonly { readonly at: number; readonly type: ColumnType; readonly name: string }[];
  readonly #cut = new Map<string, number>();
  readonly #columns: number;
  /** What a row that has nothing to quote looks like once it is joined; undefined: everything is quoted. */
  readonly #plainLine: RegExp | undefined;
  /** Of the batch. */
  readonly #lines: string[] = [];
  /** One for the whole file: gathered in a string first, 100,000 enrollments took 8 ms to encode instead of 4, all of it garbage. */
  readonly #bytes = Buffer.allocUnsafeSlow(BYTES_PER_WRITE);
  #filled = 0;
  #rows = 0;
  #isClosed = false;

  constructor(
    readonly path: string,
    header: readonly string[],
    table?: Table,
    { quoting, lineEnd }: CsvStyle = STANDARD,
  ) {
    this.#lineEnd = lineEnd === 'lf' ? '\n' : '\r\n';
    this.#file = openSync(path, 'wx', 0o600);
    this.#texts = (table?.columns ?? []).flatMap(({ name, type }, at) =>
      type === 'string' || type === 'stringList' ? [{ at, type, name }] : [],
    );
    this.#columns = header.length;
    this.#plainLine = quoting === 'all' ? undefined : plainLine(header.length);
    this.#add(header, header.join(','));
  }

  get rows(): number {
    return this.#rows;
  }

  /** How many values were cut to 255 characters, by column. */
  get cut(): ReadonlyMap<string, number> {
    return this.#cut;
  }

  /** Throws once the file is closed: its number may be that of another file by then. */
  put(cells: readonly string[]): void {
    if (this.#isClosed) throw new Error('a row was put into a file that is complete');
    this.#rows += 1;
    const line = cells.join(',');
    // No text is longer than the whole line, so that most rows are not looked through.
    const fitting = line.length > LONGEST_TEXT ? this.#withinLength(cells) : cells;
    this.#add(fitting, fitting === cells ? line : fitting.join(','));
  }

  /** Writes what is left and makes it durable. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flushBatch();
    this.#write(this.#bytes.subarray(0, this.#filled));
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #add(cells: readonly string[], line: string): void {
    // A row with fewer cells could have the right number of commas by those inside them.
    const isPlain = cells.length === this.#columns && this.#plainLine?.test(line) === true;
    this.#lines.push(isPlain ? line : this.#quoted(cells));
    if (this.#lines.length >= ROWS_PER_BATCH) this.#flushBatch();
  }

  #withinLength(cells: readonly string[]): readonly string[] {
    let fitting: string[] | undefined;
    for (const { at, type, name } of this.#texts) {
      const text = cells[at] ?? '';
      if (text.length <= LONGEST_TEXT) continue;
      const shorter = type === 'stringList' ? text.split(',').map(cutText).join(',') : cutText(text);
      if (shorter === text) continue;
      fitting ??= [...cells];
      fitting[at] = shorter;
      this.#cut.set(name, (this.#cut.get(name) ?? 0) + 1);
    }
    return fitting ?? cells;
  }

  #flushBatch(): void {
    if (this.#lines.length === 0) return;
    this.#lines.push(''); // so that the last row has its end, too
    this.#encode(this.#lines.join(this.#lineEnd));
    this.#lines.length = 0;
  }

  /** Of a row of users one cell of 22 mostly. */
  #quoted(cells: readonly string[]): string {
    const quotesAll = this.#plainLine === undefined;
    return cells
      .map((cell) => (cell !== '' && (quotesAll || SPECIAL.test(cell)) ? quoted(cell) : cell))
      .join(',');
  }

  #encode(text: string): void {
    const most = text.length * MOST_BYTES_PER_UNIT;
    if (this.#filled + most > this.#bytes.length) {
      this.#write(this.#bytes.subarray(0, this.#filled));
      this.#filled = 0;
    }
    if (most > this.#bytes.length) this.#write(Buffer.from(text, 'utf8'));
    else this.#filled += this.#bytes.write(text, this.#filled, 'utf8');
  }

  #write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#file, bytes, written);
    }
  }
}

const SPECIAL = /[",\r\n]/;

const quoted = (cell: string): string => `"${cell.includes('"') ? cell.replaceAll('"', '""') : cell}"`;

/**
 * Cells without anything that RFC 4180 quotes, and a comma between each two. To look at each cell by itself took 15 ms of
 * 100,000 enrollments instead of 6, and most rows have nothing to quote.
 */
function plainLine(columns: number): RegExp {
  return new RegExp(`^${Array.from({ length: columns }, () => '[^",\\r\\n]*').join(',')}$`);
}

/** Cut to 255 UTF-16 units, the strictest reading of "characters", and never through the middle of one. */
export function cutText(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const last = text.charCodeAt(LONGEST_TEXT - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? LONGEST_TEXT - 1 : LONGEST_TEXT).trimEnd();
}
