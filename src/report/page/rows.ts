/** Rows per file against the last good bundle, and over the last nights. */
import { limitBelow, trend } from './charts.js';
import { table } from './frame.js';
import { html, type Html, type Piece } from './html.js';
import { SCHOOL_TABLES, type ReportSubject, type TableLine } from './subject.js';
import { number, percent, time } from './words.js';

export function rowsSection(subject: ReportSubject): Html {
  const { tables, nights, lastGood, connection, timezone, limits, growth } = subject;
  const isDelta = connection.mode === 'delta';
  return html`<section aria-labelledby="rows">
    <h2 id="rows">Rows</h2>
    <p class="lead">
      ${
        lastGood === undefined
          ? 'There is no earlier good bundle to compare with.'
          : html`Compared with the last good bundle, of ${time(lastGood.at, timezone)}.`
      }
      ${isDelta && 'A delta sends only the changes; the comparison covers everything the receiver has afterward.'}
    </p>
    <div class="trends">
      ${SCHOOL_TABLES.map((name) =>
        trend(
          name === 'users' ? 'Users' : name === 'classes' ? 'Classes' : 'Enrollments',
          nights.map(({ asOf, rows, isGood }) => ({ asOf, isGood, value: rows?.[name] ?? null })),
          limitBelow(tables.find(({ table: file }) => file === name)?.change?.before, limits?.[name]),
        ),
      )}
    </div>
    ${growth !== undefined && growthInWords(growth)}
    ${table(
      'Rows per file',
      columns(lastGood !== undefined, isDelta),
      tables.map((line) => row(line, isDelta)),
    )}
  </section>`;
}

/** These limits are about rows of one file, new or changed, so they are no line in a plot of totals. */
function growthInWords({ new: grown, changed, newFrom }: NonNullable<ReportSubject['growth']>): Piece {
  const limits = [
    grown !== 'off' && `more than ${grown} % of it is new (${newFrom} rows or more)`,
    changed !== 'off' && `more than ${changed} % of it changed`,
  ].filter((each) => each !== false);
  return (
    limits.length > 0 &&
    html`<p class="range">A file also puts the night on hold if ${limits.join(', or if ')}.</p>`
  );
}

const NUMBER = { kind: 'num' };

function columns(isCompared: boolean, isDelta: boolean) {
  return [
    { title: 'File' },
    ...(isDelta ? [{ title: 'In this delta', ...NUMBER }] : []),
    { title: isDelta ? 'Receiver afterward' : 'Rows', ...NUMBER },
    ...(isCompared ? ['Last good', 'New', 'Gone', 'Changed'].map((title) => ({ title, ...NUMBER })) : []),
  ];
}

function row({ table: name, rows, full, change }: TableLine, isDelta: boolean): readonly Piece[] {
  const head: readonly Piece[] = [`${name}.csv`, ...(isDelta ? [number(rows)] : []), number(full)];
  if (change === undefined) return head;
  const { before, added, removed, changed } = change;
  return [
    ...head,
    number(before),
    added === 0 ? '0' : html`+${number(added)}`,
    removed === 0 ? '0' : html`−${number(removed)}<small>${percent(removed, before)}</small>`,
    number(changed),
  ];
}
