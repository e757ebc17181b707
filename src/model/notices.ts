/** A structured remark on the data: carried on with, counted, and shown in the summary. Never a person's data. */
export interface Notice {
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly count: number;
}

/** Gathers notices: the same code twice is one notice with a higher count and the first message. */
export class Notices {
  readonly #byCode = new Map<string, Notice>();

  add(code: string, severity: Notice['severity'], message: string, count = 1): void {
    const known = this.#byCode.get(code);
    this.#byCode.set(
      code,
      known ? { ...known, count: known.count + count } : { code, severity, message, count },
    );
  }

  list(): readonly Notice[] {
    return [...this.#byCode.values()];
  }
}
