/** Where commands write: results to stdout, everything else to stderr. */
import { escapeSteering } from '../model/printable.js';

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** stderr is a terminal with a person in front of it. */
  readonly isWatched: boolean;
  /** For a program that started this one and shows its steps. */
  readonly onStep?: (step: string) => void;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;

const CLEAR_LINE = '\r\u001b[2K';

/**
 * Over the streams of the process. The output of a command may contain text from the SIS, a config or another program's file; none
 * of it reaches the terminal with control characters in it.
 */
export function terminalOver(stdout: Stream, stderr: Stream): Terminal {
  return {
    out: (text) => stdout.write(escapeSteering(text)),
    err: (text) => {
      const own = text.startsWith(CLEAR_LINE) ? CLEAR_LINE : '';
      stderr.write(`${own}${escapeSteering(text.slice(own.length))}`);
    },
    isWatched: stderr.isTTY,
  };
}

/** One line on a terminal that is overwritten; no output if stderr is not a terminal. */
export function progressLine({ err, isWatched, onStep }: Terminal): {
  show(step: string): void;
  clear(): void;
} {
  return {
    show: (step) => {
      onStep?.(step);
      if (isWatched) err(`${CLEAR_LINE}${step}`);
    },
    clear: () => {
      if (isWatched) err(CLEAR_LINE);
    },
  };
}

/** Columns of text, each as wide as its widest cell; the last one is left ragged. A cell is always one line. */
export function columns(texts: readonly (readonly string[])[], indent = ''): string {
  const rows = texts.map((row) => row.map(inOneLine));
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows
    .map(
      (row) =>
        indent +
        row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at] ?? 0))).join('  '),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function inOneLine(cell: string): string {
  return escapeSteering(cell).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}
