/**
 * Subject -> one self-contained HTML page for people: the outcome first, then what changed, who is excluded and why, and what can
 * be verified. It loads nothing, runs nothing and prints well. The same subject gives the same bytes.
 */
import { comingSection } from './coming-up.js';
import { page } from './frame.js';
import { html, NOTHING, type Html, type Piece } from './html.js';
import { leftOutSection } from './left-out.js';
import { deliverySection, particularsSection } from './particulars.js';
import { holdsSection, remarksSection } from './remarks.js';
import { rowsSection } from './rows.js';
import { schoolsSection } from './schools.js';
import type { ReportSubject } from './subject.js';
import { verdictOf, verdictPanel, whenOf } from './verdict.js';
import { vanishedSection } from './who-vanished.js';
import { duration, number, percent, shortDay, size, time } from './words.js';

export function report(subject: ReportSubject): string {
  const { connection, startedAt, timezone, program, schools, holds, bundle, vanished, coming } = subject;
  const isRefused = subject.outcome === 'refused';
  const links = [
    holds.length > 0 && ['holds', 'On hold'],
    vanished !== undefined && vanished.total > 0 && ['vanished', 'Who vanished'],
    isRefused && ['remarks', 'Remarks'],
    ['rows', 'Rows'],
    schools.length > 0 && ['schools', 'Schools'],
    ['left-out', 'Left out'],
    !isRefused && ['remarks', 'Remarks'],
    coming !== undefined && ['coming', 'Coming up'],
    ['delivery', 'Delivery'],
    ['particulars', 'Particulars'],
  ].filter((link) => link !== false);
  return page(
    `${connection.name}: ${verdictOf(subject).short}, ${subject.asOf}`,
    html`<header>
        <p class="over">
          <a href="../../index.html">All connections</a> / OneRoster ${connection.version} ${connection.mode}
        </p>
        <h1>${connection.name}</h1>
        <p class="quiet">${whenOf(subject)}. Refreshed ${time(startedAt, timezone)}.</p>
        ${otherNights(subject)}
      </header>
      <main>
        ${verdictPanel(subject)} ${figures(subject)}
        <nav class="contents" aria-label="On this page">
          <ul>
            ${links.map(([id = '', text]) => html`<li><a href="#${id}">${text}</a></li>`)}
          </ul>
        </nav>
        ${holdsSection(subject)} ${vanishedSection(subject)} ${isRefused && remarksSection(subject)}
        ${rowsSection(subject)} ${schoolsSection(subject)} ${leftOutSection(subject)}
        ${!isRefused && remarksSection(subject)} ${comingSection(subject)} ${deliverySection(subject)}
        ${particularsSection(subject)}
      </main>
      <footer>
        <p>
          ${bundle.name}. Written by oneroster-export ${program}. Contains ids, numbers, codes and counts, no
          names of people.
        </p>
      </footer>`,
  );
}

function otherNights({ previous, next }: ReportSubject): Piece {
  if (previous === undefined && next === undefined) return NOTHING;
  return html`<nav aria-label="Other nights">
    <ul>
      ${previous !== undefined && html`<li><a href="${previous.href}">← Previous night, ${shortDay(previous.asOf)}</a></li>`}
      ${next !== undefined && html`<li><a href="${next.href}">Next night, ${shortDay(next.asOf)} →</a></li>`}
    </ul>
  </nav>`;
}

function figures({ tables, rules, bundle, timings, lastGood }: ReportSubject): Html {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
  const rows = sum(tables.map(({ full }) => full));
  const gone = sum(tables.map(({ change }) => change?.removed ?? 0));
  const before = sum(tables.map(({ change }) => change?.before ?? 0));
  const added = sum(tables.map(({ change }) => change?.added ?? 0));
  const out = sum(rules.map(({ count }) => count));
  const data = sum(rules.filter(({ cause }) => cause === 'data').map(({ count }) => count));
  return html`<dl class="figures">
    <div>
      <dt>Rows in all</dt>
      <dd>${number(rows)}<small>${size(bundle.bytes)} to send</small></dd>
    </div>
    <div>
      <dt>Gone since last good</dt>
      <dd>
        ${lastGood === undefined ? '–' : number(gone)}<small
          >${lastGood === undefined ? 'nothing to compare with' : html`${percent(gone, before)}; ${number(added)} new`}</small
        >
      </dd>
    </div>
    <div>
      <dt>Left out</dt>
      <dd>${number(out)}<small>${number(data)} to fix in Campus</small></dd>
    </div>
    <div>
      <dt>Took</dt>
      <dd>${duration(sum(timings.map(({ seconds }) => seconds)))}<small>reading included</small></dd>
    </div>
  </dl>`;
}
