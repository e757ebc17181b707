/** An error as each `--json` prints it, and its problems in words. Beside it, `cli.ts` loads no command before it is called, so that `--help` is quick. */
import type { ExportError, Problem } from '../model/errors.js';

export function errorJson({ code, message, problems }: ExportError): object {
  return { code, message, problems };
}

/** One line for each, with its place. */
export function placedProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ file, path, line, column, message }) => {
      const place = line === undefined ? '' : `line ${line}, column ${column ?? 1}: `;
      return `  ${file === undefined ? '' : `${file}, `}${place}${path === '' ? '' : `${path}: `}${message}\n`;
    })
    .join('');
}
