/** The pages of what people start here: before, while and after it runs. */
import type { Forecast } from '../../forecast/model.js';
import { forecastBody } from '../../forecast/page/page.js';
import { table } from '../../report/page/frame.js';
import { html, NOTHING, type Html, type Piece } from '../../report/page/html.js';
import { SEVERITY_MOODS, tag } from '../../report/page/mood.js';
import { number, plural, time } from '../../report/page/words.js';
import { listsOf, type Job, type JobKind } from '../jobs.js';
import type { Session } from '../sessions.js';
import { consolePage, once, panel } from './page.js';

const TITLES: Readonly<Record<JobKind, string>> = {
  refresh: 'Refresh',
  deliver: 'Delivery',
  rollBack: 'Roll back',
  release: 'Release',
  discard: 'Discard',
  preflight: 'Check of the district',
  forecast: 'Coming days',
  anonymize: 'Version without personal data',
};

export function askPage(
  session: Session,
  kind: 'preflight' | 'forecast',
  connections: readonly string[],
): string {
  const isForecast = kind === 'forecast';
  return consolePage({
    title: isForecast ? 'Coming days' : 'Check the district',
    session,
    at: `/${kind}`,
    body: html`<section>
      <p>
        ${
          isForecast
            ? 'Judges the coming days one by one: who leaves and joins by which rule, and which threshold would hold. Nothing is sent.'
            : 'Checks the connection, the schema, the data and the delivery targets. Nothing is sent.'
        }
      </p>
      <form method="post" action="/${kind}">
        ${once(session)}
        <label for="connection">Connection</label>
        <select id="connection" name="connection">
          <option value="">all</option>
          ${connections.map((name) => html`<option>${name}</option>`)}
        </select>
        ${
          isForecast &&
          html`<label for="days">Days</label>
            <input type="text" inputmode="numeric" id="days" name="days" value="30" />`
        }
        <button>Start</button>
      </form>
    </section>`,
  });
}

export function activityPage(session: Session, jobs: readonly Job[], timezone: string): string {
  return consolePage({
    title: 'Activity',
    session,
    at: '/activity',
    body: html`<section>
      <p class="lead">What was started from these pages since the console started.</p>
      ${
        jobs.length === 0
          ? html`<p>Nothing yet.</p>`
          : table(
              'Newest first',
              [
                { title: 'What' },
                { title: 'Connections' },
                { title: 'By' },
                { title: 'Started' },
                { title: 'Outcome' },
              ],
              jobs.map((job) => [
                html`<a href="/jobs/${job.id}">${TITLES[job.kind]}</a>`,
                job.connections.join(', '),
                job.login,
                time(job.startedAt.toISOString(), timezone),
                outcome(job),
              ]),
            )
      }
    </section>`,
  });
}

const MEANINGS: Readonly<Record<number, string>> = {
  0: 'done',
  2: 'refused: see below',
  3: 'a bundle is on hold or was refused',
  4: 'the SIS could not be read',
  5: 'a delivery failed',
  6: 'another refresh was running',
  130: 'stopped',
  143: 'stopped',
};

function outcome({ ended, step }: Job): Html {
  if (ended === undefined) return html`${tag('wait', 'running')} ${step}`;
  const { exitCode } = ended;
  const mood = exitCode === 0 ? 'good' : exitCode === 3 ? 'wait' : 'bad';
  return html`${tag(mood, MEANINGS[exitCode] ?? `failed (exit code ${exitCode})`)}`;
}

export interface JobParts {
  readonly session: Session;
  readonly job: Job;
  readonly timezone: string;
  readonly mayList: boolean;
  readonly version: string;
  /** What it made is there. */
  readonly isMade: boolean;
}

export function jobPage(parts: JobParts): string {
  const { session, job, timezone } = parts;
  const { kind, connections, login, startedAt, ended, step, id } = job;
  const links = connections.map(
    (name, at) => html`${at > 0 && ', '}<a href="/connections/${name}">${name}</a>`,
  );
  return consolePage({
    title: `${TITLES[kind]}: ${connections.join(', ')}`,
    session,
    isLive: ended === undefined,
    body: html`<p class="lead">
        Started by ${login}, ${time(startedAt.toISOString(), timezone)}. Connections: ${links}
      </p>
      ${
        ended === undefined
          ? html`<section id="live" data-events="/jobs/${id}/events">
              <label for="progress">Running</label>
              <progress id="progress"></progress>
              <p role="status">${step}</p>
              <p class="hint">This page may be closed; the work goes on.</p>
            </section>`
          : finished(parts, ended)
      }`,
  });
}

function finished({ job, timezone, mayList, isMade }: JobParts, ended: NonNullable<Job['ended']>): Html {
  return html`<p>${outcome(job)} <span class="quiet">${time(ended.at.toISOString(), timezone)}</span></p>
    ${ended.says !== '' && html`<div class="said ${ended.exitCode === 0 ? 'wait' : 'bad'}" role="alert"><pre>${ended.says}</pre></div>`}
    ${RESULTS[job.kind](job, { mayList, isMade })}`;
}

type Shown = Pick<JobParts, 'mayList' | 'isMade'>;

const RESULTS: Readonly<Record<JobKind, (job: Job, shown: Shown) => Html>> = {
  refresh: refreshResult,
  deliver: () => NOTHING,
  rollBack: () => NOTHING,
  release: () => NOTHING,
  discard: () => NOTHING,
  preflight: preflightResult,
  anonymize: anonymizeResult,
  forecast: ({ ended }) => (ended?.exitCode === 0 ? forecastBody(ended.answer as Forecast) : NOTHING),
};

function anonymizeResult({ id, ended, saveAs = '' }: Job, { isMade }: Shown): Html {
  if (ended?.exitCode !== 0) return NOTHING;
  return html`<section>
    <p>
      Order, dates, grades, roles, scores and demographic codes are unchanged: send the file only to those who
      need it.
    </p>
    ${
      isMade
        ? html`<p><a class="button" href="/jobs/${id}/file">Download ${saveAs}</a></p>
            <p class="hint">It is removed from this machine after one download.</p>`
        : html`<p>
            The file was downloaded, and removed from this machine. Make another one from its night.
          </p>`
    }
  </section>`;
}

/** What is shown of `refresh --json`. */
interface RefreshAnswer {
  readonly connections?: readonly {
    readonly name: string;
    readonly outcome: string;
    readonly bundle: { readonly files: Readonly<Record<string, { readonly rows: number }>> } | null;
    readonly exclusions: Readonly<Record<string, number>>;
    readonly holds: readonly { readonly code: string; readonly says: string }[];
    readonly delivery: { readonly state: string } | null;
  }[];
}

function refreshResult({ ended }: Job): Html {
  const { connections = [] } = (ended?.answer ?? {}) as RefreshAnswer;
  if (connections.length === 0) return NOTHING;
  return html`<section>
    ${table(
      'Result by connection',
      [
        { title: 'Connection' },
        { title: 'Outcome' },
        { title: 'Rows', kind: 'num' },
        { title: 'Excluded', kind: 'num' },
        { title: 'Delivery' },
      ],
      connections.map(({ name, outcome: became, bundle, exclusions, holds, delivery }): readonly Piece[] => [
        html`<a href="/connections/${name}">${name}</a>`,
        html`${became}${holds.map(({ says }) => html`<small>${says}</small>`)}
        ${holds.length > 0 && html`<a href="/connections/${name}/hold">See what is on hold</a>`}`,
        number(Object.values(bundle?.files ?? {}).reduce((sum, { rows }) => sum + rows, 0)),
        number(Object.values(exclusions).reduce((sum, count) => sum + count, 0)),
        delivery?.state ?? 'none',
      ]),
    )}
  </section>`;
}

interface FindingLine {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly count: number;
  readonly says: string;
  readonly fixIn: string;
}

interface PreflightAnswer {
  readonly ready?: boolean;
  readonly facts?: readonly { readonly severity: string; readonly says: string }[];
  readonly columns?: readonly { readonly table: string; readonly column: string; readonly state: string }[];
  readonly data?: {
    readonly district: readonly FindingLine[];
    readonly connections: readonly { readonly name: string; readonly findings: readonly FindingLine[] }[];
  };
}

function preflightResult(job: Job, { mayList }: Shown): Html {
  const { ready, facts = [], columns = [], data } = (job.ended?.answer ?? {}) as PreflightAnswer;
  const amiss = columns.filter(({ state }) => state !== 'present');
  const groups =
    data === undefined ? [] : [{ name: 'The district', findings: data.district }, ...data.connections];
  const lists = mayList ? listsOf(job) : [];
  return html`${ready !== undefined && panel(ready ? 'good' : 'bad', ready ? 'The source is ready.' : 'The source is not ready.')}
    <section>
      <ul>
        ${facts.map(({ severity, says }) => html`<li>${says}${severity !== 'ok' && ` (${severity})`}</li>`)}
        ${amiss.map(({ table: of, column, state }) => html`<li>${of}.${column}: ${state}</li>`)}
      </ul>
    </section>
    ${groups.map(({ name, findings }) => findingPart(name, findings))}
    ${
      lists.length > 0 &&
      html`<section>
        <h2>Lists</h2>
        <p class="lead">Ids and numbers of the records behind each finding.</p>
        <details>
          <summary>${plural(lists.length, 'list')}</summary>
          <ul>
            ${lists.map((list) => html`<li><a href="/jobs/${job.id}/lists/${list}">${list}</a></li>`)}
          </ul>
        </details>
      </section>`
    }`;
}

function findingPart(name: string, findings: readonly FindingLine[]): Html {
  if (findings.length === 0) return NOTHING;
  return html`<section>
    <h2>${name}</h2>
    ${table(
      `Findings of ${name}`,
      [
        { title: 'Finding', kind: 'rule' },
        { title: 'Severity' },
        { title: 'Records', kind: 'num' },
        { title: 'Fix in', kind: 'full' },
      ],
      findings.map(({ code, severity, count, says, fixIn }) => [
        html`<code>${code}</code><span class="says">${says}</span>`,
        tag(SEVERITY_MOODS[severity], severity),
        number(count),
        fixIn,
      ]),
    )}
  </section>`;
}
