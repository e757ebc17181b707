/** Judges the header of a file, and finds the cell of each column by the header, so that one fault is one finding. */
import type { Table } from '../../oneroster/table.js';
import type { CheckCode } from '../catalogue/checks.js';
import type { Findings } from '../catalogue/findings.js';

export interface HeaderReading {
  /** By the position of the column in the table: the cell in the row, or -1. */
  readonly cells: readonly number[];
  readonly width: number;
  /** Cells of `metadata.*` columns. */
  readonly metadata: readonly number[];
}

const EXTENSION = /^metadata\..+$/;
/** Columns of the first release of a version that its correction took out. */
const RETIRED: Readonly<Record<string, readonly string[]>> = { '1.2 users': ['resourceSourcedIds'] };

/** Undefined when the first row is no header at all. */
export function readHeader(
  names: readonly string[],
  table: Table,
  version: '1.1' | '1.2',
  findings: Findings,
): HeaderReading | undefined {
  const { file } = table;
  const at = { line: 1, sourcedId: () => undefined };
  const retired = RETIRED[`${version} ${table.name}`] ?? [];
  const byName = new Map(table.columns.map((column, position) => [column.name, position]));
  const byLooseName = new Map(table.columns.map((column, position) => [loose(column.name), position]));
  const cells = table.columns.map(() => -1);
  const metadata: number[] = [];
  const unknown: number[] = [];
  const repeated: number[] = [];
  const seen = new Set<string>();
  let last = -1;
  const backwards: number[] = [];
  // An unknown name may be a child's, in a file without header. So findings have positions, and the name only as a value.
  const hitColumns = (code: CheckCode, found: readonly number[]): void => {
    for (const cell of found) findings.tally(code, file, positions(found)).hit(at, () => names[cell]);
  };
  names.forEach((name, cell) => {
    const position = byName.get(name) ?? byLooseName.get(loose(name));
    if (position !== undefined) {
      const column = table.columns[position]?.name;
      if (column !== name) findings.tally('header.spelling', file, column).hit(at, () => name);
      if (metadata.length > 0) findings.tally('header.metadata-not-last', file, column).hit(at);
      if (cells[position] !== -1) findings.tally('header.duplicate-column', file, column).hit(at);
      else {
        cells[position] = cell;
        if (position < last) backwards.push(cell);
        last = Math.max(last, position);
      }
    } else if (retired.includes(name)) findings.tally('header.retired-column', file, name).hit(at);
    else if (EXTENSION.test(name)) {
      metadata.push(cell);
      if (seen.has(name)) repeated.push(cell);
    } else unknown.push(cell);
    seen.add(name);
  });
  if (!cells.some((cell) => cell >= 0)) {
    findings.tally('header.absent', file).hit(at);
    return undefined;
  }
  if (backwards.length > 0) findings.tally('header.order', file).hit(at);
  hitColumns('header.unknown-column', unknown);
  hitColumns('header.duplicate-column', repeated);
  table.columns.forEach(({ name }, position) => {
    if (cells[position] === -1) findings.tally('header.missing-column', file, name).hit(at);
  });
  return { cells, width: names.length, metadata };
}

const PLAIN_EXTENSION = /^metadata\.[\w.-]{1,60}$/;

/** In findings; the position where the name could be anything. */
export const extensionName = (name: string, cell: number): string =>
  PLAIN_EXTENSION.test(name) ? name : `#${cell + 1}`;

const POSITIONS = 5;

/** However many columns are wrong in one way, they are one finding. */
function positions(cells: readonly number[]): string {
  const named = cells.slice(0, POSITIONS).map((cell) => `#${cell + 1}`);
  return `${named.join(', ')}${cells.length > POSITIONS ? ' …' : ''}`;
}

function loose(name: string): string {
  return name.trim().toLowerCase();
}
