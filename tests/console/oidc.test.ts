/** Signing in at a real identity provider, and the answers that must be refused. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeFolder, removeFolders } from '../support/cli.js';
import { Client, type Answer } from './client.js';
import { accessOf, aConsoleSite, type ConsoleSite, type Opened } from './consoles.js';
import { startIdentityProvider, type Claims, type IdentityProvider } from './identity-provider.js';
import { callbackOf, freePort, openOidcConsole } from './oidc-console.js';

let site: ConsoleSite;
let provider: IdentityProvider;
let opened: Opened;
let port = 0;
/** Each test has its own minute, so that the limit of sign-ins is not met. */
let later = 0;

const openWith = async (issuer: string): Promise<Opened> =>
  await openOidcConsole(site, {
    issuer,
    port,
    now: () => new Date(Date.now() + later),
    access: [accessOf('clerks', ['viewer'])],
  });

beforeAll(async () => {
  site = await aConsoleSite(makeFolder());
  port = await freePort();
  provider = await startIdentityProvider(() => callbackOf(port));
  opened = await openWith(provider.issuer);
});
afterEach(() => {
  later += 60_000;
  Object.assign(provider, { tamper: undefined, foreignKey: false, groups: ['clerks'] });
});
afterAll(async () => {
  await opened.running.stop();
  await provider.stop();
  removeFolders();
});

interface Visit {
  readonly console: Client;
  readonly answer: Answer;
  /** The address that the provider sent the browser to. */
  readonly came: string;
}

/** From a page of the console through the provider to the callback, following each redirect as a browser does. */
async function signIn(change: (came: string) => string = (came) => came): Promise<Visit> {
  const console = new Client(opened.url);
  const there = new Client(provider.issuer);
  const gate = await console.get('/connections/library');
  let answer = await console.get(String(gate.headers['location']));
  let at = String(answer.headers['location']);
  for (let step = 0; step < 6 && at.startsWith(provider.issuer); step += 1) {
    const target = new URL(at);
    answer = await there.get(target.pathname + target.search);
    at = new URL(String(answer.headers['location']), provider.issuer).href;
  }
  const came = change(at);
  const { pathname, search } = new URL(came);
  return { console, answer: await console.get(pathname + search), came };
}

describe('a sign-in', () => {
  it('leads back to the page that was asked for, with the roles of the groups', async () => {
    const { console, answer } = await signIn();
    expect(answer.status).toBe(303);
    expect(answer.headers['location']).toBe('/connections/library');
    const page = await console.get('/connections/library');
    expect(page.words).toContain('Signed in as kim@district.example');
    expect((await console.get('/why')).status).toBe(403);
  });

  it('ends at the provider when the person signs out', async () => {
    const { console } = await signIn();
    const out = await console.submit('/', '/sign-out');
    expect(String(out.headers['location'])).toMatch(
      new RegExp(`^${provider.issuer}/.*post_logout_redirect_uri=`),
    );
    expect((await console.get('/')).status).toBe(303);
  });

  it('ends with the token', async () => {
    provider.tamper = (claims) => ({ ...claims, exp: Math.floor((Date.now() + later) / 1000) + 1 });
    const { console, answer } = await signIn();
    expect(answer.status).toBe(303);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await console.get('/')).status).toBe(303);
  });

  it('never leads away from the console', async () => {
    const console = new Client(opened.url);
    for (const to of ['//evil.test', '/\\evil.test', 'https://evil.test/'])
      expect((await console.get(`/sign-in?to=${encodeURIComponent(to)}`)).status).toBe(303);
  });
});

const past = Math.floor(Date.now() / 1000) - 3_600;
const WRONG: readonly (readonly [what: string, tamper: (claims: Claims) => Claims, code: string])[] = [
  ['nonce', (claims) => ({ ...claims, nonce: 'other' }), 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
  ['audience', (claims) => ({ ...claims, aud: 'other' }), 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
  ['issuer', (claims) => ({ ...claims, iss: 'https://other.test' }), 'OAUTH_JWT_CLAIM_COMPARISON_FAILED'],
  ['expiry', (claims) => ({ ...claims, iat: past - 60, exp: past }), 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED'],
];

describe('an answer is refused', () => {
  it.each(WRONG)('with a wrong %s', async (_what, tamper, code) => {
    provider.tamper = tamper;
    const { console, answer } = await signIn();
    expect(answer.status).toBe(403);
    expect(opened.log.findLast(({ event }) => event === 'sign-in-failed')).toMatchObject({ code });
    expect((await console.get('/')).status).toBe(303);
  });

  it('with a signature of a foreign key', async () => {
    provider.foreignKey = true;
    const { console, answer } = await signIn();
    expect(answer.status).toBe(403);
    expect((await console.get('/')).status).toBe(303);
  });

  it('with a wrong state', async () => {
    const { answer } = await signIn((came) => came.replace(/state=[^&]+/, 'state=other'));
    expect(answer.status).toBe(403);
  });

  it('a second time', async () => {
    const { console, came } = await signIn();
    const { pathname, search } = new URL(came);
    expect((await console.get(pathname + search)).status).toBe(400);
  });

  it('in another browser', async () => {
    const { came } = await signIn();
    const { pathname, search } = new URL(came);
    expect((await new Client(opened.url).get(pathname + search)).status).toBe(400);
  });

  it('without a group of the config: no session, and the groups that would do', async () => {
    provider.groups = ['staff'];
    const { console, answer } = await signIn();
    expect(answer.status).toBe(403);
    expect(answer.words).toContain('Ask for one of: clerks');
    expect((await console.get('/')).status).toBe(303);
  });

  it('when the person cancels', async () => {
    const { answer } = await signIn((came) =>
      came.replace(/code=[^&]+/, 'error=access_denied&error_description=%3Cb%3E'),
    );
    expect(answer.status).toBe(403);
    expect(answer.words).toContain('You canceled the sign-in.');
    expect(answer.text).not.toContain('<b>');
  });
});

it('a provider that is away does not keep the console from starting, and is asked again', async () => {
  const away = await freePort();
  const own = port;
  port = await freePort();
  const lonely = await openWith(`http://127.0.0.1:${away}`);
  try {
    const answer = await new Client(lonely.url).get('/sign-in');
    expect(answer.status).toBe(503);
    expect(answer.words).toContain('The identity provider does not answer.');
  } finally {
    await lonely.running.stop();
    port = own;
  }
});
