/** A connection more in the text of a config: everything that was there before keeps its bytes. */
import { isMap, isScalar, isSeq, type YAMLSeq } from 'yaml';
import { ExportError, type Problem } from '../model/errors.js';
import { parseSyntax } from './syntax.js';

export interface ConnectionList {
  readonly names: readonly string[];
  /** `lines`: of the new entry, as the starter config has them. */
  readonly insert: (lines: string) => string;
}

/** The indent of the dash in a starter config. */
const STARTER_INDENT = 2;

/** Throws where the text is not a config to which a connection can be added; `path` is for the message. */
export function connectionList(text: string, path: string): ConnectionList {
  const syntax = parseSyntax(text);
  if (!('document' in syntax)) throw unfit(path, syntax);
  const list = syntax.document.get('connections', true);
  const [first] = isSeq(list) ? list.items : [];
  if (!isSeq(list) || list.flow === true || !list.range || !isMap(first)) {
    const message = 'must be a list with one "- name: …" block per connection, so that another can be added';
    throw unfit(path, [{ path: 'connections', message }]);
  }
  const [start] = list.range;
  return {
    names: namesIn(list),
    insert: (lines) => insertAt(text, { start, end: endOf(text, list) }, lines),
  };
}

const unfit = (path: string, problems: readonly Problem[]): ExportError =>
  new ExportError('config', `No connection was added to ${path}.`, problems);

function namesIn(list: YAMLSeq): readonly string[] {
  return list.items.flatMap((item) => {
    const name = isMap(item) ? item.get('name', true) : undefined;
    return isScalar(name) ? [String(name.value)] : [];
  });
}

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);

/** After the last entry, with the comments that are indented like its keys. */
function endOf(text: string, list: YAMLSeq): number {
  const start = list.range?.[0] ?? 0;
  const last = list.items.at(-1);
  let end = (isMap(last) ? lastValueEnd(last) : undefined) ?? list.range?.[1] ?? text.length;
  const own = new RegExp(`[^\\n]*(?:\\n[ \\t\\r]*)*\\n {${columnOf(text, start) + 1},}#[^\\n]*`, 'y');
  const line = text.indexOf('\n', end);
  // The end of a block may be the start of the line after it.
  if (columnOf(text, end) === 0 && end > 0) end -= 1;
  else end = line < 0 ? text.length : line;
  for (;;) {
    own.lastIndex = end;
    const found = own.exec(text);
    if (found === null) return end;
    end = own.lastIndex;
  }
}

/** Of the entry's last key, however deep. */
function lastValueEnd(node: unknown): number | undefined {
  if (isMap(node) || isSeq(node)) {
    const last = node.items.at(-1) as { value?: unknown; key?: unknown } | undefined;
    const inner =
      node.flow === true ? undefined : lastValueEnd(isMap(node) ? (last?.value ?? last?.key) : last);
    return inner ?? node.range?.[1];
  }
  return isScalar(node) ? node.range?.[1] : undefined;
}

function insertAt(
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  lines: string,
): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = ' '.repeat(columnOf(text, start));
  const entry = lines
    .trimEnd()
    .split('\n')
    .map((line) => indent + line.slice(STARTER_INDENT))
    .join(newline);
  const before = text.slice(0, end).replace(/\r$/, '');
  const after = text.slice(before.length);
  return `${before}${newline}${newline}${entry}${after === '' ? newline : after}`;
}
