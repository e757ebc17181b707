/** One CSV file of a bundle on its way to the disk: rows in, RFC 4180 out, in writes of a quarter of a megabyte. */
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import type { ColumnType, Table } from '../oneroster/table.js';

/** Larger batches make csv-stringify slower: 100 to 500 rows measured best. */
const ROWS_PER_BATCH = 200;
const BYTES_PER_WRITE = 256 * 1024;
/** Most files of a small district, and most lists of excluded rows, need no more. */
const FEW_BYTES = 32 * 1024;
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
  readonly #options: {
    readonly quoted: boolean;
    readonly quote_record_delimiter: boolean;
    readonly record_delimiter: string;
  };
  readonly #texts: readonly { readonly at: number; readonly type: ColumnType; readonly name: string }[];
  readonly #cut = new Map<string, number>();
  readonly #columns: number;
  /** What a row that has nothing to quote looks like once it is joined; undefined: everything is quoted. */
  readonly #plainLine: RegExp | undefined;
  /** Of the batch; the lines of `special` rows are empty until it ends. */
  readonly #lines: string[] = [];
  readonly #special: SpecialRow[] = [];
  /** For the whole file, and it grows once: gathered in a string first, 100,000 enrollments took 8 ms to encode instead of 4, all of it garbage. */
  #bytes = Buffer.allocUnsafeSlow(FEW_BYTES);
  #filled = 0;
  #rows = 0;
  #isClosed = false;

  constructor(
    readonly path: string,
    header: readonly string[],
    table?: Table,
    { quoting, lineEnd }: CsvStyle = STANDARD,
  ) {
    this.#options = {
      quoted: quoting === 'all',
      quote_record_delimiter: true, // each CR and LF, so that one alone ends no row for any reader
      record_delimiter: lineEnd === 'lf' ? '\n' : '\r\n',
    };
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
    if (!isPlain) this.#special.push({ at: this.#lines.length, cells });
    this.#lines.push(isPlain ? line : '');
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
    this.#encode(this.#batchText());
    this.#lines.length = 0;
    this.#special.length = 0;
  }

  #batchText(): string {
    if (this.#options.quoted) {
      return stringify(
        this.#special.map(({ cells }) => cells),
        this.#options,
      );
    }
    this.#quoteSpecial();
    this.#lines.push(''); // so that the last row has its end, too
    return this.#lines.join(this.#options.record_delimiter);
  }

  /** Only the cells that need it: of a row of users one cell of 22 mostly, and all of them took csv-stringify twice as long. */
  #quoteSpecial(): void {
    if (this.#special.length === 0) return;
    const special = this.#special.flatMap(({ cells }) => cells.filter(needsQuotes));
    const quoted = this.#quoted(special);
    let next = 0;
    for (const { at, cells } of this.#special) {
      this.#lines[at] = cells
        .map((cell) => (cell === special[next] ? (quoted[next++] ?? '') : cell))
        .join(',');
    }
  }

  #quoted(cells: readonly string[]): readonly string[] {
    const end = this.#options.record_delimiter;
    const quote = (some: readonly string[]): string[] =>
      stringify(
        some.map((cell) => [cell]),
        this.#options,
      )
        .split(end)
        .slice(0, -1);
    const quoted = quote(cells);
    // Otherwise a cell holds what ends a row, and it takes a call for each to know them apart.
    return quoted.length === cells.length ? quoted : cells.map((cell) => quote([cell]).join(end));
  }

  #encode(text: string): void {
    const most = text.length * MOST_BYTES_PER_UNIT;
    if (this.#filled + most > FEW_BYTES) this.#grow();
    if (this.#filled + most > this.#bytes.length) {
      this.#write(this.#bytes.subarray(0, this.#filled));
      this.#filled = 0;
    }
    if (most > this.#bytes.length) this.#write(Buffer.from(text, 'utf8'));
    else this.#filled += this.#bytes.write(text, this.#filled, 'utf8');
  }

  #grow(): void {
    if (this.#bytes.length === BYTES_PER_WRITE) return;
    const grown = Buffer.allocUnsafeSlow(BYTES_PER_WRITE);
    this.#bytes.copy(grown, 0, 0, this.#filled);
    this.#bytes = grown;
  }

  #write(bytes: Buffer): void {
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#file, bytes, written);
    }
  }
}

/** A row that has to go through csv-stringify, and where its line stands in the batch. */
interface SpecialRow {
  readonly at: number;
  readonly cells: readonly string[];
}

const SPECIAL = /[",\r\n]/;

const needsQuotes = (cell: string): boolean => cell !== '' && SPECIAL.test(cell);

/**
 * Cells without anything that RFC 4180 quotes, and a comma between each two. To look at each cell by itself took 15 ms of
 * 100,000 enrollments instead of 6, and most rows have nothing to quote: of 1.4 million, joining took 1 s where csv-stringify took 7.
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
