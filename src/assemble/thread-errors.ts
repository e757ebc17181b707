/** Errors on their way from one thread to another, which keeps only their parts, and threads that end without an answer. */
import { asExportError, kindOf } from '../faults/as-export-error.js';
import { ExportError, type ErrorCode, type Problem } from '../model/errors.js';

export interface ErrorParts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly problems: readonly Problem[];
}

export function partsOf(cause: unknown, home: string): ErrorParts {
  const { code, message, problems } = asExportError(cause, home);
  return { code, message, problems };
}

export const asError = ({ code, message, problems }: ErrorParts): ExportError =>
  new ExportError(code, message, problems);

const OUT_OF_MEMORY = 'ERR_WORKER_OUT_OF_MEMORY';

/** `cause`: what the thread threw, or the exit code of one that ended without a word. `work`: what it did. */
export function threadDied(cause: NodeJS.ErrnoException | number, work = 'made this bundle'): ExportError {
  const how =
    typeof cause === 'number'
      ? `exit ${cause}`
      : cause.code === OUT_OF_MEMORY
        ? OUT_OF_MEMORY
        : kindOf(cause);
  const advice = how === OUT_OF_MEMORY ? ' Give the machine more memory.' : '';
  return new ExportError(
    'unexpected',
    `The thread that ${work} ended early (${how}).${advice} Please report it with this line if it happens again.`,
  );
}
