/**
 * Checks one file, row by row.
 * Takes the rows of a table's file. Returns findings, and what later tables need: ids and a few facts.
 * Keeps nothing else of a row.
 */
import type { Column, Table } from '../oneroster/table.js';
import { cellJudge, hitCell, type CellJudge, type CellPlace } from './cells/cells.js';
import { ENDING, type Breach, type CsvListener, type Row } from '../csv/csv-reader.js';
import { demandsOf } from '../profiles/profile.js';
import { extensionName, readHeader } from './cells/header.js';
import { demandTally, mayBeHeaderOnly, quotingJudge } from './demands/demands.js';
import {
  BLANK,
  rememberedOf,
  type Inquiry,
  type JudgedRow,
  type KnownTable,
  type RememberedColumn,
  type RowRule,
} from './memory/known.js';
import type { IdIndex, IdKeeper } from './memory/ids.js';
import { listJudge } from './cells/lists.js';
import { referenceJudge, type ReferenceJudge } from './rows/references.js';
import type { Tally } from './catalogue/findings.js';
import { UniqueIds } from './memory/unique-ids.js';

/** Breaches by which the text of later rows may have become that of one cell. */
const SWALLOWING: ReadonlySet<Breach> = new Set<Breach>(['csv.text-after-quote', 'csv.line-break-in-cell']);

interface ColumnJudge {
  readonly column: Column;
  readonly position: number;
  readonly cell: number;
  readonly judge: CellJudge;
  readonly reference: ReferenceJudge | undefined;
  readonly required: Tally | undefined;
  /** For status and dateLastModified: which filling is wrong depends on the mode. */
  readonly isLifecycle: boolean;
}

export class TableJudge implements CsvListener, JudgedRow {
  readonly known: KnownTable;
  readonly facts: Float64Array;
  id = -1;
  line = 0;
  isDeleted = false;

  readonly #table: Table;
  readonly #inquiry: Inquiry;
  readonly #rules: readonly RowRule[];
  readonly #ids: IdKeeper;
  readonly #statusPosition: number;
  readonly #keyPosition: number;
  readonly #duplicate: Tally;
  readonly #fieldCount: Tally;
  readonly #filledInBulk: Tally[];
  readonly #blankInDelta: Tally[];
  readonly #breaches = new Map<Breach, Tally>();
  readonly #judgeQuotes: ((row: Row) => void) | undefined;
  #columns: readonly ColumnJudge[] = [];
  #extensions: readonly { readonly cell: number; readonly judge: CellJudge }[] = [];
  #remembered: readonly { readonly position: number; readonly name: RememberedColumn }[] = [];
  #row: Row | undefined;
  #width = 0;
  #keyCell = -1;
  #mayHaveSwallowed = false;
  #state: 'header' | 'rows' | 'given-up' = 'header';

  constructor(table: Table, known: KnownTable, inquiry: Inquiry, rules: readonly RowRule[]) {
    this.#table = table;
    this.#inquiry = inquiry;
    this.#rules = rules;
    this.#ids = idKeeper(table, known, inquiry);
    this.known = known;
    this.facts = new Float64Array(table.columns.length).fill(BLANK);
    this.#keyPosition = table.columns.findIndex(({ name }) => name === 'sourcedId');
    this.#statusPosition = table.columns.findIndex(({ name }) => name === 'status');
    this.#judgeQuotes = quotingJudge(inquiry);
    const { findings } = inquiry;
    this.#duplicate = findings.tally('reference.duplicate-id', table.file, 'sourcedId');
    this.#fieldCount = findings.tally('csv.field-count', table.file);
    this.#filledInBulk = table.columns.map(({ name }) =>
      findings.tally('lifecycle.filled-in-bulk', table.file, name),
    );
    this.#blankInDelta = table.columns.map(({ name }) =>
      findings.tally('lifecycle.blank-in-delta', table.file, name),
    );
  }

  sourcedId(): string | undefined {
    return this.#keyCell < 0 ? undefined : this.#row?.text(this.#keyCell);
  }

  text(position: number): string {
    const cell = this.#columns.find((column) => column.position === position)?.cell;
    return cell === undefined ? '' : (this.#row?.text(cell) ?? '');
  }

  breach(breach: Breach, line: number): void {
    const { known } = this;
    if (ENDING.has(breach) || breach === 'csv.cell-too-long') known.whole = false;
    if (SWALLOWING.has(breach)) this.#mayHaveSwallowed = true;
    const tally = this.#breaches.get(breach) ?? this.#inquiry.findings.tally(breach, this.#table.file);
    this.#breaches.set(breach, tally);
    tally.hit({ line, sourcedId: () => undefined });
  }

  row(row: Row): void {
    this.#judgeQuotes?.(row);
    if (this.#state === 'rows') this.#judgeRow(row);
    else if (this.#state === 'header') this.#judgeHeader(row);
    this.#mayHaveSwallowed = false;
  }

  end(): void {
    if (this.#state === 'header' && this.known.whole) {
      this.#inquiry.findings.tally('header.absent', this.#table.file).hit();
      this.known.whole = false;
    } else if (this.#state === 'rows') {
      const isEmpty = this.known.rows === 0 && this.known.whole;
      if (isEmpty && !mayBeHeaderOnly(this.#table.name, this.#inquiry)) {
        this.#inquiry.findings.tally('csv.header-only', this.#table.file).hit();
      }
      for (const { reference } of this.#columns) reference?.end();
      for (const rule of this.#rules) rule.end?.();
    }
  }

  #judgeHeader(row: Row): void {
    const names = Array.from({ length: row.width }, (_, cell) => row.text(cell));
    const header = readHeader(names, this.#table, this.#inquiry.version.version, this.#inquiry.findings);
    if (!header) {
      this.#state = 'given-up';
      this.known.whole = false;
      return;
    }
    this.#state = 'rows';
    if (header.metadata.length > 0) {
      for (const demand of demandsOf(this.#inquiry.demands, 'no-metadata')) {
        demandTally(this.#inquiry.findings, demand, this.#table.file).hit();
      }
    }
    this.#width = header.width;
    this.#keyCell = header.cells[this.#keyPosition] ?? -1;
    if (this.#keyCell < 0) this.known.whole = false;
    this.#columns = this.#table.columns.flatMap((column, position) => {
      const cell = header.cells[position] ?? -1;
      return cell < 0 ? [] : [this.#columnJudge(column, position, cell)];
    });
    this.#extensions = header.metadata.map((cell) => {
      const column: Column = { name: extensionName(names[cell] ?? '', cell), type: 'string' };
      return { cell, judge: cellJudge(column, this.#cellPlace) };
    });
    const remembered = rememberedOf(this.#table.name);
    this.#remembered = this.#columns.flatMap(({ column, position }) => {
      const name = remembered.find((each) => each === column.name);
      return name === undefined ? [] : [{ position, name }];
    });
  }

  get #cellPlace(): CellPlace {
    const { findings, version } = this.#inquiry;
    return { file: this.#table.file, version: version.version, findings, at: this };
  }

  #columnJudge(column: Column, position: number, cell: number): ColumnJudge {
    const { findings } = this.#inquiry;
    const place = this.#cellPlace;
    const reference =
      column.refers === undefined
        ? undefined
        : referenceJudge({
            table: this.#table,
            column,
            refers: column.refers,
            own: this.known,
            inquiry: this.#inquiry,
            at: this,
            rules: this.#rules,
          });
    const isList = column.type.endsWith('List');
    const onItem = reference ? reference.resolve.bind(reference) : undefined;
    return {
      column,
      position,
      cell,
      judge: isList ? listJudge(column, place, onItem) : cellJudge(column, place),
      reference,
      required:
        column.required === 'always'
          ? findings.tally('cell.required', this.#table.file, column.name)
          : undefined,
      isLifecycle: column.required === 'delta',
    };
  }

  #judgeRow(row: Row): void {
    const { known, facts } = this;
    known.rows++;
    this.#row = row;
    this.line = row.line;
    this.id = -1;
    if (this.#keyCell >= 0 && this.#keyCell < row.width && !row.isBlank(this.#keyCell)) {
      this.#enter(row, this.#keyCell);
    }
    if (row.width !== this.#width) {
      this.#fieldCount.hit(this);
      this.#leaveUnjudged();
      return;
    }
    for (const each of this.#columns) {
      const start = row.starts[each.cell] ?? 0;
      const end = row.ends[each.cell] ?? 0;
      facts[each.position] = each.isLifecycle
        ? this.#lifecycle(each, row, start, end)
        : start === end
          ? this.#blank(each)
          : this.#filled(each, row, start, end);
    }
    for (const { cell, judge } of this.#extensions) {
      const start = row.starts[cell] ?? 0;
      const end = row.ends[cell] ?? 0;
      if (start < end) judge(row, cell, start, end);
    }
    if (this.id >= 0) {
      for (const { position, name } of this.#remembered)
        known.column(name).set(this.id, facts[position] ?? BLANK);
    }
    this.isDeleted = known.mode === 'delta' && facts[this.#statusPosition] === 1;
    for (const rule of this.#rules) rule.row?.(this);
  }

  /** A row of the wrong width is the cause; what other rows miss because of it would be its effects. */
  #leaveUnjudged(): void {
    this.known.torn = true;
    if (this.#keyCell !== 0 || this.#mayHaveSwallowed) this.known.whole = false;
  }

  #enter(row: Row, cell: number): void {
    const id = this.#ids.add(row.bytes, row.starts[cell] ?? 0, row.ends[cell] ?? 0);
    if (id >= 0) this.id = id;
    else this.#duplicate.hit(this);
  }

  #blank(column: ColumnJudge): number {
    column.required?.hit(this);
    return column.column.type === 'float' ? NaN : BLANK;
  }

  #filled(column: ColumnJudge, row: Row, start: number, end: number): number {
    const fact = column.judge(row, column.cell, start, end);
    if (!column.reference || column.column.type === 'guidList' || fact < 0) return fact;
    return column.reference.resolve(row, column.cell, start, end);
  }

  #lifecycle(column: ColumnJudge, row: Row, start: number, end: number): number {
    // If the manifest does not list the mode, the first row decides it.
    this.known.mode ??= start === end ? 'bulk' : 'delta';
    if (this.known.mode === 'delta') {
      if (start < end) return column.judge(row, column.cell, start, end);
      this.#blankInDelta[column.position]?.hit(this);
    } else if (start < end) {
      const tally = this.#filledInBulk[column.position];
      if (tally) hitCell(tally, this, row, column.cell);
    }
    return BLANK;
  }
}

/** Row numbers are needed only if other rows refer to them; otherwise it is enough to find duplicate ids. */
function idKeeper(table: Table, known: KnownTable, { version, tables }: Inquiry): IdKeeper {
  const isReferred = version.tables.some(({ columns }) =>
    columns.some(({ refers }) => refers === table.name),
  );
  if (isReferred) return known.ids;
  const idsOf = (column: Column | undefined): IdIndex | undefined => tables.get(column?.refers ?? '')?.ids;
  const needed = table.columns.filter(
    ({ refers, required }) => refers !== undefined && required === 'always',
  );
  return new UniqueIds({
    whole: idsOf(table.columns.find(({ name }) => name === 'sourcedId')),
    first: idsOf(needed[0]),
    last: idsOf(needed.at(-1)),
  });
}
