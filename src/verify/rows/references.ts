/** Follows references: does the row exist, and is it of the kind that the column requires? */
import type { Column, Table } from '../../oneroster/table.js';
import type { Row } from '../../csv/csv-reader.js';
import { hitCell } from '../cells/cells.js';
import { isRefused } from '../demands/demands.js';
import type { Tally } from '../catalogue/findings.js';
import { IdIndex } from '../memory/ids.js';
import {
  EXTENSION,
  FAULTY,
  UNRESOLVED,
  type Inquiry,
  type JudgedRow,
  type KnownTable,
  type RowRule,
} from '../memory/known.js';
import { NumberColumn } from '../memory/numbers.js';

export interface ReferenceJudge {
  /** The row number that the id names, or UNRESOLVED. */
  resolve(row: Row, cell: number, start: number, end: number): number;
  /** Looks up what could not be found before the whole file was read. */
  end(): void;
}

/** A column whose cells name rows, in the table that is being judged. */
export interface Reference {
  readonly table: Table;
  readonly column: Column;
  /** The table that it names. */
  readonly refers: string;
  readonly own: KnownTable;
  readonly inquiry: Inquiry;
  readonly at: JudgedRow;
  readonly rules: readonly RowRule[];
}

export function referenceJudge(reference: Reference): ReferenceJudge {
  const { table, column, refers, own, inquiry, at, rules } = reference;
  const target = refers === table.name ? own : inquiry.tables.get(refers);
  const tellItem = (found: number): void => {
    if (column.type === 'guidList') for (const rule of rules) rule.item?.(column.name, found);
  };
  if (!target) return absentTarget(reference);
  const dangling = inquiry.findings.tally('reference.dangling', table.file, column.name);
  const judgeKind = kindJudge(reference, target);
  const mayDangle = (): boolean => own.mode === 'delta' || target.mode === 'delta' || !target.whole;
  if (target === own) return new OwnReferences(reference, dangling, mayDangle);
  return {
    resolve(row, cell, start, end) {
      const found = target.ids.find(row.bytes, start, end);
      if (found < 0) {
        if (!mayDangle()) hitCell(dangling, at, row, cell);
        return UNRESOLVED;
      }
      judgeKind(found, row, cell);
      tellItem(found);
      return found;
    },
    end: () => undefined,
  };
}

/** The table that is named is not in the package: one finding, however many rows name it. */
function absentTarget({ table, refers, own, inquiry, at }: Reference): ReferenceJudge {
  const missing = missingFile(table, refers, inquiry);
  const isKnown = inquiry.present.has(refers) || isRefused(refers, inquiry) || table.needs.includes(refers);
  return {
    resolve() {
      if (own.mode !== 'delta' && !isKnown) missing.hit(at);
      return UNRESOLVED;
    },
    end: () => undefined,
  };
}

export function missingFile(table: Table, needed: string, { findings }: Inquiry): Tally {
  return findings.tallyOf(
    {
      code: 'reference.file-missing',
      severity: 'error',
      says: `${needed}.csv is missing, and this file requires it in a bulk package.`,
    },
    table.file,
  );
}

function kindJudge(
  reference: Reference,
  target: KnownTable,
): (found: number, row: Row, cell: number) => void {
  const { table, column, inquiry, at } = reference;
  const where = column.refersWhere;
  if (where?.column === 'roles.role') return roleJudge(reference);
  const kinds = inquiry.version.tables
    .find(({ name }) => name === target.name)
    ?.columns.find(({ name }) => name === where?.column);
  if (!where || !kinds) return () => undefined;
  const allowed = new Set(where.in.map((token) => kinds.of?.indexOf(token) ?? FAULTY));
  const remembered = target.recalledColumn(where.column);
  const tally = inquiry.findings.tally(
    where.strength === 'must' ? 'reference.wrong-kind' : 'reference.unusual-kind',
    table.file,
    column.name,
  );
  return (found, row, cell) => {
    const kind = remembered?.get(found) ?? FAULTY;
    // An ext: kind may be anything, and a faulty one has its own finding.
    if (kind !== EXTENSION && kind >= 0 && !allowed.has(kind)) hitCell(tally, at, row, cell);
  };
}

/** In 1.2 what a user is stands in roles.csv; its rules remember who is a student. */
function roleJudge({
  table,
  column,
  inquiry,
  at,
}: Reference): (found: number, row: Row, cell: number) => void {
  const roles = inquiry.tables.get('roles');
  const isStudent = inquiry.tables.get('users')?.recalled('isStudent');
  const tally = inquiry.findings.tally('reference.unusual-kind', table.file, column.name);
  if (!roles?.isComplete) return () => undefined;
  return (found, row, cell) => {
    if (isStudent?.get(found) !== 1) hitCell(tally, at, row, cell);
  };
}

/** References from row to row of one table wait until the whole file was read: a row may name a later one. */
class OwnReferences implements ReferenceJudge {
  /** Ids that no row had when they were named. */
  readonly #named = new IdIndex();
  readonly #owner = new NumberColumn(-1);
  /** The row that is named, or the bitwise complement of a number in `named`. */
  readonly #target = new NumberColumn(-1);
  readonly #line = new NumberColumn(0);
  #count = 0;

  constructor(
    private readonly reference: Reference,
    private readonly dangling: Tally,
    private readonly mayDangle: () => boolean,
  ) {}

  resolve(row: Row, _cell: number, start: number, end: number): number {
    const known = this.reference.own.ids.find(row.bytes, start, end);
    this.#target.set(this.#count, known >= 0 ? known : this.#name(row, start, end));
    this.#owner.set(this.#count, this.reference.at.id);
    this.#line.set(this.#count, this.reference.at.line);
    this.#count++;
    return UNRESOLVED;
  }

  #name(row: Row, start: number, end: number): number {
    const number = this.#named.add(row.bytes, start, end);
    return number < 0 ? number : ~number;
  }

  end(): void {
    const { own, column, rules } = this.reference;
    const { ids } = own;
    for (let each = 0; each < this.#count; each++) {
      const number = this.#target.get(each);
      const owner = this.#owner.get(each);
      const line = this.#line.get(each);
      const target = number >= 0 ? number : ids.findIn(this.#named, ~number);
      if (target >= 0) for (const rule of rules) rule.related?.(column.name, owner, target, line);
      else if (!this.mayDangle()) {
        const at = { line, sourcedId: () => (owner < 0 ? undefined : ids.text(owner)) };
        this.dangling.hit(at, () => this.#named.text(~number));
      }
    }
  }
}
