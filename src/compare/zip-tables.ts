/**
 * The tables of a bundle, each read on demand and chunk by chunk. What cannot be read without doubt is refused by
 * ExportError('not-a-bundle'): rows that a stray quote swallowed would count as removed.
 */
import { CsvReader, type Breach, type Row } from '../csv/csv-reader.js';
import { ExportError } from '../model/errors.js';
import { OWN_ZIP_LIMITS, type ZipLimits } from '../model/reading-limits.js';
import { versions } from '../oneroster/versions.js';
import type { CsvSource } from '../zip/csv-source.js';
import { openZip, type OpenZip, type ZipFault } from '../zip/zip.js';

/** A row as one line of text, cells between separators: cheap to keep, and equal where the cells are. */
export interface Line {
  readonly sourcedId: string;
  readonly text: string;
}

const SEPARATOR = '\u001f'; // a file with a cell that holds a control character is refused

export function cellsOf(text: string): readonly string[] {
  return text.split(text.includes(SEPARATOR) ? SEPARATOR : ',');
}

function lineOf(row: Row, key: number): Line {
  const last = row.width - 1;
  const text = isBare(row)
    ? row.bytes.toString('utf8', row.starts[0], row.ends[last])
    : Array.from({ length: row.width }, (_, cell) => row.text(cell)).join(SEPARATOR);
  return { sourcedId: row.text(key), text };
}

function isBare({ quoted, width }: Row): boolean {
  for (let cell = 0; cell < width; cell += 1) if (quoted[cell] === 1) return false;
  return true;
}

/** Names of the tables of all versions, by their name in lowercase. */
const TABLES: ReadonlyMap<string, string> = new Map(
  Object.values(versions).flatMap(({ tables }) => tables.map(({ name }) => [name.toLowerCase(), name])),
);

const COLUMNS: ReadonlySet<string> = new Set(
  Object.values(versions).flatMap(({ tables }) =>
    tables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`)),
  ),
);
const EXTENSION = /^metadata\.[\w.-]{1,60}$/;

/** A name that the standard defines, or the position: in a file without header it would be a person's data. */
export function columnName(table: string, column: string, at: number): string {
  return COLUMNS.has(`${table}.${column}`) || EXTENSION.test(column) ? column : `#${at + 1}`;
}

/** The content can be read in spite of these. */
const HARMLESS_IN_ZIP: readonly ZipFault[] = [
  'package.stored',
  'package.foreign-bytes',
  'package.header-mismatch',
];
const HARMLESS_IN_TEXT: readonly Breach[] = [
  'csv.bom',
  'csv.blank-line',
  'csv.carriage-return',
  'csv.line-break-in-cell',
  'csv.tab',
];

export class ZipTables {
  private constructor(
    readonly zip: OpenZip,
    readonly entries: ReadonlyMap<string, CsvSource>,
  ) {}

  static async open(path: string, limits: ZipLimits = OWN_ZIP_LIMITS): Promise<ZipTables> {
    const refuse = (fault: ZipFault, entry?: string): void => {
      if (!HARMLESS_IN_ZIP.includes(fault)) throw unreadable(fault, entry);
    };
    const zip = await openZip(path, refuse, limits);
    try {
      return new ZipTables(zip, tablesOf(zip.entries));
    } catch (error) {
      await zip.close();
      throw error;
    }
  }

  table(name: string, onRow: (line: Line) => void): TableStream {
    return new TableStream(`${name}.csv`, this.entries.get(name), onRow);
  }

  async close(): Promise<void> {
    await this.zip.close();
  }
}

function tablesOf(entries: readonly CsvSource[]): ReadonlyMap<string, CsvSource> {
  const tables = new Map<string, CsvSource>();
  for (const entry of entries) {
    const base = /^(?:.*\/)?([A-Za-z]+)\.csv$/i.exec(entry.name)?.[1]?.toLowerCase();
    const table = base === undefined ? undefined : TABLES.get(base);
    if (table === undefined) continue;
    if (tables.has(table)) throw unreadable('package.duplicate-entry', `${table}.csv`);
    tables.set(table, entry);
  }
  return tables;
}

/** By the code of the check: `validate` shows its meaning and place. */
function unreadable(code: string, file?: string, line?: number): ExportError {
  const place = [...(file === undefined ? [] : [file]), ...(line === undefined ? [] : [`line ${line}`])];
  return new ExportError(
    'not-a-bundle',
    `${place.length === 0 ? '' : `${place.join(', ')}: `}the zip cannot be compared because of ${code}. Run validate for all findings.`,
  );
}

/** One table, as far as it was pulled. A table that the bundle does not have is empty. */
export class TableStream {
  header: readonly string[] | undefined;
  rows = 0;
  isDone: boolean;
  /** The cell of the sourcedId. */
  key = -1;
  #read = 0;
  readonly #size: number;
  readonly #chunks: AsyncIterator<Buffer> | undefined;
  readonly #reader: CsvReader;

  constructor(
    readonly file: string,
    entry: CsvSource | undefined,
    onRow: (line: Line) => void,
  ) {
    this.#size = entry?.bytes ?? 0;
    this.#chunks = entry?.read();
    this.isDone = entry === undefined;
    this.#reader = new CsvReader({
      row: (row) => {
        if (this.header === undefined) this.#readHeader(row);
        else {
          if (row.width !== this.header.length) throw unreadable('csv.field-count', file, row.line);
          this.rows += 1;
          onRow(lineOf(row, this.key));
        }
      },
      breach: (breach, line) => {
        if (!HARMLESS_IN_TEXT.includes(breach)) throw unreadable(breach, file, line);
      },
    });
  }

  /** The share that was read, from 0 to 1. */
  get progress(): number {
    return this.isDone ? 1 : this.#read / Math.max(1, this.#size);
  }

  /** Reads the next chunk and reports its rows. */
  async pull(): Promise<void> {
    const next = await this.#chunks?.next();
    if (next === undefined || next.done === true) {
      this.isDone = true;
      this.#reader.end();
      if (this.#chunks && this.header === undefined) throw unreadable('header.absent', this.file);
      return;
    }
    this.#read += next.value.length;
    this.#reader.push(next.value);
  }

  #readHeader(row: Row): void {
    this.header = Array.from({ length: row.width }, (_, cell) => row.text(cell).trim());
    this.key = this.header.findIndex((name) => name.toLowerCase() === 'sourcedid');
    // The first row of a file without header is a person's data.
    if (this.key < 0) throw unreadable('header.absent', this.file, 1);
  }
}
