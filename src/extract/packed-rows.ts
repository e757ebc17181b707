/**
 * Rows on their way from one thread to another: columns of numbers and flags as the bytes of typed arrays, which move instead
 * of being copied, columns of text as one string and the lengths of its parts. What is none of these travels as it is.
 * Rows come out as they went in.
 */
import type { RawColumns, RawRow } from './source.js';

type PackedColumn =
  | { readonly kind: 'numbers'; readonly values: Float64Array<ArrayBuffer> }
  | { readonly kind: 'flags'; readonly values: Int8Array<ArrayBuffer> }
  | { readonly kind: 'text'; readonly text: string; readonly lengths: Int32Array<ArrayBuffer> }
  | { readonly kind: 'other'; readonly values: readonly unknown[] };

export interface PackedRows {
  readonly count: number;
  readonly columns: readonly PackedColumn[];
}

export function packRows(rows: readonly RawRow[]): PackedRows {
  const width = rows[0]?.length ?? 0;
  return { count: rows.length, columns: Array.from({ length: width }, (_, at) => packColumn(rows, at)) };
}

/** What moves with the rows: behind it the packed ones are empty here. */
export function movablesOf({ columns }: PackedRows): ArrayBuffer[] {
  return columns.flatMap((column) => {
    if (column.kind === 'other') return [];
    return [column.kind === 'text' ? column.lengths.buffer : column.values.buffer];
  });
}

export function unpackRows(packed: PackedRows): RawRow[] {
  const columns = unpackColumns(packed).columns.map((column) => column.values());
  return Array.from({ length: packed.count }, (_, row) => columns.map((values) => values[row]));
}

export function unpackColumns({ count, columns }: PackedRows): RawColumns {
  return { count, columns: columns.map((column) => ({ values: () => unpackColumn(column) })) };
}

/** The kind of the first value that is not null decides; one of another kind makes the column an ordinary array. */
function packColumn(rows: readonly RawRow[], at: number): PackedColumn {
  const sample = rows.find((row) => row[at] !== null)?.[at];
  const packed =
    typeof sample === 'string'
      ? packText(rows, at)
      : typeof sample === 'boolean'
        ? packFlags(rows, at)
        : packNumbers(rows, at);
  return packed ?? { kind: 'other', values: rows.map((row) => row[at]) };
}

function packNumbers(rows: readonly RawRow[], at: number): PackedColumn | undefined {
  const values = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) {
    const value = rows[index]?.[at];
    if (value === null) values[index] = NaN;
    else if (typeof value === 'number' && !Number.isNaN(value)) values[index] = value;
    else return undefined;
  }
  return { kind: 'numbers', values };
}

function packFlags(rows: readonly RawRow[], at: number): PackedColumn | undefined {
  const values = new Int8Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) {
    const value = rows[index]?.[at];
    if (value === null) values[index] = -1;
    else if (typeof value === 'boolean') values[index] = value ? 1 : 0;
    else return undefined;
  }
  return { kind: 'flags', values };
}

function packText(rows: readonly RawRow[], at: number): PackedColumn | undefined {
  const lengths = new Int32Array(rows.length);
  const parts: string[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    const value = rows[index]?.[at];
    if (value === null) lengths[index] = -1;
    else if (typeof value === 'string') {
      lengths[index] = value.length;
      parts.push(value);
    } else return undefined;
  }
  return { kind: 'text', text: parts.join(''), lengths };
}

function unpackColumn(column: PackedColumn): readonly unknown[] {
  switch (column.kind) {
    case 'numbers':
      return Array.from(column.values, (value) => (Number.isNaN(value) ? null : value));
    case 'flags':
      return Array.from(column.values, (value) => (value < 0 ? null : value === 1));
    case 'text':
      return unpackText(column.text, column.lengths);
    case 'other':
      return column.values;
  }
}

function unpackText(text: string, lengths: Int32Array): readonly unknown[] {
  let from = 0;
  return Array.from(lengths, (length) => (length < 0 ? null : text.slice(from, (from += length))));
}
