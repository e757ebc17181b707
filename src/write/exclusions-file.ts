/** The list of excluded records, for people: kind, id, rule code and the facts behind it; then what a clerk searches Campus by. No names of people. */
import { CsvFile } from './csv-file.js';

/** A promise to programs that read the list: later columns are appended at the end. */
const COLUMNS = ['kind', 'id', 'rule', 'facts'] as const;

/** `section`: course and section number, or that of a course. */
const CLERK_COLUMNS = [
  'studentNumber',
  'staffNumber',
  'section',
  'schoolNumber',
  'schoolName',
  'sentence',
  'screen',
] as const;

type CellsOf<Columns extends readonly string[]> = { readonly [At in keyof Columns]: string };

export type ClerkCells = CellsOf<typeof CLERK_COLUMNS>;

export type ExclusionFacts = Readonly<Record<string, string | number | boolean | null>>;

export interface ExcludedRecord {
  readonly kind: string;
  readonly id: number | string;
  readonly code: string;
  readonly facts: ExclusionFacts;
}

export class ExclusionsFile {
  readonly #file: CsvFile;
  readonly #counts = new Map<string, number>();

  constructor(path: string) {
    this.#file = new CsvFile(path, [...COLUMNS, ...CLERK_COLUMNS]);
  }

  get path(): string {
    return this.#file.path;
  }

  /** Excluded records by rule code. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  put({ kind, id, code, facts }: ExcludedRecord, clerk: ClerkCells): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    this.#file.put([kind, String(id), code, inWords(facts), ...clerk]);
  }

  close(): void {
    this.#file.close();
  }
}

/** `enrollmentID=12; endDate=2026-09-30`; an empty fact has its name and no value. */
function inWords(facts: ExclusionFacts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .join('; ');
}
