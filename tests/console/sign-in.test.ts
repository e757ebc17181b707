import { describe, expect, it } from '@jest/globals';
import type { AccessGrant } from '../../src/model/settings.js';
import { Client } from './client.js';
import { aConsoleSuite, signedIn, type Wants } from './consoles.js';

const { open } = aConsoleSuite();

const pathOf = (link = ''): string => new URL(link).pathname + new URL(link).search;

describe('the link on the terminal', () => {
  it('signs in once: a look at it does not use it up, a second use is refused', async () => {
    const { url, links } = await open();
    const client = new Client(url);
    const path = pathOf(links[0]);
    expect((await client.get(path)).status).toBe(200);
    expect((await client.submit(path, '/sign-in')).headers['location']).toBe('/');
    expect((await client.get('/')).status).toBe(200);
    const second = new Client(url);
    const token = new URL(links[0] ?? '').searchParams.get('token') ?? '';
    expect((await second.post('/sign-in', { token })).status).toBe(403);
    expect((await second.get('/')).status).toBe(303);
  });

  it('is refused after ten minutes, and a new one can be requested', async () => {
    let now = new Date('2026-10-15T12:00:00Z');
    const { url, links } = await open({ now: () => now });
    const client = new Client(url);
    now = new Date('2026-10-15T12:09:59Z');
    expect((await client.get(pathOf(links[0]))).status).toBe(200);
    now = new Date('2026-10-15T12:10:00Z');
    const late = await client.get(pathOf(links[0]));
    expect(late.status).toBe(403);
    expect(late.words).toContain('no longer valid');
    await client.post('/sign-in/new-link', {});
    expect(links).toHaveLength(2);
    await client.submit(pathOf(links[1]), '/sign-in');
    expect((await client.get('/')).status).toBe(200);
  });

  it('refuses more than ten attempts in a minute', async () => {
    const { url } = await open();
    const client = new Client(url);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 11; attempt += 1)
      statuses.push((await client.post('/sign-in', { token: `guess${attempt}` })).status);
    expect(statuses.slice(0, 10)).toEqual(Array<number>(10).fill(403));
    expect(statuses[10]).toBe(429);
  });
});

describe('a session', () => {
  it('has a cookie that scripts cannot read, bound to this host', async () => {
    const { url, links } = await open();
    const client = new Client(url);
    const answer = await client.submit(pathOf(links[0]), '/sign-in');
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-oneroster_session=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ]);
  });

  it('is never taken over from the browser: an id from before the sign-in opens nothing', async () => {
    const { url, links } = await open();
    const client = new Client(url);
    const planted = 'A'.repeat(43);
    client.cookies.set('__Host-oneroster_session', planted);
    await client.submit(pathOf(links[0]), '/sign-in');
    expect(client.cookies.get('__Host-oneroster_session')).not.toBe(planted);
    const thief = new Client(url);
    thief.cookies.set('__Host-oneroster_session', planted);
    expect((await thief.get('/')).status).toBe(303);
  });

  it.each([
    ['30 minutes without a request', 29, 31],
    ['the hours of the config', 14, 17],
  ])('ends after %s', async (_what, step, last) => {
    let now = Date.parse('2026-10-15T12:00:00Z');
    const hours = step === 14 ? 0.5 : 8;
    const { url, links } = await open({ now: () => new Date(now), console: { sessionHours: hours } });
    const client = new Client(url);
    await client.submit(pathOf(links[0]), '/sign-in');
    now += step * 60_000;
    expect((await client.get('/')).status).toBe(200);
    now += last * 60_000;
    expect((await client.get('/')).status).toBe(303);
  });

  it('ends with signing out, also for a copy of its cookie', async () => {
    const console = await open();
    const client = await signedIn(console);
    const copy = new Client(console.url);
    for (const [name, value] of client.cookies) copy.cookies.set(name, value);
    expect((await client.submit('/', '/sign-out')).status).toBe(303);
    expect((await copy.get('/')).status).toBe(303);
  });
});

const PROXY: AccessGrant = {
  groups: ['clerks'],
  users: [],
  emailDomains: [],
  roles: ['viewer'],
  connections: ['library'],
};

describe('behind a proxy', () => {
  const wants: Wants = {
    console: {
      auth: {
        proxy: {
          addresses: ['127.0.0.5'],
          userHeader: 'x-forwarded-user',
          groupsHeader: 'x-forwarded-groups',
        },
      },
      access: [PROXY],
    },
  };
  const asClerk = { 'x-forwarded-user': 'kim@district.example', 'x-forwarded-groups': 'staff, clerks' };

  it('the headers count from its own address', async () => {
    const { url } = await open(wants);
    const answer = await new Client(url).get('/', { from: '127.0.0.5', headers: asClerk });
    expect(answer.status).toBe(200);
    expect(answer.words).toContain('Signed in as kim@district.example');
    expect(answer.words).not.toContain('lms');
  });

  it('they do not count from any other address, whatever the headers say', async () => {
    const { url } = await open(wants);
    const spoofed = { ...asClerk, 'x-forwarded-for': '127.0.0.5', 'x-real-ip': '127.0.0.5' };
    const answer = await new Client(url).get('/', { from: '127.0.0.1', headers: spoofed });
    expect(answer.status).toBe(403);
    expect(answer.words).not.toContain('library');
  });

  it.each([
    ['no person', {}],
    ['two persons', { ...asClerk, 'x-forwarded-user': ['eve', 'kim@district.example'] }],
    ['two lists of groups', { ...asClerk, 'x-forwarded-groups': ['clerks', 'staff'] }],
    ['a person without a role', { ...asClerk, 'x-forwarded-groups': 'staff' }],
    ['a login with a space', { ...asClerk, 'x-forwarded-user': 'kim eve' }],
  ])('%s is refused', async (_what, headers) => {
    const { url } = await open(wants);
    expect((await new Client(url).get('/', { from: '127.0.0.5', headers })).status).toBe(403);
  });

  it('another person in the same browser gets another session', async () => {
    const { url } = await open(wants);
    const client = new Client(url);
    await client.get('/', { from: '127.0.0.5', headers: asClerk });
    const first = client.cookies.get('__Host-oneroster_session');
    const answer = await client.get('/', {
      from: '127.0.0.5',
      headers: { ...asClerk, 'x-forwarded-user': 'lee@district.example' },
    });
    expect(answer.words).toContain('Signed in as lee@district.example');
    expect(client.cookies.get('__Host-oneroster_session')).not.toBe(first);
  });
});
