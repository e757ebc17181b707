/** Where commands write: results to stdout, everything else to stderr. */

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** stderr is a terminal that somebody watches. */
  readonly isWatched: boolean;
}

/** One line on a terminal that is written over again; nothing at all where nobody watches. */
export function progressLine({ err, isWatched }: Terminal): { show(step: string): void; clear(): void } {
  const CLEAR_LINE = '\r\u001b[2K';
  return {
    show: (step) => {
      if (isWatched) err(`${CLEAR_LINE}${step}`);
    },
    clear: () => {
      if (isWatched) err(CLEAR_LINE);
    },
  };
}

/** Columns of text, each as wide as its widest cell; the last one is left ragged. */
export function columns(rows: readonly (readonly string[])[], indent = ''): string {
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
