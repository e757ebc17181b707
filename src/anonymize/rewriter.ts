/**
 * Rewrites one CSV file row by row. What is not the content of a cell stays as it is: quotes, line ends, empty lines, the
 * order of columns, rows that do not fit the header. Columns without a kind are left out.
 */
import type { Breach, CsvListener, Row } from '../csv/csv-reader.js';
import { isByPerson, type ReplaceCell, type ReplacedKind } from './cells.js';
import { kindOf } from './columns.js';
import { Content } from './content.js';
import { Output } from './output.js';
import type { Secret } from './secret.js';
import { standInFor } from './stand-in.js';

export interface Rewriting {
  readonly secret: Secret;
  readonly replacer: (kind: ReplacedKind) => ReplaceCell;
  /** Extension columns that stay. */
  readonly keepMetadata: ReadonlySet<string>;
  readonly select?: SelectRows;
}

/** Which rows of a table stay, and which items of a cell; asked before anything is replaced. */
export interface SelectRows {
  isKept(table: string, cell: (column: string) => string): boolean;
  /** Of a list. Undefined: all. */
  isItemKept(table: string, column: string): ((item: string) => boolean) | undefined;
}

export interface DroppedColumn {
  /** Position in the header, from 1. */
  readonly position: number;
  /** Unset if it might be a person's data. */
  readonly name?: string;
}

interface PlannedCell {
  readonly name: string;
  readonly replace: ReplaceCell | undefined;
  readonly isItemKept: ((item: string) => boolean) | undefined;
}

const COMMA = Buffer.from(',');
const EMPTY_CELL = Buffer.from('""');
const QUOTE = 0x22;
const EXTENSION = /^metadata\.[\w.-]{1,60}$/;

export class Rewriter implements CsvListener {
  readonly output = new Output();
  rows = 0;
  /** The rest of the file was left out because of this. */
  cut: Breach | undefined;
  readonly dropped: DroppedColumn[] = [];
  readonly #table: string;
  readonly #rewriting: Rewriting;
  readonly #unknown: ReplaceCell;
  readonly #id: ReplaceCell;
  #columns: readonly (PlannedCell | undefined)[] | undefined;
  #key = -1;
  #width = 0;
  #isByPerson = false;

  constructor(table: string, rewriting: Rewriting) {
    this.#table = table;
    this.#rewriting = rewriting;
    this.#unknown = rewriting.replacer('unknown');
    this.#id = rewriting.replacer('id');
  }

  breach(breach: Breach): void {
    const standIn = standInFor(breach);
    if (!standIn) return;
    this.output.add(standIn);
    if (breach !== 'csv.bom') this.cut = breach;
  }

  skipped(row: Row): void {
    if (!this.#rewriting.select) this.#putUnfitting(row);
  }

  row(row: Row): void {
    if (!this.#columns) this.#readHeader(row);
    else if (row.width !== this.#width) this.skipped(row);
    else if (this.#isKept(row)) {
      this.rows++;
      this.#put(row);
    }
  }

  #readHeader(row: Row): void {
    const names = Array.from({ length: row.width }, (_, cell) => row.text(cell));
    this.#width = row.width;
    const isHeader = names.some((name) => kindOf(this.#table, name) !== undefined);
    // A file without header begins with a person's data, as all of its rows are.
    this.#columns = names.map((name, at) => (isHeader ? this.#plan(name, at) : this.#unknownCell()));
    this.#key = names.findIndex((name) => name.trim().toLowerCase() === 'sourcedid');
    if (!isHeader) this.#put(row);
    else this.#copy(row);
  }

  #unknownCell(): PlannedCell {
    return { name: '', replace: this.#unknown, isItemKept: undefined };
  }

  #plan(name: string, at: number): PlannedCell | undefined {
    const kind = kindOf(this.#table, name) ?? (this.#rewriting.keepMetadata.has(name) ? 'kept' : undefined);
    if (kind === undefined) {
      this.dropped.push({ position: at + 1, ...(EXTENSION.test(name) && { name }) });
      return undefined;
    }
    this.#isByPerson ||= isByPerson(kind);
    return {
      name: name.trim().toLowerCase(),
      replace: this.#rewriting.replacer(kind),
      isItemKept: this.#rewriting.select?.isItemKept(this.#table, name.trim()),
    };
  }

  #isKept(row: Row): boolean {
    const { select } = this.#rewriting;
    return (
      select?.isKept(this.#table, (column) => {
        const at = this.#columns?.findIndex((planned) => planned?.name === column.toLowerCase()) ?? -1;
        return at < 0 ? '' : row.text(at);
      }) ?? true
    );
  }

  /** The header, without the columns that are left out. */
  #copy(row: Row): void {
    if (this.dropped.length === 0) this.output.slice(row.bytes, row.from, row.next);
    else this.#putKept(row, () => undefined);
  }

  #put(row: Row): void {
    const { bytes, starts, ends } = row;
    const person = this.#personOf(row);
    const replace = (cell: number): Content | undefined => {
      const planned = this.#columns?.[cell];
      const [start, end] = [starts[cell] as number, ends[cell] as number];
      if (!planned?.replace || start >= end) return undefined;
      const fewer = planned.isItemKept && keptItems(bytes, start, end, planned.isItemKept);
      if (!fewer) return planned.replace(bytes, start, end, person);
      return planned.replace(fewer, 0, fewer.length, person) ?? Content.of(fewer);
    };
    if (this.dropped.length > 0) this.#putKept(row, replace);
    else this.#putAll(row, replace);
  }

  /** A secret number of the person whose record it is; 0 where no cell needs it. */
  #personOf(row: Row): number {
    if (!this.#isByPerson) return 0;
    if (this.#key < 0 || this.#key >= row.width) return this.#rewriting.secret.digest(row.bytes, 0, 0);
    return this.#rewriting.secret.digest(
      row.bytes,
      row.starts[this.#key] as number,
      row.ends[this.#key] as number,
    );
  }

  #putAll(row: Row, replace: (cell: number) => Content | undefined): void {
    let from = row.from;
    for (let cell = 0; cell < row.width; cell++) {
      const replaced = replace(cell);
      if (!replaced) continue;
      this.output.slice(row.bytes, from, row.starts[cell] as number);
      this.output.add(replaced.bytes, replaced.length);
      from = row.ends[cell] as number;
    }
    this.output.slice(row.bytes, from, row.next);
  }

  #putKept(row: Row, replace: (cell: number) => Content | undefined): void {
    const { bytes, starts, ends, width } = row;
    let count = 0;
    let filled = 0;
    let from = row.from;
    for (let cell = 0; cell < width; cell++) {
      const to = behind(row, cell);
      if (this.#columns?.[cell] !== undefined || cell >= this.#width) {
        if (count++ > 0) this.output.add(COMMA);
        filled += to - from;
        const replaced = replace(cell);
        if (replaced) {
          this.output.slice(bytes, from, starts[cell] as number);
          this.output.add(replaced.bytes, replaced.length);
          this.output.slice(bytes, ends[cell] as number, to);
        } else this.output.slice(bytes, from, to);
      }
      from = to + 1;
    }
    // As wrong as it was: not by chance as wide as the header has become.
    const isFitting = width !== this.#width && count === this.#width - this.dropped.length;
    if (isFitting) this.output.add(COMMA);
    else if (count <= 1 && filled === 0) this.output.add(EMPTY_CELL); // not an empty line
    this.output.slice(bytes, behind(row, width - 1), row.next);
  }

  /** Its cells cannot be told apart, so each is replaced; the id stays one of the file's. */
  #putUnfitting(row: Row): void {
    const { bytes, starts, ends, width } = row;
    const replace = (cell: number): Content | undefined => {
      const [start, end] = [starts[cell] as number, ends[cell] as number];
      return start >= end ? undefined : (cell === this.#key ? this.#id : this.#unknown)(bytes, start, end, 0);
    };
    const isEmptyLine = width === 1 && starts[0] === ends[0];
    if (this.dropped.length === 0 || isEmptyLine) this.#putAll(row, replace);
    else this.#putKept(row, replace);
  }
}

/** Where the cell ends, its quote included. */
function behind(row: Row, cell: number): number {
  const end = row.ends[cell] as number;
  return row.quoted[cell] === 1 && row.bytes[end] === QUOTE && end < row.next ? end + 1 : end;
}

function keptItems(
  bytes: Buffer,
  start: number,
  end: number,
  isKept: (item: string) => boolean,
): Buffer | undefined {
  const list = bytes.toString('utf8', start, end).split(',');
  const kept = list.filter((item) => isKept(item.trim()));
  return kept.length === list.length ? undefined : Buffer.from(kept.join(','));
}
