/** The tables of a bundle, each read on demand and chunk by chunk. For zips that were verified before. */
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { CsvReader, type Row } from '../csv/csv-reader.js';

/** A row as one line of text, cells between separators: cheap to keep, and equal where the cells are. */
export interface Line {
  readonly sourcedId: string;
  readonly text: string;
}

const SEPARATOR = '\u001f'; // no cell holds a control character

export function cellsOf(text: string): readonly string[] {
  return text.split(text.includes(SEPARATOR) ? SEPARATOR : ',');
}

function lineOf(row: Row): Line {
  const last = row.width - 1;
  const isBare = !row.quoted.subarray(0, row.width).includes(1);
  const text = isBare
    ? row.bytes.toString('utf8', row.starts[0], row.ends[last])
    : Array.from({ length: row.width }, (_, cell) => row.text(cell)).join(SEPARATOR);
  return { sourcedId: row.text(0), text };
}

export class ZipTables {
  private constructor(
    readonly path: string,
    readonly zip: ZipFile,
    readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  static async open(path: string): Promise<ZipTables> {
    const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false });
    const entries = new Map<string, Entry>();
    try {
      for await (const entry of zip.eachEntry()) {
        const table = /^(?:.*\/)?([A-Za-z]+)\.csv$/.exec(entry.fileName)?.[1];
        if (table !== undefined && table !== 'manifest') entries.set(table, entry);
      }
    } catch (error) {
      zip.close();
      throw error;
    }
    return new ZipTables(path, zip, entries);
  }

  async table(name: string, onRow: (line: Line) => void): Promise<TableStream> {
    const entry = this.entries.get(name);
    return new TableStream(entry, entry && (await this.zip.openReadStreamPromise(entry)), onRow);
  }

  close(): void {
    this.zip.close();
  }
}

/** One table, as far as it was pulled. A table that the bundle does not have is empty. */
export class TableStream {
  header: readonly string[] | undefined;
  rows = 0;
  isDone: boolean;
  #read = 0;
  readonly #size: number;
  readonly #chunks: AsyncIterator<Buffer> | undefined;
  readonly #reader: CsvReader;

  constructor(
    entry: Entry | undefined,
    stream: NodeJS.ReadableStream | undefined,
    onRow: (line: Line) => void,
  ) {
    this.#size = entry?.uncompressedSize ?? 0;
    this.#chunks = stream && (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.isDone = stream === undefined;
    this.#reader = new CsvReader({
      row: (row) => {
        if (this.header === undefined) {
          this.header = Array.from({ length: row.width }, (_, cell) => row.text(cell));
        } else {
          this.rows += 1;
          onRow(lineOf(row));
        }
      },
      breach: () => undefined, // judged when the bundle was verified
    });
  }

  /** The share that was read, from 0 to 1. */
  get progress(): number {
    return this.isDone ? 1 : this.#read / Math.max(1, this.#size);
  }

  /** Reads the next chunk and tells its rows. */
  async pull(): Promise<void> {
    const next = await this.#chunks?.next();
    if (next === undefined || next.done === true) {
      this.isDone = true;
      this.#reader.end();
      return;
    }
    this.#read += next.value.length;
    this.#reader.push(next.value);
  }
}
