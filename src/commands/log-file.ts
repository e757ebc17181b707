/**
 * `--log FILE`: one JSON object per line for machines that collect logs. Codes, counts, ids of bundles and names of connections only:
 * no arguments of the command line, which may be a person's name or number.
 */
import { appendFileSync } from 'node:fs';
import { ExportError } from '../model/errors.js';

export type Log = (event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Appends; the file is made if it is not there. Throws ExportError if it cannot be written. */
export function logTo(path: string, now: () => Date): Log {
  const write = (line: string): void => appendFileSync(path, line, { mode: 0o600 });
  try {
    write('');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new ExportError('usage', `${path} cannot be written (${code}). Give another file with --log.`, [], {
      cause: error,
    });
  }
  return (event, fields = {}) => {
    try {
      write(`${JSON.stringify({ at: now().toISOString(), event, ...fields })}\n`);
    } catch {
      // A full disk must not stop the work that the log is about; the work reports it itself.
    }
  };
}
