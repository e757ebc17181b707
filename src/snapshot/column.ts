/**
 * How a column of a block is kept, and read again: what `unpackColumn` gives is what `packColumn` took, cell by cell.
 *
 * | cells | kept as |
 * | --- | --- |
 * | all empty, as many columns are | nothing |
 * | whole numbers | numbers of as many bytes as the largest needs |
 * | a few texts again and again, as days | a byte per cell, and the list of the texts |
 * | other | the text of a JSON array |
 *
 * The large tables are ids and days, of which JSON takes three times the time and the room.
 */
export type SnapshotCell = string | number | null;

/** The cells of a column, or the text of their JSON array where that is known already. */
export type BlockColumn = readonly SnapshotCell[] | string;

export type StoredColumn = Buffer | string | null;

/** The last byte of a buffer: the place of its width in this list, or TEXTS. The lowest number of each stands for an empty cell. */
const WIDTHS = [
  { Numbers: Int8Array, empty: -(2 ** 7) },
  { Numbers: Int16Array, empty: -(2 ** 15) },
  { Numbers: Int32Array, empty: -(2 ** 31) },
  { Numbers: Float64Array, empty: -Infinity },
] as const;
const TEXTS = WIDTHS.length;

/** A code of a text has a byte, and 0 is an empty cell. */
const MOST_TEXTS = 255;
/** A list of more texts than this share of the cells saves little. */
const TEXTS_PER_CELL = 1 / 4;

export function packColumn(column: BlockColumn, rows: number): StoredColumn {
  if (typeof column === 'string') return isBlank(column, rows) ? null : column;
  if (column.every((cell) => cell === null)) return null;
  return packedNumbers(column) ?? packedTexts(column) ?? asciiJson(column);
}

/** Null: all cells are empty. */
export function unpackColumn(stored: StoredColumn, rows: number): readonly SnapshotCell[] | null {
  if (stored === null) return null;
  if (typeof stored === 'string') return JSON.parse(stored) as SnapshotCell[];
  const width = WIDTHS[stored[stored.length - 1] ?? TEXTS];
  if (width === undefined) return unpackedTexts(stored, rows);
  const { Numbers, empty } = width;
  const numbers = new Numbers(bytesOf(stored), 0, rows);
  const cells = new Array<number | null>(rows);
  for (let at = 0; at < rows; at += 1) {
    const number = numbers[at] ?? empty;
    cells[at] = number === empty ? null : number;
  }
  return cells;
}

/** Typed arrays begin at a multiple of their width only. */
function bytesOf({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  const bytes = byteOffset === 0 ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  return bytes as ArrayBuffer;
}

function packedNumbers(cells: readonly SnapshotCell[]): Buffer | undefined {
  let [least, most] = [0, 0];
  for (const cell of cells) {
    if (cell === null) continue;
    if (!Number.isSafeInteger(cell)) return undefined;
    if ((cell as number) < least) least = cell as number;
    else if ((cell as number) > most) most = cell as number;
  }
  const kind = WIDTHS.findIndex(({ empty }) => least > empty && most < -empty);
  const { Numbers, empty } = WIDTHS[kind] ?? WIDTHS[3];
  const numbers = new Numbers(cells.length);
  cells.forEach((cell, at) => {
    numbers[at] = cell === null ? empty : (cell as number);
  });
  const packed = Buffer.allocUnsafe(numbers.byteLength + 1);
  packed.set(new Uint8Array(numbers.buffer));
  packed[numbers.byteLength] = kind;
  return packed;
}

function packedTexts(cells: readonly SnapshotCell[]): Buffer | undefined {
  const most = Math.min(MOST_TEXTS, cells.length * TEXTS_PER_CELL);
  const codes = new Map<string, number>();
  const coded = new Uint8Array(cells.length);
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at] ?? null;
    if (cell === null) continue;
    if (typeof cell !== 'string') return undefined;
    let code = codes.get(cell);
    if (code === undefined) {
      if (codes.size >= most) return undefined;
      code = codes.size + 1;
      codes.set(cell, code);
    }
    coded[at] = code;
  }
  const texts = Buffer.from(asciiJson([...codes.keys()]), 'latin1');
  return Buffer.concat([coded, texts, Buffer.of(TEXTS)]);
}

function unpackedTexts(stored: Buffer, rows: number): readonly (string | null)[] {
  const texts = JSON.parse(stored.toString('latin1', rows, stored.length - 1)) as (string | null)[];
  texts.unshift(null); // the empty cell
  const cells = new Array<string | null>(rows);
  for (let at = 0; at < rows; at += 1) cells[at] = texts[stored[at] ?? 0] ?? null;
  return cells;
}

const lengthOfBlanks = (rows: number): number => 'null,'.length * rows + 1;

const isBlank = (json: string, rows: number): boolean =>
  json.length === lengthOfBlanks(rows) && /^\[(?:null,?)*\]$/.test(json);

/** One name with a letter beyond Latin-1 would make V8 keep and parse the whole column in two bytes a character. */
function asciiJson(cells: readonly SnapshotCell[]): string {
  return JSON.stringify(cells).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
