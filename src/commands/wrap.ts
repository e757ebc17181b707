/** Text that fits the width of a terminal. Paths, addresses and commands have no spaces to break at, or are not passed here. */
import { bare, type Look } from './look.js';
import { inOneLine } from './terminal.js';

/** In narrower columns than this, a text is easier to read on lines of its own. */
const NARROWEST = 24;

/** The lines of a text, each at most `width` columns wide unless one word is wider. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  // A number and its percent sign stay together.
  for (const word of text.split(/ (?!%)/)) {
    if (line !== '' && bare(line).length + 1 + bare(word).length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** One paragraph; the lines after the first are indented by `hanging`. */
export function paragraph(
  text: string,
  { width }: Pick<Look, 'width'>,
  indent = '',
  hanging = indent,
): string {
  const [first = '', ...others] = wrapped(inOneLine(text), width - hanging.length);
  return [`${indent}${first}`, ...others.map((line) => `${hanging}${line}`)]
    .map((line) => `${line}\n`)
    .join('');
}

/** Columns as wide as their widest cell; the last one wraps, or goes below where it would be too narrow. */
export function wrappedColumns(
  texts: readonly (readonly string[])[],
  { width }: Pick<Look, 'width'>,
  indent = '',
): string {
  const rows = texts.map((row) => row.map(inOneLine));
  const last = (rows[0]?.length ?? 1) - 1;
  const widths = Array.from({ length: last }, (_, at) =>
    Math.max(...rows.map((row) => bare(row[at] ?? '').length)),
  );
  const hanging = widths.reduce((sum, each) => sum + each + 2, indent.length);
  const isBelow =
    width - hanging < NARROWEST && rows.some((row) => hanging + bare(row[last] ?? '').length > width);
  return rows
    .map((row) => {
      const head = indent + widths.map((each, at) => `${padded(row[at] ?? '', each)}  `).join('');
      const text = row[last] ?? '';
      if (!isBelow) {
        const lines = wrapped(text, Math.max(NARROWEST, width - hanging));
        return lines.map((line, at) => (at === 0 ? head : ' '.repeat(hanging)) + line);
      }
      const under = `${indent}    `;
      return text === ''
        ? [head]
        : [head, ...wrapped(text, width - under.length).map((line) => under + line)];
    })
    .flat()
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - bare(text).length));
