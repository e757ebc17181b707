/** SQLite's driver has a native part that an install may leave out, or that was made for another Node. */
import { ExportError } from '../model/errors.js';

const HINT =
  'npm install -g --allow-scripts=better-sqlite3 oneroster-export, or npm rebuild better-sqlite3 in a checkout';

/** The driver's own error in one sentence, or undefined when it is about something else. */
export function bindingFault(cause: unknown): ExportError | undefined {
  const { code, message = '' } = (cause ?? {}) as { code?: unknown; message?: string };
  const says = message.startsWith('Could not locate the bindings file')
    ? 'is missing, because npm did not run its install script'
    : code === 'ERR_DLOPEN_FAILED'
      ? 'does not match this version of Node or this machine'
      : undefined;
  if (says === undefined) return undefined;
  return new ExportError(
    'unexpected',
    `The native part of better-sqlite3 ${says}; reinstall with the Node that runs it: ${HINT}.`,
    [],
    { cause },
  );
}
