/** Where commands write: results to stdout, everything else to stderr. */
import { escapeSteering } from '../model/printable.js';
import { secondsInWords } from './amounts.js';
import type { Log } from './log-file.js';
import { bare, inColor, PLAIN, USUAL_WIDTH, type Look } from './look.js';

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** stderr is a terminal with a person in front of it. */
  readonly isWatched: boolean;
  /** For a program that started this one and shows its steps. */
  readonly onStep?: (step: string) => void;
  /** Of stdout; by default 80 columns without color. */
  readonly look?: Look;
  /** Columns of stderr. */
  readonly errWidth?: number;
  readonly log?: Log;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'> & { readonly columns?: number };

const CLEAR_LINE = '\r\u001b[2K';

/**
 * Over the streams of the process. The output of a command may contain text from the SIS, a config or another program's file; none
 * of it reaches the terminal with control characters in it.
 */
export function terminalOver(stdout: Stream, stderr: Stream, look: Look = PLAIN): Terminal {
  return {
    out: (text) => stdout.write(inColor(escapeSteering(text), look)),
    err: (text) => {
      const own = text.startsWith(CLEAR_LINE) ? CLEAR_LINE : '';
      stderr.write(bare(`${own}${escapeSteering(text.slice(own.length))}`));
    },
    isWatched: stderr.isTTY,
    look,
    errWidth: stderr.columns ?? USUAL_WIDTH,
  };
}

export interface Progress {
  readonly show: (step: string) => void;
  readonly clear: () => void;
}

const TICK_MS = 1_000;

/** One line on a terminal that is overwritten, with the time since it first showed something; no output if stderr is not a terminal. */
export function progressLine({ err, isWatched, errWidth = USUAL_WIDTH, onStep, log }: Terminal): Progress {
  const since = performance.now();
  let current = '';
  let timer: NodeJS.Timeout | undefined;
  const draw = (): void => {
    const seconds = Math.floor((performance.now() - since) / 1_000);
    const elapsed = seconds < 1 ? '' : ` (${secondsInWords(seconds)})`;
    // A line that fills the last column would wrap, and could not be cleared.
    err(`${CLEAR_LINE}${cut(current, errWidth - 1 - elapsed.length)}${elapsed}`);
  };
  return {
    show: (step) => {
      onStep?.(step);
      log?.('progress', { step });
      if (!isWatched) return;
      current = step;
      timer ??= setInterval(draw, TICK_MS).unref();
      draw();
    },
    clear: () => {
      clearInterval(timer);
      timer = undefined;
      if (isWatched) err(CLEAR_LINE);
    },
  };
}

function cut(text: string, width: number): string {
  const shown = escapeSteering(text);
  return shown.length <= width ? shown : `${shown.slice(0, Math.max(0, width - 1))}…`;
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

export function inOneLine(cell: string): string {
  return escapeSteering(cell).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}
