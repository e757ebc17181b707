/** What people do: look at a hold, decide, search, refresh, and see that a double click does nothing twice. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from '../../src/home/lock.js';
import { State } from '../../src/state/state.js';
import { change } from '../refresh/small-district.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { readZip } from '../support/published.js';
import type { Answer, Client } from './client.js';
import { hiddenIn } from './client.js';
import { aConsoleSite, copyOf, openConsole, signedIn, type ConsoleSite, type Opened } from './consoles.js';
import { auditTrail } from '../support/audit-trail.js';
import { ProgramHere } from './program-here.js';

let model: ConsoleSite;
let site: ConsoleSite;
let programs: ProgramHere;
let opened: Opened;
let client: Client;

beforeAll(async () => {
  model = await aConsoleSite(makeFolder());
});
beforeEach(async () => {
  site = await copyOf(model, makeFolder());
  programs = new ProgramHere(site.config);
  opened = await openConsole(site, { programs });
  client = await signedIn(opened);
});
afterEach(async () => {
  await opened.running.stop();
});
afterAll(removeFolders);

/** The page of a job once it has ended. */
async function ended(start: Answer): Promise<string> {
  const path = String(start.headers['location']);
  expect(path).toMatch(/^\/jobs\//);
  for (;;) {
    const { text, words } = await client.get(path);
    if (!text.includes('id="live"')) return text.includes('/lists/') ? text : words;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const state = async <T>(read: (state: State) => Promise<T>): Promise<T> => {
  const own = await State.look(join(site.home, 'state.db'));
  if (own === undefined) throw new Error('the home has no state');
  try {
    return await read(own);
  } finally {
    await own.close();
  }
};
const heldName = (): Promise<string> =>
  state(async (own) => (await own.newestBundle('lms', 'held'))?.name ?? '');

describe('a bundle on hold', () => {
  it('is shown with reasons, who vanished by which rule, and links to its files', async () => {
    const { words: text } = await client.get('/connections/lms/hold');
    expect(text).toMatch(/users vanished: \d+\.\d %, above the limit/);
    expect(text).toContain('NO_SHOW');
    const name = await heldName();
    expect((await client.get(`/connections/lms/nights/${name}/report`)).text).toContain('<!doctype html>');
    const list = await client.get(`/connections/lms/nights/${name}/${name}-exclusions.csv`);
    expect(list.headers['content-disposition']).toContain('attachment');
    expect(list.text).toBe(readFileSync(join(site.home, 'withheld/lms', `${name}-exclusions.csv`), 'utf8'));
  });

  it('is released after a page that repeats the numbers; the audit trail has the person, the address and the reason', async () => {
    const name = await heldName();
    const confirm = await client.submit('/connections/lms/hold', '/connections/lms/hold', {
      reason: 'the school said so',
      decision: 'release',
    });
    expect(confirm.words).toMatch(/Changes since the last good bundle[\s\S]*users/);
    expect(await heldName()).toBe(name);
    const action = '/connections/lms/hold/decide';
    const fields = hiddenIn(confirm.text, action);
    const first = await client.post(action, fields);
    const second = await client.post(action, fields);
    expect(second.headers['location']).toBe(first.headers['location']);
    expect(await ended(first)).toContain('done');
    expect(existsSync(join(site.home, 'bundles/lms', `${name}.zip`))).toBe(true);
    const entries = await state(auditTrail);
    const trail = entries.filter(({ connection }) => connection === 'lms');
    expect(trail.at(-1)).toMatchObject({
      what: 'released',
      who: expect.stringMatching(/^admin \(127\.0\.0\.1\) through .+@/) as unknown,
    });
    expect(trail.filter(({ what }) => what === 'console-release')).toHaveLength(1);
    expect(JSON.parse(trail.find(({ what }) => what === 'console-release')?.detail ?? '')).toEqual({
      connections: ['lms'],
      reason: 'the school said so',
      login: 'admin',
      address: '127.0.0.1',
    });
    expect(await state(async (own) => (await own.checkAudit()).firstBroken)).toBeNull();
  });

  it('has a report whose own styles are allowed and nothing else, also one of an older version', async () => {
    const path = `/connections/lms/nights/${await heldName()}/report`;
    const file = join(site.home, 'withheld/lms', `${await heldName()}-report.html`);
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(readFileSync(file, 'utf8')) ?? [];
    const older = readFileSync(file, 'utf8')
      .replace(style, 'body { color: teal }')
      .replace('</body>', '<style>body { color: red }</style></body>');
    for (const [page, text] of [
      [readFileSync(file, 'utf8'), style],
      [older, 'body { color: teal }'],
    ] as const) {
      writeFileSync(file, page);
      const hash = createHash('sha256').update(text).digest('base64');
      const { headers } = await client.get(path);
      expect(headers['content-security-policy']).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'`,
      );
      expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
    }
    writeFileSync(file, '<style>body { color: red }</style>');
    expect((await client.get(path)).headers['content-security-policy']).toContain("style-src 'none'");
  });

  it('has a report whose links to other nights, lists and the first page lead somewhere', async () => {
    const report = `/connections/lms/nights/${await heldName()}/report`;
    const { text } = await client.get(report);
    const links = [...text.matchAll(/href="([^"#][^"]*)"/g)].map(([, href = '']) => href);
    expect(links.filter((href) => href.endsWith('-report.html'))).not.toEqual([]);
    for (const href of links) {
      const { pathname } = new URL(href, new URL(report, opened.url));
      expect([href, (await client.open(pathname)).status]).toEqual([href, 200]);
    }
  });

  it('is discarded in the same way', async () => {
    programs.apart.add('discard');
    const confirm = await client.submit('/connections/lms/hold', '/connections/lms/hold', {
      reason: 'a wrong import',
      decision: 'discard',
    });
    const action = '/connections/lms/hold/decide';
    expect(await ended(await client.post(action, hiddenIn(confirm.text, action)))).toContain('done');
    expect(await heldName()).toBe('');
    expect((await client.get('/connections/lms/hold')).words).toContain('No bundle of lms is on hold.');
  });

  it('is not decided about without a reason, or after it has changed', async () => {
    const bare = await client.submit('/connections/lms/hold', '/connections/lms/hold', { reason: '  ' });
    expect(bare.status).toBe(422);
    expect(bare.words).toContain('Give a reason');
    const confirm = await client.submit('/connections/lms/hold', '/connections/lms/hold', { reason: 'seen' });
    const action = '/connections/lms/hold/decide';
    const stale = { ...hiddenIn(confirm.text, action), sha256: '0'.repeat(64) };
    expect((await client.post(action, stale)).headers['location']).toBe('/connections/lms/hold');
    expect((await client.get('/connections/lms/hold')).words).toContain('has changed. Look at it again.');
    expect(await heldName()).not.toBe('');
  });
});

describe('a version of a bundle without personal data', () => {
  it('is made by the program, downloaded once, and recorded', async () => {
    const name = await state(async (own) => (await own.bundles('library', 'published'))[0]?.name ?? '');
    const path = `/connections/library/nights/${name}/anonymize`;
    expect((await client.get('/connections/library')).text).toContain(path);
    const start = await client.submit(path, path);
    expect(await ended(start)).toContain('removed from this machine after one download');
    const job = String(start.headers['location']);
    const { status, headers, bytes } = await client.get(`${job}/file`);
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe(`attachment; filename="library-${name}-anonymized.zip"`);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    const copy = join(site.folder, 'copy.zip');
    writeFileSync(copy, bytes);
    const users = (await readZip(copy)).get('users.csv')?.toString() ?? '';
    expect(users.split('\r\n').length).toBeGreaterThan(2);
    expect(users).not.toMatch(/first11|student11/);
    expect((await client.get(`${job}/file`)).status).toBe(404);
    expect((await client.get(job)).words).toContain('The file was downloaded, and removed');
    const trail = (await client.get('/audit')).words;
    expect(trail).toContain(`bundle: ${name}`);
    expect(trail).toContain('console download');
  });

  it('of a bundle on hold is there too; of an unknown night it is not', async () => {
    expect((await client.get(`/connections/lms/nights/${await heldName()}/anonymize`)).status).toBe(200);
    expect((await client.get('/connections/lms/nights/20200101T000000Z-1.2-bulk/anonymize')).status).toBe(
      404,
    );
  });
});

describe('refresh now', () => {
  it('shows its steps and its result, and publishes', async () => {
    programs.apart.add('refresh');
    change(site.district, 'UPDATE Enrollment SET noShow = 0 WHERE personID = 12');
    const start = await client.submit('/connections/library', '/connections/library/refresh');
    const text = await ended(start);
    expect(text).toMatch(/Result by connection[\s\S]*published/);
    expect(await state(async (own) => await own.bundles('library', 'published'))).toHaveLength(2);
    expect((await client.get('/activity')).words).toContain('Refresh');
  });

  it('shows who holds the lock, and ends with the word of the program', async () => {
    const lock = takeLock(join(site.home, 'lock.db'), new Date());
    try {
      expect((await client.get('/')).words).toContain(`process ${process.pid}`);
      const text = await ended(await client.submit('/', '/refresh'));
      expect(text).toContain('another refresh was running');
      expect(text).toContain(`process ${process.pid}`);
    } finally {
      lock.release();
    }
  });

  it('is stopped at a safe point when the console stops', async () => {
    programs.apart.add('refresh');
    const start = await client.submit('/', '/refresh');
    expect(start.status).toBe(303);
    await opened.running.stop();
    const [refresh] = await state(async (own) => await own.refreshes(1));
    expect(['interrupted', 'done']).toContain(refresh?.outcome);
    opened = await openConsole(site);
  });
});

describe('a search', () => {
  it('leads to an address with the id of Campus, and says the reason first', async () => {
    const found = await client.submit('/why', '/why', { key: 'email12@district.example', kind: 'any' });
    expect([found.status, found.headers['location']]).toEqual([303, '/why/person/12']);
    const other = await client.submit('/why', '/why', { key: '10-1', kind: 'any' });
    expect([other.status, other.headers['location']]).toEqual([303, '/why/section/1']);
    const none = await client.submit('/why', '/why', { key: 'student11@district.example', kind: 'any' });
    expect(none.status).toBe(404);
    const answer = await client.get('/why/person/12');
    expect(answer.words).toMatch(/Not sent to lms as student:[\s\S]*NO_SHOW[\s\S]*Fix in Campus/);
  });

  it('says that no record has the id', async () => {
    const none = await client.submit('/why', '/why', { key: '999999', kind: 'section' });
    expect(none.status).toBe(404);
    expect(none.words).toContain('No record has that id in the SIS.');
  });

  it('takes a key that looks like an option for a key', async () => {
    const odd = await client.submit('/why', '/why', { key: '--help', kind: 'person' });
    expect(odd.status).toBe(404);
  });
});

describe('preflight and the coming days', () => {
  it('show findings with lists to download', async () => {
    const text = await ended(await client.submit('/preflight', '/preflight', { connection: 'library' }));
    expect(text).toMatch(/The source is (not )?ready/);
    const [, list = ''] = /href="(\/jobs\/[^"]+\/lists\/[^"]+)"/.exec(text) ?? [];
    expect((await client.get(list)).headers['content-type']).toContain('text/csv');
  });

  it('show the days that were judged', async () => {
    programs.apart.add('forecast');
    const text = await ended(await client.submit('/forecast', '/forecast', { days: '3' }));
    expect(text).toContain('Calendar of library');
  });
});
