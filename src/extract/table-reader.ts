/** Reads a table of the SIS once, into one snapshot or several: cells decoded, faults counted, each row that repeats left out. */
import type { Knex } from 'knex';
import { inSis } from '../campus/mapping.js';
import { sisTable, type SisTableName } from '../campus/tables.js';
import type { Notices } from '../model/notices.js';
import { snapshotColumns, type ReadTable, type Snapshot } from '../snapshot/snapshot.js';
import { requireAllRows } from './all-rows.js';
import { isComparedAsNumber, isDeclaredNumeric } from './column-types.js';
import { decodeColumn, type DecodedColumn } from './decode.js';
import { declaredColumnOf, sisTableOf, type DeclaredColumn } from './declared.js';
import { foundColumnOf, type Names } from './names.js';
import { filledQuery } from './queries.js';
import type { ReadFaults } from './read-faults.js';
import { sieve, type CopyOptions, type DecodedBatch } from './sieve.js';
import { reading } from './source-fault.js';
import type { RawColumn, SisView } from './source.js';

export interface ReadRequest {
  /** The name of the source for people. */
  readonly label: string;
  readonly notices: Notices;
  readonly onTable?: (table: string, rows: number) => void;
  readonly onBatch?: () => Promise<void>;
}

/** A snapshot that takes rows of a table. */
export interface Target {
  readonly snapshot: Snapshot;
  readonly options: CopyOptions;
  /** Receives a key that several rows have although they differ. */
  readonly onRepeated?: (id: number) => void;
  /** Where the query has columns beyond those of the snapshot: which it takes, the snapshot's first, and how the others are called. */
  readonly picks?: { readonly columns: readonly number[]; readonly names: readonly string[] };
}

export interface TableRead {
  readonly table: ReadTable;
  readonly query: Knex.QueryBuilder;
  readonly targets: readonly Target[];
  /** The columns of the query by their names in the snapshot; by default the snapshot's. */
  readonly columns?: readonly string[];
}

interface ReadColumn {
  readonly column: DeclaredColumn;
  /** A text column of the SIS that is one of numbers in this database. */
  readonly isNumeric: boolean;
  readonly isCounted: boolean;
}

interface Taken {
  readonly take: (batch: DecodedBatch) => void;
  readonly twins: () => number;
  readonly unique: string;
}

export class TableReader {
  constructor(
    readonly view: SisView,
    readonly names: Names,
    readonly faults: ReadFaults,
    private readonly request: ReadRequest,
  ) {}

  /** Gives the number of rows that the query has. */
  async read({ table, query, targets, columns: names = snapshotColumns(table) }: TableRead): Promise<number> {
    const columns = this.#columnsOf(table, names);
    const takers = targets.map((target) => this.#taker(table, target));
    let rows = 0;
    const batches = reading(this.#inWords(table), this.view.readColumns(query));
    for await (const { count, columns: raw } of batches) {
      await this.request.onBatch?.();
      const batch = { count, columns: raw.map((cells, at) => this.#decoded(cells, columns[at])) };
      for (const { take } of takers) take(batch);
      rows += count;
    }
    await requireAllRows(this, this.#inWords(table), query, rows);
    for (const { twins, unique } of takers) if (twins() > 0) await this.#noticeTwins(table, unique, twins());
    this.request.onTable?.(sisTableOf(table), rows);
    return rows;
  }

  #taker(table: ReadTable, { snapshot, options, onRepeated, picks }: Target): Taken {
    const append = snapshot.appender(table);
    const { notices } = this.request;
    const order = this.#numbersOfOrder(table);
    const [first = ''] = order;
    const names = snapshotColumns(table);
    let twins = 0;
    const sift = sieve([...names, ...(picks?.names ?? [])], options, order, {
      onTwin: () => (twins += 1),
      onDifferingTwin: (id) => onRepeated?.(id),
      onKeyless: () => {
        notices.add(
          'row-without-id',
          'warning',
          `${this.#inWords(table)} has rows without ${first}; they are excluded.`,
        );
      },
      onDisorder: () => {
        this.faults.isOutOfOrder(declaredColumnOf(table, first, this.names.tables).path);
      },
    });
    const take = (batch: DecodedBatch): void => {
      const { rows, columns } = sift(picks === undefined ? batch : picked(batch, picks.columns));
      append({ rows, columns: columns.slice(0, names.length) });
    };
    return { take, twins: () => twins, unique: options.unique?.column ?? '' };
  }

  #inWords(table: ReadTable): string {
    return inSis(this.names.tables, sisTableOf(table));
  }

  /** What is read twice is counted once. */
  #columnsOf(table: ReadTable, names: readonly string[]): readonly ReadColumn[] {
    return names.map((name) => {
      const column = declaredColumnOf(table, name, this.names.tables);
      const found = foundColumnOf(this.names, column.table, column);
      return {
        column,
        isNumeric: found?.isNumeric === true && !isDeclaredNumeric(column),
        isCounted: table !== BY_STUDENT,
      };
    });
  }

  #decoded(cells: RawColumn, read: ReadColumn | undefined): DecodedColumn {
    if (read === undefined) throw new Error('more columns than were selected');
    const { column, isNumeric, isCounted } = read;
    const decoded = decodeColumn(cells, column.type, { isNumeric, isName: column.isName === true });
    if (isCounted && decoded.json === undefined) this.faults.add(column, decoded);
    return decoded;
  }

  /** The ids that the rows are sorted by, as far as this database has them. */
  #numbersOfOrder(table: ReadTable): readonly string[] {
    if (table === 'OtherYearStudent') return ['personID'];
    const order = table === BY_STUDENT ? BY_STUDENT_ORDER : sisTable(sisTableOf(table)).order;
    const isNumber = (name: string): boolean => isComparedAsNumber(declaredColumnOf(table, name));
    const end = order.findIndex((name) => !isNumber(name));
    return end < 0 ? order : order.slice(0, end);
  }

  /** A person's row is made of three tables: the notice names the one that repeats. */
  async #noticeTwins(table: ReadTable, unique: string, twins: number): Promise<void> {
    const keys = table === 'Person' ? PERSON_KEYS : [];
    let name: string = this.#inWords(table);
    for (const [part, key] of keys) {
      for await (const [row] of this.view.read(filledQuery(this.names, part, key)))
        if (Number(row?.[0]) > Number(row?.[1])) name = inSis(this.names.tables, part);
    }
    this.request.notices.add(
      'duplicate-row',
      'warning',
      `${name} has several rows for one ${unique}; the first is used.`,
      twins,
    );
  }
}

const picked = ({ count, columns }: DecodedBatch, wanted: readonly number[]): DecodedBatch => ({
  count,
  columns: wanted.flatMap((at) => columns[at] ?? []),
});

export const BY_STUDENT = 'RelatedPairByStudent';
export const BY_STUDENT_ORDER: readonly string[] = ['personID1', 'personID2'];

const PERSON_KEYS: readonly (readonly [SisTableName, string])[] = [
  ['Person', 'personID'],
  ['Identity', 'identityID'],
  ['Contact', 'personID'],
];
