/** HTML from templates in which every value is escaped unless it is HTML itself. */

import { escapeHtml } from '../../model/escape-html.js';

export class Html {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** False, null and undefined leave nothing behind, so that `isSo && html…` can stand in a template. */
export type Piece = Html | string | number | false | null | undefined | readonly Piece[];

export function html(template: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  const texts = textsOf(template);
  return new Html(texts.map((text, at) => text + (at < pieces.length ? written(pieces[at]) : '')).join(''));
}

const known = new WeakMap<TemplateStringsArray, readonly string[]>();

/** The texts of a template without the indentation of the source; values keep every space. */
function textsOf(template: TemplateStringsArray): readonly string[] {
  let texts = known.get(template);
  if (texts === undefined) {
    texts = template.map((text) => text.replaceAll(/\s*\n\s*/g, '\n'));
    known.set(template, texts);
  }
  return texts;
}

export const NOTHING = new Html('');

function written(piece: Piece): string {
  if (piece === false || piece === null || piece === undefined) return '';
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'number') return String(piece);
  return typeof piece === 'string' ? escapeHtml(piece) : piece.map(written).join('');
}
