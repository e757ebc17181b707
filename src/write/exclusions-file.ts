/** The list of excluded records, for people: kind, id, rule code and the facts behind it. No names. */
import { CsvFile } from './csv-file.js';

const HEADER = ['kind', 'id', 'rule', 'facts'] as const;

export type ExclusionFacts = Readonly<Record<string, string | number | boolean | null>>;

export class ExclusionsFile {
  readonly #file: CsvFile;
  readonly #counts = new Map<string, number>();

  constructor(path: string) {
    this.#file = new CsvFile(path, HEADER);
  }

  get path(): string {
    return this.#file.path;
  }

  /** Excluded records by rule code. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  put(kind: string, id: number | string, code: string, facts: ExclusionFacts): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    this.#file.put([kind, String(id), code, inWords(facts)]);
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
