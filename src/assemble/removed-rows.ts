/** The rows that vanished since the last good bundle, as a list on the disk: there may be a million of them. */
import { SCHOOL_COLUMNS } from '../compare/count-changes.js';
import type { DifferingRow } from '../compare/row-changes.js';
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

  constructor(path: string) {
    this.#file = new CsvFile(path, REMOVED_COLUMNS);
  }

  get path(): string {
    return this.#file.path;
  }

  put({ table, header, cells }: Omit<DifferingRow, 'kind'>): void {
    const cell = (name: string | undefined): string => cells[header.indexOf(name ?? '')] ?? '';
    const schools = (MORE_SCHOOL_COLUMNS[table] ?? []).map(cell).find((text) => text !== '') ?? '';
    const grade = table === 'users' ? cell('grades') : '';
    const number = cell(NUMBER_COLUMNS[table]);
    this.#file.put([table, cell('sourcedId'), number, schools.split(',')[0] ?? '', grade]);
  }

  close(): void {
    this.#file.close();
  }
}
