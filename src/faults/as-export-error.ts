/** Any failure as one that can be told to a person. */
import { ExportError } from '../model/errors.js';
import { bindingFault } from './native-binding.js';
import { diskFault } from './disk.js';

/** An unexpected error keeps its kind and its place in the code; its text may contain data and is left out. */
export function asExportError(cause: unknown, home: string): ExportError {
  if (cause instanceof ExportError) return cause;
  const known = bindingFault(cause) ?? diskFault(home, cause);
  if (known !== undefined) return known;
  const {
    name = 'Error',
    code,
    stack = '',
  } = (cause ?? {}) as { name?: string; code?: unknown; stack?: string };
  const place = /\bat .*?([\w-]+\.(?:ts|js):\d+:\d+)/.exec(stack)?.[1] ?? 'an unknown place';
  const kind = typeof code === 'string' || typeof code === 'number' ? `${name} ${code}` : name;
  return new ExportError(
    'unexpected',
    `Unexpected error (${kind} at ${place}). Please report it with this line.`,
    [],
    { cause },
  );
}
