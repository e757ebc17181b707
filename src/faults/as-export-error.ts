/** Any failure as one that can be told to a person. */
import { ExportError } from '../model/errors.js';
import { bindingFault } from './native-binding.js';
import { diskFault } from './disk.js';

/** An unexpected error keeps its kind and its place in the code. Its text may contain data and is left out. */
export function asExportError(cause: unknown, home: string): ExportError {
  if (cause instanceof ExportError) return cause;
  const known = bindingFault(cause) ?? diskFault(home, cause);
  if (known !== undefined) return known;
  return new ExportError(
    'unexpected',
    `Unexpected error (${kindOf(cause)} at ${placeOf(cause)}). Please report it with this line.`,
    [],
    { cause },
  );
}

/** Class and code. Both can be set to any text, so a value that does not look like one is left out. */
export function kindOf(cause: unknown): string {
  const { name, code } = (cause ?? {}) as { readonly name?: unknown; readonly code?: unknown };
  const kind = typeof name === 'string' && CLASS.test(name) ? name : 'Error';
  const isCode = typeof code === 'number' || (typeof code === 'string' && CODE.test(code));
  return isCode ? `${kind} ${code}` : kind;
}

const CLASS = /^[A-Z]\w*(?:Error|Exception|Fault)$/;
const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/;

/** File, line and column of the first call. A stack begins with the name and the text of the error, which may look like calls. */
function placeOf(cause: unknown): string {
  const { name, message, stack } = (cause ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof message !== 'string' || typeof stack !== 'string') return NOWHERE;
  const named = typeof name === 'string' && stack.startsWith(name) ? name.length : 0;
  const text = stack.indexOf(message, named);
  const calls = text === -1 ? '' : stack.slice(text + message.length);
  return /^ +at .*?([\w-]+\.(?:ts|js):\d+:\d+)/m.exec(calls)?.[1] ?? NOWHERE;
}

const NOWHERE = 'an unknown place';
