/** The frame of the console's pages: the way around, who is signed in, and one message at most. */
import { document } from '../../report/page/frame.js';
import { html, Html, NOTHING, type Piece } from '../../report/page/html.js';
import { STYLE, styleSource } from '../../report/page/style.js';
import { may, type Person } from '../access.js';
import { baseOf, newForm, type Session } from '../sessions.js';

const OWN_STYLE = `
.page { padding-top: 1.5rem; padding-bottom: 2.5rem; }
.top { max-width: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; justify-content: space-between; padding: .6rem 1rem .35rem; border-bottom: 1px solid var(--edge); background: var(--sheet); }
.top nav a[aria-current] { color: var(--text); font-weight: 650; text-decoration: none; }
.top form, .top p { display: inline; margin: 0; font-size: .92rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: .5rem; background: var(--sheet); padding: .25rem .5rem; z-index: 1; }
label { font-weight: 600; display: block; margin-top: .75rem; }
label.check { font-weight: 400; display: flex; gap: .5rem; align-items: baseline; }
input[type=text], select, textarea { font: inherit; color: var(--text); background: var(--sheet); border: 1px solid var(--quiet); border-radius: .4rem; padding: .45rem .6rem; width: 100%; max-width: 34rem; margin-top: .25rem; }
.row { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: end; } .row > * { flex: 1 1 12rem; max-width: 24rem; } .row > button { flex: 0 0 auto; }
button, .button { font: inherit; font-weight: 600; cursor: pointer; display: inline-block; color: var(--sheet); background: var(--accent); border: 1px solid var(--accent); border-radius: .4rem; padding: .45rem .9rem; margin-top: .75rem; text-decoration: none; }
button.quietly, .button.quietly { background: none; color: var(--accent); }
button.link { background: none; border: 0; padding: .15rem 0; margin: 0; color: var(--accent); font-weight: 400; text-decoration: underline; }
button:focus-visible, input:focus-visible, select:focus-visible, textarea:focus-visible, summary:focus-visible, progress:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { color: var(--quiet); font-size: .85rem; font-weight: 400; }
[aria-invalid=true] { border-color: var(--bad); border-width: 2px; }
.said { padding: .6rem .9rem; border-radius: .5rem; border: 1px solid; margin-top: 1rem; }
.said.bad { color: var(--bad); } .said.good { color: var(--good); } .said.wait { color: var(--wait); }
progress { width: 100%; max-width: 34rem; height: .75rem; accent-color: var(--accent); }
.parts { display: flex; gap: 1.5rem; margin-top: .75rem; }
.actions { display: flex; flex-wrap: wrap; gap: .25rem .75rem; }
.reasons li { margin-top: .35rem; } .reasons { padding-left: 1.25rem; }
`;

const ALL_STYLE = STYLE + OWN_STYLE;
/** Written out here, because its hash is of every byte. */
const STYLE_ELEMENT = new Html(`<style>${ALL_STYLE}</style>`);

export const OWN_STYLE_SOURCE = styleSource(ALL_STYLE);

/** Reloads the page of a running job at its end, and shows its steps until then. */
export const LIVE_SCRIPT = `const box = document.getElementById('live');
const events = new EventSource(box.dataset.events);
events.addEventListener('step', (event) => { box.querySelector('[role=status]').textContent = event.data; });
events.addEventListener('done', () => { events.close(); location.reload(); });
events.addEventListener('error', () => { if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000); });
`;

export interface PageParts {
  readonly title: string;
  readonly session?: Session;
  /** Path of the current place in the navigation. */
  readonly at?: string;
  readonly body: Html;
  /** The page of a running job. */
  readonly isLive?: boolean;
  /** Without them those of a district. */
  readonly places?: readonly Place[];
}

export type Place = readonly [path: string, title: string, isOpen: (person: Person) => boolean];

const PLACES: readonly Place[] = [
  ['/', 'Connections', () => true],
  ['/why', 'Why is it missing?', (person) => may(person, 'search')],
  ['/preflight', 'Check the district', (person) => may(person, 'preflight')],
  ['/forecast', 'Coming days', (person) => may(person, 'preflight')],
  ['/activity', 'Activity', () => true],
  ['/audit', 'Audit trail', (person) => may(person, 'audit')],
];

/** Every value is escaped; the message of the session is shown once. */
export function consolePage(parts: PageParts): string {
  const { title, session, body, isLive = false } = parts;
  const flash = session?.flash;
  if (session !== undefined) session.flash = undefined;
  const name = session?.district === undefined ? title : `${title}, ${session.district}`;
  return document(
    flash === undefined ? `${name}: OneRoster exports` : `${flash} (${name})`,
    html`<a class="skip" href="#main">Skip to the content</a>
      ${session === undefined ? NOTHING : top(session, parts)}
      <main id="main" class="page">
        <h1>${title}</h1>

        ${flash !== undefined && html`<p class="said good" role="status">${flash}</p>`}
        ${session === undefined ? body : inBase(body, baseOf(session))}
      </main>
      ${isLive && html`<script src="/live.js" defer></script>`}`,
    [STYLE_ELEMENT, isLive && RELOAD],
  );
}

const RELOAD = html`<noscript><meta http-equiv="refresh" content="5" /></noscript>`;

/** Pages name places by their paths in the console of one district. Values are escaped, so that a quote in the text is our own. */
const inBase = (body: Html, base: string): Html =>
  base === '' ? body : new Html(body.text.replaceAll(/ (href|action|data-events)="\//g, ` $1="${base}/`));

function top(session: Session, { at, places = PLACES }: PageParts): Html {
  const { district } = session;
  return html`<header class="top">
    <nav aria-label="Pages">
      <ul>
        ${
          district !== undefined &&
          html`<li><a href="/">All districts</a></li>
            <li><strong>${district}</strong></li>`
        }
        ${places
          .filter(([, , isOpen]) => isOpen(session.person))
          .map(
            ([path, title]) =>
              html`<li>
                <a href="${baseOf(session)}${path}" ${path === at && html`aria-current="page"`}>${title}</a>
              </li>`,
          )}
      </ul>
    </nav>
    <form method="post" action="/sign-out">
      <p>
        <span class="quiet">Signed in as ${session.person.login}</span>
        ${once(session)} <button class="link">Sign out</button>
      </p>
    </form>
  </header>`;
}

/** The one-time value of a form. */
export const once = (session: Session): Html =>
  html`<input type="hidden" name="once" value="${newForm(session)}" />`;

/** Why a person decides so; the problem that a page lists links to it. */
export const reasonField = (isInvalid: boolean): Html =>
  html`<label for="reason">Reason <span class="hint">kept in the audit trail</span></label>
    <input
      type="text"
      id="reason"
      name="reason"
      required
      maxlength="500"
      ${isInvalid && html`aria-invalid="true"`}
    />`;

export const panel = (mood: 'good' | 'wait' | 'bad', says: Piece): Html =>
  html`<p class="said ${mood}" ${mood === 'bad' && html`role="alert"`}>${says}</p>`;

/** A page without a way around: for people who are not signed in, and for refusals. */
export function plainPage(title: string, says: Piece, more: Piece = NOTHING): string {
  return consolePage({
    title,
    body: html`<section>
      <p>${says}</p>
      ${more}
    </section>`,
  });
}
