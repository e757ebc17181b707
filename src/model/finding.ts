/** What a verification found in a bundle: one cause, one finding, with a count and the first places. */

export type Severity = 'error' | 'warning' | 'info';

export interface Place {
  /** 1-based in the CSV file. */
  readonly line?: number;
  readonly sourcedId?: string;
  /** Only if values were requested: it may be a child's data. */
  readonly value?: string;
}

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly says: string;
  readonly file?: string;
  readonly column?: string;
  readonly count: number;
  /** The first places, up to the requested number. */
  readonly places: readonly Place[];
}
