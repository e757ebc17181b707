/** The failures of a refresh, and their exit codes for cron. */
export type ErrorCode =
  | 'unexpected'
  | 'usage'
  | 'config'
  | 'source'
  | 'withheld'
  | 'not-a-bundle'
  | 'home'
  | 'delivery'
  | 'already-running'
  | 'notice'
  | 'interrupted'
  | 'terminated';

/** Treat any code not listed here as a failure. */
export const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  unexpected: 1,
  home: 1,
  notice: 1,
  usage: 2,
  config: 2,
  'not-a-bundle': 2,
  withheld: 3,
  source: 4,
  delivery: 5,
  'already-running': 6,
  // The exit code that shells use for a program ended by a signal.
  interrupted: 130,
  terminated: 143,
};

/** One thing to fix: where it is (a config path, a table and column) and what to do. Never a person's data. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  /** Absolute path, where it is in another file than the one that was read. */
  readonly file?: string;
}

/** A failure that is explained to the user in words, without a stack trace. Messages carry ids, codes and counts only. */
export class ExportError extends Error {
  override readonly name = 'ExportError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly problems: readonly Problem[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
