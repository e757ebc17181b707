/** What a request must be before it reaches a page. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeFolder, removeFolders } from '../support/cli.js';
import { Client, hiddenIn } from './client.js';
import { aConsoleSite, openConsole, signedIn, type ConsoleSite, type Opened } from './consoles.js';

let site: ConsoleSite;
let opened: Opened;
let client: Client;

beforeAll(async () => {
  site = await aConsoleSite(makeFolder());
  opened = await openConsole(site);
  client = await signedIn(opened);
});
afterAll(async () => {
  await opened.running.stop();
  removeFolders();
});

const HOLD = '/connections/lms/hold';

describe('every answer', () => {
  it.each(['/', HOLD, '/nowhere', '/sign-in', '/live.js'])('%s has the strict headers', async (path) => {
    const { headers } = await client.get(path);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src ('sha256-[^']+' ?)+; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
    );
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
  });

  it('tells a probe that the console is up, and nothing else', async () => {
    const { status, text } = await new Client(opened.url).get('/healthz', { headers: { host: 'probe' } });
    expect([status, text]).toEqual([200, '{"status":"ok"}']);
  });
});

describe('a request is refused', () => {
  it('under another name of this machine', async () => {
    const { status, text } = await client.get('/', { headers: { host: 'evil.test' } });
    expect(status).toBe(421);
    expect(text).not.toContain('library');
  });

  it.each([
    ['a form of another site', { origin: 'https://evil.test' }, 403],
    ['a form of no site', { origin: 'null' }, 403],
    ['JSON', { 'content-type': 'application/json' }, 415],
    ['plain text', { 'content-type': 'text/plain' }, 415],
  ])('as %s', async (_what, headers, status) => {
    const fields = hiddenIn((await client.get('/')).text, '/refresh');
    expect((await client.post('/refresh', fields, { headers })).status).toBe(status);
    expect((await client.get('/activity')).words).toContain('Nothing yet.');
  });

  it('with a body above 16 KiB', async () => {
    expect((await client.post('/why', { key: 'x'.repeat(20_000) })).status).toBe(413);
  });

  it('with a form value that no page of this session had', async () => {
    const answer = await client.post('/refresh', { once: 'A'.repeat(43) });
    expect(answer.status).toBe(409);
    expect(answer.words).toContain('expired');
  });

  it('without a session, and says nothing about connections', async () => {
    const stranger = new Client(opened.url);
    expect((await stranger.get(HOLD)).headers['location']).toBe('/sign-in');
    expect((await stranger.post(`${HOLD}/decide`, {})).status).toBe(401);
  });

  it.each([
    '/connections/lms/nights/..%2f..%2fstate.db/report',
    '/connections/lms/nights/%00/report',
    '/connections/..%2f..%2fetc/nights/x/report',
    '/connections/lms/nights/x/..%2f..%2foneroster.yaml',
    '/jobs/..%2f..%2fstate.db',
    '/jobs/x/lists/..%2f..%2fetc%2fpasswd',
  ])('as a path: %s', async (path) => {
    expect((await client.get(path)).status).toBe(404);
  });
});

describe('the log', () => {
  it('has a line for each request, with ids and codes, without query, cookie or key', async () => {
    await client.post('/why', { key: 'student11@district.example', kind: 'person' });
    await client.get('/connections/lms?secret=value');
    const text = JSON.stringify(opened.log);
    expect(opened.log.at(-1)).toMatchObject({
      event: 'request',
      method: 'GET',
      path: '/connections/lms',
      status: 200,
      login: 'admin',
      address: '127.0.0.1',
    });
    expect(text).not.toMatch(/secret|student11|token|oneroster_session/);
  });
});
