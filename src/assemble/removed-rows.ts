/** The rows that vanished since the last good bundle, as a list on the disk: there may be a million of them. */
import { SCHOOL_COLUMNS } from '../compare/count-changes.js';
import type { DifferingRow } from '../compare/row-changes.js';
import type { CellValue } from '../model/settings.js';
import { CsvFile } from '../write/csv-file.js';

/** In the order of the columns. */
export const REMOVED_COLUMNS = ['file', 'sourcedId', 'number', 'school', 'grade'] as const;

/** The column that people know a record by. */
const NUMBER_COLUMNS: Readonly<Record<string, string>> = {
  users: 'identifier',
  classes: 'classCode',
  courses: 'courseCode',
  orgs: 'identifier',
};

const MORE_SCHOOL_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  ...SCHOOL_COLUMNS,
  users: ['primaryOrgSourcedId', 'orgSourcedIds'],
  courses: ['orgSourcedId'],
  roles: ['orgSourcedId'],
  orgs: ['sourcedId'],
};

export class RemovedRows {
  readonly #file: CsvFile;

  /** A cell of `values` is left empty here: it can have personal data. */
  constructor(
    path: string,
    private readonly values: readonly Pick<CellValue, 'table' | 'column'>[] = [],
  ) {
    this.#file = new CsvFile(path, REMOVED_COLUMNS);
  }

  get path(): string {
    return this.#file.path;
  }

  put({ table, header, cells }: Omit<DifferingRow, 'kind'>): void {
    const cell = (name: string | undefined): string => cells[header.indexOf(name ?? '')] ?? '';
    const schools = (MORE_SCHOOL_COLUMNS[table] ?? []).map(cell).find((text) => text !== '') ?? '';
    const grade = table === 'users' ? cell('grades') : '';
    const column = NUMBER_COLUMNS[table];
    const isOther = this.values.some((value) => value.table === table && value.column === column);
    const number = isOther ? '' : cell(column);
    this.#file.put([table, cell('sourcedId'), number, schools.split(',')[0] ?? '', grade]);
  }

  close(): void {
    this.#file.close();
  }
}
