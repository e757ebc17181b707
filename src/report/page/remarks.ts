/** Why a bundle is held, what verification found in it, and what was noticed about the data. */
import { table } from './frame.js';
import { html, NOTHING, type Html } from './html.js';
import { SEVERITY_MOODS, tag } from './mood.js';
import type { FindingLine, NoticeLine, ReportSubject } from './subject.js';
import { doubtInWords, releaseOf } from './verdict.js';
import { number, plural } from './words.js';

/** If many schools have the same hold reason, only the first ones are listed; the table of schools has all. */
const MOST_HOLDS = 25;

export function holdsSection(subject: ReportSubject): Html {
  const { holds, schools, outcome } = subject;
  if (holds.length === 0) return NOTHING;
  const release = releaseOf(subject);
  const more = holds.length - MOST_HOLDS;
  return html`<section aria-labelledby="holds">
    <h2 id="holds">${outcome === 'held' ? 'Why it is on hold' : 'Why it was on hold'}</h2>
    ${release !== undefined && html`<p class="lead">${release}</p>`}
    <ul>
      ${holds
        .slice(0, MOST_HOLDS)
        .map(
          ({ code, says }) =>
            html`<li>${doubtInWords(says, schools)} <code class="quiet">${code}</code></li>`,
        )}
    </ul>
    ${more > 0 && html`<p class="quiet">and ${plural(more, 'more reason')}; see the schools below.</p>`}
  </section>`;
}

export function remarksSection({ findings, notices, outcome }: ReportSubject): Html {
  return html`<section aria-labelledby="remarks">
    <h2 id="remarks">Remarks</h2>
    <h3>What verification found</h3>
    ${
      findings.length === 0
        ? html`<p class="quiet">Nothing. The bundle was read back by independent code and passed.</p>`
        : findingsTable(findings, outcome === 'refused')
    }
    <h3>Notices about the data</h3>
    ${notices.length === 0 ? html`<p class="quiet">Nothing.</p>` : noticesTable(notices)}
  </section>`;
}

function findingsTable(findings: readonly FindingLine[], isRefused: boolean): Html {
  return html`<p class="lead">
      ${
        isRefused
          ? 'Errors withhold the bundle until they are fixed; warnings do not.'
          : 'None of these violates the standard.'
      }
    </p>
    ${table(
      'Findings of the verification',
      [
        { title: 'Finding' },
        { title: 'Severity', kind: 'bare severity' },
        { title: 'Count', kind: 'num count' },
        { title: 'For example', kind: 'full examples' },
      ],
      findings.map(({ code, severity, says, place, count, examples }) => [
        html`<span class="says">${says}</span
          ><small class="quiet"><code>${code}</code>${place !== '' && html` in ${place}`}</small>`,
        tag(SEVERITY_MOODS[severity], severity),
        number(count),
        examples.length === 0 ? '–' : html`<code>${examples.join('; ')}</code>`,
      ]),
    )}`;
}

function noticesTable(notices: readonly NoticeLine[]): Html {
  return table(
    'Notices',
    [
      { title: 'Notice' },
      { title: 'Severity', kind: 'bare severity' },
      { title: 'Count', kind: 'num count' },
    ],
    notices.map(({ code, severity, message, count }) => [
      html`<span class="says">${message}</span><small class="quiet"><code>${code}</code></small>`,
      tag(SEVERITY_MOODS[severity], severity),
      number(count),
    ]),
  );
}
