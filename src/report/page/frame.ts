/** What all pages share: the head with its policy, and the tables. */
import { html, type Html, type Piece } from './html.js';
import { POLICY, STYLE_ELEMENT } from './style.js';

export function page(title: string, body: Html): string {
  return document(title, body, [
    html`<meta http-equiv="Content-Security-Policy" content="${POLICY}" />`,
    html`<meta name="referrer" content="no-referrer" />`,
    STYLE_ELEMENT,
  ]);
}

/** `head`: policy and style, which differ between files and pages that a server sends. */
export function document(title: string, body: Html, head: readonly Piece[]): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>`.text;
}

export interface Column {
  readonly title: string;
  /** `num`: a number; `full`: on small screens on a line of its own; `bare`: says there what it is by itself. */
  readonly kind?: string;
}

/**
 * The first cell of a row is its heading. On small screens a row becomes a card, for which the roles are written out: a table
 * that is displayed otherwise is none to screen readers.
 */
export function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly Piece[])[],
): Html {
  return html`<table class="stack" role="table">
    <caption class="hidden">
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(({ title, kind = '' }) => html`<th role="columnheader" scope="col" class="${kind}">${title}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (cells) =>
          html`<tr role="row">
            ${cells.map((cell, at) => tableCell(cell, columns[at], at))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function tableCell(cell: Piece, column: Column | undefined, at: number): Html {
  const { title = '', kind = '' } = column ?? {};
  return at === 0
    ? html`<th role="rowheader" scope="row" class="${kind}">${cell}</th>`
    : html`<td role="cell" class="${kind}" data-label="${title}">${cell}</td>`;
}
