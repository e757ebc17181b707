/** An error as each `--json` prints it. Beside it, `cli.ts` loads no command before it is called, so that `--help` is quick. */
import type { ExportError } from '../model/errors.js';

export function errorJson({ code, message, problems }: ExportError): object {
  return { code, message, problems };
}
