/** OpenID Connect: authorization code with PKCE; state, nonce and the signature of the ID token are checked. */
import { getCookie, setCookie, deleteCookie } from 'hono/cookie';
import * as client from 'openid-client';
import { html } from '../../report/page/html.js';
import { isLoopback } from '../../model/listening.js';
import type { AccessGrant, OidcSettings } from '../../model/settings.js';
import { personOf, type Identity } from '../access.js';
import { addressOf, type FrontDesk, type Request } from '../desk.js';
import { plainPage } from '../pages/page.js';
import { tooMany } from '../refusals.js';
import { randomId } from '../sessions.js';
import { openSession, safeBack, type SignIn } from './sign-in.js';
import { wordsFor } from './oidc-faults.js';

interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly back: string;
  readonly until: number;
}

const PENDING_MS = 10 * 60_000;
const MOST_PENDING = 1_000;
const TIMEOUT_SECONDS = 10;
const COOKIE = 'oneroster_login';
const COOKIE_FACTS = { prefix: 'host', httpOnly: true, sameSite: 'Lax', secure: true, path: '/' } as const;

export interface OidcOptions {
  readonly desk: FrontDesk;
  readonly settings: OidcSettings;
  readonly access: readonly AccessGrant[];
}

export function oidc(options: OidcOptions): SignIn {
  const { desk, settings } = options;
  const provider = new Provider(options);
  const guarded =
    (step: (c: Request) => Promise<Response>) =>
    async (c: Request): Promise<Response> => {
      try {
        return await step(c);
      } catch (error) {
        const { status, says, ...facts } = wordsFor(error);
        desk.log({ event: 'sign-in-failed', ...facts, address: addressOf(c) });
        return c.html(failedPage(says), status);
      }
    };
  return {
    start: (back) => `/sign-in?to=${encodeURIComponent(back)}`,
    formTargets: [new URL(settings.issuer).origin],
    routes: (app) => {
      app.get(
        '/sign-in',
        guarded((c) => provider.begin(c)),
      );
      app.get(
        '/sign-in/callback',
        guarded((c) => provider.finish(c)),
      );
      app.get('/signed-out', (c) => c.html(failedPage('You are signed out.', 'Signed out')));
    },
    afterSignOut: () => provider.signOutAddress(),
  };
}

class Provider {
  readonly #pending = new Map<string, Pending>();
  readonly #callback: URL;
  readonly #discovered: () => Promise<client.Configuration>;

  constructor(private readonly options: OidcOptions) {
    this.#callback = new URL('/sign-in/callback', options.desk.publicUrl);
    this.#discovered = onceWorking(() => discover(options.settings));
  }

  async begin(c: Request): Promise<Response> {
    const { desk, settings } = this.options;
    const wait = desk.limits.signIn.take(addressOf(c));
    if (wait !== undefined) return tooMany(c, wait);
    const configuration = await this.#discovered();
    const attempt = newAttempt(desk, safeBack(c.req.query('to')));
    setCookie(c, COOKIE, this.#remember(attempt), { ...COOKIE_FACTS, maxAge: PENDING_MS / 1000 });
    const target = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#callback.href,
      scope: settings.scope,
      code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    });
    return c.redirect(target.href, 303);
  }

  async finish(c: Request): Promise<Response> {
    const { desk, settings, access } = this.options;
    const attempt = this.#take(getCookie(c, COOKIE, 'host'));
    deleteCookie(c, COOKIE, { prefix: 'host', path: '/', secure: true });
    if (attempt === undefined)
      return c.html(failedPage('Your sign-in took too long, or cookies are off. Sign in again.'), 400);
    const claims = await this.#claims(attempt, new URL(c.req.url).search);
    const identity = claims && identityIn(claims, settings);
    const person = identity && personOf(identity, access);
    if (person === undefined) {
      desk.log({ event: 'refused', reason: 'no-role', address: addressOf(c) });
      const says = `Your account has no role for this console. Ask for one of: ${wanted(access)}.`;
      return c.html(failedPage(says), 403);
    }
    openSession(desk, c, person, (claims?.exp ?? 0) * 1000);
    desk.log({ event: 'signed-in', login: person.login, address: addressOf(c) });
    return c.redirect(attempt.back, 303);
  }

  /** Undefined where the provider has no such address. */
  async signOutAddress(): Promise<string | undefined> {
    try {
      const target = new URL('/signed-out', this.options.desk.publicUrl).href;
      return client.buildEndSessionUrl(await this.#discovered(), { post_logout_redirect_uri: target }).href;
    } catch {
      return undefined;
    }
  }

  /** The configured address, not that of the request: behind a proxy it differs. */
  async #claims({ verifier, state, nonce }: Pending, search: string): Promise<client.IDToken | undefined> {
    const current = new URL(this.#callback);
    current.search = search;
    const tokens = await client.authorizationCodeGrant(await this.#discovered(), current, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    return tokens.claims();
  }

  #remember(attempt: Pending): string {
    const pending = this.#pending;
    const now = this.options.desk.now().getTime();
    for (const [key, { until }] of pending) if (until <= now) pending.delete(key);
    const [oldest] = pending.keys();
    if (pending.size >= MOST_PENDING && oldest !== undefined) pending.delete(oldest);
    const key = randomId();
    pending.set(key, attempt);
    return key;
  }

  /** Each attempt counts once. */
  #take(key = ''): Pending | undefined {
    const attempt = this.#pending.get(key);
    this.#pending.delete(key);
    return attempt !== undefined && this.options.desk.now().getTime() < attempt.until ? attempt : undefined;
  }
}

/** At the first sign-in, so that a provider that is away does not keep the console from starting; again until it worked. */
function onceWorking<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return async () => {
    result ??= work();
    try {
      return await result;
    } catch (error) {
      result = undefined;
      throw error;
    }
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const execute = [client.enableNonRepudiationChecks];
  // The config allows plain http for this machine only.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  if (isLoopback(new URL(issuer).hostname)) execute.push(client.allowInsecureRequests);
  return await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute,
    timeout: TIMEOUT_SECONDS,
  });
}

const newAttempt = ({ now }: FrontDesk, back: string): Pending => ({
  verifier: client.randomPKCECodeVerifier(),
  state: client.randomState(),
  nonce: client.randomNonce(),
  back,
  until: now().getTime() + PENDING_MS,
});

/** Undefined where the provider does not name the person. */
function identityIn(
  claims: Readonly<Record<string, unknown>>,
  { userClaim, groupsClaim }: OidcSettings,
): Identity | undefined {
  const [login, groups, email] = [claims[userClaim], claims[groupsClaim], claims['email']];
  if (typeof login !== 'string' || login === '') return undefined;
  // A login that is an address the provider calls unverified may be anyone's.
  const isUnverified = claims['email_verified'] === false;
  if (isUnverified && userClaim === 'email') return undefined;
  return {
    login,
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
    ...(typeof email === 'string' && !isUnverified && { email }),
  };
}

function wanted(access: readonly AccessGrant[]): string {
  const groups = access.flatMap((grant) => [
    ...grant.groups,
    ...grant.emailDomains.map((domain) => `@${domain}`),
  ]);
  return groups.length === 0 ? 'the accounts in console.access' : [...new Set(groups)].join(', ');
}

const failedPage = (says: string, title = 'Sign in'): string =>
  plainPage(title, says, html`<p><a class="button" href="/sign-in">Sign in</a></p>`);
