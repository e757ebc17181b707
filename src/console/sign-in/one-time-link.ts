/** On this machine: a link on the terminal, valid for ten minutes and once. It gives all roles. */
import { timingSafeEqual } from 'node:crypto';
import { html } from '../../report/page/html.js';
import { ADMINISTRATOR } from '../access.js';
import { addressOf, type FrontDesk } from '../desk.js';
import { plainPage } from '../pages/page.js';
import { tooMany } from '../refusals.js';
import { randomId } from '../sessions.js';
import { openSession, safeBack, type SignIn } from './sign-in.js';

const VALID_MS = 10 * 60_000;

export interface LinkOptions {
  readonly desk: FrontDesk;
  /** Who has the terminal. */
  readonly login: string;
  /** Writes the link where only that person sees it. */
  readonly show: (link: string) => void;
}

export function oneTimeLink({ desk, login, show }: LinkOptions): SignIn & { readonly offer: () => void } {
  let open: { readonly token: string; readonly until: number } | undefined;
  const offer = (): void => {
    open = { token: randomId(), until: desk.now().getTime() + VALID_MS };
    show(new URL(`/sign-in?token=${open.token}`, desk.publicUrl).href);
  };
  const isOpen = (token: string): boolean =>
    open !== undefined && desk.now().getTime() < open.until && isSame(token, open.token);
  return {
    offer,
    start: () => '/sign-in',
    formTargets: [],
    routes: (app) => {
      // A browser may fetch a link ahead of time, so that looking at it must not use it up.
      app.get('/sign-in', (c) => {
        const token = c.req.query('token') ?? '';
        return isOpen(token)
          ? c.html(confirmPage(token))
          : c.html(waitingPage(token !== ''), token === '' ? 200 : 403);
      });
      app.post('/sign-in', async (c) => {
        const wait = desk.limits.signIn.take(addressOf(c));
        if (wait !== undefined) return tooMany(c, wait);
        const { token } = await c.req.parseBody();
        if (typeof token !== 'string' || !isOpen(token)) return c.html(waitingPage(true), 403);
        open = undefined;
        openSession(desk, c, { login, grants: ADMINISTRATOR });
        desk.log({ event: 'signed-in', login, address: addressOf(c) });
        return c.redirect(safeBack('/'), 303);
      });
      app.post('/sign-in/new-link', (c) => {
        const wait = desk.limits.signIn.take(addressOf(c));
        if (wait !== undefined) return tooMany(c, wait);
        offer();
        return c.redirect('/sign-in', 303);
      });
    },
  };
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

const confirmPage = (token: string): string =>
  plainPage(
    'Sign in',
    'The link is valid. It works once.',
    html`<form method="post" action="/sign-in">
      <input type="hidden" name="token" value="${token}" />
      <button>Sign in</button>
    </form>`,
  );

const waitingPage = (isOld: boolean): string =>
  plainPage(
    'Sign in',
    isOld
      ? 'This link is no longer valid: each works once, within ten minutes.'
      : 'Open the link that the console printed on its terminal.',
    html`<form method="post" action="/sign-in/new-link">
      <button class="quietly">Print a new link on the terminal</button>
    </form>`,
  );
