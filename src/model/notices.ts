/** A structured remark on the data: tolerated, counted, and shown in the summary. Never a person's data. */
export interface Notice {
  readonly code: string;
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly count: number;
}

/** Gathers notices: the same remark twice is one notice with a higher count. */
export class Notices {
  readonly #byRemark = new Map<string, Notice>();

  add(code: string, severity: Notice['severity'], message: string, count = 1): void {
    const key = `${code} ${message}`;
    const known = this.#byRemark.get(key);
    this.#byRemark.set(key, { code, severity, message, count: (known?.count ?? 0) + count });
  }

  list(): readonly Notice[] {
    return [...this.#byRemark.values()];
  }
}
