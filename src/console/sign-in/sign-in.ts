/** The ways to sign in, behind one interface. */
import type { Hono } from 'hono';
import { setCookie, deleteCookie, getCookie } from 'hono/cookie';
import type { Identity, Person } from '../access.js';
import type { FrontDesk, Env, Request } from '../desk.js';
import type { Session } from '../sessions.js';

export interface SignIn {
  /** Its pages, before the gate. */
  readonly routes: (app: Hono<Env>) => void;
  /** Where a request without a session is sent; undefined where the request itself must prove who it is. */
  readonly start?: (back: string) => string;
  /** Who sends this request, for sign-ins without a page of their own. */
  readonly identify?: (c: Request) => Identity | { readonly refused: string };
  /** Where the browser goes after signing out, beyond this console. */
  readonly afterSignOut?: () => Promise<string | undefined>;
  /** Origins that a form may be redirected to. */
  readonly formTargets: readonly string[];
}

/** `__Host-` binds the cookie to this host and to https; browsers take it for this machine too. */
const COOKIE = { prefix: 'host', httpOnly: true, sameSite: 'Lax', secure: true, path: '/' } as const;
const NAME = 'oneroster_session';

export function openSession(desk: FrontDesk, c: Request, person: Person, until?: number): Session {
  const { sessions } = desk;
  const old = sessionOf(desk, c);
  if (old !== undefined) sessions.end(old);
  const session = sessions.start(person, until);
  setCookie(c, NAME, session.id, COOKIE);
  return session;
}

export const sessionOf = ({ sessions }: Pick<FrontDesk, 'sessions'>, c: Request): Session | undefined =>
  sessions.find(getCookie(c, NAME, 'host'));

export function closeSession(desk: Pick<FrontDesk, 'sessions'>, c: Request): void {
  const session = sessionOf(desk, c);
  if (session !== undefined) desk.sessions.end(session);
  deleteCookie(c, NAME, { prefix: 'host', path: '/', secure: true });
}

/** A path of this console and nothing else. */
export const safeBack = (written: string | undefined): string =>
  written !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(written) ? written : '/';
